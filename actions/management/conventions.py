from django.core.management.base import CommandError

from ctg.convention.models import Convention


def chosen(slug: str | None) -> Convention:
    """The convention of that address, or the only one there is."""
    found = Convention.objects.filter(slug=slug) if slug else Convention.objects.all()
    slugs = list(found.values_list("slug", flat=True)[:20])
    if len(slugs) == 1:
        return found.get()
    if slug:
        raise CommandError(f"Aucune convention n’a l’adresse « {slug} ».")
    if not slugs:
        raise CommandError("Il n’y a pas encore de convention.")
    raise CommandError(f"Plusieurs conventions : précisez --convention ({', '.join(slugs)}).")
