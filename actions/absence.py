"""What may be missing from an action: each absence by its name in the address."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.lookups import IsNull, LessThan
from django.utils import timezone

from actions.models import Action, ActionPartner, Contribution, Indicator
from ctg.convention.models import Convention


@dataclass(frozen=True)
class Absence:
    """``condition`` is true of the actions that lack it; the label may depend on the convention."""

    label: Callable[[Convention], str]
    condition: Callable[[Convention], Q]


def _of_action(model, **conditions):
    return Q(Exists(model.objects.filter(action=OuterRef("pk"), **conditions)))


def _without_answer(convention):
    """Asked about at least once, and its latest campaign has no answer yet."""
    asked = Contribution.objects.asked().filter(action=OuterRef("pk"))
    last, answered = _latest_year(asked), _latest_year(asked.filter(state__in=Contribution.SENT))
    return Q(IsNull(last, False)) & (Q(IsNull(answered, True)) | Q(LessThan(answered, last)))


def _latest_year(contributions):
    return Subquery(contributions.order_by("-campaign__year").values("campaign__year")[:1])


def _without_contribution_this_year(convention):
    year = timezone.localdate().year
    return ~_of_action(Contribution, campaign__year=year, state__in=Contribution.SENT)


def _without_budget(convention):
    """Budget lines belong to a higher app: they are reached from the action’s own side."""
    lines = Action._meta.get_field("budget_lines").related_model
    return ~_of_action(lines)


def _untouched(convention):
    today = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
    return Q(updated_at__lt=today - timedelta(days=convention.untouched_days))


def _named(label, condition):
    return Absence(lambda convention: label, condition)


ABSENCES = {
    "pilote": _named(
        "Sans pilote", lambda _: ~_of_action(ActionPartner, role=ActionPartner.Role.PILOT)
    ),
    "commune": _named(
        "Sans commune",
        lambda _: (
            Q(scope=Action.Scope.COMMUNES)
            & ~Q(Exists(Action.communes.through.objects.filter(action=OuterRef("pk"))))
        ),
    ),
    "indicateur": _named("Sans indicateur", lambda _: ~_of_action(Indicator)),
    "cible": _named(
        "Sans cible chiffrée",
        lambda _: _of_action(Indicator, nature=Indicator.Nature.QUANTITATIVE, target=None),
    ),
    "budget": _named("Sans budget", _without_budget),
    "reponse": _named("Sans réponse à la dernière campagne", _without_answer),
    "contribution": _named("Sans contribution cette année", _without_contribution_this_year),
    "mise-a-jour": Absence(
        lambda convention: f"Non modifiée depuis {convention.untouched_days} jours", _untouched
    ),
}
