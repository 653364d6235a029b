"""Reviews frozen by earlier versions of the program are still read, and still printed."""

import json
from pathlib import Path

import pytest

from governance.frozen.data import FORMAT_VERSION, UPGRADES
from governance.reviews.data import ReviewData
from governance.reviews.render import render_review

SAMPLES = sorted(Path(__file__).parent.glob("frozen_reviews/version_*.json"))


def stored(sample):
    return json.loads(sample.read_text())


def test_every_earlier_version_has_a_sample_and_an_upgrade():
    versions = [stored(sample)["format_version"] for sample in SAMPLES]

    assert versions == list(range(1, FORMAT_VERSION)) == sorted(UPGRADES)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_frozen_review_is_still_read(sample):
    frozen = stored(sample)

    review = ReviewData.from_json(frozen)

    again = review.to_json()
    assert {name: again[name] for name in frozen if name != "format_version"} == {
        name: value for name, value in frozen.items() if name != "format_version"
    }


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_frozen_review_is_still_printed(sample):
    review = ReviewData.from_json(stored(sample))

    assert render_review(review) == render_review(review)


@pytest.mark.parametrize("version", [None, 0, FORMAT_VERSION + 1, "1"])
def test_unknown_version_is_refused(version):
    with pytest.raises(ValueError, match="Format de bilan inconnu"):
        ReviewData.from_json({"format_version": version})
