"""What search knows of the pact: its communes and its partners."""

from collections.abc import Iterable, Iterator

from django.contrib.admin.models import LogEntry
from django.db.models import Max
from django.utils import timezone

from ctg.convention.models import Commune, Convention
from ctg.search import Document

COMMUNES, PARTNERS = "Communes", "Partenaires"
MINUTES = 5


def version(convention: Convention) -> tuple:
    """Another as soon as something may have changed: verbs and the administration write journals.

    What leaves no trace at all is seen within five minutes.
    """
    verbs = convention.journal.aggregate(last=Max("pk"))["last"]
    administration = LogEntry.objects.aggregate(last=Max("pk"))["last"]
    return verbs, administration, int(timezone.now().timestamp()) // (60 * MINUTES)


def documents(convention: Convention) -> Iterator[Document]:
    communes = dict(Commune.objects.filter(conventions=convention).values_list("pk", "postal_code"))
    for organization in convention.organizations.all():
        is_commune = organization.pk in communes
        yield Document(
            kind=COMMUNES if is_commune else PARTNERS,
            pk=organization.pk,
            title=organization.name,
            text=" ".join(_besides(organization, communes)),
            note="ses actions" if is_commune else organization.get_kind_display(),
            route="actions:plan",
            query=f"{'commune' if is_commune else 'partner'}={organization.pk}",
        )


def _besides(organization, communes) -> Iterable[str]:
    return filter(None, (organization.short_name, communes.get(organization.pk)))
