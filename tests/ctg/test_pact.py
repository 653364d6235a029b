import pytest
from django.urls import reverse

from ctg.convention.models import Convention, JournalEntry, Organization
from ctg.convention.rights import Role
from tests.factories.actions import make_campaign
from tests.factories.ctg import make_theme, make_user

FACTS = {
    "name": "CTG du Lauragais",
    "short_name": "CTG Lauragais",
    "starts_on": "2020-01-01",
    "ends_on": "2025-12-31",
    "annual_support": "10 520 374,50",
}
OPENING = {
    "name": "Convention territoriale globale",
    "short_name": "CTG Essais",
    "slug": "essais-2026-2030",
    "starts_on": "2026-01-01",
    "ends_on": "2030-12-31",
    "epci_name": "Communauté des Essais",
    "caf_name": "Caf des Essais",
    "usual_themes": "on",
    "lead_email": "lea@example.org",
    "lead_first_name": "Léa",
}


@pytest.fixture
def administrator(client, db):
    person = make_user("Ada", is_superuser=True)
    client.force_login(person)
    return client


def themes_as_sent(themes, *, removed=(), added=""):
    rows = [*themes, None] if added else list(themes)
    sent = {"themes-TOTAL_FORMS": len(rows), "themes-INITIAL_FORMS": len(themes)}
    for index, theme in enumerate(rows):
        prefix = f"themes-{index}"
        sent[f"{prefix}-label"] = theme.label if theme else added
        sent[f"{prefix}-position"] = index
        if theme:
            sent[f"{prefix}-id"] = theme.pk
        if theme in removed:
            sent[f"{prefix}-DELETE"] = "on"
    return sent


def test_the_lead_corrects_the_facts(camille, convention, url):
    partners = {"epci": convention.epci_id, "caf": convention.caf_id}

    camille.post(url("convention:facts"), FACTS | partners)

    convention.refresh_from_db()
    assert (convention.name, str(convention.annual_support)) == ("CTG du Lauragais", "10520374.50")
    assert convention.ends_on.year == 2025
    entry = JournalEntry.objects.get(verb="convention.described")
    assert "intitulé" in entry.summary


def test_an_end_before_the_start_is_refused(camille, convention, url):
    sent = FACTS | {"epci": convention.epci_id, "caf": convention.caf_id, "ends_on": "2019-12-31"}

    page = camille.post(url("convention:facts"), sent).content.decode()

    assert "La fin de la convention doit suivre son début." in page
    assert convention.short_name in page, "the header keeps the name that stands"


def test_themes_are_added_with_a_code_of_their_own(camille, convention, url):
    kept = make_theme(convention, "Parentalité")

    camille.post(url("convention:themes"), themes_as_sent([kept], added="Accès aux droits"))
    both = list(convention.themes.order_by("pk"))
    camille.post(url("convention:themes"), themes_as_sent(both, added="Accès aux droits !"))

    codes = set(convention.themes.exclude(pk=kept.pk).values_list("code", flat=True))
    assert codes == {"acces-aux-droits", "acces-aux-droits-2"}


def test_a_theme_in_use_is_not_removed(camille, convention, url):
    used, free = make_theme(convention, "Jeunesse"), make_theme(convention, "Emploi")
    used.committees.create(convention=convention, name="Jeunesse", kind="steering")

    refused = camille.post(url("convention:themes"), themes_as_sent([used, free], removed=[used]))
    camille.post(url("convention:themes"), themes_as_sent([used, free], removed=[free]))

    assert "sert déjà" in refused.content.decode()
    assert list(convention.themes.all()) == [used]


def test_a_convention_is_opened_and_its_lead_invited(administrator, mailoutbox):
    administrator.post(reverse("convention_open"), OPENING)

    opened = Convention.objects.get(slug="essais-2026-2030")
    assert opened.themes.count() == 9
    assert {str(one) for one in opened.organizations.all()} == {
        "Communauté des Essais",
        "Caf des Essais",
    }
    assert opened.invitations.get().role == Role.LEAD
    assert not opened.memberships.exists()


def test_who_gives_her_own_address_leads_at_once(administrator):
    person = make_user("Ines", is_superuser=True)
    administrator.force_login(person)

    answer = administrator.post(
        reverse("convention_open"), OPENING | {"lead_email": person.email.upper()}, follow=True
    )

    assert "Pour commencer" in answer.content.decode()
    assert "Dire le territoire" in answer.content.decode()


def test_an_address_in_use_opens_nothing(administrator, convention):
    answer = administrator.post(reverse("convention_open"), OPENING | {"slug": convention.slug})

    assert answer.status_code == 200
    assert not Organization.objects.filter(name="Communauté des Essais").exists()


def test_a_lead_does_not_open_conventions(camille):
    assert camille.get(reverse("convention_open")).status_code == 403


def test_the_dates_keep_the_years_of_which_something_is_written(camille, convention, url):
    make_campaign(convention, year=2022)
    partners = {"epci": convention.epci_id, "caf": convention.caf_id}
    narrower = {"starts_on": "2023-01-01", "ends_on": "2025-12-31"}

    page = camille.post(url("convention:facts"), FACTS | partners | narrower).content.decode()

    assert "L’année 2022 sert déjà (campagne de saisie)\u00a0: elle reste" in page
    convention.refresh_from_db()
    assert convention.starts_on.year == 2020
