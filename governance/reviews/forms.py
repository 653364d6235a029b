from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils import timezone

from actions.models import Stake
from ctg.convention.models import Convention
from ctg.fields import DateInput
from ctg.french import french_date
from governance.models import AnnualReview, Meeting
from governance.reviews.links import USUAL
from governance.reviews.quotes import Facts
from governance.reviews.sections import ALWAYS, OPTIONAL

HEADLINE_MAX, TEXT_MAX = 400, 10_000
SYNTHESIS = "synthesis_"


class MeetingField(forms.ModelChoiceField):
    def label_from_instance(self, meeting: Meeting) -> str:
        return f"{french_date(timezone.localtime(meeting.starts_at))} — {meeting.committee}"


class SectionsField(forms.MultipleChoiceField):
    """The page sends ALWAYS too: « everything unticked » is not « nothing sent »."""

    def valid_value(self, value: str) -> bool:
        return value == ALWAYS or super().valid_value(value)


class ReviewForm(forms.ModelForm):
    """The texts of a review, one synthesis per stake; ``only`` keeps the fields it names.

    Autosave sends one field: the others must not be read as emptied.
    """

    headline = forms.CharField(
        label="L’essentiel en une phrase",
        max_length=HEADLINE_MAX,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="Vide, la phrase est tirée des chiffres.",
    )
    foreword = forms.CharField(
        label="Avant-propos",
        max_length=TEXT_MAX,
        required=False,
        widget=forms.Textarea({"rows": 5}),
    )
    outlook = forms.CharField(
        label="Perspectives et ajustements demandés",
        max_length=TEXT_MAX,
        required=False,
        widget=forms.Textarea({"rows": 5}),
    )
    meeting = MeetingField(
        label="Présenté à la réunion",
        queryset=Meeting.objects.none(),
        required=False,
        empty_label="Aucune pour l’instant",
    )

    kept = SectionsField(
        label="Sections et annexes",
        choices=list(OPTIONAL.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Une section décochée n’est ni à l’écran, ni dans le PDF.",
    )

    class Meta:
        model = AnnualReview
        fields = ["headline", "foreword", "outlook", "meeting"]

    def __init__(
        self,
        *args: Any,
        convention: Convention,
        only: Collection[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        meetings = Meeting.objects.filter(
            committee__convention=convention, starts_at__year__gte=self.instance.year
        )
        self.fields["meeting"].queryset = meetings.select_related("committee")  # type: ignore[attr-defined]
        left_out = self.instance.left_out
        self.fields["kept"].initial = [key for key in OPTIONAL if key not in left_out]
        self.stakes = {f"{SYNTHESIS}{s.pk}": s for s in convention.stakes.current()}
        texts = dict(self.instance.syntheses.values_list("stake_id", "text"))
        for name, stake in self.stakes.items():
            self.fields[name] = self._synthesis(stake, texts.get(stake.pk, ""))
        if only is not None:
            self.fields = {name: f for name, f in self.fields.items() if name in only}

    @staticmethod
    def _synthesis(stake: Stake, text: str) -> forms.CharField:
        return forms.CharField(
            label=f"Synthèse de l’enjeu {stake.code}",
            max_length=TEXT_MAX,
            required=False,
            initial=text,
            widget=forms.Textarea({"rows": 6}),
        )

    @property
    def texts(self) -> dict[str, Any]:
        """What the review itself keeps, by field of the model."""
        values = {n: self.cleaned_data[n] for n in self.fields if n not in self.stakes}
        kept = values.pop("kept", [])
        if ALWAYS in kept:
            values["left_out"] = [key for key in OPTIONAL if key not in kept]
        return values

    def figures_seen(self, facts: Mapping[str, Facts], *, confirmed: str) -> dict[str, Facts]:
        """Those beside a text when it was last changed, or confirmed as it stands."""
        touched = {name for name in self.changed_data if name in facts}
        return self.instance.figures_seen | {
            name: facts[name] for name in touched | ({confirmed} & facts.keys())
        }

    @property
    def syntheses(self) -> dict[Stake, str]:
        return {
            stake: self.cleaned_data[name]
            for name, stake in self.stakes.items()
            if name in self.fields
        }


class CorrectionForm(forms.ModelForm):
    correction_note = forms.CharField(
        label="Ce qui est corrigé",
        max_length=TEXT_MAX,
        widget=forms.Textarea({"rows": 4}),
        help_text="Cette phrase figure dans la nouvelle édition.",
        error_messages={"required": "Dites ce que la nouvelle édition corrige."},
    )

    class Meta:
        model = AnnualReview
        fields = ["correction_note"]


class ShareForm(forms.Form):
    label = forms.CharField(
        label="Pour qui",
        max_length=100,
        help_text="Un groupe ou une fonction, pour reconnaître le lien ensuite.",
        error_messages={"required": "Dites à qui ce lien est destiné."},
    )
    expires_on = forms.DateField(
        label="Valable jusqu’au",
        widget=DateInput,
        help_text="Un an au plus. Le lien se retire à tout moment.",
        error_messages={"required": "Donnez la date jusqu’à laquelle le lien est valable."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].initial = timezone.localdate() + USUAL
