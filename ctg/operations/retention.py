"""What is kept no longer than it serves; the periods are those of « Données personnelles »."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from ctg.convention.models import Invitation
from ctg.mail.models import Message
from ctg.operations.privacy import erase_unused
from governance.archive.services import discard_expired

TASKS_KEPT = timedelta(days=30)
MESSAGES_KEPT = timedelta(days=365)


@task()
def purge() -> None:
    """Ended sessions, the memory of tasks done (it holds addresses), unused accounts, archives."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - TASKS_KEPT).delete()
    year_ago = timezone.now() - MESSAGES_KEPT
    Message.objects.filter(created_at__lt=year_ago).delete()
    Invitation.objects.filter(sent_at__lt=year_ago).delete()
    erase_unused()
    discard_expired()
