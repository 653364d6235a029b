"""Write what an import proposes: in bulk for what is new, by the verbs for what changes."""

from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify

from actions import services
from actions.exchange import aspects
from actions.exchange.lines import CHANGED, CREATED, Proposal, Proposals
from actions.exchange.names import New
from actions.exchange.outline import Branch, row_of
from actions.history.changes import FieldChange
from actions.history.keeping import remember
from actions.models import Action, ActionPartner, ActionStep, Audience, Finding, Indicator
from ctg.accounts.models import User
from ctg.convention.models import Convention, Organization, Theme

Status = Action.Status
AT_ONCE = 500


class Writer:
    """``created`` and ``changed`` tell afterwards what undoing takes."""

    def __init__(self, convention: Convention, *, by: User | None, source: str) -> None:
        self.convention, self.by, self.source = convention, by, source
        self.created: dict[str, list[int]] = defaultdict(list)
        self.changed: list[dict[str, Any]] = []
        self._rows: dict[New, int] = {}

    def write(self, proposals: Proposals) -> None:
        self._create([line for line in proposals.lines if line.outcome == CREATED])
        for line in proposals.lines:
            if line.outcome == CHANGED:
                self._change(line)

    # What the actions lean on

    def _branch(self, branch: Branch) -> int:
        if branch.pk is None:
            branch.pk = self._new_branch(branch)
        elif branch.is_archived:
            row = row_of(branch.level).objects.get(pk=branch.pk)
            services.restore(row, convention=self.convention, by=self.by)
            branch.is_archived = False
            if branch.parent:
                self._branch(branch.parent)
        return branch.pk

    def _new_branch(self, branch: Branch) -> int:
        model = row_of(branch.level)
        above: dict[str, Any] = {"convention": self.convention}
        if branch.parent:
            above = {f"{branch.parent.level}_id": self._branch(branch.parent)}
        last = model.objects.filter(**above).aggregate(last=Max("position"))["last"] or 0
        row = model.objects.create(code=branch.code, title=branch.title, position=last + 1, **above)
        services.record_saved(row, convention=self.convention, by=self.by, created=True)
        self.created[branch.level].append(row.pk)
        return row.pk

    def _pk(self, one: int | New) -> int:
        if isinstance(one, int):
            return one
        if one not in self._rows:
            self._rows[one] = self._new_row(one)
            self.created[one.kind].append(self._rows[one])
        return self._rows[one]

    def _new_row(self, new: New) -> int:
        match new.kind:
            case "organization":
                row = Organization.objects.create(name=new.name)
                self.convention.organizations.add(row)
            case "theme":
                row = Theme.objects.create(
                    convention=self.convention, label=new.name, code=self._theme_code(new.name)
                )
            case "audience":
                row = Audience.objects.create(convention=self.convention, label=new.name)
            case _:
                row = Finding.objects.create(convention=self.convention, text=new.name)
        return row.pk

    def _theme_code(self, label: str) -> str:
        start = slugify(label)[:40] or "theme"
        taken = set(self.convention.themes.values_list("code", flat=True))
        number, code = 1, start
        while code in taken:
            number += 1
            code = f"{start}-{number}"
        return code

    def _resolved(self, values: dict[str, Any]) -> dict[str, Any]:
        return {
            key: sorted(self._pk(one) for one in value)
            if isinstance(value, list) and all(isinstance(one, int | New) for one in value)
            else value
            for key, value in values.items()
        }

    # New actions

    def _create(self, lines: list[Proposal]) -> None:
        last = self.convention.actions.aggregate(last=Max("position"))["last"] or 0
        made = [
            (self._action(line, position), self._resolved(line.values))
            for position, line in enumerate(lines, start=last + 1)
        ]
        Action.objects.bulk_create([action for action, _ in made], batch_size=AT_ONCE)
        self._hang(made)
        for action, _ in made:
            services.record_saved(action, convention=self.convention, by=self.by, created=True)
            self.created["action"].append(action.pk)

    def _action(self, line: Proposal, position: int) -> Action:
        action = Action(
            convention=self.convention,
            code=line.code,
            operational_objective_id=self._branch(line.place) if line.place else None,
            position=position,
        )
        for key, value in line.values.items():
            if key == "communes":
                action.scope = value["scope"]
            elif key == "status":
                self._begin_with(action, value)
            elif key not in aspects.RELATIONS:
                setattr(action, key, Action._meta.get_field(key).to_python(value))
        if action.status == Status.DONE and "progress" not in line.values:
            action.progress = 100
        return action

    def _begin_with(self, action: Action, value: dict[str, str]) -> None:
        action.status, action.status_reason = value["status"], value["reason"]
        action.status_on = timezone.localdate()
        if action.status == Status.ABANDONED and not action.status_reason:
            action.status_reason = f"Statut repris du fichier « {self.source} »."

    def _hang(self, made: list[tuple[Action, dict[str, Any]]]) -> None:
        for key in (*aspects.LINKS, "communes"):
            link = Action._meta.get_field(key)
            through, target = link.remote_field.through, f"{link.m2m_reverse_field_name()}_id"
            rows = [
                through(action_id=action.pk, **{target: pk})
                for action, values in made
                for pk in _linked(values.get(key))
            ]
            through.objects.bulk_create(rows, batch_size=AT_ONCE)
        ActionPartner.objects.bulk_create(
            [
                ActionPartner(action=action, organization_id=pk, role=role)
                for action, values in made
                for key, role in aspects.ROLES.items()
                for pk in values.get(key, ())
            ],
            batch_size=AT_ONCE,
        )
        self._hang_rows(made)

    def _hang_rows(self, made: list[tuple[Action, dict[str, Any]]]) -> None:
        steps, indicators = [], []
        for action, values in made:
            for position, step in enumerate(values.get("steps", ())):
                steps.append(ActionStep(action=action, position=position, **step))
            for key, nature in aspects.NATURES.items():
                for position, one in enumerate(values.get(key, ())):
                    indicators.append(
                        Indicator(action=action, nature=nature, position=position, **one)
                    )
        ActionStep.objects.bulk_create(steps, batch_size=AT_ONCE)
        Indicator.objects.bulk_create(indicators, batch_size=AT_ONCE)

    # Actions that change

    def _change(self, line: Proposal) -> None:
        action = self.convention.actions.get(pk=line.action.pk)
        action.convention = self.convention
        remember(action)
        values = self._resolved(line.values)
        if line.place:
            values["operational_objective"] = self._branch(line.place)
        before = {key: aspects.read(action, key) for key in values}
        if action.archived_at:
            services.restore(action, convention=self.convention, by=self.by)
            self.created["action"].append(action.pk)
        self._move(action, values, line)
        rest = {key: value for key, value in values.items() if key != "status"}
        if rest:
            aspects.put_all(action, rest)
        changes = [
            FieldChange(cell.key, cell.label, cell.before, cell.after)
            for cell in line.cells
            if cell.key in rest
        ]
        services.record_saved(
            action, convention=self.convention, by=self.by, created=False, changes=changes
        )
        self.changed.append({"pk": action.pk, "before": before, "after": values})

    def _move(self, action: Action, values: dict[str, Any], line: Proposal) -> None:
        wanted = values.get("status")
        if not wanted or wanted["status"] == action.status:
            return
        reason = wanted["reason"]
        try:
            match Status(wanted["status"]):
                case Status.ONGOING if action.is_finished:
                    services.reopen(action, reason=reason, by=self.by)
                case Status.ONGOING:
                    services.start(action, by=self.by)
                case Status.DONE:
                    services.complete(action, by=self.by)
                case Status.POSTPONED:
                    to = Action._meta.get_field("ends_on").to_python(values["ends_on"])
                    services.postpone(action, to=to, reason=reason, by=self.by)
                case _:
                    services.abandon(action, reason=reason, by=self.by)
        except ValidationError as refusal:
            where = f"Feuille « {line.record.sheet} », ligne {line.record.row}"
            raise ValidationError(f"{where} : {' '.join(refusal.messages)}") from refusal
        wanted["reason"] = action.status_reason


def _linked(value: Any) -> list[int]:
    return value["communes"] if isinstance(value, dict) else value or []
