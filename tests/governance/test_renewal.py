"""A new convention that follows the old one: what is carried over, what begins again."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from actions.models import Action, Indicator, Stake
from ctg.convention.models import Convention, JournalEntry, Membership
from ctg.convention.rights import Role
from financing.models import Facility
from governance.evaluation import services as evaluations
from governance.models import Committee
from governance.renewal.forms import RenewalForm
from governance.renewal.services import renew
from tests.factories.ctg import make_convention, make_member

pytestmark = pytest.mark.django_db

NEXT = {
    "name": "Convention territoriale globale",
    "short_name": "CTG Sicoval",
    "slug": "sicoval-2025-2029",
    "starts_on": date(2025, 1, 1),
    "ends_on": date(2029, 12, 31),
}
EVERYTHING = {"members": True, "facilities": True, "committees": True}


@pytest.fixture
def renewal(plan, lead):
    make_member(plan.convention, Role.READER)
    return renew(plan.convention, **NEXT, **EVERYTHING, actions=[plan.done, plan.late], by=lead)


def test_renewal_follows_the_old_one(renewal, plan):
    assert renewal.follows == plan.convention
    assert renewal.epci == plan.convention.epci
    assert set(renewal.organizations.all()) == set(plan.convention.organizations.all())
    entry = JournalEntry.objects.get(verb="convention.renewed")
    assert entry.convention == renewal and "2\u00a0actions reprises" in entry.summary


def test_actions_know_what_they_come_from(renewal, plan):
    copies = {action.code: action for action in renewal.actions.all()}

    assert sorted(copies) == ["A-01", "A-02"]
    assert copies["A-01"].renewed_from == plan.done
    assert copies["A-01"].origin == Action.Origin.RENEWED
    assert {action.code: action.status for action in copies.values()} == {
        "A-01": "todo",
        "A-02": "ongoing",
    }
    assert [(action.progress, action.ends_on) for action in copies.values()] == [(0, None)] * 2


def test_actions_keep_their_place_and_their_partners(renewal, plan):
    copy = renewal.actions.get(code="A-01")

    assert copy.stake.convention == renewal and copy.stake.title == "Relier"
    assert set(copy.communes.all()) == set(plan.done.communes.all())
    assert [theme.convention for theme in copy.themes.all()] == [renewal]
    assert copy.pilot == plan.done.pilot


def test_indicators_start_from_their_last_figure(renewal):
    visits = Indicator.objects.get(action__convention=renewal, title="Visites")

    assert (visits.baseline, visits.target, visits.target_year) == (Decimal(1000), 900, None)
    assert not visits.values.exists()


def test_an_indicator_without_figure_keeps_its_baseline(plan, lead):
    plan.late.indicators.create(title="Prêts", baseline=12)

    renewal = renew(plan.convention, **NEXT, **EVERYTHING, actions=[plan.late], by=lead)

    assert Indicator.objects.get(action__convention=renewal).baseline == 12


def test_members_facilities_and_committees_come_along(renewal, plan):
    assert renewal.memberships.count() == 2
    names = Facility.objects.filter(convention=renewal).values_list("name", flat=True)
    assert set(names) == {"Crèche", "Centre"}
    assert Committee.objects.filter(convention=renewal).count() == 2


def test_only_who_renews_when_nothing_else_is_asked(plan, lead):
    make_member(plan.convention, Role.READER)
    nothing = dict.fromkeys(EVERYTHING, False)

    renewal = renew(plan.convention, **NEXT, **nothing, actions=[], by=lead)

    assert [m.user for m in Membership.objects.filter(convention=renewal)] == [lead]
    assert not renewal.facilities.exists() and not renewal.committees.exists()
    assert renewal.stakes.count() == 2 and not renewal.actions.exists()


def test_closed_facility_and_archived_stake_stay_behind(plan, lead):
    plan.convention.facilities.filter(name="Crèche").update(closed_on=date(2023, 1, 1))
    Stake.objects.create(
        convention=plan.convention, code="9", title="Ancien", archived_at="2022-01-01T00:00Z"
    )

    renewal = renew(plan.convention, **NEXT, **EVERYTHING, actions=[], by=lead)

    assert [facility.name for facility in renewal.facilities.all()] == ["Centre"]
    assert not renewal.stakes.filter(code="9").exists()


def test_nothing_of_the_old_one_changes(plan, lead):
    def snapshot():
        actions = Action.objects.filter(convention=plan.convention)
        stakes = Stake.objects.filter(convention=plan.convention)
        conventions = Convention.objects.filter(pk=plan.convention.pk)
        return [list(rows.order_by("pk").values()) for rows in (conventions, stakes, actions)]

    before = snapshot()

    renew(plan.convention, **NEXT, **EVERYTHING, actions=[plan.done], by=lead)

    assert snapshot() == before


def test_a_convention_is_renewed_once(renewal, plan, lead):
    with pytest.raises(ValidationError, match="déjà renouvelée"):
        renew(plan.convention, **NEXT | {"slug": "autre"}, **EVERYTHING, actions=[], by=lead)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("starts_on", date(2024, 6, 1)),
        ("ends_on", date(2024, 12, 31)),
        ("slug", "admin"),
        ("slug", "prise-2025-2029"),
    ],
)
def test_refused_renewal_leaves_nothing(plan, lead, field, value):
    make_convention("prise-2025-2029")
    before = Convention.objects.count()

    with pytest.raises(ValidationError):
        renew(plan.convention, **NEXT | {field: value}, **EVERYTHING, actions=[], by=lead)

    assert Convention.objects.count() == before


# The form


def test_evaluation_ticks_what_goes_on(plan, lead):
    evaluation = evaluations.start(plan.convention, by=lead)
    evaluations.decide(evaluation, {plan.done: ("adapt", "À revoir"), plan.late: ("stop", "Fini")})

    form = RenewalForm(convention=plan.convention)

    ticked = form.fields["actions"].initial
    assert plan.done.pk in ticked and plan.late.pk not in ticked
    assert plan.postponed.pk in ticked
    assert "— adapter" in str(form["actions"])


def test_without_evaluation_what_is_finished_stays(plan):
    ticked = RenewalForm(convention=plan.convention).fields["actions"].initial

    assert plan.done.pk not in ticked and plan.late.pk in ticked


def test_next_period_is_offered(plan):
    fields = RenewalForm(convention=plan.convention).fields

    assert fields["starts_on"].initial == date(2025, 1, 1)
    assert fields["ends_on"].initial == date(2029, 12, 31)


def test_lead_renews(camille, plan, url):
    form = NEXT | {"members": "on", "actions": [plan.late.pk]}

    answer = camille.post(url("renewal:renew"), form, follow=True)

    renewal = Convention.objects.get(slug="sicoval-2025-2029")
    assert [action.code for action in renewal.actions.all()] == ["A-02"]
    assert "est ouverte" in answer.content.decode()
    sheet = camille.get(renewal.actions.get().get_absolute_url()).content.decode()
    assert f'href="{plan.late.get_absolute_url()}">A-02, 2020–2024</a>' in sheet
    again = camille.get(url("renewal:renew")).content.decode()
    assert "Cette convention est renouvelée" in again


def test_ancestor_is_a_link_for_its_members_only(client, renewal):
    newcomer = make_member(renewal, Role.READER, first_name="Dominique")
    client.force_login(newcomer)

    sheet = client.get(renewal.actions.first().get_absolute_url()).content.decode()

    assert "A-01, 2020–2024" in sheet and "/sicoval-2020-2024/plan/" not in sheet


def test_bad_input_is_said_at_the_field(camille, plan, url):
    form = NEXT | {"starts_on": "2024-01-01", "slug": "admin"}

    answer = camille.post(url("renewal:renew"), form)

    assert set(answer.context["form"].errors) == {"starts_on", "slug"}
    assert 'value="admin"' in answer.content.decode()


@pytest.mark.parametrize(("who", "status"), [("malik", 403), ("alix", 403), ("noa", 404)])
def test_renewing_is_for_the_lead(client_of, plan, url, who, status):
    assert client_of(who).post(url("renewal:renew"), NEXT).status_code == status
    assert not Convention.objects.filter(slug="sicoval-2025-2029").exists()
