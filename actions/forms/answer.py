from django import forms
from django.db.models import Q

from actions.answers import Answer
from actions.forms.action import TEXT_MAX
from actions.models import Contribution
from ctg.accounts.models import User
from ctg.fields import FrenchDecimalField
from ctg.french import NBSP, number

# What the history says of a change made without an account.
BY_LINK = "lien personnel"
NO_PERSON = "Pas de nom ni de situation personnelle."


class AnswerForm(forms.ModelForm):
    """What one organisation says of one action. A draft may be incomplete, or partly wrong."""

    use_required_attribute = False
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Contribution
        fields = ["status", "done", "difficulty"]
        widgets = {
            "status": forms.RadioSelect,
            "done": forms.Textarea({"rows": 4, "maxlength": TEXT_MAX}),
            "difficulty": forms.Textarea({"rows": 2, "maxlength": TEXT_MAX}),
        }
        labels = {
            "status": f"Où en êtes-vous{NBSP}?",
            "done": f"Qu’avez-vous fait cette année{NBSP}?",
            "difficulty": f"Une difficulté à faire remonter{NBSP}?",
        }
        help_texts = {"done": NO_PERSON, "difficulty": f"Facultatif. {NO_PERSON}"}

    def __init__(self, data=None, *, answer: Answer, by: User | None, is_draft=False, initial=None):
        if data is None and answer.contribution.refused:
            data, is_draft = _as_typed(answer), True
        super().__init__(data, instance=answer.contribution, initial=initial)
        self.by = by
        self.conflicts: list[tuple[str, str]] = []
        self.other: User | str = ""
        self.fields["status"].choices = Contribution.Status.choices
        self.fields["status"].required = not is_draft
        self.fields["status"].error_messages["required"] = "Dites où en est l’action chez vous."
        self.indicators = {f"figure_{f.indicator.pk}": f.indicator for f in answer.figures}
        for name, figure in zip(self.indicators, answer.figures, strict=True):
            self.fields[name] = _figure_field(figure)
            self.initial[name] = figure.now
        self.initial["seen"] = _latest_version(self.instance)

    def clean(self):
        """What the browser did not send is unknown, which is not the same as emptied."""
        data = super().clean()
        for name in [*data]:
            widget = self.fields[name].widget
            if widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name)):
                del data[name]
        self._compare_with_another_person(data.get("seen"))
        return data

    def _compare_with_another_person(self, seen: int | None):
        """Somebody else of the organisation saved since this page was shown: show both."""
        since = self.instance.history.filter(
            history_id__gt=self.initial["seen"] if seen is None else seen
        )
        mine = Q(history_user=self.by) if self.by else Q(history_user=None)
        unsigned = Q(history_user=None) & ~Q(history_change_reason=BY_LINK)
        latest = since.exclude(mine).exclude(unsigned).last()
        if latest is None:
            return
        self.other = latest.history_user or "Une personne venue par le lien personnel"
        self.conflicts = [
            (self[n].label, self._stored(n)) for n in self.changed_data if n != "seen"
        ]
        self.data = self.data.copy()
        self.data["seen"] = self.initial["seen"]
        self.add_error(
            None,
            f"{self.other} a enregistré cette réponse pendant votre saisie. Comparez, puis "
            "enregistrez de nouveau pour garder vos valeurs.",
        )

    def _stored(self, name: str) -> str:
        value = self.initial.get(name)
        if name == "status" and value:
            return Contribution.Status(value).label
        text = value if isinstance(value, str) else number(value)
        return text or "vide"

    @property
    def figure_fields(self):
        return [self[name] for name in self.indicators]

    @property
    def figures(self):
        """Only those that are understood: a wrong one leaves what was kept before."""
        return {
            indicator: self.cleaned_data[name]
            for name, indicator in self.indicators.items()
            if name in self.cleaned_data
        }

    @property
    def refused(self) -> dict[str, str]:
        """What was typed and not understood, as it was typed."""
        return {name: self.data[name] for name in self.errors if self.data.get(name)}

    @property
    def refusals(self) -> list[tuple[str, str]]:
        """(label, message) of each field a draft could not keep."""
        return [(bound.label, message) for bound in self for message in bound.errors]


def _as_typed(answer: Answer) -> dict[str, object]:
    """A draft as it was left, with what could not be understood."""
    kept = answer.contribution
    figures = {f"figure_{f.indicator.pk}": _written(f.now) for f in answer.figures}
    texts = {"status": kept.status, "done": kept.done, "difficulty": kept.difficulty}
    return {"seen": _latest_version(kept)} | texts | figures | kept.refused


def _written(value) -> str:
    return "" if value is None else value if isinstance(value, str) else number(value)


def _latest_version(contribution: Contribution) -> int:
    latest = contribution.history.order_by("-history_id").first()
    return latest.pk if latest else 0


def _figure_field(figure):
    options = {"label": figure.indicator.title, "help_text": figure.reference, "required": False}
    if figure.indicator.is_quantitative:
        return FrenchDecimalField(min_value=0, **options)
    return forms.CharField(widget=forms.Textarea({"rows": 2}), max_length=TEXT_MAX, **options)


class CorrectionForm(AnswerForm):
    comment = forms.CharField(
        label="Ce que vous corrigez",
        help_text=f"Envoyé à la personne qui a répondu. {NO_PERSON}",
        widget=forms.Textarea({"rows": 2}),
        max_length=TEXT_MAX,
        error_messages={"required": "Dites ce que vous avez corrigé."},
    )


class SetAsideForm(forms.Form):
    reason = forms.CharField(
        label=f"Pourquoi{NBSP}?",
        help_text=f"Par exemple « pas de crèche chez nous ». {NO_PERSON}",
        widget=forms.Textarea({"rows": 2}),
        max_length=TEXT_MAX,
        error_messages={"required": "Dites en quelques mots pourquoi."},
    )
