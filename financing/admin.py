from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from ctg.admin import KeptAdmin, WithinConventionForm
from financing.models import (
    BonusLine,
    BudgetLine,
    CalendarDate,
    Declaration,
    Facility,
    FundingAgreement,
    Grant,
    Instalment,
    Rate,
    Scenario,
    ScenarioLine,
    ScenarioRate,
)


class FundingAgreementInline(admin.TabularInline):
    model = FundingAgreement
    extra = 0
    autocomplete_fields = ["document", "amends"]


@admin.register(Facility)
class FacilityAdmin(KeptAdmin):
    form = WithinConventionForm
    list_display = ["name", "kind", "commune", "manager", "opened_on", "closed_on", "convention"]
    list_filter = ["convention", "kind", ("closed_on", admin.EmptyFieldListFilter)]
    list_select_related = ["commune", "manager", "convention"]
    search_fields = ["name", "commune__name", "manager__name"]
    autocomplete_fields = [
        "convention",
        "manager",
        "competent_authority",
        "commune",
        "themes",
        "actions",
    ]
    inlines = [FundingAgreementInline]


@admin.register(FundingAgreement)
class FundingAgreementAdmin(KeptAdmin):
    list_display = ["facility", "reference", "starts_on", "ends_on", "contracted_quantity", "rate"]
    list_filter = ["facility__convention", "facility__kind"]
    search_fields = ["reference", "facility__name"]
    date_hierarchy = "starts_on"
    autocomplete_fields = ["facility", "document", "amends"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("facility")


@admin.register(Rate)
class RateAdmin(admin.ModelAdmin):
    list_display = ["kind", "valid_from", "valid_until", "amount", "source", "convention"]
    list_filter = ["kind", "convention"]
    list_select_related = ["convention"]
    search_fields = ["source"]
    date_hierarchy = "valid_from"
    autocomplete_fields = ["convention"]


class InstalmentInline(admin.TabularInline):
    model = Instalment
    extra = 0
    autocomplete_fields = ["corrects"]


@admin.register(BonusLine)
class BonusLineAdmin(KeptAdmin, SimpleHistoryAdmin):
    """« Estimation » is computed; what the Caf notified stands beside it, never over it."""

    list_display = ["facility", "year", "forecast", "updated", "computed", "notified"]
    list_filter = [
        "facility__convention",
        "year",
        "facility__kind",
        ("notified", admin.EmptyFieldListFilter),
    ]
    search_fields = ["facility__name", "facility__manager__name"]
    autocomplete_fields = ["facility"]
    readonly_fields = ["computed", "working", "basis", "lacking"]
    inlines = [InstalmentInline]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("facility")


@admin.register(Instalment)
class InstalmentAdmin(KeptAdmin):
    list_display = ["bonus_line", "kind", "amount", "due_on", "paid_on"]
    list_filter = [
        "bonus_line__facility__convention",
        "bonus_line__year",
        "kind",
        ("paid_on", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["bonus_line__facility"]
    search_fields = ["bonus_line__facility__name"]
    date_hierarchy = "paid_on"
    autocomplete_fields = ["bonus_line", "corrects"]


@admin.register(BudgetLine)
class BudgetLineAdmin(KeptAdmin):
    list_display = ["action", "year", "funder", "planned", "granted", "spent"]
    list_filter = ["action__convention", "year"]
    list_select_related = ["action", "funder"]
    search_fields = ["action__code", "action__title", "funder__name"]
    autocomplete_fields = ["action", "funder"]


@admin.register(Declaration)
class DeclarationAdmin(KeptAdmin, SimpleHistoryAdmin):
    list_display = [
        *("bonus_line", "stage", "existing_quantity", "new_quantity"),
        *("declared_on", "declared_by"),
    ]
    list_filter = ["bonus_line__facility__convention", "bonus_line__year", "stage"]
    list_select_related = ["bonus_line__facility", "declared_by"]
    search_fields = ["bonus_line__facility__name"]
    autocomplete_fields = ["bonus_line", "declared_by"]


@admin.register(CalendarDate)
class CalendarDateAdmin(admin.ModelAdmin):
    list_display = ["year", "kind", "due_on", "share", "convention"]
    list_filter = ["convention", "year", "kind"]
    list_select_related = ["convention"]
    autocomplete_fields = ["convention"]


class ScenarioLineInline(admin.TabularInline):
    model = ScenarioLine
    extra = 0
    autocomplete_fields = ["facility", "competent_authority"]


class ScenarioRateInline(admin.TabularInline):
    model = ScenarioRate
    extra = 0


@admin.register(Scenario)
class ScenarioAdmin(KeptAdmin):
    list_display = ["title", "year", "created_at", "created_by", "adopted_at", "convention"]
    list_filter = ["convention", "year"]
    list_select_related = ["created_by", "convention"]
    search_fields = ["title"]
    autocomplete_fields = ["convention", "created_by"]
    inlines = [ScenarioLineInline, ScenarioRateInline]


@admin.register(ScenarioLine)
class ScenarioLineAdmin(KeptAdmin):
    list_display = ["scenario", "facility", "name", "existing_quantity", "new_quantity"]
    list_filter = ["scenario__convention", "scenario__year"]
    list_select_related = ["scenario", "facility"]
    search_fields = ["name", "facility__name"]
    autocomplete_fields = ["scenario", "facility", "competent_authority"]


@admin.register(ScenarioRate)
class ScenarioRateAdmin(KeptAdmin):
    list_display = ["scenario", "kind", "amount"]
    list_filter = ["scenario__convention", "kind"]
    list_select_related = ["scenario"]
    autocomplete_fields = ["scenario"]


@admin.register(Grant)
class GrantAdmin(KeptAdmin):
    list_display = ["purpose", "granted_by", "beneficiary", "amount", "agreed_on", "convention"]
    list_filter = ["convention", "nature"]
    list_select_related = ["granted_by", "beneficiary", "convention"]
    search_fields = ["purpose", "beneficiary__name", "granted_by__name", "reference"]
    date_hierarchy = "agreed_on"
    autocomplete_fields = ["convention", "action", "granted_by", "beneficiary"]
