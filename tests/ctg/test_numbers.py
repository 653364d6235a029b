import pytest

from ctg.numbers import MOST_DIGITS, whole_number, whole_numbers

LARGEST = "9" * MOST_DIGITS


@pytest.mark.parametrize(("text", "number"), [("12", 12), ("007", 7), (LARGEST, int(LARGEST))])
def test_digits_are_a_number(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1,5", "1e3", "²", " 1", f"{LARGEST}9", "9" * 5000])
def test_anything_else_is_none(text):
    assert whole_number(text) is None


def test_numbers_among_the_rest():
    assert whole_numbers(["3", "x", "", "1"]) == [3, 1]
