"""What is read first: the cover, the essentials, the convention in brief, its governance."""

from dataclasses import dataclass
from datetime import date

from governance.reviews.data.money import BonusTable, Cells


@dataclass(frozen=True)
class Segment:
    kind: str
    label: str
    count: int


@dataclass(frozen=True)
class KeyFigure:
    value: str
    label: str
    compared: str


@dataclass(frozen=True)
class ActionName:
    code: str
    title: str


@dataclass(frozen=True)
class AskedDecision:
    """One decision asked of the committee, for all the actions that ask for it."""

    text: str
    actions: tuple[ActionName, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Cover:
    title: str
    kicker: str
    text: str
    organizations: str
    note: str


@dataclass(frozen=True)
class StakeLine:
    number: int
    code: str
    title: str
    actions: int
    share_done: int | None
    last_share_done: int | None
    text: str


@dataclass(frozen=True)
class Essentials:
    """The page that stands alone; ``sentence`` comes from the figures, ``headline`` is read."""

    headline: str
    sentence: str
    figures: tuple[KeyFigure, ...]
    segments: tuple[Segment, ...]
    stakes: tuple[StakeLine, ...]
    decisions: tuple[AskedDecision, ...]
    more_decisions: int
    bonus: BonusTable | None

    @property
    def bar(self) -> list[Cells]:
        return bar(self.segments)

    @property
    def bonus_rows(self) -> list[Cells]:
        """None but the total when the texts take the place."""
        texts = [self.headline, *(stake.text for stake in self.stakes)]
        for decision in self.decisions:
            texts += [decision.text[:115], *decision.reasons[:1]]
        titles = 100 * len(self.stakes[3:])  # a second row of stakes takes as much as a text
        is_crowded = sum(map(len, texts)) + titles > 1300
        return self.bonus.short_rows if self.bonus and not is_crowded else []

    @property
    def stake_rows(self) -> list[tuple[StakeLine, ...]]:
        """Three abreast; four are two and two."""
        abreast = 2 if len(self.stakes) == 4 else 3
        return [self.stakes[i : i + abreast] for i in range(0, len(self.stakes), abreast)]


@dataclass(frozen=True)
class StakeOutline:
    number: int
    code: str
    title: str
    objectives: tuple[ActionName, ...]


@dataclass(frozen=True)
class PrincipleGroup:
    label: str
    texts: tuple[str, ...]

    @property
    def line(self) -> str:
        """« co-construction, confiance entre les communes et la Caf »."""
        return ", ".join(text[:1].lower() + text[1:] for text in self.texts)

    @property
    def is_short(self) -> bool:
        """A few words each: they read better in one line."""
        return all(len(text) < 40 for text in self.texts)


@dataclass(frozen=True)
class MilestoneLine:
    when: str
    label: str


@dataclass(frozen=True)
class Framework:
    definition: str
    context: str
    signatories: str
    themes: tuple[str, ...]
    stakes: tuple[StakeOutline, ...]
    principles: tuple[PrincipleGroup, ...]
    milestones: tuple[MilestoneLine, ...]


@dataclass(frozen=True)
class MeetingLine:
    held_on: date
    committee: str
    state: str
    present: int | None
    decisions: int


@dataclass(frozen=True)
class DecisionLine:
    taken_on: date
    committee: str
    kind: str
    text: str
    actions: tuple[str, ...]
    owner: str
    due_on: date | None
    state: str
    state_label: str


@dataclass(frozen=True)
class Steering:
    """Governance of the year; ``earlier`` are decisions of before that still wait."""

    summary: str
    meetings: tuple[MeetingLine, ...]
    silent: tuple[str, ...]
    decisions: tuple[DecisionLine, ...]
    earlier: tuple[DecisionLine, ...]


def bar(segments: tuple[Segment, ...]) -> list[Cells]:
    """As the status_bar component takes them."""
    return [(segment.kind, segment.label, segment.count) for segment in segments]
