"""The detection of overlaps: how many of the planted pairs it finds, how many it is wrong about.

The planted pairs are those of the demonstration (``twin_of``) and of ``overlap_corpus.toml``
(``same_as``), compared together: two people wrote the same intervention in their own words.
"""

import random
import time
from collections.abc import Iterable

from actions.overlaps.detection import Text, find_pairs
from ctg.management.demo.content import read, read_plan

SHEETS = 2000
WORDS, OWN_WORDS = 6000, 25


def measure(bench):
    sheets = [*read_plan(), *read("overlap_corpus")["action"]]
    keys = [sheet["key"] for sheet in sheets]
    planted = {
        frozenset((sheet["key"], twin))
        for sheet in sheets
        if (twin := sheet.get("twin_of") or sheet.get("same_as"))
    }
    found = {frozenset((keys[p.first], keys[p.second])) for p in find_pairs(texts(sheets))}
    right = len(found & planted)
    bench.line("overlap_planted", len(planted), "pairs")
    bench.line("overlap_found", len(found), "pairs")
    bench.line("overlap_precision", f"{right / len(found):.2f}", "")
    bench.line("overlap_recall", f"{right / len(planted):.2f}", "")
    many = texts(enlarged(sheets))
    start = time.process_time()
    find_pairs(many)
    bench.line(f"overlap_{SHEETS}_cpu_time", f"{time.process_time() - start:.2f}", "s")


def texts(sheets: Iterable[dict]) -> list[Text]:
    """Everywhere and at any time: only the wording, themes and publics tell them apart."""
    return [
        Text(
            key=rank,
            title=sheet["title"],
            description=sheet["description"],
            themes=frozenset(sheet["themes"]),
            audiences=frozenset(sheet["audiences"]),
            communes=None,
            starts_on=None,
            ends_on=None,
        )
        for rank, sheet in enumerate(sheets)
    ]


def enlarged(sheets: list[dict]) -> Iterable[dict]:
    """As many as a very large plan: each written sheet again, with words of its own."""
    choose = random.Random(1)
    words = ["".join(choose.choices("abdeilmnoprstu", k=7)) for _ in range(WORDS)]
    for rank in range(SHEETS):
        sheet = sheets[rank % len(sheets)]
        own = choose.choices(words, k=OWN_WORDS)
        yield sheet | {
            "title": f"{sheet['title']} {own[0]} {own[1]}",
            "description": f"{sheet['description']} {' '.join(own)}",
        }
