"""Three campaigns: what each organisation was asked, and what it said."""

from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from itertools import cycle
from random import Random

from actions.models import Action, Campaign, Contribution, IndicatorValue, ReminderDate
from actions.notifications import owed_by
from actions.reminders import proposed_dates, remind
from ctg.convention.models import Commune
from ctg.mail.refusals import refuse
from ctg.management.demo.cards import Card
from ctg.management.demo.cast import Scene
from ctg.management.demo.content import read
from ctg.management.demo.story import LAST_YEAR, at, some_instant

State, Status = Contribution.State, Contribution.Status

# Share of the communes that sent everything, and of those that sent at least half.
SENT_EVERYTHING = {2020: (0.75, 0.87), 2021: (0.86, 0.94), 2022: (0.47, 0.72)}
LABEGE_WAITING = 5
REMINDED = 4
NOT_CONCERNED = "La commune n’a pas d’équipement de ce type."
OF_A_COMMUNE = ("municipal", "commune", "commission", "secteur", "hamea", "local ")


@dataclass
class Ask:
    """One contribution being prepared."""

    card: Card
    row: Contribution

    @property
    def organization(self) -> int:
        return self.row.organization_id


def write(scene: Scene, cards: list[Card]) -> list[Campaign]:
    draw = Random(f"{scene.seed} answers")
    ranks = _ranks(scene, cards, draw)
    campaigns, asks, answered = [], [], set()
    for year in scene.story.years:
        campaign = _campaign(scene, year)
        asked = _ask(scene, cards, campaign)
        _settle_states(scene, asked, campaign, ranks, answered, draw)
        _write_texts(scene, asked, year, draw)
        _date(scene, asked, campaign, draw)
        answered = {(a.card.action.pk, a.organization) for a in asked if a.row.is_sent}
        campaigns.append(campaign)
        asks += asked
    Contribution.objects.bulk_create(ask.row for ask in asks)
    IndicatorValue.objects.bulk_create(_figures(scene, asks, draw))
    return campaigns


def remind_some(scene: Scene, campaign: Campaign) -> None:
    """A few late organisations are reminded today, Labège among them and one in vain."""
    labege = scene.organizations["Labège"].pk
    late = sorted(owed_by(campaign), key=lambda organization: organization.pk != labege)
    sent = remind(campaign, organizations=late[:REMINDED], by=scene.lead)
    gone = [reminder.message for reminder in sent if reminder.message]
    if gone:
        refuse(gone[-1], reason="550 5.1.1 boîte inconnue (refus fictif)")


def _ranks(scene, cards, draw) -> dict[int, float]:
    """From 0, who always answers, to 1, who never does: Labège first, institutions early."""
    communes = [c.pk for c in scene.communes]
    draw.shuffle(communes)
    labege = scene.organizations["Labège"].pk
    communes.remove(labege)
    ranks = {pk: rank / len(scene.communes) for rank, pk in enumerate([labege, *communes])}
    for pk in sorted({o.pk for card in cards for o in card.asked} - ranks.keys()):
        ranks[pk] = draw.random() * 0.9
    return ranks | {scene.convention.epci_id: 0, scene.convention.caf_id: 0}


def _campaign(scene, year):
    dates = scene.story.campaign_dates(year)
    campaign = Campaign.objects.create(
        convention=scene.convention,
        year=year,
        opened_at=at(dates["opens_on"], 8),
        closed_at=at(dates["closes_on"], 20) if year < scene.story.last else None,
        **dates,
    )
    days = proposed_dates(campaign)
    ReminderDate.objects.bulk_create(
        ReminderDate(campaign=campaign, on=day, done_at=at(day, 8) if campaign.closed_at else None)
        for day in days
    )
    return campaign


def _ask(scene, cards, campaign):
    return [
        Ask(card, Contribution(campaign=campaign, action=card.action, organization=organization))
        for card in cards
        if card.is_asked_in(campaign.year)
        for organization in card.asked
    ]


def _settle_states(scene, asks, campaign, ranks, answered, draw):
    by_organization = defaultdict(list)
    for ask in asks:
        by_organization[ask.organization].append(ask)
    labege = scene.organizations["Labège"].pk
    for organization, mine in by_organization.items():
        if campaign.is_open and organization == labege:
            _leave_some_to_sacha(mine, answered)
        else:
            _send_by_rank(mine, campaign, ranks[organization])
    for ask in asks:
        if ask.row.state == State.SUBMITTED:
            can_return = campaign.is_open and ask.organization not in (labege, ask.card.pilot.pk)
            ask.row.state = _judged(campaign, ask.card, can_return and draw.random() < 0.03)


def _send_by_rank(asks, campaign, rank):
    everything, half = SENT_EVERYTHING[campaign.year]
    if rank < everything:
        _send(asks)
    elif rank < half:
        _send(asks[::2])
        if campaign.is_open and len(asks) > 1:
            asks[1].row.state = State.DRAFT
        if campaign.is_open and len(asks) > 5:
            asks[3].row.state = State.SET_ASIDE
            asks[3].row.set_aside_reason = NOT_CONCERNED


def _judged(campaign, card, is_returned):
    if is_returned:
        return State.RETURNED
    return State.SUBMITTED if campaign.is_open and not card.is_consolidated else State.VALIDATED


def _send(asks):
    for ask in asks:
        ask.row.state = State.SUBMITTED


