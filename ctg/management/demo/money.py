"""The money: budgets of the actions, then facilities, their agreements, bonus and instalments."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from django.db.models import F

from actions.models import Action
from ctg.management.commands.load_rates import load_rates
from ctg.management.demo.cards import Card
from ctg.management.demo.cast import Scene
from ctg.management.demo.content import read
from ctg.management.demo.story import LAST_YEAR, STORY_DAY, at
from financing.computing import compute_year
from financing.models import (
    BonusLine,
    BudgetLine,
    CalendarDate,
    Declaration,
    Facility,
    FundingAgreement,
    Grant,
    Instalment,
    Rate,
    Scenario,
    Stage,
)
from financing.payments import schedule_year

BY_THE_HOUR = ("alsh", "youth")
ADVANCE_SHARE = Decimal(35)
CONTROLLED = Decimal("0.97")
TEN, CENT = Decimal(10), Decimal("0.01")


def write(scene: Scene, cards: list[Card]) -> None:
    draw = Random(f"{scene.seed} money")
    BudgetLine.objects.bulk_create(
        line for card in cards for line in _budget_lines(scene, card, draw)
    )
    load_rates()
    written = read("demo_facilities")
    facilities = [
        _facility(scene, line, number) for number, line in enumerate(written["facilities"], 1)
    ]
    for year in scene.story.years:
        lines = [
            _bonus_line(facility, line, year)
            for facility, line in facilities
            if facility.opened_on is None or facility.opened_on.year <= year
        ]
        BonusLine.objects.bulk_create(lines)
        Declaration.objects.bulk_create(
            _declaration(line, stage, day)
            for line in lines
            for stage, day in (
                (Stage.FORECAST, date(year, 2, 18)),
                (Stage.SUMMER, date(year, 7, 6)),
                (Stage.AUTUMN, date(year, 10, 11)),
            )
        )
        _calendar(scene, year)
        _settle_year(scene, year, written["activity"], draw)
    _suppose(scene, facilities)
    _grant(scene, cards)
    _date_the_writing(scene)


def _grant(scene, cards):
    """What communes give to a fictional association: one above the threshold, one below."""
    association = scene.organizations["Les Lucioles (fictive)"]
    for commune, card, amount in zip(scene.communes, cards, (31_500, 8_000), strict=False):
        Grant.objects.create(
            convention=scene.convention,
            action=card.action,
            granted_by=commune,
            granted_by_siret="00000000000000",
            beneficiary=association,
            beneficiary_rna="W000000000",
            agreed_on=date(LAST_YEAR, 3, 15),
            purpose="Soutien à l’accueil des familles (fictif)",
            amount=amount,
            pays_from=date(LAST_YEAR, 4, 1),
        )


def _suppose(scene, facilities):
    """Two simulations to compare: places and a nursery to open, or another rate of new places."""
    year = scene.story.last + 1
    scenario = Scenario.objects.create(
        convention=scene.convention,
        year=year,
        title="Dix places de plus et une micro-crèche en septembre (fictif)",
        created_by=scene.lead,
    )
    Scenario.objects.filter(pk=scenario.pk).update(created_at=at(STORY_DAY, 11))
    facility, line = facilities[1]
    scenario.lines.create(
        facility=facility, existing_quantity=line["existing_places"], new_quantity=10
    )
    scenario.lines.create(
        name="Micro-crèche à créer (fictive)",
        kind=Facility.Kind.EAJE,
        competent_authority=facility.competent_authority,
        new_quantity=12,
        opens_on=date(year, 9, 1),
    )
    dearer = Scenario.objects.create(
        convention=scene.convention,
        year=year,
        title="Places nouvelles à 3 000 € (fictif)",
        created_by=scene.lead,
    )
    Scenario.objects.filter(pk=dearer.pk).update(created_at=at(STORY_DAY, 10))
    dearer.rates.create(kind=Rate.Kind.EAJE_NEW_LOW, amount=Decimal(3000))


def _budget_lines(scene, card, draw):
    """Planned each year of the action, granted once voted, spent once the year is reported."""
    last = min(_last_year(card), scene.convention.ends_on.year)
    for year in range(card.starts_on.year, last + 1):
        months = 13 - card.starts_on.month if year == card.starts_on.year else 12
        is_reported = year < LAST_YEAR or (year == LAST_YEAR and card.is_consolidated)
        for funder, amount in _funders(scene, card):
            planned = (amount * months / 12).quantize(TEN)
            spent = None
            if is_reported:
                rate = draw.randint(70, 102) if card.progress_in(year) else 0
                spent = (planned * rate / 100).quantize(Decimal(1))
            yield BudgetLine(
                action=card.action,
                year=year,
                funder=funder,
                planned=planned.quantize(CENT),
                granted=planned.quantize(CENT) if year <= LAST_YEAR else None,
                spent=spent.quantize(CENT) if is_reported else None,
            )


def _last_year(card):
    if card.line["status"] == Action.Status.ABANDONED:
        return card.action.status_on.year
    return int(card.line["ends"][:4]) if "ends" in card.line else 9999


def _funders(scene, card):
    """Euros a full year; what « communes » bring is shared by those of the action."""
    weight = Decimal("0.2") if card.place else Decimal(1)
    for name, amount in card.line["budget"].items():
        amount = Decimal(amount) * weight
        if name != "communes":
            yield scene.organizations[name], amount
            continue
        communes = card.communes or scene.communes
        inhabitants = sum(commune.population for commune in communes)
        for commune in communes:
            yield commune, amount * commune.population / inhabitants


def _facility(scene, line, number):
    commune = scene.organizations[line["commune"]]

    def organization(name):
        return commune if name == "commune" else scene.organizations[name]

    facility = Facility.objects.create(
        convention=scene.convention,
        name=line["name"],
        kind=line["kind"],
        manager=organization(line["manager"]),
        competent_authority=organization(line["competent_authority"]),
        commune=commune,
        capacity=line.get("capacity"),
        opened_on=line.get("opened_on"),
    )
    facility.themes.set(scene.convention.themes.filter(code__in=line["themes"]))
    quantity, rate = _contract(line)
    FundingAgreement.objects.create(
        facility=facility,
        reference=f"COF fictive {scene.convention.starts_on.year}-{number:03d}",
        starts_on=max(scene.convention.starts_on, facility.opened_on or scene.convention.starts_on),
        ends_on=scene.convention.ends_on,
        contracted_quantity=quantity,
        rate=rate,
    )
    return facility, line


def _contract(line):
    """Quantity and euros per unit; a nursery's reference amount is put back on its places."""
    if line["kind"] == "eaje":
        places = Decimal(line["existing_places"])
        amount = Decimal(line["reference_amount"])
        rate = amount / places if places else Decimal(0)
        return places, rate.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    if line["kind"] in BY_THE_HOUR:
        return Decimal(line["contracted_hours"]), line["hourly_rate"]
    return Decimal(line["full_time"]), Decimal(line["agreed"])


