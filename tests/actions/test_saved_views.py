import pytest

from actions.models import SavedView
from ctg.convention.models import JournalEntry
from tests.factories.actions import make_action, make_saved_view
from tests.factories.ctg import make_theme


def test_a_view_keeps_what_is_on_screen(camille, cast, convention, url):
    theme = make_theme(convention)
    address = f"vue=tableau&theme={theme.pk}&page=2&filtres=1&q=&colonne=statut&colonne=code"

    answer = camille.post(url("actions:views"), {"name": "Ma vue", "query": address})

    view = SavedView.objects.get()
    assert (view.owner, view.is_shared) == (cast["camille"], False)
    assert view.query == f"colonne=code&colonne=statut&theme={theme.pk}&vue=tableau"
    assert answer.url == f"{url('actions:plan')}?{view.query}"
    page = camille.get(answer.url)
    assert page.context["saved_views"] == [(view, True)]
    assert not JournalEntry.objects.exists()


def test_a_private_view_is_not_shown_to_others(client_of, cast, convention, url):
    mine = make_saved_view(convention, cast["sacha"], "Mes actions")
    make_saved_view(convention, cast["sacha"], "Pour tous", is_shared=True)

    page = client_of("alix").get(url("actions:views")).content.decode()

    assert "Mes actions" not in page
    assert "Pour tous" in page
    assert client_of("camille").get(url("actions:view_change", mine.pk)).status_code == 404


def test_sharing_is_written_in_the_journal(camille, cast, convention, url):
    view = make_saved_view(convention, cast["camille"], "En retard")
    address = url("actions:view_change", view.pk)

    camille.post(address, {"name": "Les retards", "is_shared": "on"})
    camille.post(address, {"name": "Les retards"})

    view.refresh_from_db()
    assert (view.name, view.is_shared) == ("Les retards", False)
    assert [entry.verb for entry in JournalEntry.objects.order_by("pk")] == [
        "view.shared",
        "view.unshared",
    ]


def test_a_shared_view_is_changed_by_its_owner_or_the_lead(client_of, cast, convention, url):
    view = make_saved_view(convention, cast["sacha"], "Pour tous", is_shared=True)

    assert client_of("alix").post(url("actions:view_delete", view.pk)).status_code == 403
    assert client_of("sacha").get(url("actions:view_change", view.pk)).status_code == 200
    client_of("camille").post(url("actions:view_delete", view.pk))

    assert not SavedView.objects.exists()


def test_two_views_of_one_person_have_two_names(camille, cast, convention, url):
    make_saved_view(convention, cast["camille"], "En retard")
    make_saved_view(convention, cast["sacha"], "Labège")

    refused = camille.post(url("actions:views"), {"name": "En retard", "query": "late=true"})
    camille.post(url("actions:views"), {"name": "Labège", "query": ""})

    page = refused.content.decode()
    assert "Une de vos vues porte déjà ce nom." in page
    assert 'value="late=true"' in page
    assert SavedView.objects.filter(owner=cast["camille"]).count() == 2


def test_a_view_whose_theme_is_gone_answers_in_words(camille, cast, convention, url):
    theme = make_theme(convention)
    make_action(convention, title="Toujours là")
    view = make_saved_view(convention, cast["camille"], "Par thème", query=f"theme={theme.pk}")
    theme.delete()

    page = camille.get(view.get_absolute_url()).content.decode()

    assert "Toujours là" in page
    assert "n’existe plus" in page


@pytest.mark.parametrize("count", [1, 3])
def test_views_query_count(camille, cast, convention, url, count, django_assert_max_num_queries):
    for number in range(count):
        make_saved_view(convention, cast["sacha"], f"Vue {number}", is_shared=True)

    with django_assert_max_num_queries(9):
        camille.get(url("actions:views"))
