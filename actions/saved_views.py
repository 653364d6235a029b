"""Verbs of the saved views of the plan."""

from django.db import transaction
from django.http import QueryDict

from actions.models import SavedView
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention

OF_THE_MOMENT = ("page", "filtres", "csrfmiddlewaretoken")


def kept_query(query: str) -> str:
    """What of an address makes the view: no page number, no empty filter, always the same order."""
    asked = QueryDict(query)
    kept = QueryDict(mutable=True)
    for name in sorted(asked):
        values = sorted(value for value in asked.getlist(name) if value)
        if values and name not in OF_THE_MOMENT:
            kept.setlist(name, values)
    return kept.urlencode()


@transaction.atomic
def save_view(
    convention: Convention, *, name: str, query: str, is_shared: bool, by: User
) -> SavedView:
    view = SavedView.objects.create(
        convention=convention, owner=by, name=name, query=kept_query(query), is_shared=is_shared
    )
    if is_shared:
        _record(view, "view.shared", f"Vue du plan partagée : {name}", by)
    return view


@transaction.atomic
def change_view(view: SavedView, *, name: str, is_shared: bool, by: User) -> None:
    was_shared = SavedView.objects.get(pk=view.pk).is_shared
    view.name, view.is_shared = name, is_shared
    view.save()
    if is_shared and not was_shared:
        _record(view, "view.shared", f"Vue du plan partagée : {name}", by)
    elif was_shared and not is_shared:
        _record(view, "view.unshared", f"Vue du plan retirée du partage : {name}", by)


@transaction.atomic
def delete_view(view: SavedView, *, by: User) -> None:
    """What a view shows is not its own: deleting it loses no data of the plan."""
    if view.is_shared:
        _record(view, "view.deleted", f"Vue du plan supprimée : {view.name}", by)
    view.delete()


def _record(view, verb, summary, by):
    record(verb, view, convention=view.convention, by=by, summary=summary)
