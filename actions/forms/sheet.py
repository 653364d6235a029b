"""The action sheet as it is edited: whole, or one section in its place on the page."""

from collections.abc import Collection
from dataclasses import dataclass

from actions import services
from actions.forms.action import ActionForm, IndicatorFormSet, PartnerFormSet, StepFormSet
from actions.forms.rows import RowFormSet
from actions.forms.versioned import Conflict, MergingForm
from actions.history.keeping import remember
from actions.models import Action
from actions.overlaps.services import COMPARED, look_for_later
from ctg.accounts.models import User
from ctg.convention.models import Convention


@dataclass(frozen=True)
class Section:
    """Fields of the action and, perhaps, one kind of rows of it."""

    legend: str
    fields: tuple[str, ...] = ()
    rows: str = ""


SECTIONS = {
    "identite": Section("L’action", ("code", "title", "operational_objective", "origin")),
    "texte": Section("Pourquoi et quoi", ("findings", "description", "expected_results")),
    "territoire": Section(
        "Pour qui et où", ("themes", "audiences", "scope", "communes", "other_stakes")
    ),
    "calendrier": Section(
        "Quand", ("calendar", "starts_on", "ends_on", "is_continuous", "is_blocked"), "steps"
    ),
    "acteurs": Section("Qui", ("pilot_contact", "elected_referent"), "partners"),
    "indicateurs": Section("Indicateurs", (), "indicators"),
}
ROWS = {"partners": PartnerFormSet, "steps": StepFormSet, "indicators": IndicatorFormSet}
LEGENDS = {
    "partners": ("Partenaires", "Ajouter un partenaire"),
    "steps": ("Étapes", "Ajouter une étape"),
    "indicators": ("Indicateurs", "Ajouter un indicateur"),
}


class SheetForms:
    """The form of an action and its rows, limited to what the sections hold."""

    def __init__(
        self,
        data,
        *,
        action: Action,
        convention: Convention,
        sections: Collection[Section] = tuple(SECTIONS.values()),
    ):
        self.action, self.convention, self.sections = action, convention, sections
        self.is_new = action.pk is None
        names = {name for section in sections for name in section.fields}
        self.form = ActionForm(data, instance=action, convention=convention, only=names)
        shown = {section.rows for section in sections}
        self.rows: dict[str, RowFormSet] = {
            name: formset(data, instance=action, **_limits(formset, convention))
            for name, formset in ROWS.items()
            if name in shown
        }

    @property
    def parts(self):
        return [self.form, *self.rows.values()]

    def is_valid(self) -> bool:
        """Every part is asked, so that all messages show at once."""
        return {part.is_valid() for part in self.parts} == {True}

    @property
    def by_section(self):
        return [
            (section.legend, self.form.bound_fields(section.fields)) for section in self.sections
        ]

    @property
    def rows_by_legend(self):
        return [(formset, *LEGENDS[name]) for name, formset in self.rows.items()]

    @property
    def forms(self) -> list[MergingForm]:
        return [self.form, *(form for rows in self.rows.values() for form in rows.forms)]

    def non_form_errors(self) -> list[str]:
        return [error for rows in self.rows.values() for error in rows.non_form_errors()]

    @property
    def conflicts(self) -> list[tuple[str, Conflict]]:
        return [(form.row_name, conflict) for form in self.forms for conflict in form.conflicts]

    @property
    def merged(self) -> list[str]:
        """What somebody else had just changed, and is kept."""
        rows = [form.row_name for form in self.forms[1:] if form.merged]
        return self.form.merged + rows

    def save(self, *, by: User) -> Action:
        """To be called inside the transaction that read the action."""
        if not self.is_new:
            remember(self.action)
        changes = [change for part in self.parts for change in part.changes]
        action = self.form.save()
        for formset in self.rows.values():
            formset.save()
        services.record_saved(
            action, convention=self.convention, created=self.is_new, changes=changes, by=by
        )
        if self.is_new or COMPARED & {change.name for change in changes}:
            look_for_later(self.convention)
        return action


def _limits(formset, convention):
    return {"convention": convention} if formset is PartnerFormSet else {}
