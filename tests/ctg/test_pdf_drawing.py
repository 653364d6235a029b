"""One chapter alone: what it may reach, what it needs, what it leaves for joining."""

import gc
import logging
from pathlib import Path

import pytest
from django.conf import settings

from ctg.pdf import PdfForbidden, PdfInvalid, PdfUnavailable, drawing
from ctg.pdf.joining import Part
from ctg.pdf.static_files import StaticFiles
from ctg.pdf.store import Store

FILES = StaticFiles("/static/", tuple(map(Path, settings.STATICFILES_DIRS)))
SHEET = '<link rel="stylesheet" href="/static/css/print.css">'


def page(body, head=SHEET):
    return f'<html lang="fr"><head><title>T</title>{head}</head><body>{body}</body></html>'


@pytest.fixture
def draw(tmp_path):
    def drawn(html):
        store = Store(tmp_path)
        drawing.draw(html, "chapter", FILES, store)
        return Part.stored(store, "chapter").drawn

    return drawn


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/a.png",
        "https://example.org/a.png",
        "ftp://example.org/a",
        "file:///etc/passwd",
        "file://hote/static/css/print.css",
        "file:///media/bilans/secret.pdf",
        "file:///static/../ctg/settings.py",
        "file:///static/%2e%2e/ctg/settings.py",
        "file:///static/css",
    ],
)
def test_only_static_files_are_reached(address):
    with pytest.raises(PdfForbidden, match="ne va pas chercher"):
        FILES.find(address)


def test_static_file_is_found():
    assert FILES.find("file:///static/css/print.css").name == "print.css"


@pytest.mark.parametrize("source", ["http://example.org/a.png", "file:///etc/passwd"])
def test_page_that_goes_elsewhere_is_refused(draw, source):
    with pytest.raises(PdfForbidden, match="ne va pas chercher"):
        draw(page(f'<img alt="a" src="{source}"><p>Texte</p>'))

    assert gc.isenabled()


def test_image_that_is_not_one_is_refused(draw):
    with pytest.raises(PdfInvalid, match="Failed to load image at"):
        draw(page('<img alt="a" src="/static/css/print.css"><p>Texte</p>'))


def test_data_images_are_drawn(draw):
    image = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E"

    assert len(draw(page(f'<img alt="a" src="{image}"><p>Texte</p>')).numbers) == 1


def test_missing_font_is_told(draw):
    with pytest.raises(PdfUnavailable, match="la police Inter manque"):
        draw(page("<p>Texte</p>", head="<style>body { font-family: serif }</style>"))


def test_missing_library_is_told(draw, monkeypatch):
    def lack(name):
        raise OSError("cannot load library 'libpango-1.0-0'")

    drawing.weasyprint.cache_clear()
    monkeypatch.setattr(drawing, "import_module", lack)

    with pytest.raises(PdfUnavailable, match="libpango-1.0-0, libpangoft2-1.0-0"):
        draw(page("<p>Texte</p>"))


def test_collector_is_left_as_it_was():
    gc.disable()
    try:
        with drawing._nothing_collected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_drawn_chapter_says_where_things_are(draw):
    drawn = draw(page('<h2 id="un">Un</h2><p>Texte</p><h3 id="deux" class="new-page">Deux</h3>'))

    assert [(mark.level, mark.label, mark.page) for mark in drawn.bookmarks] == [
        (2, "Un", 0),
        (3, "Deux", 1),
    ]
    assert {name: page for name, (page, _, _) in drawn.anchors.items()} == {"un": 0, "deux": 1}
    assert [place is not None for place in drawn.numbers] == [True, True]


def test_cover_has_no_number(draw):
    assert draw(page('<section class="cover"><h1>Bilan</h1></section>')).numbers == [None]


def test_fonts_are_kept_once_in_the_store(draw, tmp_path):
    drawn = draw(page("<h2>Titre</h2><p>Texte</p>"))

    fonts = {file.name for file in tmp_path.glob("font-*")}
    assert len(fonts) == 2
    assert {face.file for face in drawn.faces.values()} == fonts
    assert (tmp_path / "chapter").stat().st_size < 20_000


def test_style_sheet_has_no_mistake(draw, caplog):
    drawing._parsed.cache_clear()

    draw(page("<p>Texte</p>"))

    assert [entry for entry in caplog.records if entry.levelno >= logging.WARNING] == []
