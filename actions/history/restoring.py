"""Put a sheet, or some of it, back as it was.

What no longer can come back is left aside and said: an organisation that left the convention, a
theme that is gone, a row that another sheet took over, a new indicator that already has figures.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.text import capfirst

from actions.history.changes import FieldChange, links_of, names
from actions.history.keeping import REMOVED, ROWS, remember
from actions.history.states import (
    State,
    current_state,
    differences,
    restorable_fields,
    row_change,
    row_title,
    state_at,
)
from actions.models import Action, ActionPartner, ActionStep, Indicator, IndicatorValue
from actions.overlaps.services import COMPARED, look_for_later
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.french import french_date

Row = ActionPartner | ActionStep | Indicator
NO_COMMUNE = "Il ne resterait aucune commune : rétablissez aussi le périmètre."
NOT_RESTORED = "Ce champ ne se rétablit pas depuis l’historique."
OF_CONVENTION = {
    "communes": "communes",
    "themes": "themes",
    "audiences": "audiences",
    "findings": "findings",
    "other_stakes": "stakes",
    "documents": "documents",
}


@dataclass
class Restored:
    changes: list[FieldChange] = field(default_factory=list)
    left_aside: list[str] = field(default_factory=list)

    @property
    def labels(self) -> list[str]:
        return [change.label for change in self.changes]


@transaction.atomic
def restore(action: Action, version: Any, *, only: Collection[str] = (), by: User) -> Restored:
    """As this historical record and its rows say; ``only`` limits it to some fields or rows.

    A name is that of a field, « steps » for all the steps or « steps-12 » for one. ValidationError
    when nothing can come back, or when the old fields no longer hold: a code taken since, say. The
    status is not restored: it moves by its own verbs.
    """
    remember(action)
    restoring = Restoring(action, state_at(action, version), current_state(action), only)
    restoring.do()
    done = Restored(differences(restoring.now, current_state(action)), restoring.left_aside)
    if done.left_aside and not done.changes:
        raise ValidationError(done.left_aside)
    record(
        "action.restored_fields",
        action,
        convention=action.convention,
        by=by,
        summary=f"Rétabli tel qu’au {french_date(version.history_date)} : {', '.join(done.labels)}",
        changes=[change.in_words for change in done.changes],
    )
    if COMPARED & {change.name for change in done.changes}:
        look_for_later(action.convention)
    return done


class Restoring:
    def __init__(self, action: Action, then: State, now: State, only: Collection[str]) -> None:
        self.action, self.then, self.now = action, then, now
        self.left_aside: list[str] = []
        self.fields = [one for one in restorable_fields() if not only or one.name in only]
        self.keys = [
            key
            for key in {**then.rows, **now.rows}
            if not only or key in only or key.partition("-")[0] in only
        ]
        if set(only) - {one.name for one in self.fields} - set(self.keys) - set(ROWS):
            raise ValidationError(NOT_RESTORED)

    def do(self) -> None:
        """The fields before the rows: their record opens the new version."""
        lists = [one for one in self.fields if isinstance(one, models.ManyToManyField)]
        self._put_fields([one for one in self.fields if one not in lists])
        for one in lists:
            self._put_list(one)
        if self.action.scope == Action.Scope.COMMUNES and not self.action.communes.exists():
            raise ValidationError(NO_COMMUNE)
        self._put_rows()

    def _put_fields(self, fields: Sequence[models.Field]) -> None:
        now = self.action.operational_objective
        for one in fields:
            setattr(self.action, one.attname, getattr(self.then.record, one.attname))
        then = self.action.operational_objective_id
        if then != now.pk and not type(now).objects.current().filter(pk=then).exists():
            self.left_aside.append("L’objectif d’alors n’est plus dans le plan.")
            self.action.operational_objective = now
        if fields:
            self.action.full_clean()
        self.action.save()

    def _put_list(self, one: models.ManyToManyField) -> None:
        column = f"{one.m2m_reverse_field_name()}_id"
        links = {getattr(link, column): link for link in links_of(self.then.record, one)}
        there = getattr(self.action.convention, OF_CONVENTION[one.name]).in_bulk(list(links))
        gone = [link for key, link in links.items() if key not in there]
        if gone:
            label = str(one.verbose_name).capitalize()
            self.left_aside.append(
                f"{label} qui ne sont plus dans la convention : {names(gone, one)}."
            )
        getattr(self.action, one.name).set(there)

    def _put_rows(self) -> None:
        """The pilot last: the present one gives the role back before."""
        then, now = self.then.rows, self.now.rows
        for key in self.keys:
            if key not in then:
                self._remove(now[key].instance)
        for key in sorted(self.keys, key=lambda key: _takes_the_lead(then.get(key))):
            if key in then and row_change(key, now.get(key), then[key]):
                self._put_row(then[key].instance)

    def _remove(self, row: Row) -> None:
        if isinstance(row, Indicator) and row.values.exists():
            self._leave(row, "il a déjà des valeurs.")
        else:
            row.delete()

    def _put_row(self, row: Row) -> None:
        present = type(row).objects.filter(pk=row.pk).select_related("action").first()
        row._state.adding = present is None
        if present and present.action != self.action:
            self._leave(row, f"déjà sur la fiche {present.action.code}.")
        elif isinstance(row, ActionPartner) and not self._takes_part(row):
            self._leave(row, "cet organisme ne fait plus partie de la convention.")
        else:
            try:
                row.full_clean()
            except ValidationError as refusal:
                self._leave(row, " ".join(refusal.messages))
                return
            row.save()
            if isinstance(row, Indicator) and not present:
                self._give_figures_back(row)

    def _takes_part(self, partner: ActionPartner) -> bool:
        return self.action.convention.organizations.filter(pk=partner.organization_id).exists()

    def _leave(self, row: Row, why: str) -> None:
        kind = next(kind for kind, model in ROWS.items() if isinstance(row, model))
        self.left_aside.append(f"{capfirst(row_title(kind, row))} : {why}")

    def _give_figures_back(self, indicator: Indicator) -> None:
        """Those that fell with it, when the answer they were given in is still there."""
        removal = indicator.history.filter(history_type=REMOVED).latest("history_date")
        save = self.action.history.filter(history_date__lte=removal.history_date)
        fallen = IndicatorValue.history.filter(
            indicator=indicator.pk,
            history_type=REMOVED,
            history_date__range=(save.latest("history_date").history_date, removal.history_date),
        )
        answers = set(self.action.contributions.values_list("pk", flat=True))
        for figure in fallen:
            if figure.contribution_id is None or figure.contribution_id in answers:
                figure.instance.save()


def _takes_the_lead(record: Any) -> bool:
    return getattr(record, "role", "") == ActionPartner.Role.PILOT
