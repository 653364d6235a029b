"""The year’s lines typed as in a spreadsheet: one small form a facility, side by side."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from django import forms
from django.utils import timezone

from ctg import french
from ctg.fields import DateInput, FrenchDecimalField
from ctg.french import NBSP, counted, number
from financing.models import Facility
from financing.services import Quantities

MOST = {"places": 1_000, "heures": 5_000_000, "ETP": 100}
MOST_EUROS = 20_000_000


class EuroField(FrenchDecimalField):
    """An amount, always shown with its cents; « 1 234,50 € » is understood."""

    def to_python(self, value):
        return super().to_python(value.replace("€", "") if isinstance(value, str) else value)

    def prepare_value(self, value):
        if isinstance(value, Decimal):
            return french.digits(french.rounded(value, 2))
        return value


class RowForm(forms.Form):
    """Each field remembers the value it showed: a row left alone never undoes another’s entry."""

    def __init__(self, *args, facility: Facility, **kwargs):
        super().__init__(*args, prefix=f"f{facility.pk}", **kwargs)
        self.facility = facility
        for name, field in self.fields.items():
            field.show_hidden_initial = True
            field.heading, field.label = field.label, f"{field.label}, {facility.name}"
            field.widget.attrs["data-column"] = name


class Grid:
    """The rows of one page, as error_summary and the templates read a formset."""

    def __init__(
        self,
        row: type[RowForm],
        facilities: Iterable[Facility],
        *,
        data=None,
        initial: Callable[[Facility], dict],
        **kwargs,
    ):
        self.forms = [
            row(data, facility=facility, initial=initial(facility), **kwargs)
            for facility in facilities
        ]

    def __iter__(self):
        return iter(self.forms)

    def non_form_errors(self):
        return []

    def is_valid(self):
        return {form.is_valid() for form in self.forms} <= {True}

    @property
    def changed(self):
        return [form for form in self.forms if form.has_changed()]


class DeclarationRow(RowForm):
    existing = FrenchDecimalField(label="Offre existante", min_value=0, required=False)
    new = FrenchDecimalField(label="Offre nouvelle", min_value=0, required=False)

    def clean(self):
        data = super().clean()
        existing, new = data.get("existing"), data.get("new")
        if self.errors or not self.has_changed():
            return data
        if existing is None:
            self.add_error("existing", f"Indiquez l’offre existante{NBSP}: 0 s’il n’y en a pas.")
            return data
        total = existing + (new or 0)
        if total > MOST[self.facility.unit]:
            said = f"{number(total)} {self.facility.unit}{NBSP}: ce n’est pas vraisemblable."
            self.add_error("existing", said)
        elif self._exceeds_capacity(total):
            capacity = counted(self.facility.capacity, "place", "places")
            self.add_error(
                "existing",
                f"{number(total)} places dépassent la capacité enregistrée ({capacity}).",
            )
        return data

    def _exceeds_capacity(self, places):
        facility = self.facility
        return facility.kind == facility.Kind.EAJE and places > (facility.capacity or places)

    @property
    def is_blank(self):
        return self.is_bound and self.cleaned_data.get("existing") is None

    @property
    def quantities(self):
        return Quantities(self.cleaned_data["existing"], self.cleaned_data["new"] or 0)


class AmountsRow(RowForm):
    """``editable``: the names of the fields that the person may write."""

    forecast = EuroField(label="Prévu (€)", min_value=0, required=False)
    updated = EuroField(label="Actualisé (€)", min_value=0, required=False)
    notified = EuroField(label="Notifié (€)", min_value=0, required=False)
    notified_on = forms.DateField(label="Notifié le", required=False, widget=DateInput)
    gap_note = forms.CharField(label="Explication de l’écart", max_length=300, required=False)

    def __init__(self, *args, editable, year, default_day=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.year, self.default_day = year, default_day
        for name in list(self.fields):
            if name not in editable:
                del self.fields[name]

    def clean(self):
        data = super().clean()
        for name in ("forecast", "updated", "notified"):
            if (data.get(name) or 0) > MOST_EUROS:
                self.add_error(
                    name, f"{number(data[name])}{NBSP}€{NBSP}: ce n’est pas vraisemblable."
                )
        if "notified" in self.fields and self.has_changed():
            self._date_the_notification(data)
        return data

    def _date_the_notification(self, data):
        if data.get("notified") is None:
            if data.get("notified_on"):
                self.add_error("notified", "Indiquez le montant notifié ce jour-là.")
            return
        day = data.get("notified_on") or self.default_day
        if day is None and "notified_on" not in self.errors:
            self.add_error("notified_on", "Indiquez la date de la notification.")
        elif day and day > timezone.localdate():
            self.add_error("notified_on", "Une notification reçue ne peut pas être à venir.")
        elif day and day.year < self.year:
            self.add_error(
                "notified_on", f"Le bonus {self.year} ne se notifie pas avant {self.year}."
            )
        data["notified_on"] = day

    @property
    def values(self):
        """What was changed; an amount taken back takes its date with it."""
        names = {name for name in self.fields if name in self.changed_data}
        if "notified" in self.fields and names & {"notified", "notified_on"}:
            names |= {"notified", "notified_on"}
        return {name: self.cleaned_data[name] for name in names}


class NotificationDayForm(forms.Form):
    notified_on = forms.DateField(
        label="Date de notification des lignes saisies ci-dessous",
        required=False,
        widget=DateInput,
        help_text="Pour les lignes qui n’ont pas leur propre date.",
    )
