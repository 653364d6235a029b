from collections import Counter

from django.db.models import Count

from actions.models.action import ActionQuerySet
from actions.progress import LATE, STATE_LABELS


def state_segments(actions: ActionQuerySet) -> list[tuple[str, str, int]]:
    """Status bar of a set, whatever a page shows of it; one query. Needs with_lateness()."""
    counts: Counter[str] = Counter()
    rows = actions.order_by().values_list("is_late", "status").annotate(Count("pk"))
    for is_late, status, count in rows:
        counts[LATE if is_late else status] += count
    return [
        (state, labels[counts[state] > 1], counts[state]) for state, labels in STATE_LABELS.items()
    ]
