"""Chapters drawn apart and joined: one document, whatever happens to the processes."""

import os
import signal
from datetime import UTC, datetime
from io import BytesIO
from time import sleep

import page as pdf_ua
import pikepdf
import pytest
from pypdf import PdfReader

from ctg.pdf import PdfCancelled, PdfUnavailable, document, workers
from ctg.pdf.about import About
from ctg.pdf.document import Chapter, render_document
from ctg.pdf.store import Store

ABOUT = About("Essai", "Sicoval", "Un essai", "essai", datetime(2023, 3, 1, 9, 30, tzinfo=UTC))
LONG = "<p>Un paragraphe assez long pour prendre une ligne entière de la page.</p>" * 30
TABLE = (
    "<table><thead><tr><th scope='col'>Commune</th><th scope='col'>Actions</th></tr></thead>"
    "<tbody><tr><th scope='row'>Labège</th><td>3</td></tr></tbody></table>"
)


@pytest.fixture
def render(monkeypatch, settings, tmp_path):
    """Each chapter is given as its HTML; the store is new."""
    settings.PDF_STORE = tmp_path / "store"
    monkeypatch.setattr(document, "render_to_string", lambda template, context: page(template))

    def rendered(*bodies, **options):
        return render_document(ABOUT, [Chapter(body, {}) for body in bodies], **options)

    return rendered


def page(body):
    sheet = '<link rel="stylesheet" href="/static/css/print.css">'
    foot = '<p class="running-foot">Pied</p>'
    return f'<html lang="fr"><head><title>T</title>{sheet}</head><body>{foot}{body}</body></html>'


def texts(pdf):
    return [sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages]


def drawn(monkeypatch):
    """The chapters drawn from now on."""
    seen = []
    draw = document.draw

    def count(html, *rest):
        seen.append(html)
        draw(html, *rest)

    monkeypatch.setattr(document, "draw", count)
    return seen


THREE = (
    '<h1>Bilan</h1><nav class="toc"><a href="#b" data-page="#b">Deux</a></nav>',
    f'<h2 id="a">Un</h2>{LONG}{TABLE}',
    f'<h2 id="b">Deux</h2><h3>Détail</h3>{TABLE}<p><a href="#a">Revoir</a></p>',
)


def test_pages_are_numbered_through_the_chapters(render):
    ends = [text.rstrip()[-5:] for text in texts(render(*THREE))]

    assert ends == ["1 / 4", "2 / 4", "3 / 4", "4 / 4"]


def test_contents_give_the_page_of_another_chapter(render):
    assert "4" in texts(render(*THREE))[0].splitlines()[1]


def test_links_lead_to_other_chapters(render):
    reader = PdfReader(BytesIO(render(*THREE)))

    places = {
        name: reader.get_destination_page_number(d) for name, d in reader.named_destinations.items()
    }
    targets = [
        annotation.get_object()["/Dest"]
        for sheet in reader.pages
        for annotation in sheet.get("/Annots", ())
    ]
    assert places == {"a": 2, "b": 3}
    assert list(dict.fromkeys(targets)) == ["b", "a"]


def test_link_to_what_was_left_out_is_plain_text(render):
    pdf = render('<p>Voir <a href="#absent" data-page="#absent">la suite</a>.</p>')

    reader = PdfReader(BytesIO(pdf))
    assert "/Annots" not in reader.pages[0]
    assert "la suite" in reader.pages[0].extract_text()


def test_one_outline(render):
    outline = PdfReader(BytesIO(render(*THREE))).outline

    assert outline[0].title == "Bilan"
    assert [item.title for item in outline[1][:2]] == ["Un", "Deux"]
    assert outline[1][2][0].title == "Détail"


def test_one_valid_structure_tree(render, tmp_path):
    file = tmp_path / "essai.pdf"
    file.write_bytes(render(*THREE))

    result = pdf_ua.validate_pdf(str(file), profile="ua1")

    assert [failure.message for failure in result.failures] == []
    with pikepdf.open(file) as pdf:
        tree = pdf.Root.StructTreeRoot
        assert len(tree.K) == 1 and tree.K[0].S == "/Document"
        assert [str(chapter.S) for chapter in tree.K[0].K] == ["/Part"] * 3
        keys = [int(key) for key in list(tree.ParentTree.Nums)[::2]]
        assert keys == list(range(len(keys)))


