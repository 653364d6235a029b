"""What the journal keeps of a year’s money."""

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention, JournalEntry


def record_year(
    verb: str, convention: Convention, year: int, *, by: User | None, summary: str, **data: object
) -> JournalEntry:
    return record(
        verb, convention, convention=convention, by=by, summary=summary, year=year, **data
    )
