import re

from django import forms
from django.utils import timezone

from ctg.fields import DateInput, FrenchDecimalField
from ctg.french import NBSP
from financing.forms.lines import EuroField
from financing.models import CalendarDate, Instalment
from financing.payments import Receipt, Term

ADVANCES = (1, 2, 3)
Kind = CalendarDate.Kind
DECLARATIONS = (Kind.FORECAST, Kind.SUMMER, Kind.AUTUMN, Kind.ACTUAL)


def refuse_future(day):
    if day > timezone.localdate():
        raise forms.ValidationError("Un versement reçu ne peut pas être à venir.")


def is_near(day, year):
    """A bonus is declared from the end of the year before and settled two years after at most."""
    return year - 1 <= day.year <= year + 2


class PaymentDayForm(forms.Form):
    paid_on = forms.DateField(
        label="Date des versements cochés ci-dessous",
        required=False,
        widget=DateInput,
        validators=[refuse_future],
    )


class ReceiptRow(forms.Form):
    """One expected instalment: ticked, or dated, it was received."""

    received = forms.BooleanField(label="Reçu", required=False)
    amount = EuroField(label="Montant (€)", min_value=0, required=False)
    paid_on = forms.DateField(
        label="Versé le", required=False, widget=DateInput, validators=[refuse_future]
    )

    def __init__(self, *args, instalment: Instalment, default_day=None, **kwargs):
        initial = {"amount": instalment.amount}
        super().__init__(*args, prefix=f"i{instalment.pk}", initial=initial, **kwargs)
        self.instalment, self.default_day = instalment, default_day
        name = f"{instalment.label}, {instalment.bonus_line.facility.name}"
        for key, field in self.fields.items():
            field.heading, field.label = field.label, f"{field.label}, {name}"
            field.widget.attrs["data-column"] = key
        self.fields["amount"].show_hidden_initial = True

    def clean(self):
        data = super().clean()
        day = data.get("paid_on") or (data.get("received") and self.default_day)
        data["paid_on"] = day
        year = self.instalment.bonus_line.year
        if day and day.year < year:
            self.add_error("paid_on", f"Le bonus {year} ne se verse pas avant {year}.")
        elif day and data.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", "Indiquez le montant reçu.")
        elif data.get("received") and not day and "paid_on" not in self.errors:
            self.add_error("paid_on", "Indiquez la date, ici ou en tête de page.")
        elif not data.get("received") and not day and "amount" in self.changed_data:
            said = f"Cochez «{NBSP}Reçu{NBSP}» pour enregistrer ce montant."
            self.add_error("received", said)
        return data

    @property
    def receipt(self):
        """None while nothing was received."""
        day = self.cleaned_data["paid_on"]
        return Receipt(self.cleaned_data["amount"], day) if day else None


class Receipts:
    """What is expected, with one day for all; of what was sent, what is still there to receive."""

    GONE = (
        "Un versement coché a été recalculé entre-temps et n’est plus attendu tel quel : "
        "ouvrez de nouveau la page pour l’enregistrer."
    )

    def __init__(self, rows, data=None):
        self.day = PaymentDayForm(data)
        day = self.day.cleaned_data["paid_on"] if self.day.is_valid() else None
        sent = {int(pk) for name in data or () for pk in re.findall(r"^i(\d{1,18})-", name)}
        rows = list(rows if data is None else rows.filter(pk__in=sent))
        self.forms = [ReceiptRow(data, instalment=row, default_day=day) for row in rows]
        gone = sent - {row.pk for row in rows}
        if any(data.get(f"i{pk}-{name}") for pk in gone for name in ("received", "paid_on")):
            self.day.add_error(None, self.GONE)

    def is_valid(self):
        return {form.is_valid() for form in (self.day, *self.forms)} == {True}

    @property
    def receipts(self):
        return {form.instalment: form.receipt for form in self.forms if form.receipt}


class CorrectionForm(forms.Form):
    amount = EuroField(label="Montant exact (€)", min_value=0)
    paid_on = forms.DateField(label="Versé le", widget=DateInput, validators=[refuse_future])
    note = forms.CharField(label="Motif de la correction", max_length=300)


class CalendarForm(forms.Form):
    """A year’s dates as the Caf’s letter gives them; what it does not say stays blank."""

    def __init__(self, *args, dates, year, **kwargs):
        super().__init__(*args, initial=self._initial(dates), **kwargs)
        self.year = year
        for kind in DECLARATIONS:
            self.fields[kind.value] = self._day(f"{kind.label[:1].upper()}{kind.label[1:]}")
        for number in ADVANCES:
            self.fields[f"advance_{number}_on"] = self._day(f"Acompte {number}, attendu le")
            self.fields[f"advance_{number}_share"] = FrenchDecimalField(
                label=f"Acompte {number}, part de la prévision (%)",
                min_value=0,
                max_value=100,
                max_digits=5,
                required=False,
            )
        self.fields["balance"] = self._day("Solde, attendu le")

    def _day(self, label):
        return forms.DateField(label=label, required=False, widget=DateInput)

    @staticmethod
    def _initial(dates):
        initial = {date.kind: date.due_on for date in dates if date.kind != Kind.ADVANCE}
        advances = [date for date in dates if date.kind == Kind.ADVANCE]
        for number, date in enumerate(advances, 1):
            initial[f"advance_{number}_on"] = date.due_on
            initial[f"advance_{number}_share"] = date.share
        return initial

    @property
    def declarations(self):
        return [self[kind.value] for kind in DECLARATIONS]

    @property
    def payments(self):
        names = [f"advance_{n}_{part}" for n in ADVANCES for part in ("on", "share")]
        return [self[name] for name in (*names, "balance")]

    def clean(self):
        data = super().clean()
        for name, value in list(data.items()):
            if hasattr(value, "year") and not is_near(value, self.year):
                self.add_error(name, f"Cette date est loin de {self.year}{NBSP}: vérifiez l’année.")
        for number in ADVANCES:
            self._check_advance(data, f"advance_{number}_on", f"advance_{number}_share")
        shares = [data.get(f"advance_{number}_share") or 0 for number in ADVANCES]
        if sum(shares) > 100:
            self.add_error(
                "advance_1_share", f"Les acomptes dépassent ensemble 100{NBSP}% de la prévision."
            )
        days = [day for n in ADVANCES if (day := data.get(f"advance_{n}_on"))]
        if days != sorted(set(days)):
            self.add_error("advance_1_on", "Les acomptes se suivent, à des jours différents.")
        return data

    def _check_advance(self, data, day, share):
        if data.get(day) and not data.get(share) and share not in self.errors:
            self.add_error(share, "Indiquez la part de la prévision versée ce jour-là.")
        if data.get(share) and not data.get(day) and day not in self.errors:
            self.add_error(day, "Indiquez la date de cet acompte.")

    @property
    def terms(self):
        """In the order of time, as the verb takes them."""
        data = self.cleaned_data
        single = [(kind.value, data[kind.value]) for kind in (*DECLARATIONS, Kind.BALANCE)]
        terms = [Term(kind, day) for kind, day in single if day]
        for number in ADVANCES:
            if day := data[f"advance_{number}_on"]:
                terms.append(Term(Kind.ADVANCE, day, data[f"advance_{number}_share"]))
        return terms
