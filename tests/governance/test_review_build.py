"""The figures of the annual review, on a plan small enough to count by hand."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from freezegun import freeze_time

from actions.models import IndicatorValue, Stake
from governance.models import Decision
from governance.reviews.build import build_review
from governance.reviews.data import ReviewData
from governance.reviews.data.chapters import (
    Change,
    CommuneRow,
    IndicatorRow,
    PartnerLine,
    Quote,
    Remark,
)
from governance.reviews.data.money import BonusRow, BudgetRow
from governance.reviews.data.opening import (
    ActionName,
    AskedDecision,
    DecisionLine,
    KeyFigure,
    MeetingLine,
    Segment,
    StakeLine,
)
from tests.factories.actions import (
    make_action,
    make_action_review,
    make_campaign,
    make_contribution,
    make_indicator,
    make_objective,
    make_stake,
)
from tests.factories.ctg import make_organization
from tests.factories.financing import make_bonus_line, make_budget_line, make_facility
from tests.factories.governance import make_committee, make_decision, make_meeting
from tests.factories.reviews import make_written_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(plan):
    return build_review(plan.convention, 2022)


def test_state_sentence_comes_from_the_figures(review):
    assert review.essentials.headline == (
        "4\u00a0actions sur 5 sont lancées ou réalisées ; 1 est en retard et 1 est bloquée. "
        "L’avancement moyen est de 40\u00a0%, contre 30\u00a0% en 2021."
    )


def test_headline_of_the_lead_prevails_and_the_sentence_stays(plan):
    make_written_review(plan)

    essentials = build_review(plan.convention, 2022).essentials

    assert essentials.headline == "Une année utile."
    assert essentials.sentence.startswith("4\u00a0actions sur 5")


def test_key_figures_with_last_year(review):
    assert review.essentials.figures == (
        KeyFigure("4/5", "actions lancées ou réalisées", "1 en 2021"),
        KeyFigure("40\u00a0%", "d’avancement moyen", "30\u00a0% en 2021"),
        KeyFigure("2/3", "communes ont répondu", "1/1 en 2021"),
        KeyFigure("951\u00a0€", "de bonus territoire versés", "900\u00a0€ en 2021"),
    )


def test_status_bar_counts_each_action_once(review):
    assert review.essentials.segments == (
        Segment("done", "réalisée", 1),
        Segment("ongoing", "en cours", 2),
        Segment("late", "en retard", 1),
        Segment("postponed", "reportée", 1),
    )


def test_stake_lines_open_on_the_synthesis(plan):
    make_written_review(plan)

    lines = build_review(plan.convention, 2022).essentials.stakes

    text = "Les réseaux tiennent. Ils se réunissent."
    assert lines == (
        StakeLine(1, "1", "Relier", 2, 65, 60, text),
        StakeLine(2, "2", "Soutenir", 3, 23, 0, ""),
    )


def test_judgement_of_the_year_prevails_over_the_present_state(review):
    (table,) = review.stakes[1].objectives
    shown = [
        (line.code, line.state_label, line.progress, line.communes, line.is_consolidated)
        for line in table.actions
    ]

    assert shown == [
        ("A-02", "En retard", 25, 3, True),
        ("A-03", "Bloquée", 45, 1, True),
        ("A-04", "Reportée", 0, 1, True),
    ]


def test_action_without_judgement_is_flagged(review):
    (table,) = review.stakes[0].objectives

    line = table.actions[1]

    assert (line.code, line.state, line.progress, line.communes) == ("A-05", "ongoing", 30, None)
    assert not line.is_consolidated
    assert review.unconsolidated == [line]


def test_finished_action_is_neither_late_nor_blocked(convention):
    action = make_action(convention, ends_on=date(2022, 1, 31), is_blocked=True, status="ongoing")
    make_action_review(action, status="done", progress=100)

    (sheet,) = build_review(convention, 2022).sheets

    assert (sheet.line.state, sheet.line.is_blocked) == ("done", False)


@freeze_time("2022-05-01")
def test_lateness_is_judged_today_before_the_end_of_the_year(convention):
    make_action(convention, status="ongoing", ends_on=date(2022, 6, 30))

    review = build_review(convention, 2022)

    assert review.method.late_on == date(2022, 5, 1)
    assert review.sheets[0].line.state == "ongoing"


def test_decisions_asked_put_trouble_first_and_group_the_same_request(plan):
    for action, text in ((plan.done, "Généraliser"), (plan.blocked, "Prolonger d’un an")):
        action.reviews.filter(year=2022).update(decision_asked=text)

    decisions = build_review(plan.convention, 2022).outlook.decisions

    assert decisions == (
        AskedDecision(
            "Prolonger d’un an",
            (ActionName("A-02", "Prêter du matériel"), ActionName("A-03", "Ouvrir le soir")),
            ("Local trouvé tardivement",),
        ),
        AskedDecision("Généraliser", (ActionName("A-01", "Tenir un annuaire"),), ()),
    )


def test_essentials_keep_three_decisions_and_count_the_others(plan):
    for number, action in enumerate((plan.done, plan.late, plan.blocked, plan.postponed)):
        action.reviews.filter(year=2022).update(decision_asked=f"Décision {number}")

    essentials = build_review(plan.convention, 2022).essentials

    assert (len(essentials.decisions), essentials.more_decisions) == (3, 1)


def test_long_list_of_actions_says_its_first_reasons(convention):
    for summary in ("Terminée", "Terminée", "Sans public", "Trop chère"):
        make_action_review(make_action(convention), decision_asked="Arrêter", summary=summary)

    (decision,) = build_review(convention, 2022).outlook.decisions

    assert (len(decision.actions), decision.reasons) == (4, ("Terminée", "Sans public"))


def test_changes_say_why(review):
    assert review.outlook.changes == (
        Change("A-03", "Ouvrir le soir", "blocked", "Bloquée", ""),
        Change("A-04", "Loger en urgence", "postponed", "Reportée", "Travaux à refaire"),
    )


def test_indicators_compare_with_last_year_and_target(review):
    (row,) = review.stakes[0].indicators

    assert row == IndicatorRow(
        action="A-01",
        title="Visites",
        kind="réalisation",
        unit="visites",
        baseline=Decimal("0.00"),
        target=Decimal("900.00"),
        target_year=None,
        series=((2020, None), (2021, Decimal("400.00")), (2022, Decimal("1000.00"))),
        texts=(),
        verdict="cible atteinte",
    )
    assert (row.last, row.current) == (Decimal("400.00"), Decimal("1000.00"))


@pytest.mark.parametrize(
    ("baseline", "target", "value", "verdict"),
    [
        (None, 10, 10, "cible atteinte"),
        (0, 10, 9, ""),
        (30, 10, 12, ""),
        (30, 10, 9, "cible atteinte"),
        (0, None, 9, ""),
    ],
)
def test_target_may_be_one_to_come_down_to(convention, baseline, target, value, verdict):
    indicator = make_indicator(make_action(convention), baseline=baseline, target=target)
    IndicatorValue.objects.create(indicator=indicator, year=2022, value=value)

    (row,) = build_review(convention, 2022).indicators

    assert row.verdict == verdict


def test_target_year_is_said_once_when_they_all_have_the_same(convention):
    for year in (2024, 2024, 2023):
        indicator = make_indicator(make_action(convention), target=1, target_year=year)
        IndicatorValue.objects.create(indicator=indicator, year=2022, value=1)

    (chapter,) = build_review(convention, 2022).stakes

    assert chapter.target_year is None
    assert build_review(convention, 2021).stakes[0].target_year is None


def test_highlights_and_difficulties_of_a_stake(review):
    assert review.stakes[0].highlights == (Remark("A-01", "Tenir un annuaire", "Mille visites"),)
    assert review.stakes[1].difficulties == (
        Remark("A-02", "Prêter du matériel", "Local trouvé tardivement"),
    )


def test_bonus_sums_what_is_known(review):
    assert review.funding.by_kind.rows == (
        BonusRow(
            "Établissement d’accueil du jeune enfant",
            1,
            Decimal("1000.00"),
            Decimal("950.50"),
            Decimal("950.50"),
        ),
        BonusRow("Accueil de loisirs", 1, Decimal("500.00"), None, None),
    )
    total = review.funding.by_kind.total
    assert total == BonusRow(
        "Ensemble", 2, Decimal("1500.00"), Decimal("950.50"), Decimal("950.50")
    )
    assert (total.gap, total.due) == (Decimal("-549.50"), Decimal("0.00"))
    assert review.funding.last_paid == Decimal("900.00")
    assert [row.label for row in review.funding.by_manager.rows] == ["Léo", "Sicoval"]


def test_bonus_row_without_notification_is_due_nothing_known(review):
    leisure = review.funding.by_kind.rows[1]

    assert (leisure.gap, leisure.due) == (None, None)
    assert leisure.short_cells == ("Accueil de loisirs", 1, Decimal(500), None, None, None)


def test_budgets_by_funder(review):
    sums = (Decimal("30.00"), Decimal("8.10"), Decimal("5.05"))
    assert review.funding.budgets == (BudgetRow("Sicoval", *sums),)
    assert review.funding.budget_total == BudgetRow("Ensemble", *sums)
    assert review.funding.annual_support == Decimal("10520374.00")


def test_funders_who_bring_most_come_first(convention, labege):
    action = make_action(convention)
    for funder, planned in ((labege, 20), (convention.caf, 10), (convention.epci, 30)):
        make_budget_line(action, funder=funder, planned=planned)

    budgets = build_review(convention, 2022).funding.budgets

    assert [row.planned for row in budgets] == [30, 20, 10]


def test_meetings_and_what_became_of_decisions(review):
    steering = review.steering

    assert steering.summary == (
        "1\u00a0réunion tenue en 2022 par 1\u00a0instance ; "
        "1\u00a0décision prise, dont 1\u00a0appliquée à ce jour."
    )
    assert steering.meetings == (
        MeetingLine(date(2022, 3, 17), "Comité de pilotage", "relevé adopté", 1, 1),
    )
    assert steering.silent == ("Groupe logement",)
    assert [(line.text, line.state, line.actions) for line in steering.decisions] == [
        ("Arrêter l’atelier", "done", ("A-01",))
    ]
    assert steering.earlier == (
        DecisionLine(
            taken_on=date(2021, 12, 9),
            committee="Comité de pilotage",
            kind="financer",
            text="Financer le poste",
            actions=(),
            owner="",
            due_on=date(2022, 9, 30),
            state="late",
            state_label="à appliquer, en retard",
        ),
    )


def test_meetings_without_decision(convention):
    make_meeting(
        make_committee(convention), starts_at=datetime(2022, 5, 1, tzinfo=UTC), state="held"
    )

    summary = build_review(convention, 2022).steering.summary

    assert summary.endswith("1\u00a0instance ; aucune décision n’est notée.")


def test_matrix_counts_communes_and_sets_the_whole_territory_apart(review):
    territory = review.territory

    assert territory.rows == (
        CommuneRow("Auzielle", (1, 2), 3),
        CommuneRow("Baziège", (1, 1), 2),
        CommuneRow("Clermont", (0, 2), 2),
    )
    assert [(column.code, column.everywhere) for column in territory.columns] == [
        ("1.1", 1),
        ("2.1", 0),
    ]
    assert territory.everywhere == 1
    assert {tile.name: tile.value for tile in territory.tiles} == {
        "Auzielle": 3,
        "Baziège": 2,
        "Clermont": 2,
    }


def test_contributions_quote_only_what_was_validated(review):
    auzielle, baziege, clermont = review.contributions.communes

    assert review.contributions.summary == (
        "Sur 3\u00a0communes interrogées, 2 ont répondu, dont 1 pour toutes leurs actions."
    )
    assert [(a.sent, a.asked, a.state_label) for a in review.contributions.communes] == [
        (2, 2, "Réponse complète"),
        (1, 2, "Réponse partielle"),
        (0, 1, "Sans réponse"),
    ]
    assert auzielle.quotes == (
        Quote("A-01", "Annuaire distribué", False),
        Quote("A-02", "Dix prêts", False),
        Quote("A-02", "Sans local", True),
    )
    assert (baziege.quotes, clermont.quotes) == ((), ())
    assert review.contributions.heard == [auzielle]


def test_quotes_are_shortened_and_never_said_twice(convention, labege):
    campaign = make_campaign(convention)
    for text in ("Même phrase", "Même phrase", "mot " * 200):
        make_contribution(campaign, make_action(convention), labege, state="validated", done=text)

    (answers,) = build_review(convention, 2022).contributions.communes

    first, second = (quote.text for quote in answers.quotes)
    assert first == "Même phrase"
    assert second.endswith("mot mot…") and len(second) <= 260


def test_partners_without_communes(review):
    assert review.partners == (PartnerLine("Caf 31", "Caf", 1, 0, 1, 1),) + (
        PartnerLine("Sicoval", "intercommunalité", 1, 0, 0, 0),
    )


def test_sheets_tell_each_action(review):
    sheet = review.sheets[0]

    assert sheet.objective == "1.1 Mettre en réseau"
    assert sheet.facts == (
        ("Pilote", "Sicoval"),
        ("Thématiques", "Parentalité"),
        ("Communes", "Auzielle, Baziège"),
    )
    assert sheet.highlight == "Mille visites"
    assert [row.texts for row in sheet.indicators] == [(), ("Très attendu",)]
    assert sheet.budget.planned == Decimal("10.00")


def test_unconsolidated_sheet_gives_the_reason_of_the_status(convention):
    make_action(convention, status="abandoned", status_reason="Sans porteur")

    (sheet,) = build_review(convention, 2022).sheets

    assert sheet.summary == "Sans porteur"


def test_method_says_what_is_missing(review):
    method = review.method

    assert (method.actions, method.consolidated) == (5, 4)
    assert (method.contributions_asked, method.contributions_sent) == (6, 4)
    assert (method.contributions_validated, method.waiting) == (3, 1)


def test_framework_tells_the_pact(review):
    framework = review.framework

    assert framework.signatories == "Sicoval, Caf 31, 1\u00a0commune"
    assert framework.principles[0].label == "Principes communs"
    assert framework.principles[0].is_short
    assert framework.milestones[0].when == "2 mars 2020"
    assert [outline.title for outline in framework.stakes] == ["Relier", "Soutenir"]


def test_other_signatories_are_named(convention):
    convention.signatures.create(organization=convention.epci)
    convention.signatures.create(organization=make_organization("Msa"))

    assert build_review(convention, 2022).framework.signatories == "Sicoval, Caf 31, Msa"


def test_cover_names_the_meeting(plan):
    review = make_written_review(plan)
    review.meeting = Decision.objects.get(text="Arrêter l’atelier").meeting
    review.save()

    assert build_review(plan.convention, 2022).cover.note == "Comité de pilotage, 17 mars 2022"


def test_year_without_anything(convention):
    review = build_review(convention, 2022)

    assert review.essentials.headline == "Le plan d’action ne compte encore aucune action."
    assert [figure.value for figure in review.essentials.figures] == ["—", "—", "—", "—"]
    assert review.steering.summary == "Aucune réunion n’est notée pour 2022."
    assert review.contributions.summary == "Aucune commune n’a été interrogée pour 2022."
    assert review.funding.by_kind is None
    assert review.years == [2022]


@pytest.mark.parametrize(
    ("statuses", "sentence"),
    [
        (["done"], "La seule action du plan est réalisée."),
        (["todo", "todo"], "Aucune des 2 actions n’est encore lancée."),
        (["done", "ongoing"], "Les 2 actions sont toutes lancées ou réalisées."),
        (["done", "todo"], "1\u00a0action sur 2 est lancée ou réalisée."),
    ],
)
def test_sentence_agrees_with_the_numbers(convention, statuses, sentence):
    for status in statuses:
        make_action(convention, status=status)

    headline = build_review(convention, 2022).essentials.headline

    assert headline == f"{sentence} L’avancement moyen est de 0\u00a0%."


def test_sentence_when_all_is_abandoned(convention):
    for _ in range(2):
        make_action(convention, status="abandoned", status_reason="Sans objet")

    headline = build_review(convention, 2022).essentials.headline

    assert headline == "Aucune des 2 actions n’est encore lancée. Toutes sont abandonnées."


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("Court.\nSuite", "Court."),
        ("Une phrase. " + "mot " * 80, "Une phrase."),
        ("mot " * 80, " ".join(["mot"] * 42) + "…"),
    ],
)
def test_stake_line_opens_on_whole_sentences(plan, text, opening):
    make_written_review(plan).syntheses.update(text=text)

    assert build_review(plan.convention, 2022).essentials.stakes[0].text == opening


def test_archived_actions_are_left_out(convention):
    make_action(convention, archived_at=datetime(2022, 1, 1, tzinfo=UTC))

    assert build_review(convention, 2022).sheets == ()


def test_stakes_beyond_six_take_the_colours_again(convention):
    for _ in range(7):
        make_stake(convention)

    numbers = [stake.number for stake in build_review(convention, 2022).stakes]

    assert numbers == [1, 2, 3, 4, 5, 6, 1]


def test_json_round_trip_is_exact(plan):
    make_written_review(plan)
    review = build_review(plan.convention, 2022)

    stored = json.loads(json.dumps(review.to_json()))

    assert stored["format_version"] == 2
    assert stored["funding"]["by_kind"]["total"]["paid"] == "950.50"
    assert ReviewData.from_json(stored) == review


@pytest.mark.parametrize("stored", [{}, {"format_version": 99}])
def test_unknown_format_is_refused(stored):
    with pytest.raises(ValueError, match="Format de bilan inconnu"):
        ReviewData.from_json(stored)


@pytest.mark.parametrize("count", [1, 3])
def test_build_makes_a_fixed_number_of_queries(
    convention, count, labege, django_assert_num_queries
):
    for _ in range(count):
        stake = make_stake(convention)
        objective = make_objective(convention, stake)
        action = make_action(
            convention, pilot=convention.epci, communes=[labege], operational_objective=objective
        )
        make_action_review(action)
        indicator = make_indicator(action)
        IndicatorValue.objects.create(indicator=indicator, year=2022, value=1)
        campaign = convention.campaigns.first() or make_campaign(convention)
        make_contribution(campaign, action, labege, state="validated", done="Fait")
        make_bonus_line(make_facility(convention, commune=labege))
        meeting = make_meeting(
            make_committee(convention), starts_at=datetime(2022, 5, 1, tzinfo=UTC), state="held"
        )
        make_decision(meeting, actions=[action])

    with django_assert_num_queries(26):
        review = build_review(convention, 2022)

    assert len(review.stakes) == Stake.objects.count() == count
