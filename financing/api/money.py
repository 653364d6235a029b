"""Payments, rates, grants, and the budgets of the actions."""

import django_filters
from django.db.models import Prefetch
from rest_framework import serializers

from actions.models import Action
from actions.rights import can_edit_action
from ctg.convention.api.resources import Reference, Resource, creation, edit, verb
from ctg.convention.rights import Right
from ctg.rest.bodies import Body, FormBody, row_errors, rows_of, typed_rows
from ctg.rest.problems import Refused
from financing import payments
from financing.api.facilities import MANAGER, Funding
from financing.forms.budget import BudgetFormSet, BudgetLineForm
from financing.forms.grant import GrantForm
from financing.forms.payments import CorrectionForm, ReceiptRow
from financing.forms.rate import RateForm
from financing.grants import save_grant
from financing.models import BudgetLine, Grant, Instalment, Rate
from financing.reference import save_rate
from financing.views.budget import WHO_EDITS
from financing.views.facility import WHO_READS
from financing.views.lines import WHO_NOTIFIES

PAYER = {"who": Right.ENTER_PAYMENTS, "because": WHO_NOTIFIES}


class InstalmentSerializer(serializers.ModelSerializer):
    facility = Reference(source="bonus_line.facility")
    year = serializers.IntegerField(source="bonus_line.year")

    class Meta:
        model = Instalment
        fields = [
            *("id", "facility", "year", "kind", "number", "amount", "due_on", "paid_on"),
            *("corrects", "note"),
        ]


class InstalmentFilter(django_filters.FilterSet):
    year = django_filters.NumberFilter(
        label="Année", field_name="bonus_line__year", min_value=1, max_value=9999
    )
    paid = django_filters.BooleanFilter(
        label="Reçu", field_name="paid_on", lookup_expr="isnull", exclude=True
    )
    kind = django_filters.ChoiceFilter(label="Nature", choices=Instalment.Kind.choices)

    class Meta:
        model = Instalment
        fields: list[str] = []


class PaymentCorrectionBody(FormBody):
    form_class = CorrectionForm


class Instalments(Funding):
    """Those that hold: what a correction replaced is in the history of its facility."""

    queryset = Instalment.objects.none()
    serializer_class = InstalmentSerializer
    filterset_class = InstalmentFilter
    ordering_fields = ["due_on", "paid_on", "amount"]

    def rows(self):
        found = Instalment.objects.current().filter(bonus_line__facility__in=self.facilities)
        return found.select_related("bonus_line__facility__convention", "correction").order_by(
            "due_on", "bonus_line__facility__name", "pk"
        )

    def filter_options(self):
        return {}

    @verb(ReceiptRow, **PAYER)
    def receive(self, instalment):
        form = self.filled(lambda data: ReceiptRow(data, instalment=instalment))
        if form.receipt is None:
            raise Refused({"paid_on": "Indiquez la date du versement."})
        year = instalment.bonus_line.year
        payments.receive(self.convention, year, {instalment: form.receipt}, by=self.person)

    @verb(PaymentCorrectionBody, **PAYER)
    def correct(self, instalment):
        shown = {"amount": instalment.amount, "paid_on": instalment.paid_on}
        form = self.filled(lambda data: CorrectionForm(data, initial=shown))
        return payments.correct(instalment, by=self.person, **form.cleaned_data)


class ReadByFunders(Resource):
    reading = Right.VIEW_FUNDING
    because = WHO_READS
    tag = "Les financements"

    def filter_options(self):
        return {}


class RateSerializer(serializers.ModelSerializer):
    is_national = serializers.SerializerMethodField()

    class Meta:
        model = Rate
        fields = ["id", "kind", "amount", "valid_from", "valid_until", "source", "is_national"]

    def get_is_national(self, rate) -> bool:
        return rate.convention_id is None


class Rates(ReadByFunders):
    queryset = Rate.objects.none()
    serializer_class = RateSerializer

    def rows(self):
        known = Rate.objects.known_to(self.convention).select_related("convention")
        return known.order_by("kind", "valid_from", "pk")

    def save(self, rate):
        form = self.filled(lambda data: RateForm(data, instance=rate, convention=self.convention))
        save_rate(form.save(commit=False), by=self.person)
        return rate

    @creation(RateForm, **MANAGER)
    def create(self):
        return self.save(Rate())

    @edit(
        RateForm,
        who=lambda access, rate: rate.convention_id and access.has(Right.MANAGE_FUNDING),
        because="Un barème national ne se change pas depuis une convention.",
    )
    def partial_update(self, rate):
        return self.save(rate)


class GrantSerializer(serializers.ModelSerializer):
    granted_by = Reference()
    beneficiary = Reference()
    action = Reference(allow_null=True)

    class Meta:
        model = Grant
        fields = [
            *("id", "granted_by", "granted_by_siret", "beneficiary", "beneficiary_siret"),
            *("beneficiary_rna", "agreed_on", "reference", "purpose", "amount", "nature"),
            *("terms", "pays_from", "pays_until", "is_state_aid", "action"),
        ]


class Grants(ReadByFunders):
    queryset = Grant.objects.none()
    serializer_class = GrantSerializer
    ordering_fields = ["agreed_on", "amount"]

    def rows(self):
        lists = ("granted_by", "beneficiary", "action")
        return self.convention.grants.select_related(*lists)

    def save(self, grant):
        form = self.filled(lambda data: GrantForm(data, instance=grant, convention=self.convention))
        save_grant(form.save(commit=False), by=self.person)
        return grant

    @creation(GrantForm, **MANAGER)
    def create(self):
        return self.save(Grant())

    @edit(GrantForm, **MANAGER)
    def partial_update(self, grant):
        return self.save(grant)


class BudgetLineSerializer(serializers.ModelSerializer):
    funder = Reference()

    class Meta:
        model = BudgetLine
        fields = ["id", "year", "funder", "planned", "granted", "spent"]


class BudgetSerializer(serializers.ModelSerializer):
    lines = BudgetLineSerializer(many=True, source="budget_lines")

    class Meta:
        model = Action
        fields = ["id", "code", "title", "lines"]


class BudgetBody(Body):
    lines = rows_of(BudgetLineForm, "BudgetLine")


class Budgets(ReadByFunders):
    """The budget of each action, by the code of the action."""

    queryset = Action.objects.none()
    serializer_class = BudgetSerializer
    lookup_field = "code"
    lookup_value_converter = "str"
    names = ("budget d’une action", "budgets des actions")

    def rows(self):
        lines = BudgetLine.objects.select_related("funder").order_by("year", "funder__name", "pk")
        found = self.convention.actions.prefetch_related(
            "partners__organization", Prefetch("budget_lines", lines)
        )
        return found.current().in_plan_order() if self.action == "list" else found

    @edit(BudgetBody, who=can_edit_action, because=WHO_EDITS)
    def partial_update(self, action):
        """``lines`` is the whole list: a line that is not sent is removed."""
        rows = self.said.get("lines")
        options = {"instance": action, "convention": self.convention, "prefix": "lignes"}
        formset = BudgetFormSet(typed_rows(BudgetFormSet(**options), rows, "lines"), **options)
        if not formset.is_valid():
            raise Refused({"lines": row_errors(formset, rows)})
        formset.save_by(self.person)
