"""Facilities, their agreements, and what is declared and notified of each year."""

import django_filters
from django.db.models import Prefetch
from django.utils import timezone
from rest_framework import serializers

from ctg.convention.api.resources import Reference, Resource, creation, edit, verb
from ctg.convention.rights import Right
from ctg.rest.bodies import BIGGEST, FormBody, Id
from ctg.rest.problems import Refused
from financing import services
from financing.filters import FacilityFilter
from financing.forms.facility import AgreementForm, FacilityForm
from financing.forms.lines import AmountsRow, DeclarationRow
from financing.imports import said_at
from financing.models import BonusLine, Declaration, Facility, FundingAgreement, Stage
from financing.reference import save_agreement, save_facility
from financing.rights import (
    can_declare,
    can_view_any,
    editable_amounts,
    visible_facilities,
)
from financing.views.facility import WHO_MANAGES, WHO_READS
from financing.views.lines import WHO_DECLARES, WHO_NOTIFIES

MANAGER = {"who": Right.MANAGE_FUNDING, "because": WHO_MANAGES}
OUTSIDE = "Cette année n’est pas dans la convention."


class DeclarationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Declaration
        fields = ["stage", "existing_quantity", "new_quantity", "declared_on"]


class BonusLineSerializer(serializers.ModelSerializer):
    facility = Reference()
    paid = serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True)
    declarations = DeclarationSerializer(many=True)

    class Meta:
        model = BonusLine
        fields = [
            *("id", "facility", "year", "existing_quantity", "new_quantity", "forecast"),
            *("updated", "computed", "working", "basis", "lacking", "notified", "notified_on"),
            *("gap_note", "paid", "declarations"),
        ]
        extra_kwargs = {"computed": {"help_text": "Une estimation : « working » dit le calcul."}}


class BonusLineFilter(django_filters.FilterSet):
    year = django_filters.NumberFilter(label="Année", min_value=1, max_value=9999)
    facility = django_filters.NumberFilter(label="Équipement", min_value=1, max_value=BIGGEST)
    kind = django_filters.ChoiceFilter(
        label="Type", field_name="facility__kind", choices=Facility.Kind.choices
    )

    class Meta:
        model = BonusLine
        fields: list[str] = []


class Funding(Resource):
    """Read by those who read the funding; by a manager, what concerns its facilities."""

    because = WHO_READS
    tag = "Les financements"

    def may_read(self):
        return can_view_any(self.access, self.convention)

    @property
    def facilities(self):
        return visible_facilities(self.access, self.convention)


class BonusLines(Funding):
    queryset = BonusLine.objects.none()
    serializer_class = BonusLineSerializer
    filterset_class = BonusLineFilter
    ordering_fields = ["year", "forecast", "computed", "notified"]

    def rows(self):
        found = BonusLine.objects.filter(facility__in=self.facilities).with_paid()
        return (
            found.select_related("facility")
            .prefetch_related("declarations")
            .order_by("-year", "facility__name", "pk")
        )

    def filter_options(self):
        return {}


class FacilitySerializer(serializers.ModelSerializer):
    commune = Reference()
    manager = Reference()
    competent_authority = Reference()
    themes = Reference(many=True)
    actions = Reference(many=True)
    bonus_lines = BonusLineSerializer(many=True)

    class Meta:
        model = Facility
        fields = [
            *("id", "name", "kind", "commune", "manager", "competent_authority", "themes"),
            *("capacity", "in_priority_area", "opened_on", "closed_on", "actions"),
            "bonus_lines",
        ]


class FacilityBody(FormBody):
    form_class = FacilityForm

    def get_fields(self):
        fields = super().get_fields()
        fields["manager"].required = False  # another one may be named instead
        fields["manager"].allow_null = True
        return fields


class DeclareBody(FormBody):
    form_class = DeclarationRow
    year = serializers.IntegerField()
    stage = serializers.ChoiceField(Stage.choices)


class AmountsBody(FormBody):
    form_class = AmountsRow
    year = serializers.IntegerField()