def _bonus_line(facility, line, year):
    """As forecast: the contract done in full."""
    new = line.get("new_places") or line.get("new_hours") or 0
    return BonusLine(
        facility=facility,
        year=year,
        existing_quantity=_contract(line)[0],
        new_quantity=Decimal(new if year >= line.get("new_since", 0) else 0),
    )


def _calendar(scene, year):
    """The dates of the Caf, invented like the rest."""
    dates = [
        (CalendarDate.Kind.FORECAST, date(year, 2, 28), None),
        (CalendarDate.Kind.ADVANCE, date(year, 4, 15), ADVANCE_SHARE),
        (CalendarDate.Kind.SUMMER, date(year, 7, 15), None),
        (CalendarDate.Kind.ADVANCE, date(year, 10, 15), ADVANCE_SHARE),
        (CalendarDate.Kind.AUTUMN, date(year, 10, 20), None),
        (CalendarDate.Kind.ACTUAL, date(year + 1, 3, 31), None),
        (CalendarDate.Kind.BALANCE, date(year + 1, 7, 12), None),
    ]
    CalendarDate.objects.bulk_create(
        CalendarDate(
            convention=scene.convention,
            year=year,
            kind=kind,
            due_on=scene.story.ahead(day),
            share=share,
        )
        for kind, day, share in dates
    )


def _declaration(line, stage, day):
    return Declaration(
        bonus_line=line,
        stage=stage,
        existing_quantity=line.existing_quantity,
        new_quantity=line.new_quantity,
        declared_on=day,
    )


def _settle_year(scene, year, activity, draw):
    """Forecast, then estimation on the actual activity, then what the Caf notified and paid."""
    compute_year(scene.convention, year, by=scene.lead)
    lines = _year(scene.convention, year)
    for line in lines:
        line.forecast = line.computed
        if line.facility.kind in BY_THE_HOUR:
            done = activity[line.facility.kind][str(year)]
            line.existing_quantity = (line.existing_quantity * done).quantize(Decimal(1))
    BonusLine.objects.bulk_update(lines, ["forecast", "existing_quantity"])
    _pay(scene.convention, year, Instalment.Kind.ADVANCE)
    compute_year(scene.convention, year, by=scene.lead)
    lines = _year(scene.convention, year)
    declared = [line for line in lines if year < LAST_YEAR or draw.random() < 0.7]
    Declaration.objects.bulk_create(
        _declaration(line, Stage.ACTUAL, date(year + 1, 3, 9)) for line in declared
    )
    for line in lines:
        line.updated = ((line.forecast + line.computed) / 2).quantize(CENT)
        if year < LAST_YEAR:
            kept = CONTROLLED if draw.random() < 0.15 else Decimal(1)
            line.notified = (line.computed * kept).quantize(CENT, ROUND_HALF_UP)
            line.notified_on = date(year + 1, 6, 15)
            line.gap_note = "Contrôle de la Caf sur l’activité déclarée." if kept != 1 else ""
    BonusLine.objects.bulk_update(lines, ["updated", "notified", "notified_on", "gap_note"])
    _pay(scene.convention, year, *Instalment.Kind)


def _year(convention, year):
    lines = BonusLine.objects.filter(facility__convention=convention, year=year)
    return list(lines.select_related("facility").order_by("pk"))


def _pay(convention, year, *kinds):
    """What had come by the day the story stops; the balance waits for the notification."""
    schedule_year(convention, year)
    expected = Instalment.objects.filter(
        bonus_line__facility__convention=convention, bonus_line__year=year, kind__in=kinds
    )
    expected.filter(due_on__lte=STORY_DAY).update(paid_on=F("due_on"))


def _date_the_writing(scene):
    """The verb writes at the present instant: the story dates it at the call for actual data."""
    for year in scene.story.years:
        instant = at(date(year + 1, 3, 10), 16)
        BonusLine.history.filter(year=year).update(history_date=instant)
        entries = scene.convention.journal.filter(verb="bonus.computed", data__year=year)
        entries.exclude(pk=entries.order_by("-pk").values("pk")[:1]).delete()
        scene.convention.journal.filter(verb="bonus.computed", data__year=year).update(at=instant)
