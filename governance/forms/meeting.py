from datetime import datetime

from django import forms
from django.utils import timezone

from actions.forms.action import TEXT_MAX, ReasonForm
from ctg.convention.models import Convention, Organization
from ctg.fields import DateInput
from governance.forms.action_codes import ActionCodesField
from governance.models import AgendaItem, Attendance, Meeting

__all__ = [
    "AgendaItemForm",
    "DiscussionForm",
    "GuestForm",
    "MeetingForm",
    "MinutesForm",
    "PresenceForm",
    "ReasonForm",
    "ReplyForm",
]


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


class MeetingForm(forms.ModelForm):
    """One day and two hours, in the time of Paris."""

    day = forms.DateField(label="Jour", widget=DateInput)
    start = forms.TimeField(label="De", widget=TimeInput)
    end = forms.TimeField(label="À", widget=TimeInput, required=False)

    class Meta:
        model = Meeting
        fields = ["day", "start", "end", "place"]
        help_texts = {"place": "Une salle, ou le lien d’une visioconférence."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.starts_at:
            starts_at = timezone.localtime(self.instance.starts_at)
            self.initial |= {"day": starts_at.date(), "start": starts_at.time()}
        if self.instance.ends_at:
            self.initial["end"] = timezone.localtime(self.instance.ends_at).time()

    def clean(self):
        data = super().clean()
        day, start, end = data.get("day"), data.get("start"), data.get("end")
        if start and end and end <= start:
            self.add_error("end", "La fin de la réunion doit suivre son début.")
        elif day and start:
            self.instance.starts_at = _moment(day, start)
            self.instance.ends_at = _moment(day, end) if end else None
        return data


def _moment(day, hour):
    return timezone.make_aware(datetime.combine(day, hour))


class AgendaItemForm(forms.ModelForm):
    class Meta:
        model = AgendaItem
        fields = ["title", "minutes", "note"]
        widgets = {
            "title": forms.TextInput,
            "note": forms.Textarea({"rows": 3, "maxlength": TEXT_MAX}),
        }

    def __init__(self, *args, convention: Convention, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["actions"] = ActionCodesField(
            convention=convention,
            initial=self.instance.actions.all() if self.instance.pk else (),
        )
        self.order_fields(["title", "minutes", "actions", "note"])


class DiscussionForm(forms.Form):
    discussion = forms.CharField(
        label="Ce qui s’est dit",
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea({"rows": 6}),
    )


class MinutesForm(forms.Form):
    """Sent over somebody else’s text, it shows both and asks again."""

    text = forms.CharField(
        label="Compte rendu",
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea({"rows": 12}),
        help_text="Ce qui ne tient pas à un point : l’ouverture, le déroulement, la suite.",
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, stored: str):
        super().__init__(data, initial={"text": stored, "seen": stored})
        self.stored = stored

    def clean(self):
        data = super().clean()
        seen, text = data.get("seen", ""), data.get("text", "")
        if _plain(seen) != _plain(self.stored) and _plain(text) != _plain(self.stored):
            self.data = self.data.copy()
            self.data["seen"] = self.stored
            self.add_error(
                "text",
                "Quelqu’un d’autre vient d’écrire : « "
                f"{self.stored} ». Complétez, puis enregistrez de nouveau.",
            )
        return data


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


class ReplyForm(forms.Form):
    answer = forms.ChoiceField(
        label="Votre réponse",
        choices=[
            (Attendance.State.PRESENT, "Je viens"),
            (Attendance.State.EXCUSED, "Je m’excuse"),
            (Attendance.State.REPRESENTED, "Je me fais représenter"),
        ],
        widget=forms.RadioSelect,
    )
    represented_by = forms.CharField(
        label="Par qui",
        required=False,
        max_length=150,
        help_text="Si vous vous faites représenter : une fonction, un organisme.",
    )


class GuestForm(forms.Form):
    organization = forms.ModelChoiceField(
        label="Organisme", queryset=Organization.objects.none(), empty_label="Choisir…"
    )
    title = forms.CharField(label="Qualité", max_length=150, required=False)
    email = forms.EmailField(label="Adresse de convocation", required=False)

    def __init__(self, *args, convention: Convention, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = convention.organizations.all()


class PresenceForm(forms.Form):
    """One choice per person expected; what was not asked is left as it is."""

    def __init__(self, data=None, *, attendances: list[Attendance]):
        super().__init__(data)
        self.attendances = {f"presence-{a.pk}": a for a in attendances}
        for name, attendance in self.attendances.items():
            self.fields[name] = forms.ChoiceField(
                label=attendance.label,
                required=False,
                choices=[("", "Pas encore noté"), *Attendance.State.choices],
                initial=attendance.state or attendance.reply,
            )

    @property
    def states(self) -> dict[Attendance, str]:
        return {
            attendance: self.cleaned_data[name]
            for name, attendance in self.attendances.items()
            if name in self.data
        }

    @property
    def rows(self):
        return [(attendance, self[name]) for name, attendance in self.attendances.items()]
