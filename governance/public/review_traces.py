from collections.abc import Iterator
from typing import Any

from actions.publication.traces import member_names, signs_in
from governance.models import AnnualReview


def review_traces(review: AnnualReview) -> list[str]:
    """What names a person anywhere in the frozen data; who sealed them is not printed."""
    printed = {key: value for key, value in (review.data or {}).items() if key != "frozen_by"}
    return signs_in("\n".join(_texts(printed)), member_names(review.convention))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from _texts(inner)
        case list():
            for inner in value:
                yield from _texts(inner)