class Facilities(Funding):
    queryset = Facility.objects.none()
    serializer_class = FacilitySerializer
    filterset_class = FacilityFilter
    ordering_fields = ["name", "kind", "capacity"]

    def rows(self):
        lines = BonusLine.objects.with_paid().prefetch_related("declarations").order_by("year")
        return (
            self.facilities.select_related("commune", "manager", "competent_authority")
            .prefetch_related("themes", "actions", Prefetch("bonus_lines", lines))
            .order_by("kind", "name", "pk")
        )

    def filter_options(self):
        return super().filter_options() | {"year": timezone.localdate().year}

    def save(self, facility):
        form = self.filled(
            lambda data: FacilityForm(data, instance=facility, convention=self.convention)
        )
        lists = {name: form.cleaned_data[name] for name in ("themes", "actions")}
        save_facility(form.save(commit=False), by=self.person, **lists)
        return facility

    @creation(FacilityBody, **MANAGER)
    def create(self):
        return self.save(Facility())

    @edit(FacilityBody, **MANAGER)
    def partial_update(self, facility):
        return self.save(facility)

    @verb(DeclareBody, who=can_declare, because=WHO_DECLARES)
    def declare(self, facility):
        """What the manager says of one year, at one stage; said again, it is corrected."""
        year, stage = self.year(), self.said.get("stage")
        if stage is None:
            raise Refused({"stage": "Dites de quelle déclaration il s’agit."})
        known = said_at(self.line(facility, year), stage)
        form = self.filled(lambda data: DeclarationRow(data, facility=facility, initial=known))
        if form.is_blank:
            raise Refused({"existing": "Indiquez l’offre existante : 0 s’il n’y en a pas."})
        said = {facility: form.quantities}
        services.declare(self.convention, year, stage, said, by=self.person)

    @verb(AmountsBody, who=Right.ENTER_PAYMENTS, because=WHO_NOTIFIES)
    def amounts(self, facility):
        """Forecast and updated amounts for the lead; what the Caf notified for its adviser too."""
        year, editable = self.year(), editable_amounts(self.access)
        kept = self.said.keys() - {"year", *editable}
        if kept:
            raise Refused(dict.fromkeys(kept, "Votre rôle ne permet pas de le changer."))
        line = self.line(facility, year)
        shown = {name: getattr(line, name) for name in editable} if line else {}
        asked = {"facility": facility, "initial": shown, "editable": editable, "year": year}
        form = self.filled(lambda data: AmountsRow(data, **asked))
        services.save_amounts(self.convention, year, {facility: form.values}, by=self.person)

    def year(self):
        year = self.said.get("year")
        if year not in self.convention.years:
            raise Refused({"year": OUTSIDE})
        return year

    def line(self, facility, year):
        return next((line for line in facility.bonus_lines.all() if line.year == year), None)


class AgreementSerializer(serializers.ModelSerializer):
    facility = Reference()
    amends = Reference(allow_null=True)

    class Meta:
        model = FundingAgreement
        fields = [
            *("id", "facility", "reference", "starts_on", "ends_on", "contracted_quantity"),
            *("rate", "new_rate", "amends"),
        ]


class NewAgreementBody(FormBody):
    form_class = AgreementForm
    facility = Id()


class Agreements(Funding):
    queryset = FundingAgreement.objects.none()
    serializer_class = AgreementSerializer
    ordering_fields = ["starts_on", "ends_on"]

    def rows(self):
        found = FundingAgreement.objects.filter(facility__in=self.facilities)
        return found.select_related("facility__convention", "amends__facility").order_by(
            "-starts_on", "pk"
        )

    def save(self, agreement):
        facility = agreement.facility
        form = self.filled(lambda data: AgreementForm(data, instance=agreement, facility=facility))
        save_agreement(form.instance, by=self.person)
        return agreement

    @creation(NewAgreementBody, **MANAGER)
    def create(self):
        facility = self.convention.facilities.filter(pk=self.said.get("facility")).first()
        if facility is None:
            raise Refused({"facility": "Choisissez un équipement de la convention."})
        return self.save(FundingAgreement(facility=facility))

    @edit(AgreementForm, **MANAGER)
    def partial_update(self, agreement):
        return self.save(agreement)
