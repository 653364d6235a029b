"""Whole numbers in an address, a form or a file, where anything may be written."""

from collections.abc import Iterable

MOST_DIGITS = 18  # as many as any row’s key may have; int() itself refuses some thousands


def whole_number(text: str) -> int | None:
    """None when ``text`` says anything else than decimal digits, or too many of them."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """Those that are, in their order."""
    return [number for number in map(whole_number, texts) if number is not None]
