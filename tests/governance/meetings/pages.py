"""When these meetings are, and what their pages say."""

from datetime import UTC, datetime

from ctg.convention.models import JournalEntry
from governance.models import Meeting

NOW = datetime(2023, 3, 1, 12, tzinfo=UTC)
AHEAD = datetime(2023, 3, 16, 13, tzinfo=UTC)
State = Meeting.State


def said(response):
    return response.content.decode()


def verbs():
    return list(JournalEntry.objects.order_by("pk").values_list("verb", flat=True))