def _leave_some_to_sacha(asks, answered):
    """A draft and four to write, each answered last year where there is enough; the rest sent."""
    asks = sorted(asks, key=lambda ask: (ask.card.action.pk, ask.organization) not in answered)
    _send(asks[LABEGE_WAITING:])
    asks[0].row.state = State.DRAFT


def _write_texts(scene, asks, year, draw):
    general = read("demo")
    comments = cycle(general["return_comments"])
    texts: dict[tuple, deque[str]] = {}
    said = defaultdict(set)
    difficulties: dict[int, list[str]] = {}
    for ask in asks:
        row, card = ask.row, ask.card
        if row.state in (State.EXPECTED, State.SET_ASIDE):
            continue
        row.status = _status(card, year, draw)
        reader = _reader(ask)
        key = card.action.pk, row.status, reader
        if key not in texts:
            texts[key] = deque(_texts(card, year, row.status, reader, general, draw))
        row.done = _next(texts[key], said[ask.organization])
        left = difficulties.setdefault(card.action.pk, list(card.line["difficulties"]))
        row.difficulty = _difficulty(left, row.status, general, draw)
        if row.state == State.RETURNED:
            row.return_comment = next(comments)


def _next(texts: deque[str], said: set[str]) -> str:
    """The next text that this organisation has not said yet this year, if one is left."""
    text = next((text for text in texts if text not in said), texts[0])
    texts.remove(text)
    texts.append(text)
    said.add(text)
    return text


def _status(card, year, draw):
    progress = card.progress_in(year)
    if not progress:
        return Status.TODO
    if progress == 100:
        return Status.DONE
    is_stuck = year == LAST_YEAR and card.line.get("is_blocked", False)
    return Status.SUSPENDED if draw.random() < (0.5 if is_stuck else 0.03) else Status.ONGOING


def _reader(ask):
    if isinstance(ask.row.organization, Commune):
        return "commune"
    return "pilot" if ask.organization == ask.card.pilot.pk else "partner"


def _texts(card, year, status, who, general, draw):
    """What may be said, the action's own words first; each comes back when all are told."""
    common = list(general["answers"][status])
    draw.shuffle(common)
    if who == "pilot":
        return common if status == Status.SUSPENDED else list(general["judgements"][status])
    if who == "partner":
        return [text for text in common if not any(word in text for word in OF_A_COMMUNE)]
    return _own_texts(card, year, status) + common


def _own_texts(card, year, status):
    """The action's answers come in order of advance: those around its progress."""
    answers = card.line["answers"]
    if status == Status.SUSPENDED:
        return []
    if status == Status.TODO:
        is_planned = year == LAST_YEAR and card.line["status"] == Action.Status.TODO
        return answers[:2] if is_planned else []
    place = round(card.progress_in(year) * (len(answers) - 1) / 100)
    return answers[max(0, place - 1) : place + 2]


def _difficulty(left, status, general, draw):
    """Those of the action are told once a year; a general one now and then."""
    if left and draw.random() < (0.6 if status == Status.SUSPENDED else 0.2):
        return left.pop(draw.randrange(len(left)))
    return draw.choice(general["difficulties"]) if draw.random() < 0.05 else ""


def _date(scene, asks, campaign, draw):
    """Sent while the campaign is open, validated in the days that follow, never after today."""
    first, last = campaign.opens_on + timedelta(days=1), campaign.closes_on
    for ask in asks:
        row = ask.row
        if row.state == State.EXPECTED:
            continue
        if campaign.is_open:
            days = 4 if row.state in (State.VALIDATED, State.RETURNED) else 1
            last = scene.story.today - timedelta(days=days)
        row.saved_at = some_instant(draw, first, last)
        if row.state in (State.DRAFT, State.SET_ASIDE):
            continue
        row.submitted_at, row.submitted_by = row.saved_at, scene.referents[ask.organization]
        if row.state == State.VALIDATED:
            days = timedelta(days=draw.randint(1, 3 if campaign.is_open else 14))
            row.validated_at, row.validated_by = row.submitted_at + days, scene.lead


def _figures(scene, asks, draw):
    """The territory's figure of the year, shared among those who had something to report."""
    reporting = defaultdict(list)
    for ask in asks:
        year = ask.row.campaign.year
        is_expected = year == scene.story.last or ask.row.is_sent
        is_expected &= ask.row.state != State.SET_ASIDE
        if is_expected and ask.card.progress_in(year) and _counts(ask):
            reporting[ask.card.action.pk, year].append(ask)
    for (_, year), group in reporting.items():
        for indicator, line in zip(group[0].card.indicators, _lines(group), strict=True):
            if not indicator.is_collected or not indicator.is_quantitative:
                continue
            parts = _shared(group[0].card.figure(line, year), len(group), draw)
            for ask, part in zip(group, parts, strict=True):
                if ask.row.state not in (State.EXPECTED, State.DRAFT):
                    yield IndicatorValue(
                        indicator=indicator, year=year, contribution=ask.row, value=part
                    )


def _counts(ask):
    """Where communes answer they bring the figures; elsewhere every organisation does."""
    return not ask.card.communes or isinstance(ask.row.organization, Commune)


def _lines(group):
    return group[0].card.line["indicators"]


def _shared(total: Decimal, count: int, draw: Random) -> list[Decimal]:
    weights = [Decimal(draw.randint(5, 15)) for _ in range(count)]
    parts = [(total * w / sum(weights)).quantize(Decimal(1), ROUND_DOWN) for w in weights]
    left = total - sum(parts)
    return [part + (1 if rank < int(left) else 0) for rank, part in enumerate(parts)]
