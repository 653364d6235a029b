from datetime import timedelta

from django import forms
from django.utils import timezone

from actions.forms.action import TEXT_MAX
from actions.forms.answer import NO_PERSON
from actions.models import Campaign
from ctg.convention.models import Convention
from ctg.fields import DateInput

# In the order they must follow: field, days after the opening that are proposed, its name in words.
STEPS = [
    ("opens_on", 0, "l’ouverture"),
    ("reminds_on", 14, "la relance"),
    ("closes_on", 30, "la clôture de la saisie"),
    ("validates_on", 45, "la fin de la validation"),
]


class CampaignForm(forms.ModelForm):
    class Meta:
        model = Campaign
        fields = ["year", *(name for name, _, _ in STEPS)]
        widgets = {name: DateInput for name, _, _ in STEPS}
        help_texts = {
            "year": "L’année dont on rend compte, pas celle où l’on répond.",
            "closes_on": "Annoncée à chacun ; les réponses restent possibles jusqu’à ce que vous "
            "closiez la campagne.",
        }

    def __init__(self, data=None, *, instance: Campaign, convention: Convention):
        super().__init__(data, instance=instance)
        self.convention = convention
        self.fields["year"].disabled = instance.opened_at is not None
        if instance.pk is None:
            instance.convention = convention
            today = timezone.localdate()
            self.initial |= {name: today + timedelta(days) for name, days, _ in STEPS}
            self.initial["year"] = _next_year(convention)

    def clean_year(self):
        year = self.cleaned_data["year"]
        if year not in self.convention.years:
            raise forms.ValidationError(f"La convention couvre {self.convention.period_label}.")
        if self.convention.campaigns.filter(year=year).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Une campagne existe déjà pour cette année.")
        return year

    def clean(self):
        data = super().clean()
        for (earlier, _, before), (later, _, _) in zip(STEPS, STEPS[1:], strict=False):
            if data.get(earlier) and data.get(later) and data[later] < data[earlier]:
                self.add_error(later, f"Cette date précède {before}.")
        return data


def _next_year(convention: Convention) -> int:
    """The year after the last campaign, or the last one that is over; within the convention."""
    last = convention.campaigns.first()
    year = last.year + 1 if last else timezone.localdate().year - 1
    return min(max(year, convention.years[0]), convention.years[-1])


class ReturnForm(forms.Form):
    comment = forms.CharField(
        label="Ce qui est à corriger",
        help_text=f"Envoyé à la personne qui a répondu. {NO_PERSON}",
        widget=forms.Textarea({"rows": 3}),
        max_length=TEXT_MAX,
        error_messages={"required": "Dites ce qui est à corriger."},
    )
