"""What the worker does each day: tell organisations what they still have to apply."""

from datetime import timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from governance import notifications
from governance.filters import LATE
from governance.models import Decision

AGAIN_AFTER = timedelta(days=30)


@task()
@transaction.atomic
def remind_of_overdue_decisions() -> int:
    """Once when the date is past, then every month; the number of decisions told.

    Safe to run twice: a decision told is dated.
    """
    today = timezone.localdate()
    not_told = Q(reminded_on=None) | Q(reminded_on__lte=today - AGAIN_AFTER)
    overdue = list(
        Decision.objects.select_for_update(of=("self",))
        .overdue(today)
        .filter(not_told, owner__isnull=False)
        .select_related("owner", "meeting__committee__convention")
        .order_by("meeting__committee__convention", "due_on", "pk")
    )
    for convention, decisions in groupby(overdue, lambda d: d.meeting.committee.convention):
        register = reverse("governance:decisions", args=[convention.slug])
        notifications.decisions_overdue(
            list(decisions), register=f"{register}?suite={LATE}", on=today
        )
    for decision in overdue:
        decision.reminded_on = today
    Decision.objects.bulk_update(overdue, ["reminded_on"])
    return len(overdue)
