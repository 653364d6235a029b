"""The pages of the annual review: who reads what, and what each act does."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from ctg.pdf import PdfUnavailable
from governance.models import AnnualReview, Rendering
from governance.reviews import making, services
from governance.reviews.sections import ALWAYS, OPTIONAL
from tests.factories.governance import make_review
from tests.factories.reviews import make_plan, make_written_review

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_pdf(monkeypatch):
    def render(data, *, draft=False, on_progress):
        on_progress(1, 1)
        return b"%PDF projet" if draft else b"%PDF " + data.cover.title.encode()

    monkeypatch.setattr(services, "render_review", render)
    monkeypatch.setattr(making, "render_review", render)
    monkeypatch.setattr(making, "render_archive", lambda *_, **__: b"%PDF archives")
    monkeypatch.setattr(making, "render_extract", lambda *_, **__: b"%PDF fiches")


@pytest.fixture(autouse=True)
def at_once(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def draft(convention):
    return make_written_review(make_plan(convention))


@pytest.fixture
def published(draft, cast):
    services.publish(draft, by=cast["camille"])
    return draft


@pytest.fixture
def corrected(published, cast):
    """A second edition, published too."""
    correction = services.open_correction(published, note="Le bonus versé", by=cast["camille"])
    services.publish(correction, by=cast["camille"])
    return correction


KEPT = {"kept": [*OPTIONAL, ALWAYS]}


def htmx(client, method, path, data=None):
    return getattr(client, method)(path, data, headers={"HX-Request": "true"})


# Who


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("camille", 200),
        ("malik", 200),
        ("ines", 200),
        ("sacha", 403),
        ("alix", 403),
        ("noa", 404),
    ],
)
@pytest.mark.parametrize("page", ["detail", "file"])
def test_draft_is_for_those_who_follow_its_making(client_of, draft, url, page, who, status):
    names = ["projet"] if page == "file" else []

    assert client_of(who).get(url(f"reviews:{page}", 2022, *names)).status_code == status


@pytest.mark.parametrize("who", ["camille", "malik", "ines", "sacha", "alix"])
@pytest.mark.parametrize("page", ["detail", "pdf"])
def test_published_review_is_for_every_member(client_of, published, url, page, who):
    answer = client_of(who).get(url(f"reviews:{page}", 2022))
    answer.close()

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("who", "status"),
    [("camille", 200), ("malik", 403), ("ines", 403), ("sacha", 403), ("alix", 403), ("noa", 404)],
)
@pytest.mark.parametrize("page", ["prepare", "publish"])
def test_preparing_is_for_the_lead(client_of, draft, url, page, who, status):
    assert client_of(who).get(url(f"reviews:{page}", 2022)).status_code == status
    if who != "camille":
        assert client_of(who).post(url(f"reviews:{page}", 2022)).status_code == status


@pytest.mark.parametrize(("who", "status"), [("malik", 403), ("alix", 403), ("noa", 404)])
@pytest.mark.parametrize("page", ["create", "correct"])
def test_other_acts_are_for_the_lead(client_of, published, url, page, who, status):
    assert client_of(who).post(url(f"reviews:{page}", 2022)).status_code == status
    assert AnnualReview.objects.count() == 1


def test_refusal_is_in_words(client_of, draft, url):
    page = client_of("alix").get(url("reviews:detail", 2022))

    assert "il vous sera ouvert à sa publication" in page.content.decode()


# The list


def test_list_offers_to_start_the_years_begun(camille, url, convention):
    page = camille.get(url("reviews:list")).content.decode()

    assert all(f"Commencer le bilan {year}" in page for year in convention.years)


def test_list_tells_each_state(camille, url, published):
    make_review(published.convention, 2021)

    page = camille.get(url("reviews:list")).content.decode()

    assert f'href="{url("reviews:pdf", 2022)}"' in page
    assert f'href="{url("reviews:prepare", 2021)}"' in page


def test_list_of_a_reader_has_no_draft(client_of, url, draft):
    page = client_of("alix").get(url("reviews:list")).content.decode()

    assert "En préparation" in page
    assert "Il vous sera ouvert à sa publication." in page
    assert "Lire le projet" not in page and "Commencer" not in page


def test_list_keeps_previous_editions(client_of, url, corrected):
    page = client_of("alix").get(url("reviews:list")).content.decode()

    assert "Cette édition corrige : Le bonus versé" in page.replace("\u00a0", " ")
    assert f"{url('reviews:pdf', 2022)}?edition=1" in page


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count(camille, convention, url, count, django_assert_num_queries):
    for year in range(2020, 2020 + count):
        make_review(convention, year)

    with django_assert_num_queries(7):
        camille.get(url("reviews:list"))


# Reading


def test_draft_page_is_live_and_says_so(camille, url, draft):
    page = camille.get(url("reviews:detail", 2022))

    assert page.context["review"].essentials.headline == "Une année utile."
    assert "Ce bilan est en préparation" in page.content.decode()


def test_published_page_keeps_its_figures(client_of, url, published):
    published.convention.actions.update(progress=0, status="todo")

    page = client_of("alix").get(url("reviews:detail", 2022))

    assert page.context["review"].essentials.figures[0].value == "4/5"


def test_latest_edition_is_read_and_the_first_points_to_it(client_of, url, corrected):
    alix = client_of("alix")

    latest = alix.get(url("reviews:detail", 2022))
    first = alix.get(url("reviews:detail", 2022), {"edition": 1}).content.decode()

    assert latest.context["edition"] == corrected
    assert "Le bonus versé" in latest.content.decode()
    assert "Une édition plus récente remplace celle-ci" in first


@pytest.mark.parametrize("asked", ["7", "abc"])
def test_unknown_edition_is_not_found(camille, url, published, asked):
    assert camille.get(url("reviews:detail", 2022), {"edition": asked}).status_code == 404


@pytest.mark.parametrize("page", ["detail", "pdf", "prepare", "publish", "correct"])
def test_year_not_started_is_not_found(camille, url, convention, page):
    assert camille.get(url(f"reviews:{page}", 2021)).status_code == 404


def test_review_in_an_older_format_is_read_as_pdf(client_of, cast, url, convention):
    make_review(convention, published_by=cast["camille"], data={"format_version": 0})

    page = client_of("alix").get(url("reviews:detail", 2022)).content.decode()

    assert "Ce bilan ne se lit qu’en PDF" in page


# PDF


def test_pdf_of_a_draft_is_asked_for_then_read(camille, url, draft):
    first = camille.get(url("reviews:pdf", 2022))
    assert first.status_code == 302
    assert first["Location"] == url("reviews:file", 2022, "projet") + "?edition=1"
    page = camille.get(url("reviews:file", 2022, "projet")).content.decode()
    assert "Mettre en page le projet</button>" in page and "Ouvrir le PDF" not in page

    page = camille.post(url("reviews:file", 2022, "projet"), follow=True).content.decode()

    assert "rien n’a changé depuis" in page and "Ouvrir le PDF" in page
    answer = camille.get(url("reviews:pdf", 2022))
    assert answer.getvalue() == b"%PDF projet"
    assert answer["Content-Disposition"] == (
        'inline; filename="bilan-2022-sicoval-2020-2024-projet.pdf"'
    )


def test_draft_that_is_out_of_date_says_so(camille, url, draft):
    camille.post(url("reviews:file", 2022, "projet"))
    services.save_texts(draft, {"foreword": "Autre"}, {})

    page = camille.get(url("reviews:file", 2022, "projet")).content.decode()

    assert "les textes ou les chiffres ont changé depuis" in page


def test_draft_being_made_is_followed_and_cancelled(camille, url, draft, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    page = camille.post(url("reviews:file", 2022, "projet"), follow=True).content.decode()
    assert "Mise en page en cours" in page and "<progress" in page

    Rendering.objects.update(state="running", chapters_done=7, chapters=18)
    state = htmx(camille, "get", url("reviews:file", 2022, "projet")).content.decode()
    assert "7 chapitres sur 18" in state and "<html" not in state

    page = camille.post(url("reviews:file_cancel", 2022, "projet"), follow=True).content.decode()
    assert "La mise en page est annulée." in page and "<progress" not in page
    page = camille.post(url("reviews:file_cancel", 2022, "projet"), follow=True).content.decode()
    assert "Il n’y avait plus rien à annuler." in page


def test_draft_of_a_published_review_is_the_review(camille, url, published):
    assert camille.get(url("reviews:file", 2022, "projet"))["Location"] == url(
        "reviews:detail", 2022
    )


def test_published_page_gives_the_hash(camille, url, published):
    assert published.file_sha256 in camille.get(url("reviews:detail", 2022)).content.decode()


def test_published_pdf_is_the_stored_file(client_of, url, published):
    published.file.storage.delete(published.file.name)
    published.file.storage.save(published.file.name, ContentFile(b"octet pour octet"))

    answer = client_of("alix").get(url("reviews:pdf", 2022))

    assert answer.getvalue() == b"octet pour octet"
    answer.close()
    assert answer["Content-Type"] == "application/pdf"


def test_lost_file_is_not_found(client_of, url, published):
    published.file.storage.delete(published.file.name)

    assert client_of("alix").get(url("reviews:pdf", 2022)).status_code == 404


def test_missing_library_is_told(camille, url, draft, monkeypatch):
    def lack(data, **_):
        raise PdfUnavailable("Installez fonts-inter.")

    monkeypatch.setattr(making, "render_review", lack)

    page = camille.post(url("reviews:file", 2022, "projet"), follow=True).content.decode()

    assert "La mise en page n’a pas abouti" in page and "Installez fonts-inter." in page


# Preparing


def test_create_starts_the_review(camille, url, convention):
    answer = camille.post(url("reviews:create", 2021))

    assert answer.url == url("reviews:prepare", 2021)
    assert convention.annual_reviews.get().year == 2021


def test_create_outside_the_convention_is_told(camille, url, convention):
    answer = camille.post(url("reviews:create", 2030), follow=True)

    assert "2030 est hors de la convention" in answer.content.decode()
    assert not convention.annual_reviews.exists()


def test_prepare_shows_facts_beside_texts(camille, url, draft):
    page = camille.get(url("reviews:prepare", 2022)).content.decode()

    assert "Les réseaux tiennent. Ils se réunissent.</textarea>" in page
    assert "Local trouvé tardivement" in page
    assert f'href="{url("progress:consolidate", 2022, "A-05")}"' in page
    assert "Sans synthèse : enjeu 2." in page.replace("\u00a0", " ")


def test_prepare_saves_everything_without_javascript(camille, url, draft):
    stakes = draft.convention.stakes.all()
    texts = {"headline": "Tout", "foreword": "Deux", "outlook": "", "meeting": ""} | KEPT
    answer = camille.post(
        url("reviews:prepare", 2022), texts | {f"synthesis_{s.pk}": s.title for s in stakes}
    )

    draft.refresh_from_db()
    assert answer.url == url("reviews:prepare", 2022)
    assert (draft.headline, draft.foreword, draft.outlook) == ("Tout", "Deux", "")
    assert [synthesis.text for synthesis in draft.syntheses.all()] == ["Relier", "Soutenir"]


def test_autosave_keeps_the_other_texts(camille, url, draft):
    answer = htmx(camille, "post", url("reviews:prepare", 2022), {"foreword": "Nouveau"})

    draft.refresh_from_db()
    assert answer.content.decode().strip().startswith("Enregistré à")
    assert answer["HX-Trigger"] == "ctg:saved"
    assert (draft.headline, draft.foreword) == ("Une année utile.", "Nouveau")


def test_autosave_of_a_synthesis(camille, url, draft):
    stake = draft.convention.stakes.last()

    htmx(camille, "post", url("reviews:prepare", 2022), {f"synthesis_{stake.pk}": "À deux"})

    assert draft.syntheses.get(stake=stake).text == "À deux"
    assert draft.syntheses.count() == 2


def test_autosave_says_what_it_refuses(camille, url, draft):
    answer = htmx(camille, "post", url("reviews:prepare", 2022), {"headline": "x" * 401})

    draft.refresh_from_db()
    assert "Non enregistré" in answer.content.decode()
    assert "HX-Trigger" not in answer
    assert draft.headline == "Une année utile."


def test_refused_form_keeps_what_was_typed(camille, url, draft):
    page = camille.post(url("reviews:prepare", 2022), {"headline": "x" * 401, "foreword": "Gardé"})

    assert page.status_code == 200
    assert "Gardé</textarea>" in page.content.decode()


def test_meeting_of_another_territory_is_refused(camille, url, draft):
    answer = camille.post(url("reviews:prepare", 2022), {"meeting": 999})

    assert "meeting" in answer.context["form"].errors


def test_published_review_has_no_form(camille, url, published):
    answer = camille.get(url("reviews:prepare", 2022))

    assert answer.url == url("reviews:detail", 2022)


# Publishing


def test_publish_page_confirms_and_tells_what_is_missing(camille, url, draft):
    page = camille.get(url("reviews:publish", 2022)).content.decode()

    assert "1 action sur 5 reste à consolider" in page
    assert not AnnualReview.objects.published().exists()


def test_publish_then_read(camille, url, draft):
    answer = camille.post(url("reviews:publish", 2022), follow=True)

    assert answer.redirect_chain[-1][0] == url("reviews:detail", 2022)
    assert "Le bilan 2022 est publié." in answer.content.decode()
    assert AnnualReview.objects.published().get() == draft


def test_publish_twice_is_told(camille, url, published):
    answer = camille.post(url("reviews:publish", 2022), follow=True)

    assert "il ne change plus" in answer.content.decode()


def test_running_publication_is_followed(camille, url, draft, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    page = camille.post(url("reviews:publish", 2022), follow=True).content.decode()

    assert "Publication en cours" in page
    assert "Voir où il en est" in page and "Annuler la publication" in page
    assert "Publier le bilan 2022</button>" not in page
    state = htmx(camille, "get", url("reviews:publish", 2022)).content.decode()
    assert 'hx-trigger="every 1s"' in state and "<html" not in state

    again = camille.post(url("reviews:publish", 2022), follow=True).content.decode()
    assert "C’est déjà demandé" in again
    camille.post(url("reviews:publish_cancel", 2022))
    assert Rendering.objects.get().state == Rendering.State.CANCELLED


def test_follower_is_sent_to_the_published_review(camille, url, published):
    answer = htmx(camille, "get", url("reviews:publish", 2022))

    assert answer["HX-Redirect"] == url("reviews:detail", 2022)


def test_failed_publication_is_told_and_may_be_asked_again(camille, url, draft, monkeypatch):
    def lack(data, **_):
        raise PdfUnavailable("Installez fonts-inter.")

    monkeypatch.setattr(services, "render_review", lack)

    page = camille.post(url("reviews:publish", 2022), follow=True).content.decode()

    assert "La publication n’a pas abouti" in page and "Installez fonts-inter." in page
    assert "Publier le bilan 2022</button>" in page


# Correcting


def test_correct_opens_an_edition(camille, url, published):
    answer = camille.post(url("reviews:correct", 2022), {"correction_note": "Le bonus"})

    assert answer.url == url("reviews:prepare", 2022)
    assert AnnualReview.objects.get(edition=2).correction_note == "Le bonus"
    assert "Le bonus" in camille.get(answer.url).content.decode()


@pytest.mark.parametrize("note", ["", "   "])
def test_correct_asks_what_is_corrected(camille, url, published, note):
    page = camille.post(url("reviews:correct", 2022), {"correction_note": note})

    assert "Dites ce que la nouvelle édition corrige." in page.content.decode()
    assert AnnualReview.objects.count() == 1


def test_correct_during_a_preparation_leads_to_it(camille, url, draft):
    assert camille.get(url("reviews:correct", 2022)).url == url("reviews:prepare", 2022)


def test_draft_of_a_correction_stays_with_the_team(camille, client_of, url, published):
    camille.post(url("reviews:correct", 2022), {"correction_note": "Le bonus"})

    alix = client_of("alix")

    assert alix.get(url("reviews:detail", 2022)).context["edition"] == published
    assert alix.get(url("reviews:detail", 2022), {"edition": 2}).status_code == 403


def test_detail_of_another_territory_is_not_found(client_of, published):
    address = reverse("reviews:detail", args=["ailleurs-2021-2025", 2022])

    assert client_of("camille").get(address).status_code == 404
    assert client_of("noa").get(address).status_code == 404


def test_a_reader_sees_the_years_begun_first_and_the_others_in_a_line(
    camille, client_of, convention, url
):
    make_review(convention, 2021)

    page = client_of("alix").get(url("reviews:list")).content.decode()

    assert "<h2>2022</h2>" not in page and "Pas encore commencé\u00a0: 2024, 2023, 2022" in page
    assert "<h2>2022</h2>" in camille.get(url("reviews:list")).content.decode()
