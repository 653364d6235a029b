"""Which actions the demonstration has, from what is written of them."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import combinations

from django.core.management.base import CommandError

from actions.models import Action, Indicator
from ctg.convention.models import Commune, Organization
from ctg.management.demo.content import read_plan
from ctg.management.demo.story import FIRST_YEAR, LAST_YEAR, STORY_DAY, month_end, month_start

STOPPED_ON = date(2022, 6, 30)
ASKED = ("pilot", "co_pilot", "contributor")


@dataclass
class Card:
    """An action with what was written of it; ``place`` tells apart the local versions."""

    line: dict
    place: str = ""
    communes: list[Commune] = field(default_factory=list)
    action: Action | None = None
    pilot: Organization | None = None
    partners: list[tuple[str, Organization]] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    is_consolidated: bool = True  # the lead has written the open year's review of it

    @property
    def title(self) -> str:
        return f"{self.line['title']} — {self.place}" if self.place else self.line["title"]

    @property
    def starts_on(self) -> date:
        return month_start(self.line["starts"])

    @property
    def is_late(self) -> bool:
        """Unfinished past its end when the story stops; only then does it keep an end."""
        if self.line["status"] != Action.Status.ONGOING or "ends" not in self.line:
            return False
        return month_end(self.line["ends"]) < STORY_DAY

    @property
    def asked(self) -> list[Organization]:
        found = {o.pk: o for role, o in self.partners if role in ASKED}
        return list((found | {commune.pk: commune for commune in self.communes}).values())

    @property
    def partner_names(self) -> set[str]:
        names = {name for names in self.line.get("partners", {}).values() for name in names}
        return (names | {self.line["pilot"]}) - {"commune"}

    def progress_in(self, year: int) -> int:
        return self.line["progress"][year - FIRST_YEAR] if year >= FIRST_YEAR else 0

    def is_stopped_in(self, year: int) -> bool:
        return self.line["status"] == Action.Status.ABANDONED and year == STOPPED_ON.year

    def is_asked_in(self, year: int) -> bool:
        """From the year before it starts, until it is finished."""
        if self.is_stopped_in(year):
            return False
        return self.starts_on.year <= year + 1 and self.progress_in(year - 1) < 100

    def figure(self, line: dict, year: int) -> Decimal:
        """Of one indicator as written; a local version weighs a fifth of the whole."""
        value = Decimal(line["baseline"] + line["growth"] * (year - self.starts_on.year + 1))
        if self.place and line.get("unit") != "%":
            value = (value / 5).quantize(Decimal(1))
        return max(Decimal(0), value)


def choose(count: int, communes: list[Commune]) -> list[Card]:
    """So many cards in plan order; past what is written, local versions of the same actions."""
    lines = read_plan()
    if count <= len(lines):
        remarkable = _remarkable(lines)
        first = [line for line in lines if line["key"] in remarkable]
        others = [line for line in lines if line["key"] not in remarkable]
        kept = _spread(first, min(count, len(first))) + _spread(others, count - len(first))
        return _consolidate([Card(line) for line in lines if line in kept])
    cards = [Card(line) for line in lines]
    local = [line for line in lines if "twin_of" not in line]
    versions = ((line, place) for place in _places(communes) for line in local)
    for (line, (name, where)), _ in zip(versions, range(count - len(lines)), strict=False):
        cards.append(Card(line, place=name, communes=where))
    if len(cards) < count:
        raise CommandError(f"La démonstration ne dépasse pas {len(cards)} actions.")
    order = {line["key"]: rank for rank, line in enumerate(lines)}
    return _consolidate(sorted(cards, key=lambda card: order[card.line["key"]]))


def _consolidate(cards):
    """Of the ordinary ongoing actions, the lead still has every other one to consolidate."""
    ordinary = [
        card
        for card in cards
        if card.line["status"] == Action.Status.ONGOING
        and not card.is_late
        and card.progress_in(LAST_YEAR - 1)
    ]
    for card in ordinary[::2]:
        card.is_consolidated = False
    return cards


def _remarkable(lines) -> set[str]:
    """What a visitor should meet even in a small plan: everything but ordinary ongoing actions."""
    twins = {key for line in lines if "twin_of" in line for key in (line["key"], line["twin_of"])}
    return twins | {
        line["key"]
        for line in lines
        if line["status"] != Action.Status.ONGOING or Card(line).is_late
    }


def _spread(items: list, count: int) -> list:
    return [items[rank * len(items) // count] for rank in range(max(0, count))]


def _places(communes):
    """Sectors, communes, then pairs of communes from the nearest on."""
    by_latitude = sorted(communes, key=lambda commune: (-commune.latitude, commune.pk))
    third = len(communes) // 3
    yield "secteur nord", by_latitude[:third]
    yield "secteur centre", by_latitude[third:-third]
    yield "secteur sud", by_latitude[-third:]
    for commune in communes:
        yield commune.name, [commune]
    for one, other in sorted(combinations(communes, 2), key=_distance):
        yield f"{one.name} et {other.name}", [one, other]


def _distance(pair):
    one, other = pair
    north, east = one.latitude - other.latitude, one.longitude - other.longitude
    return 2 * north * north + east * east
