"""French as printed: its spaces, and texts too long for their place."""

import re
from pathlib import Path

import pytest

from ctg.french import shortened

TEMPLATES = Path(__file__).parents[2] / "templates"
PRINTED = [
    *TEMPLATES.glob("reviews/**/*.html"),
    *TEMPLATES.glob("evaluation/*.html"),
    *TEMPLATES.glob("governance/print/*.html"),
    TEMPLATES / "actions/sheets_print.html",
]
BREAKING = re.compile(r"[^\s{%#] [:;?!»](?=[\s<{,.)]|$)|« ")


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Onze signes", "Onze signes"),
        ("Plus de onze signes", "Plus de…"),
        ("Trop cher,  vraiment", "Trop cher…"),
        ("Anticonstitutionnel", "Anticonsti…"),
        ("1\u00a0150\u00a0€ versés", "1\u00a0150\u00a0€…"),
    ],
)
def test_shortened_keeps_whole_words(text, short):
    assert shortened(text, 11) == short


def test_printed_templates_never_break_before_a_sign():
    assert len(PRINTED) > 30
    breaking = {file.name: BREAKING.findall(file.read_text()) for file in PRINTED}
    assert {name: found for name, found in breaking.items() if found} == {}
