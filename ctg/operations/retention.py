"""What is kept no longer than it serves; the periods are those of « Données personnelles »."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

TASKS_KEPT = timedelta(days=30)


@task()
def purge() -> None:
    """Sessions that ended, and the memory of tasks done, which holds addresses of messages."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - TASKS_KEPT).delete()
