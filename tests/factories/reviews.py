"""A small plan in which every section of the annual review has something to say."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from actions.models import Action, IndicatorValue, Stake, StrategicObjective
from ctg.convention.models import Commune, Convention, Milestone, Principle, Signature
from financing.models import Facility, Instalment
from governance.models import AnnualReview, Decision, Meeting, StakeSynthesis
from tests.factories.actions import (
    make_action,
    make_action_review,
    make_campaign,
    make_contribution,
    make_indicator,
    make_objective,
)
from tests.factories.ctg import make_commune, make_organization, make_theme
from tests.factories.financing import (
    make_bonus_line,
    make_budget_line,
    make_facility,
    make_instalment,
)
from tests.factories.governance import (
    make_attendance,
    make_committee,
    make_decision,
    make_meeting,
)


@dataclass
class Plan:
    """2022 under review; five actions, three communes, two stakes."""

    convention: Convention
    communes: list[Commune]
    stakes: list[Stake]
    done: Action
    late: Action
    blocked: Action
    postponed: Action
    everywhere: Action


def make_plan(convention: Convention) -> Plan:
    convention.annual_support, convention.annual_support_year = Decimal("10520374"), 2018
    convention.definition = "Un projet social de territoire"
    convention.save()
    communes = [
        make_commune("Auzielle", convention, latitude=Decimal("43.54"), longitude=Decimal("1.56")),
        make_commune("Baziège", convention, latitude=Decimal("43.45"), longitude=Decimal("1.61")),
        make_commune("Clermont", convention, latitude=Decimal("43.50"), longitude=Decimal("1.44")),
    ]
    stakes = [
        Stake.objects.create(convention=convention, code="1", title="Relier", position=1),
        Stake.objects.create(convention=convention, code="2", title="Soutenir", position=2),
    ]
    objectives = [
        make_objective(convention, _strategic(stake, title))
        for stake, title in zip(stakes, ("Mettre en réseau", "Aller vers"), strict=True)
    ]
    plan = Plan(convention, communes, stakes, *_actions(convention, communes, objectives))
    _last_year(plan)
    _this_year(plan)
    _answers(plan)
    _indicators(plan)
    _money(plan)
    _steering(plan)
    return plan


def _strategic(stake, title):
    StrategicObjective.objects.create(stake=stake, code=f"{stake.code}.1", title=title, position=1)
    return stake


def _actions(convention, communes, objectives):
    caf, epci = convention.caf, convention.epci
    relier, soutenir = objectives
    common = {"scope": Action.Scope.COMMUNES}
    theme = make_theme(convention, "Parentalité")
    return (
        make_action(
            convention,
            pilot=epci,
            code="A-01",
            title="Tenir un annuaire",
            communes=communes[:2],
            themes=[theme],
            operational_objective=relier,
            status="done",
            progress=100,
            **common,
        ),
        make_action(
            convention,
            pilot=caf,
            code="A-02",
            title="Prêter du matériel",
            communes=communes,
            operational_objective=soutenir,
            status="ongoing",
            progress=20,
            ends_on=date(2022, 6, 30),
            **common,
        ),
        make_action(
            convention,
            code="A-03",
            title="Ouvrir le soir",
            communes=communes[:1],
            operational_objective=soutenir,
            status="ongoing",
            progress=40,
            is_blocked=True,
            **common,
        ),
        make_action(
            convention,
            code="A-04",
            title="Loger en urgence",
            communes=communes[2:],
            operational_objective=soutenir,
            status="postponed",
            status_reason="Travaux à refaire",
            ends_on=date(2024, 6, 30),
            **common,
        ),
        make_action(
            convention,
            code="A-05",
            title="Former les agents",
            operational_objective=relier,
            status="ongoing",
            progress=30,
        ),
    )


def _last_year(plan):
    make_action_review(plan.done, 2021, status="ongoing", progress=60)
    make_action_review(plan.late, 2021, status="todo", progress=0)


def _this_year(plan):
    make_action_review(plan.done, status="done", progress=100, highlight="Mille visites")
    make_action_review(
        plan.late,
        status="ongoing",
        progress=25,
        difficulty="Local trouvé tardivement",
        decision_asked="Prolonger d’un an",
    )
    make_action_review(plan.blocked, status="ongoing", progress=45)
    make_action_review(plan.postponed, status="postponed", progress=0)


def _answers(plan):
    auzielle, baziege, clermont = plan.communes
    before = make_campaign(plan.convention, 2021, is_open=False)
    make_contribution(before, plan.done, auzielle, state="validated")
    campaign = make_campaign(plan.convention, 2022)
    make_contribution(
        campaign, plan.done, auzielle, state="validated", done="Annuaire distribué", difficulty=""
    )
    make_contribution(
        campaign, plan.late, auzielle, state="validated", done="Dix prêts", difficulty="Sans local"
    )
    make_contribution(campaign, plan.late, baziege, state="submitted", done="Pas encore lu")
    make_contribution(campaign, plan.done, baziege)
    make_contribution(campaign, plan.late, clermont)
    make_contribution(campaign, plan.late, plan.convention.caf, state="validated")


def _indicators(plan):
    visits = make_indicator(plan.done, "Visites", unit="visites", baseline=0, target=900)
    for year, value in ((2021, 400), (2022, 1000)):
        IndicatorValue.objects.create(indicator=visits, year=year, value=value)
    opinion = make_indicator(plan.done, "Avis des familles", nature="qualitative")
    IndicatorValue.objects.create(indicator=opinion, year=2022, text="Très attendu")


def _money(plan):
    nursery = make_facility(plan.convention, name="Crèche", commune=plan.communes[0])
    leisure = make_facility(
        plan.convention,
        name="Centre",
        kind=Facility.Kind.ALSH,
        manager=make_organization("Léo", short_name="Léo"),
        commune=plan.communes[1],
    )
    paid = make_bonus_line(nursery, 2022, forecast=Decimal("1000"), notified=Decimal("950.50"))
    make_instalment(paid, "700")
    make_instalment(paid, "300.50")
    make_instalment(paid, "50", Instalment.Kind.OVERPAYMENT)
    make_bonus_line(leisure, 2022, forecast=Decimal("500"))
    before = make_bonus_line(nursery, 2021, forecast=Decimal("900"))
    make_instalment(before, "900")
    make_budget_line(plan.done, planned=Decimal("10"), granted=Decimal("8.10"), spent=None)
    make_budget_line(plan.late, planned=Decimal("20"), spent=Decimal("5.05"))


def _steering(plan):
    committee = make_committee(plan.convention, name="Comité de pilotage")
    make_committee(plan.convention, name="Groupe logement", kind="working")
    held = make_meeting(
        committee, starts_at=datetime(2022, 3, 17, 13, tzinfo=UTC), state=Meeting.State.ADOPTED
    )
    older = make_meeting(
        committee, starts_at=datetime(2021, 12, 9, 13, tzinfo=UTC), state=Meeting.State.ADOPTED
    )
    make_attendance(held, plan.convention.epci)
    make_decision(
        held,
        kind="stop",
        text="Arrêter l’atelier",
        state=Decision.State.APPLIED,
        actions=[plan.done],
    )
    make_decision(older, kind="fund", text="Financer le poste", due_on=date(2022, 9, 30))
    Principle.objects.create(convention=plan.convention, kind="principle", text="Co-construction")
    Milestone.objects.create(
        convention=plan.convention, label="Signature", date_label="2 mars 2020"
    )
    Signature.objects.create(convention=plan.convention, organization=plan.communes[0])


def make_written_review(plan: Plan) -> AnnualReview:
    review = AnnualReview.objects.create(
        convention=plan.convention,
        year=2022,
        headline="Une année utile.",
        foreword="Merci aux communes.",
        outlook="Prolonger ce qui marche.",
    )
    StakeSynthesis.objects.create(
        review=review, stake=plan.stakes[0], text="Les réseaux tiennent. Ils se réunissent."
    )
    return review
