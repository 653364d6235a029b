"""Each field of an action as a plain value: to compare it, to write it, to put it back."""

from datetime import date
from decimal import Decimal
from typing import Any

from actions.exchange.words import folded
from actions.models import Action, ActionPartner, ActionStep, Indicator

ROLES = {
    "pilot": ActionPartner.Role.PILOT,
    "co_pilots": ActionPartner.Role.CO_PILOT,
    "contributors": ActionPartner.Role.CONTRIBUTOR,
    "funders": ActionPartner.Role.FUNDER,
}
LINKS = ("themes", "audiences", "findings", "other_stakes")
NATURES = {"quantitative": "quantitative", "qualitative": "qualitative"}
RELATIONS = {*ROLES, *LINKS, *NATURES, "communes", "steps"}
STEP_FIELDS = ("title", "starts_on", "due_on", "done_on")
INDICATOR_FIELDS = ("title", "target", "unit", "target_year")


def plain(value: Any) -> Any:
    match value:
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:.2f}"
    return value


def read(action: Action, key: str) -> Any:
    """From the loaded relations, so that a prefetched list costs no query."""
    if key == "operational_objective":
        return action.operational_objective_id
    if key in ROLES:
        return sorted(p.organization_id for p in action.partners.all() if p.role == ROLES[key])
    if key in LINKS:
        return sorted(row.pk for row in getattr(action, key).all())
    if key == "communes":
        some = action.scope == Action.Scope.COMMUNES
        communes = sorted(commune.pk for commune in action.communes.all()) if some else []
        return {"scope": action.scope, "communes": communes}
    if key == "status":
        return {"status": action.status, "reason": action.status_reason}
    if key == "steps":
        return [_fields(step, STEP_FIELDS) for step in action.steps.all()]
    if key in NATURES:
        return [
            _fields(one, INDICATOR_FIELDS)
            for one in action.indicators.all()
            if one.nature == NATURES[key]
        ]
    return plain(getattr(action, key))


def _fields(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: plain(getattr(row, name)) for name in names}


def put_all(action: Action, values: dict[str, Any]) -> None:
    """Write fields and what hangs on them, as one version of the history."""
    for key, value in values.items():
        if key == "operational_objective":
            action.operational_objective_id = value
        elif key == "communes":
            action.scope = value["scope"]
        elif key == "status":
            action.status, action.status_reason = value["status"], value["reason"]
        elif key not in RELATIONS:
            setattr(action, key, Action._meta.get_field(key).to_python(value))
    action.validate_constraints()
    action.save()
    for key in RELATIONS & values.keys():
        _put_relation(action, key, values[key])


def _put_relation(action: Action, key: str, value: Any) -> None:
    if key in ROLES:
        _put_partners(action, ROLES[key], value)
    elif key in LINKS:
        getattr(action, key).set(value)
    elif key == "communes":
        action.communes.set(value["communes"])
    elif key == "steps":
        _put_rows(action, action.steps.all(), ActionStep, STEP_FIELDS, value)
    else:
        rows = action.indicators.filter(nature=NATURES[key])
        _put_rows(action, rows, Indicator, INDICATOR_FIELDS, value, nature=NATURES[key])


def _put_partners(action: Action, role: str, organizations: list[int]) -> None:
    present = {partner.organization_id: partner for partner in action.partners.filter(role=role)}
    for organization, partner in present.items():
        if organization not in organizations:
            partner.delete()
    for organization in organizations:
        if organization not in present:
            ActionPartner.objects.create(action=action, organization_id=organization, role=role)


def _put_rows(action, rows, model, names: tuple[str, ...], wanted: list[dict], **fixed) -> None:
    """Rows are told apart by their title; one that is no longer wanted goes away."""
    present = {folded(row.title): row for row in rows}
    for title in present.keys() - {folded(one["title"]) for one in wanted}:
        present[title].delete()
    for position, one in enumerate(wanted):
        row = present.get(folded(one["title"]))
        if row and _fields(row, names) == one:
            continue
        row = row or model(action=action, position=position, **fixed)
        for name in names:
            setattr(row, name, model._meta.get_field(name).to_python(one[name]))
        row.save()


def merged(present: list[dict[str, Any]], told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is told completes or replaces by title; nothing goes away."""
    by_title = {folded(one["title"]): one for one in present}
    for one in told:
        known = by_title.get(folded(one["title"]), {})
        by_title[folded(one["title"])] = {
            name: known.get(name, value) if value in (None, "") else value
            for name, value in one.items()
        }
    return list(by_title.values())
