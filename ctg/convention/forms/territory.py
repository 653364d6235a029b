"""The organisations of the territory, one at a time, and its communes, all at once."""

import re
from collections import defaultdict
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from ctg.convention.models import Commune, Convention, Organization
from ctg.convention.territory import new_communes
from ctg.french import NBSP, rounded

CELLS = re.compile(r"[\t;,|]")
BLANKS = re.compile(r"\s+")
# What a cell is, by its shape once its blanks are gone; the first that fits.
SHAPES = {
    "siren": re.compile(r"[0-9]{9}"),
    "code": re.compile(r"[0-9][0-9AB][0-9]{3}"),
    "place": re.compile(r"-?[0-9]{1,2}\.[0-9]+"),
    "figure": re.compile(r"[0-9]{1,8}"),
    "name": re.compile(r".+"),
}
MOST_LINES = 500
MOST_SAID = 10
EXAMPLE = "31004 ; Aureville ; 31320 ; 850"


class SirenField(forms.CharField):
    """Typed with or without spaces."""

    default_validators = Organization._meta.get_field("siren").validators[:1]

    def to_python(self, value):
        return BLANKS.sub("", super().to_python(value))


class OrganizationForm(forms.ModelForm):
    """``known``, once valid: the organisation of this SIREN that the site knows already."""

    known: Organization | None = None
    siren = SirenField(
        label="SIREN",
        required=False,
        help_text="Neuf chiffres : l’organisme est reconnu s’il est déjà dans une convention.",
    )

    class Meta:
        model = Organization
        fields = ["name", "short_name", "kind", "siren", "contact_email"]
        help_texts = {
            "short_name": "Celui des listes et des cartes, quand le nom est long.",
            "contact_email": "L’adresse d’un service, plutôt que d’une personne.",
        }

    def __init__(self, *args, convention: Convention, **kwargs):
        super().__init__(*args, **kwargs)
        self.convention = convention
        kinds = [choice for choice in Organization.Kind.choices if choice[0] != "commune"]
        if hasattr(self.instance, "commune"):
            del self.fields["kind"]
        else:
            self.fields["kind"].choices = kinds

    def clean_name(self):
        name = self.cleaned_data["name"]
        others = self.convention.organizations.exclude(pk=self.instance.pk)
        if others.filter(name__iexact=name).exists():
            raise ValidationError("Un organisme du territoire porte déjà ce nom.")
        return name

    def clean_siren(self):
        siren = self.cleaned_data["siren"]
        same = Organization.objects.filter(siren=siren).exclude(pk=self.instance.pk).first()
        if siren and same:
            if self.instance.pk or self.convention.organizations.filter(pk=same.pk).exists():
                raise ValidationError(f"{same} porte déjà ce SIREN.")
            self.known = same
        return siren

    def _get_validation_exclusions(self):
        """A SIREN that is known already is no fault: that organisation joins."""
        return super()._get_validation_exclusions() | ({"siren"} if self.known else set())


class CommunesForm(forms.Form):
    """One commune a line, as it comes when cells of a spreadsheet are copied."""

    lines = forms.CharField(
        label="Une commune par ligne",
        widget=forms.Textarea({"rows": 12, "placeholder": EXAMPLE}),
        help_text="Code Insee, nom, code postal, puis si vous les avez la population, le SIREN, "
        "la latitude et la longitude (43.53, 1.53), qui la placent sur la carte. "
        "Un bloc copié d’un tableur se colle tel quel.",
    )

    def __init__(self, *args, convention: Convention, **kwargs):
        super().__init__(*args, **kwargs)
        self.convention = convention
        self.communes: list[Commune] = []

    def clean_lines(self):
        read, problems = [], []
        lines = self.cleaned_data["lines"].splitlines()
        for number, line in enumerate(lines[: MOST_LINES + 1], start=1):
            if not line.strip() or (number == 1 and not re.search(r"\d", line)):
                continue
            try:
                read.append(commune_of(line))
            except ValidationError as refusal:
                problems.append(f"Ligne {number}{NBSP}: {' '.join(refusal.messages)}")
        if len(lines) > MOST_LINES:
            problems = [f"{MOST_LINES} communes au plus à la fois."]
        if problems:
            raise ValidationError(problems[:MOST_SAID])
        self.communes = new_communes(self.convention, read)
        if not self.communes:
            raise ValidationError("Ces communes sont déjà toutes du territoire.")
        return self.cleaned_data["lines"]


def commune_of(line: str) -> Commune:
    """Not saved. ValidationError, in words, when the line lacks something or says it wrongly."""
    cells = defaultdict(list)
    for cell in filter(str.strip, CELLS.split(line)):
        bare = BLANKS.sub("", cell)
        kind = next(kind for kind, shape in SHAPES.items() if shape.fullmatch(bare))
        cells[kind].append(cell.strip() if kind == "name" else bare)
    codes, places = cells["code"], cells["place"]
    if len(codes) < 2 or not cells["name"]:
        raise ValidationError(f"il faut un code Insee, un nom et un code postal ({EXAMPLE}).")
    # A population of five figures looks like a code.
    figures = [code for code in codes[2:] if code.isdigit()] + cells["figure"]
    commune = Commune(
        name=cells["name"][0],
        kind=Organization.Kind.COMMUNE,
        insee_code=codes[0],
        postal_code=codes[1],
        population=int(figures[0]) if figures else None,
        siren="".join(cells["siren"][:1]),
    )
    if len(places) == 2:
        commune.latitude, commune.longitude = (rounded(Decimal(place), 5) for place in places)
    commune.clean_fields()
    return commune
