"""The figures a text quotes, and those of them that changed since it was written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from actions.progress import STATE_LABELS
from ctg.french import NOTHING, counted, number, percent
from governance.reviews.data import ReviewData
from governance.reviews.data.chapters import StakeChapter
from governance.reviews.data.opening import Segment, StakeLine

# A figure by the name the facts give it, written as a text would quote it.
Facts = dict[str, str]
MEAN = "avancement moyen"


@dataclass(frozen=True)
class Changed:
    label: str
    then: str
    now: str


def plan_facts(review: ReviewData) -> Facts:
    """What the headline, the foreword and the outlook may quote."""
    figures = {figure.label: figure.value for figure in review.essentials.figures}
    answered = review.essentials.figures[2].value.partition("/")[0]
    communes = {"communes qui ont répondu": f"{answered} communes"}
    return figures | communes | _counts(review.essentials.segments)


def stake_facts(line: StakeLine, chapter: StakeChapter) -> Facts:
    indicators = {
        f"{row.action} {row.title}": number(row.current)
        for row in chapter.indicators
        if row.current is not None and row.current >= 10
    }
    return {
        "nombre d’actions": counted(line.actions, "action", "actions"),
        MEAN: percent(line.share_done),
        **_counts(chapter.segments),
        **indicators,
    }


def _counts(segments: Iterable[Segment]) -> Facts:
    counts = {segment.kind: segment.count for segment in segments}
    return {
        f"actions {plural}": f"{counts.get(kind, 0)} {plural if counts.get(kind, 0) > 1 else one}"
        for kind, (one, plural) in STATE_LABELS.items()
    }


def changed(text: str, seen: Facts, now: Facts) -> list[Changed]:
    """The figures seen when the text was written that it quotes and that are others now."""
    return [
        Changed(label, then, now.get(label, NOTHING))
        for label, then in seen.items()
        if now.get(label) != then and _quotes(text, then)
    ]


def _quotes(text: str, figure: str) -> bool:
    """As a whole: « 6 % » is not quoted by « 46 % »."""
    return bool(re.search(rf"(?<![\d,]){re.escape(_plain(figure))}(?!\w)", _plain(text)))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)
