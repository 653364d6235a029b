from django import forms

from actions.models import Campaign
from ctg.convention.models import Organization
from ctg.fields import DateInput
from ctg.french import NBSP

SPARE = 2


class ReminderDatesForm(forms.Form):
    """The dates still to come, and two empty ones; an emptied date is withdrawn."""

    def __init__(self, data=None, *, campaign: Campaign):
        super().__init__(data)
        known = campaign.reminder_dates.filter(done_at=None).values_list("on", flat=True)
        self.campaign = campaign
        for rank, day in enumerate([*known, *[None] * SPARE], 1):
            self.fields[f"date_{rank}"] = forms.DateField(
                label=f"Relance {rank}", initial=day, required=False, widget=DateInput
            )

    def clean(self):
        data = super().clean()
        for name, day in list(data.items()):
            if day and day < self.campaign.opens_on:
                self.add_error(name, "Cette date précède l’ouverture de la campagne.")
        return data

    @property
    def dates(self):
        return [day for day in self.cleaned_data.values() if day]


class ContactForm(forms.ModelForm):
    use_required_attribute = False

    class Meta:
        model = Organization
        fields = ["contact_email"]
        labels = {"contact_email": "Adresse électronique de contact"}
        help_texts = {
            "contact_email": (
                f"Une adresse professionnelle, de service si possible{NBSP}: elle reçoit un lien "
                "qui ouvre les seules réponses de cet organisme, sans compte."
            )
        }
