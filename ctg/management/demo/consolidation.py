"""What the lead made of each year: her review of every action, and the territory's figures."""

from datetime import timedelta
from random import Random

from actions.models import Action, ActionReview, Campaign, IndicatorValue
from ctg.management.demo.cards import Card
from ctg.management.demo.cast import Scene
from ctg.management.demo.content import read
from ctg.management.demo.story import LAST_YEAR, some_instant


def write(scene: Scene, cards: list[Card], campaigns: list[Campaign]) -> None:
    draw = Random(f"{scene.seed} consolidation")
    ActionReview.objects.bulk_create(_reviews(scene, cards, campaigns, draw))
    IndicatorValue.objects.bulk_create(_territory_values(scene, cards))


def _territory_values(scene, cards):
    for card in cards:
        lines = card.line["indicators"]
        for indicator, line in zip(card.indicators, lines, strict=True):
            for year in _consolidated_years(scene, card):
                if not card.progress_in(year):
                    continue
                if not indicator.is_quantitative:
                    text = _reading(line["readings"], year)
                    if text:
                        yield IndicatorValue(indicator=indicator, year=year, text=text)
                elif not indicator.is_collected:
                    yield IndicatorValue(
                        indicator=indicator, year=year, value=card.figure(line, year)
                    )


def _reading(readings, year):
    """The last reading is the last year's."""
    place = len(readings) - 1 - (LAST_YEAR - year)
    return readings[place] if place >= 0 else ""


def _consolidated_years(scene, card):
    """Every year until it is finished: all of the closed ones, the open one if she came to it."""
    return [
        year
        for year in scene.story.years
        if card.progress_in(year - 1) < 100 and (year < scene.story.last or card.is_consolidated)
    ]


def _reviews(scene, cards, campaigns, draw):
    general = read("demo")
    dates = {campaign.year: campaign for campaign in campaigns}
    for card in cards:
        years = _consolidated_years(scene, card)
        highlights = _highlights(card, years, draw)
        for year in years:
            is_last = year == scene.story.last
            campaign = dates[year]
            first = scene.story.today - timedelta(days=12) if is_last else campaign.closes_on
            last = scene.story.today - timedelta(days=1) if is_last else campaign.validates_on
            state = _state(card, year)
            asked = general["decisions_asked"].get(state, []) if is_last else []
            yield ActionReview(
                action=card.action,
                year=year,
                status=_reviewed_status(card, year),
                progress=card.progress_in(year),
                summary=draw.choice(general["judgements"][state]),
                highlight=highlights.get(year, ""),
                difficulty=_review_difficulty(card, state, draw),
                decision_asked=draw.choice(asked) if asked else "",
                consolidated_at=some_instant(draw, first, last),
                consolidated_by=scene.lead,
            )


def _highlights(card, years, draw):
    """Each highlight is told once, in one of the last years that had something to show."""
    started = [year for year in years if card.progress_in(year)]
    told = card.line.get("highlights", [])[: len(started)]
    kept = started[-len(told) :] if len(told) > 1 else [draw.choice(started)] if told else []
    return dict(zip(kept, told, strict=True))


def _reviewed_status(card, year):
    if year == LAST_YEAR:
        return card.line["status"]
    progress = card.progress_in(year)
    if not progress:
        return Action.Status.TODO
    return Action.Status.DONE if progress == 100 else Action.Status.ONGOING


def _state(card, year):
    """The key of the texts: late and blocked are told before the status."""
    if year == LAST_YEAR and card.line.get("is_blocked"):
        return "blocked"
    return "late" if year == LAST_YEAR and card.is_late else _reviewed_status(card, year)


def _review_difficulty(card, state, draw):
    is_hard = state in ("late", "blocked", "postponed")
    return draw.choice(card.line["difficulties"]) if is_hard or draw.random() < 0.2 else ""
