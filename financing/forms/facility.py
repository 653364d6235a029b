from django import forms
from django.db.models import Max, Min, Q

from ctg.collation import in_french
from ctg.convention.models import Convention, Document, Organization
from ctg.fields import DateInput, FrenchDecimalField
from ctg.french import NBSP
from ctg.uploads import check_upload
from financing.models import Facility, FundingAgreement

AUTHORITIES = (Organization.Kind.EPCI, Organization.Kind.COMMUNE)


class FacilityForm(forms.ModelForm):
    new_manager = forms.CharField(
        label="Autre gestionnaire",
        max_length=200,
        required=False,
        help_text="Le nom d’un organisme absent de la liste : il rejoint le territoire.",
    )

    class Meta:
        model = Facility
        fields = [
            "name",
            "kind",
            "commune",
            "manager",
            "new_manager",
            "competent_authority",
            "themes",
            "capacity",
            "in_priority_area",
            "opened_on",
            "closed_on",
            "actions",
        ]
        widgets = {
            "opened_on": DateInput,
            "closed_on": DateInput,
            "themes": forms.CheckboxSelectMultiple,
            "actions": forms.CheckboxSelectMultiple,
        }

    sections = {
        "L’équipement": ["name", "kind", "commune", "capacity", "opened_on", "closed_on"],
        "Qui le fait vivre": ["manager", "new_manager", "competent_authority"],
        "Ce qui ouvre droit au bonus": ["themes", "in_priority_area"],
        "Dans le plan": ["actions"],
    }

    def __init__(self, *args, convention: Convention, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.convention = convention
        self.convention = convention
        organizations = convention.organizations.order_by("name")
        self.fields["commune"].queryset = convention.communes.order_by(in_french("name"))
        self.fields["manager"].queryset = organizations
        self.fields["manager"].required = False
        self.fields["competent_authority"].queryset = organizations.filter(kind__in=AUTHORITIES)
        self.fields["themes"].queryset = convention.themes.all()
        self.fields["themes"].required = True
        linked = Q(pk__in=self.instance.actions.all()) if self.instance.pk else Q()
        self.fields["actions"].queryset = convention.actions.filter(
            Q(archived_at=None) | linked
        ).order_by("code")

    @property
    def by_section(self):
        return [(title, [self[name] for name in names]) for title, names in self.sections.items()]

    def clean_name(self):
        name = self.cleaned_data["name"]
        others = self.convention.facilities.exclude(pk=self.instance.pk)
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError("Un équipement de la convention porte déjà ce nom.")
        return name

    def clean_kind(self):
        """Its quantities keep the unit in which they were declared."""
        kind, before = self.cleaned_data["kind"], self.initial.get("kind", "")
        units = Facility(kind=before).unit, Facility(kind=kind).unit
        if units[0] != units[1] and self.instance.pk and self.instance.bonus_lines.exists():
            raise forms.ValidationError(
                f"Son activité est déjà déclarée en {units[0]}, pas en {units[1]}{NBSP}: "
                "enregistrez un autre équipement."
            )
        return kind

    def clean_competent_authority(self):
        authority = self.cleaned_data["competent_authority"]
        if not self.convention.signatures.filter(organization=authority).exists():
            raise forms.ValidationError(
                f"{authority} n’a pas signé la convention{NBSP}: seule une collectivité "
                "signataire peut cofinancer un équipement."
            )
        return authority

    def clean_themes(self):
        themes = self.cleaned_data["themes"]
        if not any(theme.has_caf_funding for theme in themes):
            funded = self.convention.themes.filter(has_caf_funding=True)
            names = ", ".join(theme.label for theme in funded) or "aucune n’est réglée ainsi"
            raise forms.ValidationError(
                f"Choisissez au moins une thématique que la Caf finance{NBSP}: {names}."
            )
        return themes

    def clean(self):
        data = super().clean()
        name = data.get("new_manager", "").strip()
        if name:
            data["manager"] = self._organization(name)
        elif not data.get("manager") and "manager" not in self.errors:
            self.add_error("manager", "Choisissez un gestionnaire, ou nommez-en un autre.")
        if self.instance.pk:
            self._refuse_lines_outside(data.get("opened_on"), data.get("closed_on"))
        return data

    def _refuse_lines_outside(self, opened, closed):
        """What was declared, notified or paid keeps its year."""
        years = self.instance.bonus_lines.aggregate(first=Min("year"), last=Max("year"))
        if opened and years["first"] and years["first"] < opened.year:
            said = f"Une ligne de bonus existe déjà en {years['first']}, avant cette ouverture."
            self.add_error("opened_on", said)
        if closed and years["last"] and years["last"] > closed.year:
            said = f"Une ligne de bonus existe déjà en {years['last']}, après cette fermeture."
            self.add_error("closed_on", said)

    def _organization(self, name):
        """Not saved yet: nothing is written while the form is refused."""
        known = self.convention.organizations.filter(Q(name__iexact=name) | Q(short_name=name))
        return known.first() or Organization(name=name, kind=Organization.Kind.OTHER)

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | {"manager"}


class AgreementForm(forms.ModelForm):
    contracted_quantity = FrenchDecimalField(min_value=0, required=False)
    rate = FrenchDecimalField(
        label="Montant unitaire inscrit (€)", min_value=0, decimal_places=4, required=False
    )
    new_rate = FrenchDecimalField(
        label="Montant unitaire de l’offre nouvelle (€)",
        min_value=0,
        decimal_places=4,
        required=False,
        help_text="S’il est inscrit dans la convention ; sinon le barème publié s’applique.",
    )
    file = forms.FileField(label="Document signé", required=False, validators=[check_upload])

    class Meta:
        model = FundingAgreement
        fields = [
            "reference",
            "starts_on",
            "ends_on",
            "contracted_quantity",
            "rate",
            "new_rate",
            "amends",
        ]
        widgets = {"starts_on": DateInput, "ends_on": DateInput}

    def __init__(self, *args, facility: Facility, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.facility = facility
        self.others = facility.agreements.exclude(pk=self.instance.pk)
        self.fields["amends"].queryset = self.others.filter(amends=None)
        self.fields["amends"].empty_label = "Ce n’est pas un avenant"
        self.fields["contracted_quantity"].label = f"Quantité contractualisée ({facility.unit})"

    def clean(self):
        data = super().clean()
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends:
            self._refuse_overlap(starts, ends, data.get("amends"))
            self._refuse_elsewhere(starts, ends, data.get("amends"))
        return data

    def _refuse_elsewhere(self, starts, ends, amended):
        convention = self.instance.facility.convention
        if ends < convention.starts_on or starts > convention.ends_on:
            self.add_error(
                "starts_on",
                f"Ces dates sont hors de la {convention}{NBSP}: vérifiez l’année.",
            )
        if amended and starts < amended.starts_on:
            said = f"Un avenant commence après la convention qu’il modifie ({amended})."
            self.add_error("starts_on", said)

    def _refuse_overlap(self, starts, ends, amended):
        """Only an amendment may run beside the agreement it amends."""
        beside = self.others.filter(starts_on__lte=ends, ends_on__gte=starts)
        if amended:
            beside = beside.exclude(Q(pk=amended.pk) | Q(amends=amended))
        elif self.instance.pk:
            beside = beside.exclude(amends=self.instance)
        if other := beside.first():
            self.add_error(
                "starts_on",
                f"Chevauche la convention {other.period_label}{NBSP}: dites que c’est un avenant, "
                "ou corrigez les dates.",
            )

    def document(self, convention, by):
        """The file that was joined, if any: for who may see the facility."""
        file = self.cleaned_data.get("file")
        if not file:
            return self.instance.document
        return Document.objects.create(
            convention=convention,
            title=f"Convention de financement, {self.instance.facility.name}",
            file=file,
            is_private=True,
            added_by=by,
        )
