"""What Prometheus reads: the requests of django-prometheus, and the queue of tasks."""

from collections.abc import Iterator

from django.db.models import Count
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ctg.operations.models import WorkerBeat


class Queue(Collector):
    """Read in the database when asked, so that every process tells the same."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        tasks = GaugeMetricFamily("ctg_tasks", "Tasks by state", labels=["status"])
        by_status = DBTaskResult.objects.order_by().values_list("status").annotate(Count("pk"))
        for status, count in by_status:
            tasks.add_metric([status.lower()], count)
        yield tasks
        yield GaugeMetricFamily(
            "ctg_workers", "Workers that gave a sign of life", WorkerBeat.objects.alive().count()
        )


def queue_metrics() -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Queue())
    return generate_latest(registry)
