"""What a bulk change may touch of an action, read as plain values so that it can be put back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from actions.models import Action, ActionPartner
from ctg.convention.models import Convention, Organization, Theme
from ctg.french import french_date

STATUS = ("status", "status_on", "status_reason", "progress", "is_blocked")
DATES = ("starts_on", "ends_on", "is_continuous")


@dataclass(frozen=True)
class Aspect:
    label: str
    read: Callable[[Action], Any]
    put_back: Callable[[Action, Any], None]


def snapshot(action: Action) -> dict[str, Any]:
    return {name: aspect.read(action) for name, aspect in ASPECTS.items()}


def _read_fields(*names: str):
    def read(action: Action) -> dict[str, Any]:
        values = {name: getattr(action, name) for name in names}
        return {n: v.isoformat() if hasattr(v, "isoformat") else v for n, v in values.items()}

    return read


def _put_fields(action: Action, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(action, name, Action._meta.get_field(name).to_python(value))
    action.validate_constraints()
    action.save()


def _read_pilot(action: Action) -> int | None:
    pilots = action.partners.filter(role=ActionPartner.Role.PILOT)
    return pilots.values_list("organization", flat=True).first()


def _put_pilot(action: Action, organization: int | None) -> None:
    pilots = action.partners.filter(role=ActionPartner.Role.PILOT)
    if organization is None:
        for partner in pilots:
            partner.delete()
        return
    partner = pilots.first() or ActionPartner(action=action, role=ActionPartner.Role.PILOT)
    partner.organization_id = organization
    partner.save()


def _read_themes(action: Action) -> list[int]:
    return sorted(action.themes.values_list("pk", flat=True))


def _put_themes(action: Action, themes: list[int]) -> None:
    action.themes.set(Theme.objects.filter(convention=action.convention, pk__in=themes))


def _read_communes(action: Action) -> dict[str, Any]:
    communes = sorted(action.communes.values_list("pk", flat=True))
    return {"scope": action.scope, "communes": communes}


def _put_communes(action: Action, kept: dict[str, Any]) -> None:
    action.scope = kept["scope"]
    action.save(update_fields=["scope", "updated_at"])
    action.communes.set(action.convention.communes.filter(pk__in=kept["communes"]))


ASPECTS = {
    "status": Aspect("Statut", _read_fields(*STATUS), _put_fields),
    "dates": Aspect("Dates", _read_fields(*DATES), _put_fields),
    "pilot": Aspect("Pilote", _read_pilot, _put_pilot),
    "themes": Aspect("Thématiques", _read_themes, _put_themes),
    "communes": Aspect("Communes", _read_communes, _put_communes),
}


class Words:
    """Says plain values in French; three queries for a whole convention."""

    def __init__(self, convention: Convention) -> None:
        self.themes = dict(convention.themes.values_list("pk", "label"))
        self.communes = dict(convention.communes.values_list("pk", "name"))
        self.organizations = {o.pk: str(o) for o in Organization.objects.all()}

    def changes(self, before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
        return [
            (ASPECTS[name].label, self.say(name, before[name]), self.say(name, after[name]))
            for name in before
        ]

    def say(self, name: str, value: Any) -> str:
        match name:
            case "status":
                reason = f" ({value['status_reason']})" if value["status_reason"] else ""
                return Action.Status(value["status"]).label + reason
            case "dates":
                return _say_dates(value)
            case "pilot":
                return self.organizations.get(value, "vide")
            case "themes":
                return ", ".join(self.themes.get(pk, "?") for pk in value) or "vide"
            case _:
                if value["scope"] == Action.Scope.TERRITORY:
                    return "tout le territoire"
                return ", ".join(self.communes.get(pk, "?") for pk in value["communes"]) or "vide"


def _say_dates(value: dict[str, Any]) -> str:
    start, end = (
        french_date(Action._meta.get_field(name).to_python(value[name])) if value[name] else "vide"
        for name in ("starts_on", "ends_on")
    )
    return f"à partir du {start}, continue" if value["is_continuous"] else f"du {start} au {end}"
