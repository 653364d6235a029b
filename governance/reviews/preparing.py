"""Beside each text of a review being written: last year’s, and the figures it quotes."""

from dataclasses import dataclass

from django.forms import BoundField

from governance.models import AnnualReview
from governance.reviews.data import ReviewData
from governance.reviews.data.chapters import StakeChapter
from governance.reviews.editions import latest_edition
from governance.reviews.forms import ReviewForm
from governance.reviews.quotes import Changed, Facts, changed, plan_facts, stake_facts


@dataclass(frozen=True)
class Writing:
    """One text: its field, what was written last year, the figures it quotes that changed."""

    bound: BoundField
    before: str
    changed: list[Changed]


@dataclass(frozen=True)
class StakeWriting:
    chapter: StakeChapter
    writing: Writing | None


def facts(form: ReviewForm, review: ReviewData) -> dict[str, Facts]:
    """By field, what its text may quote."""
    plan = plan_facts(review)
    lines = {line.code: line for line in review.essentials.stakes}
    chapters = {chapter.code: chapter for chapter in review.stakes}
    stakes = {
        name: stake_facts(lines[stake.code], chapters[stake.code])
        for name, stake in form.stakes.items()
        if stake.code in lines
    }
    return dict.fromkeys(("headline", "foreword", "outlook"), plan) | stakes


def writings(form: ReviewForm, review: ReviewData) -> dict[str, Writing]:
    edition: AnnualReview = form.instance
    now, before = facts(form, review), last_texts(form, edition)
    return {
        name: Writing(
            bound=form[name],
            before=before.get(name, ""),
            changed=changed(
                str(form[name].value() or ""), edition.figures_seen.get(name, {}), now[name]
            ),
        )
        for name in now
        if name in form.fields
    }


def stake_writings(
    form: ReviewForm, review: ReviewData, writings: dict[str, Writing]
) -> list[StakeWriting]:
    names = {stake.code: name for name, stake in form.stakes.items()}
    return [
        StakeWriting(chapter, writings.get(names.get(chapter.code, "")))
        for chapter in review.stakes
    ]


def last_texts(form: ReviewForm, edition: AnnualReview) -> dict[str, str]:
    """Of the year before, by field."""
    last = latest_edition(edition.convention, edition.year - 1)
    if last is None:
        return {}
    syntheses = dict(last.syntheses.values_list("stake_id", "text"))
    return {
        "headline": last.headline,
        "foreword": last.foreword,
        "outlook": last.outlook,
        **{name: syntheses.get(stake.pk, "") for name, stake in form.stakes.items()},
    }
