"""The most that a review may hold: it keeps to its pages, and stays whole."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from governance.reviews.build import build_review
from governance.reviews.build.money import SHORT, short_bonus
from governance.reviews.build.opening import (
    ABREAST,
    DECISIONS,
    LINE_WIDTH,
    REASON_WIDTH,
)
from governance.reviews.build.sources import load
from governance.reviews.data.chapters import Remark
from governance.reviews.data.money import BonusRow, BonusTable
from governance.reviews.data.opening import ActionName, AskedDecision
from governance.reviews.extracts import essentials, sheets
from governance.reviews.forms import HEADLINE_MAX
from governance.reviews.render import render_extract, render_review
from tests.factories.financing import make_bonus_line, make_facility
from tests.factories.reviews import make_written_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(plan):
    make_written_review(plan)
    return build_review(plan.convention, 2022)


def pages(content):
    return len(PdfReader(BytesIO(content)).pages)


@pytest.mark.parametrize("stakes", [0, 1, 3, 4, 6])
def test_essentials_keep_to_two_pages_whatever_is_written(review, stakes):
    """Every text as long as it may be: the page and its back are what is handed out."""
    full = crowded(review, stakes)

    assert pages(render_extract(full, essentials(full))) == 2


def crowded(review, stakes):
    words = "longue phrase " * 200
    first = review.essentials
    width = LINE_WIDTH if stakes <= ABREAST else 0
    remarks = tuple(Remark(f"A-{rank}", words, f"{rank} {words}") for rank in range(9))
    named = tuple(ActionName(f"A-{rank}", words) for rank in range(9))
    decisions = tuple(
        AskedDecision(f"{rank} {words}", named[: 2 + rank % 2 * 7], (words[:REASON_WIDTH],))
        for rank in range(9)
    )
    bonus = BonusRow("Établissement d’accueil du jeune enfant", 99, *[Decimal(9_999_999)] * 3)
    stake = replace(review.stakes[0], title=words, highlights=remarks, difficulties=remarks)
    return replace(
        review,
        essentials=replace(
            first,
            headline=words[:HEADLINE_MAX],
            stakes=tuple(
                replace(first.stakes[0], title=words, text=words[:width], number=rank + 1)
                for rank in range(stakes)
            ),
            decisions=decisions[:DECISIONS],
            more_decisions=6,
            bonus=BonusTable((bonus,) * SHORT, bonus),
        ),
        stakes=tuple(replace(stake, number=rank + 1) for rank in range(stakes)),
        outlook=replace(review.outlook, text=words, decisions=decisions),
    )


def test_sheet_longer_than_a_page_begins_under_its_heading(review):
    sheet = replace(review.sheets[0], summary="phrase utile " * 700)
    part = sheets(replace(review, sheets=(sheet,)))

    first = PdfReader(BytesIO(render_extract(review, part))).pages[0].extract_text()

    assert "Les actions une à une" in first and "phrase utile" in first


def test_empty_sections_share_a_page(convention):
    reader = PdfReader(BytesIO(render_review(build_review(convention, 2022))))

    silent = reader.pages[3].extract_text()
    assert silent.startswith("La convention en bref")
    for title in ("La gouvernance de l’année", "Les financements", "Perspectives"):
        assert title in silent


KINDS = ["rpe", "laep", "toy_library", "youth", "cooperation"]


def test_smallest_kinds_of_facilities_become_one_row_of_the_essentials(plan):
    for rank, kind in enumerate(KINDS, 1):
        facility = make_facility(plan.convention, name=kind, kind=kind)
        make_bonus_line(facility, 2022, forecast=Decimal(rank))

    table = short_bonus(load(plan.convention, 2022))

    assert len(table.rows) == SHORT
    assert table.rows[-1].label == "3 autres types"
    assert (table.rows[-1].facilities, table.rows[-1].forecast) == (3, Decimal(1 + 2 + 3))
    assert table.total.forecast == sum(row.forecast for row in table.rows)