def test_headers_of_two_tables_never_have_the_same_name(render):
    with pikepdf.open(BytesIO(render(*THREE))) as pdf:
        names = [
            str(item.ID)
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH"
        ]

    assert len(names) == len(set(names)) == 6


def test_fonts_are_embedded_once(render):
    with pikepdf.open(BytesIO(render(*THREE))) as pdf:
        names = [
            str(item.FontName)
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and "/FontName" in item
        ]
        files = [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/OpenType"
        ]

    assert len(set(names)) == len(files) == 3


def test_only_what_changed_is_drawn_again(render, monkeypatch):
    render(*THREE)
    seen = drawn(monkeypatch)

    render(THREE[0], THREE[1], THREE[2].replace("Détail", "Détails"))

    assert len(seen) == 1 and "Détails" in seen[0]


def test_same_bytes_whether_drawn_or_found(render, settings, tmp_path):
    first = render(*THREE)
    assert render(*THREE) == first

    settings.PDF_STORE = tmp_path / "other"
    assert render(*THREE) == first


def test_damaged_part_is_drawn_again(render, settings):
    first = render(*THREE)
    for file in settings.PDF_STORE.iterdir():
        file.write_bytes(file.read_bytes()[:-100])

    assert render(*THREE) == first


def test_progress_counts_chapters_and_may_stop_everything(render):
    told = []
    render(*THREE, on_progress=lambda done, total: told.append((done, total)))
    assert list(dict.fromkeys(told)) == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert told == sorted(told)

    def refuse(done, total):
        raise PdfCancelled

    with pytest.raises(PdfCancelled):
        render(*THREE, "<p>Un de plus</p>", on_progress=refuse)


def test_store_keeps_the_last_used(tmp_path):
    store = Store(tmp_path)
    for rank, name in enumerate("abc"):
        store.write(name, b"x" * 100)
        os.utime(tmp_path / name, (rank, rank))
    assert store.read("a") == b"x" * 100

    store.prune(largest=300)

    assert {file.name for file in tmp_path.iterdir()} == {"a", "c"}


def test_full_disk_is_told(render, monkeypatch):
    def full(self, name, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "write", full)

    with pytest.raises(OSError, match="No space left"):
        render(*THREE)


# With real processes


@pytest.fixture
def two_processes(settings):
    settings.PDF_PROCESSES = 2
    yield
    if workers._pool:
        workers._stop(workers._pool)


def test_killed_process_is_replaced(render, two_processes):
    killed = []

    def kill_one(done, total):
        if done and not killed:
            killed.append(next(iter(workers._pool._processes)))
            os.kill(killed[0], signal.SIGKILL)

    pdf = render(*THREE, on_progress=kill_one)

    assert len(killed) == 1
    assert [text.rstrip()[-5:] for text in texts(pdf)] == ["1 / 4", "2 / 4", "3 / 4", "4 / 4"]


def die(*job):
    os._exit(1)


def hang(*job):
    sleep(60)


@pytest.mark.parametrize("function", [die, hang])
def test_processes_that_keep_failing_are_told(two_processes, monkeypatch, function):
    monkeypatch.setattr(workers, "PATIENCE", 3)
    monkeypatch.setattr(workers, "ATTEMPTS", 2)

    with pytest.raises(PdfUnavailable, match="les processus qui le dessinent"):
        list(workers.run(function, [("job",)], 2))


def wait_a_little(*job):
    sleep(0.01)


def test_processes_leave_when_nothing_is_asked(two_processes, monkeypatch):
    monkeypatch.setattr(workers, "IDLE", 0.05)

    assert list(workers.run(wait_a_little, [("a",), ("b",), ("c",)], 2)) == [1, 2, 3]

    workers._rest.timer.join(5)
    assert workers._pool is None
