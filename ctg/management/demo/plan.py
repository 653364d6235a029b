"""The plan: where its actions take place, with whom, and how far they are."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from random import Random

from actions.models import (
    Action,
    ActionPartner,
    ActionStep,
    Audience,
    Finding,
    Indicator,
    OperationalObjective,
    Stake,
    StrategicObjective,
)
from ctg.management.demo.cards import STOPPED_ON, Card
from ctg.management.demo.cast import Scene
from ctg.management.demo.content import read
from ctg.management.demo.story import (
    FIRST_YEAR,
    PLAN_ADOPTED_ON,
    at,
    between,
    month_end,
)

LABEGE_ACTIONS = 9
LARGE_COMMUNE = 3000
POSTPONED_ON = date(2022, 12, 14)


def write(scene: Scene, cards: list[Card]) -> None:
    draw = Random(f"{scene.seed} plan")
    _settle_places(scene, cards, draw)
    _settle_partners(scene, cards, draw)
    objectives = _objectives(scene, cards)
    for number, card in enumerate(cards, 1):
        card.action = _action(scene, card, number, objectives[card.line["objective"][0]])
    Action.objects.bulk_create(card.action for card in cards)
    for day in {card.action.status_on for card in cards}:
        scene.convention.actions.filter(status_on=day).update(updated_at=at(day, 17))
    _links(scene, cards)
    ActionPartner.objects.bulk_create(
        ActionPartner(action=card.action, organization=organization, role=role)
        for card in cards
        for role, organization in card.partners
    )
    ActionStep.objects.bulk_create(step for card in cards for step in _steps(card, scene))
    for card in cards:
        card.indicators = [
            _indicator(card.action, line, rank) for rank, line in enumerate(card.line["indicators"])
        ]
    Indicator.objects.bulk_create(row for card in cards for row in card.indicators)


def _settle_places(scene, cards, draw):
    """Large communes take part twice as often; Labège in what already has a past, for Sacha."""
    labege = scene.organizations["Labège"]
    others = [commune for commune in scene.communes if commune != labege]
    taken: Counter[int] = Counter()
    for card in cards:
        if card.place or card.line["scope"] == Action.Scope.TERRITORY:
            continue

        def turn(commune):
            weight = 2 if commune.population >= LARGE_COMMUNE else 1
            return taken[commune.pk] / weight, draw.random()

        started = card.line["status"] == Action.Status.ONGOING and card.starts_on.year < 2022
        with_labege = started and taken[labege.pk] < LABEGE_ACTIONS
        count = card.line["communes_count"] - with_labege
        card.communes = sorted(others, key=turn)[:count] + [labege] * with_labege
        taken.update(commune.pk for commune in card.communes)


def _settle_partners(scene, cards, draw):
    """A local version keeps one contributor beside its pilot."""
    large = [c for c in scene.communes if c.population >= LARGE_COMMUNE]
    for card in cards:
        line = card.line
        if line["pilot"] == "commune":
            card.pilot = max(card.communes, key=lambda c: c.population, default=None)
            card.pilot = card.pilot or draw.choice(large)
        else:
            card.pilot = scene.organizations[line["pilot"]]
        card.partners = [(ActionPartner.Role.PILOT, card.pilot)]
        for role, names in line.get("partners", {}).items():
            kept = names[:1] if card.place else names
            card.partners += [
                (role, scene.organizations[name])
                for name in kept
                if scene.organizations[name].pk != card.pilot.pk
            ]


def _objectives(scene, cards):
    strategic = {
        objective.code: objective
        for objective in StrategicObjective.objects.filter(stake__convention=scene.convention)
    }
    written = dict.fromkeys(card.line["objective"] for card in cards)
    rows = [
        OperationalObjective(
            strategic_objective=strategic[code[:3]],
            code=code,
            title=title,
            position=int(code.rpartition(".")[2]),
        )
        for code, title in written
    ]
    OperationalObjective.objects.bulk_create(rows)
    return {row.code: row for row in rows}


def _action(scene, card, number, objective):
    line = card.line
    ends_on = None
    if card.is_late or line["status"] == Action.Status.DONE:
        ends_on = month_end(line["ends"])
    return Action(
        convention=scene.convention,
        operational_objective=objective,
        code=f"A-{number:02d}",
        title=card.title,
        position=number,
        description=line["description"],
        expected_results=line["expected_results"],
        origin=line["origin"],
        scope=Action.Scope.COMMUNES if card.place else line["scope"],
        pilot_contact=line["pilot_contact"],
        elected_referent=line["elected_referent"],
        calendar=line["calendar"],
        starts_on=card.starts_on,
        ends_on=ends_on,
        is_continuous=line.get("is_continuous", False) and ends_on is None,
        is_blocked=line.get("is_blocked", False),
        status=line["status"],
        status_on=_status_on(card),
        status_reason=line.get("status_reason", ""),
        progress=card.progress_in(scene.story.last - (not card.is_consolidated)),
    )


def _status_on(card):
    match card.line["status"]:
        case Action.Status.DONE:
            return month_end(card.line["ends"])
        case Action.Status.ABANDONED:
            return STOPPED_ON
        case Action.Status.POSTPONED:
            return POSTPONED_ON
        case Action.Status.TODO:
            return PLAN_ADOPTED_ON
        case _:
            return card.starts_on


def _links(scene, cards):
    audiences = [
        Audience(convention=scene.convention, label=label, position=rank)
        for rank, label in enumerate(read("demo")["audiences"], 1)
    ]
    Audience.objects.bulk_create(audiences)
    by_label = {audience.label: audience for audience in audiences}
    themes = {theme.code: theme for theme in scene.convention.themes.all()}
    findings = {
        text: Finding(
            convention=scene.convention, text=text, source="Constat fictif, pour la démonstration"
        )
        for text in dict.fromkeys(card.line["finding"] for card in cards)
    }
    Finding.objects.bulk_create(findings.values())
    _link(Action.communes, cards, lambda card: card.communes)
    _link(Action.themes, cards, lambda card: [themes[code] for code in card.line["themes"]])
    _link(Action.audiences, cards, lambda card: [by_label[x] for x in card.line["audiences"]])
    _link(Action.findings, cards, lambda card: [findings[card.line["finding"]]])
    for code, group in groupby(cards, key=lambda card: card.line["objective"][0][0]):
        texts = dict.fromkeys(map(itemgetter("finding"), (card.line for card in group)))
        stake = Stake.objects.get(convention=scene.convention, code=code)
        stake.findings.add(*[findings[text] for text in list(texts)[:3]])


def _link(relation, cards: list[Card], targets: Callable[[Card], Iterable]) -> None:
    through = relation.through
    column = relation.field.m2m_reverse_field_name() + "_id"
    through.objects.bulk_create(
        through(action_id=card.action.pk, **{column: target.pk})
        for card in cards
        for target in targets(card)
    )


def _steps(card, scene):
    """A step is done in the year that reached its share; what is not done has a date if late."""
    ends_on = month_end(card.line["ends"]) if "ends" in card.line else scene.convention.ends_on
    for rank, line in enumerate(card.line["steps"]):
        done_on = _done_on(card, float(line["at"]) * 100, scene.story.last)
        due_on = done_on + timedelta(days=15) if done_on else None
        if card.is_late and not done_on:
            due_on = between(card.starts_on, ends_on, float(line["at"]))
        yield ActionStep(
            action=card.action, title=line["title"], due_on=due_on, done_on=done_on, position=rank
        )


def _done_on(card, share, last):
    for year in range(FIRST_YEAR, last + 1):
        before, reached = card.progress_in(year - 1), card.progress_in(year)
        if reached >= share and reached:
            first = max(card.starts_on, date(year, 1, 4))
            return between(first, date(year, 12, 16), (share - before) / (reached - before))
    return None


def _indicator(action, line, rank):
    return Indicator(
        action=action,
        title=line["title"],
        kind=line["kind"],
        nature=line["nature"],
        unit=line.get("unit", ""),
        baseline=line.get("baseline"),
        target=line.get("target"),
        target_year=action.convention.ends_on.year if "target" in line else None,
        is_collected=line.get("is_collected", False),
        position=rank,
    )
