import pytest
from django.core.exceptions import ValidationError

from ctg.convention import services
from ctg.convention.models import JournalEntry, Membership
from ctg.convention.rights import Access, Right, Role
from tests.factories.ctg import make_commune, make_member, make_organization


def invitation(convention, **fields):
    return {
        "email": "nouvelle@example.org",
        "first_name": "Frédérique",
        "organization": convention.caf.pk,
        "role": Role.FUNDER,
    } | fields


@pytest.mark.parametrize(
    ("who", "status"),
    [("camille", 200), ("malik", 403), ("sacha", 403), ("ines", 403), ("alix", 403), ("noa", 404)],
)
def test_settings_are_for_the_lead(client_of, url, who, status):
    assert client_of(who).get(url("convention:settings")).status_code == status
    assert client_of(who).get(url("convention:members")).status_code == status


def test_same_person_for_the_same_organization_is_refused_at_the_field(
    camille, cast, convention, url
):
    known = invitation(convention, email=cast["ines"].email)

    page = camille.post(url("convention:members"), known).content.decode()

    assert "Cette personne représente déjà cet organisme." in page


def test_organization_of_elsewhere_is_refused(camille, convention, url):
    elsewhere = make_organization("Loin")

    camille.post(url("convention:members"), invitation(convention, organization=elsewhere.pk))

    assert not convention.invitations.exists()


def test_last_lead_stays(cast, convention):
    lead = convention.memberships.get(role=Role.LEAD)

    with pytest.raises(ValidationError):
        services.remove_member(lead, by=cast["camille"])
    make_member(convention, Role.LEAD)
    services.remove_member(lead, by=cast["camille"])

    assert not convention.memberships.filter(user=cast["camille"]).exists()


def test_removed_member_no_longer_enters(camille, cast, client_of, convention, url):
    member = convention.memberships.get(user=cast["alix"])

    camille.post(url("convention:member_remove", member.pk))

    assert client_of("alix").get(url("actions:plan")).status_code == 404


def test_memberships_of_one_person_add_up(convention, labege):
    user = make_member(convention, Role.CONTRIBUTOR, labege)
    other = make_commune("Auzielle", convention)
    Membership.objects.create(
        convention=convention, user=user, role=Role.CONTRIBUTOR, organization=other
    )
    Membership.objects.create(
        convention=convention, user=user, role=Role.READER, organization=convention.epci
    )

    access = Access(convention.memberships.filter(user=user).select_related("organization"))

    assert {o.pk for o in access.organizations_with(Right.ANSWER_CAMPAIGN)} == {
        labege.pk,
        other.pk,
    }
    assert access.has(Right.VIEW_FUNDING)
    assert not access.can_edit_plan


def test_members_are_found_by_name_or_organization(camille, cast, labege, url):
    def names(text):
        page = camille.get(url("convention:members"), {"membre": text})
        return {member.user.first_name for member in page.context["members"]}

    assert names("sach") == {"Sacha"}
    assert names("labège") == {"Sacha"}
    assert names("personne de ce nom") == set()
    assert "Camille" in names("")


def test_threshold_is_set_and_refused_in_words(camille, convention, url):
    refused = camille.post(url("convention:settings"), {"untouched_days": "0"})
    camille.post(url("convention:settings"), {"untouched_days": "90"})

    assert "supérieure ou égale à 1" in refused.content.decode()
    convention.refresh_from_db()
    assert convention.untouched_days == 90
    assert "90 jours" in JournalEntry.objects.get().summary
