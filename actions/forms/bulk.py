from functools import partial

from django import forms

from actions.bulk.services import Wish
from actions.deeds import Deed
from actions.forms.action import TEXT_MAX
from actions.forms.moves import MOVES
from ctg.collation import in_french
from ctg.convention.models import Commune, Convention, Organization, Theme
from ctg.fields import DateInput
from ctg.french import french_date


class BulkForm(forms.Form):
    """What to change in every chosen action; what is left empty stays as it is."""

    status = forms.ChoiceField(
        label="Statut",
        required=False,
        choices=[("", "Ne pas changer"), *((slug, move.label) for slug, move in MOVES.items())],
    )
    to = forms.DateField(
        label="Nouvelle date de fin",
        required=False,
        widget=DateInput,
        help_text="Demandée pour reporter.",
    )
    reason = forms.CharField(
        label="Motif",
        required=False,
        max_length=TEXT_MAX,
        widget=forms.Textarea({"rows": 2}),
        help_text="Demandé pour reporter, abandonner ou rouvrir.",
    )
    pilot = forms.ModelChoiceField(
        label="Pilote",
        required=False,
        queryset=Organization.objects.none(),
        empty_label="Ne pas changer",
    )
    starts_on = forms.DateField(label="Début", required=False, widget=DateInput)
    ends_on = forms.DateField(label="Fin", required=False, widget=DateInput)
    add_themes = forms.ModelMultipleChoiceField(
        label="Thématiques à ajouter",
        required=False,
        queryset=Theme.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    remove_themes = forms.ModelMultipleChoiceField(
        label="Thématiques à retirer",
        required=False,
        queryset=Theme.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    add_communes = forms.ModelMultipleChoiceField(
        label="Communes à ajouter",
        required=False,
        queryset=Commune.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    remove_communes = forms.ModelMultipleChoiceField(
        label="Communes à retirer",
        required=False,
        queryset=Commune.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    sections = [
        ("Statut", ["status", "to", "reason"]),
        ("Pilote", ["pilot"]),
        ("Dates", ["starts_on", "ends_on"]),
        ("Thématiques", ["add_themes", "remove_themes"]),
        ("Communes", ["add_communes", "remove_communes"]),
    ]

    def __init__(self, data=None, *, convention: Convention):
        super().__init__(data)
        organizations = Organization.objects.filter(conventions=convention)
        self.fields["pilot"].queryset = organizations
        for name in ("add_themes", "remove_themes"):
            self.fields[name].queryset = convention.themes.all()
        for name in ("add_communes", "remove_communes"):
            self.fields[name].queryset = convention.communes.order_by(in_french("name"))

    @property
    def by_section(self):
        """(legend, fields, whether one of them says something)."""
        return [
            (legend, [self[name] for name in names], any(self[name].value() for name in names))
            for legend, names in self.sections
        ]

    def clean(self):
        data = super().clean()
        if not self.errors and not any(data.values()):
            raise forms.ValidationError("Choisissez au moins un changement à faire.")
        if data.get("status"):
            for name, errors in MOVES[data["status"]].errors(self.data).items():
                self.add_error(name, errors)
        return data

    def wish(self) -> Wish:
        """The verbs to run on each action, in the order of the form."""
        data, said, verbs = self.cleaned_data, [], []
        if data["status"]:
            move = MOVES[data["status"]]
            said.append(move.label.lower())
            verbs.append(partial(move.make, to=data["to"], reason=data["reason"]))
        if data["pilot"]:
            said.append(f"pilote {data['pilot']}")
            verbs.append(partial(Deed.name_pilot, pilot=data["pilot"]))
        if data["starts_on"] or data["ends_on"]:
            dates = {name: data[name] for name in ("starts_on", "ends_on")}
            words = {"starts_on": "début", "ends_on": "fin"}
            said += [f"{words[name]} {french_date(on)}" for name, on in dates.items() if on]
            verbs.append(partial(Deed.redate, **dates))
        for what, verb in (("themes", Deed.retheme), ("communes", Deed.resite)):
            add, remove = list(data[f"add_{what}"]), list(data[f"remove_{what}"])
            if add or remove:
                said += [f"ajouter {row}" for row in add] + [f"retirer {row}" for row in remove]
                verbs.append(partial(verb, add=add, remove=remove))
        return Wish(", ".join(said), tuple(verbs))
