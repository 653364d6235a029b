import pytest

from ctg.convention.models import Commune, JournalEntry, Organization
from tests.factories.ctg import make_commune, make_convention, make_organization

NEW = {"name": "Les Petits Pas", "kind": "association", "siren": ""}


@pytest.fixture
def page(url):
    return lambda name, *args: url(f"convention:{name}", *args)


def said_by(client, address, data):
    return client.post(address, data, follow=True).content.decode()


def test_the_territory_page_asks_as_much_for_three_communes_as_for_one(
    camille, convention, page, django_assert_max_num_queries
):
    camille.get(page("territory"))
    make_commune("Auzeville", convention)
    with django_assert_max_num_queries(100) as one:
        camille.get(page("territory"))
    for name in ("Escalquens", "Pompertuzat"):
        make_commune(name, convention)
    with django_assert_max_num_queries(len(one)):
        camille.get(page("territory"))


def test_an_organisation_joins_and_may_then_be_invited(camille, convention, page):
    camille.post(page("organization_create"), NEW)

    assert convention.organizations.filter(name="Les Petits Pas").exists()
    assert "Les Petits Pas" in camille.get(page("members")).content.decode()
    assert JournalEntry.objects.filter(verb="organization.added").count() == 1


def test_a_known_siren_brings_the_organisation_that_bears_it(camille, convention, page):
    known = make_organization("Francas de la Haute-Garonne", siren="775552789")

    camille.post(page("organization_create"), NEW | {"siren": "775 552 789"})

    assert convention.organizations.filter(pk=known.pk).exists()
    assert not Organization.objects.filter(name="Les Petits Pas").exists()


def test_a_name_of_the_territory_is_refused_at_its_field(camille, convention, page):
    make_organization("les petits pas").conventions.add(convention)

    answer = said_by(camille, page("organization_create"), NEW)

    assert "Un organisme du territoire porte déjà ce nom." in answer


def test_what_another_convention_relies_on_is_not_changed_here(camille, convention, page):
    shared = make_organization("Mission locale")
    shared.conventions.add(convention, make_convention("ailleurs-2021"))

    answer = said_by(camille, page("organization", shared.pk), NEW)

    shared.refresh_from_db()
    assert shared.name == "Mission locale"
    assert "Une autre convention compte aussi sur lui" in answer


def test_only_what_nothing_names_leaves(camille, convention, page):
    free = make_organization("Arrivé par erreur")
    free.conventions.add(convention)

    camille.post(page("organization_remove", free.pk))
    answer = said_by(camille, page("organization_remove", convention.caf.pk), {})

    assert not convention.organizations.filter(pk=free.pk).exists()
    assert Organization.objects.filter(pk=free.pk).exists()
    assert convention.organizations.filter(pk=convention.caf.pk).exists()
    assert "sert déjà" in answer


def test_a_commune_is_corrected_and_stays_a_commune(camille, convention, page):
    commune = make_commune("Pechabou", convention)

    camille.post(page("organization", commune.pk), {"name": "Péchabou", "siren": ""})

    commune.refresh_from_db()
    assert (commune.name, commune.kind) == ("Péchabou", "commune")


def test_communes_are_pasted_from_a_spreadsheet(camille, convention, page):
    known = make_commune("Auzielle", insee_code="31035", population=1_500)
    lines = (
        "Insee\tNom\tCode postal\tPopulation\n31004\tAureville\t31320\t1 085\t43.48123456\t-1.5\n"
    )

    camille.post(page("communes"), {"lines": f"{lines}31035 ; AUZIELLE ; 31650 ; 9"})

    aureville = Commune.objects.get(insee_code="31004")
    assert (aureville.name, aureville.postal_code, aureville.population) == (
        "Aureville",
        "31320",
        1085,
    )
    assert (str(aureville.latitude), str(aureville.longitude)) == ("43.48123", "-1.50000")
    assert {aureville, known} <= set(convention.communes)
    assert Commune.objects.get(pk=known.pk).population == 1_500


def test_a_wrong_line_is_named_and_nothing_is_written(camille, convention, page):
    before = Commune.objects.count()

    answer = said_by(camille, page("communes"), {"lines": "31004;Aureville;31320\nBaziège ; 31450"})

    assert "Ligne 2" in answer
    assert "Baziège ; 31450" in answer
    assert Commune.objects.count() == before


def test_communes_known_already_are_said(camille, convention, page):
    make_commune("Labège", convention, insee_code="31254")

    answer = said_by(camille, page("communes"), {"lines": "31254;Labège;31670"})

    assert "déjà toutes du territoire" in answer


@pytest.mark.parametrize("cell", ["12A45", "9" * 5000, "14377", "-1", "99.99999 ; 200.5"])
def test_an_odd_cell_is_no_error_of_ours(camille, page, cell):
    answer = camille.post(page("communes"), {"lines": f"31113;Castanet;31320;{cell}"})

    assert answer.status_code in {200, 302}
