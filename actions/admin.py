from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from simple_history.admin import SimpleHistoryAdmin

from actions import services
from actions.history.keeping import remember
from actions.models import (
    Action,
    ActionPartner,
    ActionReview,
    ActionStep,
    Audience,
    Campaign,
    Contribution,
    ExceptionalAccess,
    Finding,
    Indicator,
    IndicatorValue,
    OperationalObjective,
    PersonalLink,
    Reminder,
    ReminderDate,
    Stake,
    StrategicObjective,
)
from ctg.admin import KeptAdmin, ReadOnlyAdmin, WithinConventionForm
from ctg.convention.models import Convention

ARCHIVED = ("archived_at", admin.EmptyFieldListFilter)


class PlanItemAdmin(KeptAdmin, SimpleHistoryAdmin):
    """A line of the plan leaves it by archiving, with the verbs of the site."""

    actions = ["archive", "restore"]
    ordering = ["position", "code"]
    search_fields = ["code", "title"]
    readonly_fields = ["archived_at"]
    to_convention = ""

    @admin.action(description="Archiver les lignes choisies", permissions=["change"])
    def archive(self, request, items):
        self._call(services.archive, request, items)

    @admin.action(description="Remettre dans le plan les lignes choisies", permissions=["change"])
    def restore(self, request, items):
        self._call(services.restore, request, items)

    def _call(self, verb, request, items):
        for item in items:
            convention = Convention.objects.get(**{self.to_convention: item})
            try:
                verb(item, convention=convention, by=request.user)
            except ValidationError as refusal:
                self.message_user(request, " ".join(refusal.messages), messages.ERROR)


@admin.register(Stake)
class StakeAdmin(PlanItemAdmin):
    form = WithinConventionForm
    list_display = ["code", "title", "position", "convention", "archived_at"]
    list_display_links = ["code", "title"]
    list_filter = ["convention", ARCHIVED]
    list_select_related = ["convention"]
    autocomplete_fields = ["convention", "findings"]
    to_convention = "stakes"


@admin.register(StrategicObjective)
class StrategicObjectiveAdmin(PlanItemAdmin):
    list_display = ["code", "title", "stake", "position", "archived_at"]
    list_display_links = ["code", "title"]
    list_filter = ["stake__convention", ARCHIVED]
    list_select_related = ["stake"]
    autocomplete_fields = ["stake"]
    to_convention = "stakes__strategic_objectives"


@admin.register(OperationalObjective)
class OperationalObjectiveAdmin(PlanItemAdmin):
    list_display = ["code", "title", "strategic_objective", "position", "archived_at"]
    list_display_links = ["code", "title"]
    list_filter = ["strategic_objective__stake__convention", ARCHIVED]
    list_select_related = ["strategic_objective"]
    autocomplete_fields = ["strategic_objective"]
    to_convention = "stakes__strategic_objectives__operational_objectives"


class ActionStepInline(admin.TabularInline):
    model = ActionStep
    extra = 0


class ActionPartnerInline(admin.TabularInline):
    model = ActionPartner
    extra = 0
    autocomplete_fields = ["organization"]


class IndicatorInline(admin.StackedInline):
    model = Indicator
    extra = 0
    fields = [
        "title",
        ("kind", "nature", "unit"),
        ("baseline", "target", "target_year"),
        ("is_collected", "position"),
    ]


@admin.register(Action)
class ActionAdmin(PlanItemAdmin):
    """The status and the progress are moved by the site’s own verbs, hence read here."""

    form = WithinConventionForm
    list_display = ["code", "title", "status", "progress", "is_blocked", "ends_on", "convention"]
    list_display_links = ["code", "title"]
    list_filter = ["convention", "status", "is_blocked", "is_continuous", "origin", ARCHIVED]
    list_select_related = ["convention"]
    search_fields = ["code", "title", "description"]
    date_hierarchy = "ends_on"
    autocomplete_fields = [
        "convention",
        "operational_objective",
        "communes",
        "themes",
        "audiences",
        "findings",
        "other_stakes",
        "documents",
    ]
    readonly_fields = ["status", "status_on", "status_reason", "progress", "archived_at"]
    fieldsets = [
        ("Place dans le plan", {"fields": ["convention", "operational_objective", "other_stakes"]}),
        (
            "Action",
            {
                "fields": [
                    ("code", "position"),
                    "title",
                    "description",
                    "expected_results",
                    "origin",
                    "findings",
                    "documents",
                ]
            },
        ),
        ("Pour qui et où", {"fields": ["themes", "audiences", "scope", "communes"]}),
        ("Avec qui", {"fields": ["pilot_contact", "elected_referent"]}),
        ("Quand", {"fields": ["calendar", ("starts_on", "ends_on"), "is_continuous"]}),
        (
            "Suivi",
            {
                "fields": [
                    "is_blocked",
                    "status",
                    "status_on",
                    "status_reason",
                    "progress",
                    "archived_at",
                ]
            },
        ),
    ]
    inlines = [ActionPartnerInline, ActionStepInline, IndicatorInline]
    to_convention = "actions"


@admin.register(Finding)
class FindingAdmin(admin.ModelAdmin):
    list_display = ["text", "source", "convention"]
    list_filter = ["convention"]
    list_select_related = ["convention"]
    search_fields = ["text", "source"]
    autocomplete_fields = ["convention"]


@admin.register(Audience)
class AudienceAdmin(admin.ModelAdmin):
    list_display = ["label", "position", "convention"]
    list_filter = ["convention"]
    list_select_related = ["convention"]
    search_fields = ["label"]
    autocomplete_fields = ["convention"]


class RowAdmin(SimpleHistoryAdmin):
    """Saves its sheet first: a version of the sheet holds its rows."""

    def save_model(self, request, obj, form, change):
        self._open_version(obj)
        super().save_model(request, obj, form, change)

    def delete_model(self, request, obj):
        self._open_version(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        for row in queryset:
            self.delete_model(request, row)

    def _open_version(self, row):
        remember(row.action)
        row.action.save()


@admin.register(ActionStep)
class ActionStepAdmin(RowAdmin):
    list_display = ["title", "action", "starts_on", "due_on", "done_on"]
    list_filter = ["action__convention", ("done_on", admin.EmptyFieldListFilter)]
    list_select_related = ["action"]
    search_fields = ["title", "action__code", "action__title"]
    date_hierarchy = "due_on"
    autocomplete_fields = ["action"]


@admin.register(ActionPartner)
class ActionPartnerAdmin(RowAdmin):
    list_display = ["organization", "role", "action"]
    list_filter = ["action__convention", "role", "organization__kind"]
    list_select_related = ["organization", "action"]
    search_fields = ["organization__name", "organization__short_name", "action__code"]
    autocomplete_fields = ["action", "organization"]


@admin.register(Indicator)
class IndicatorAdmin(RowAdmin):
    list_display = ["title", "action", "kind", "nature", "unit", "target", "target_year"]
    list_filter = ["action__convention", "kind", "nature", "is_collected"]
    list_select_related = ["action"]
    search_fields = ["title", "action__code", "action__title"]
    autocomplete_fields = ["action"]


@admin.register(IndicatorValue)
class IndicatorValueAdmin(SimpleHistoryAdmin):
    list_display = ["indicator", "year", "value", "text", "contribution"]
    list_filter = ["year", "indicator__action__convention"]
    list_select_related = [
        "indicator",
        "contribution__organization",
        "contribution__action",
        "contribution__campaign",
    ]
    search_fields = ["indicator__title", "indicator__action__code"]
    autocomplete_fields = ["indicator", "contribution"]


@admin.register(Campaign)
class CampaignAdmin(KeptAdmin):
    list_display = ["year", "convention", "opens_on", "closes_on", "opened_at", "closed_at"]
    list_filter = ["convention"]
    list_select_related = ["convention"]
    search_fields = ["=year"]
    autocomplete_fields = ["convention"]
    readonly_fields = ["opened_at", "closed_at"]


@admin.register(Contribution)
class ContributionAdmin(KeptAdmin, SimpleHistoryAdmin):
    """Sent, returned and validated on the site; here its text may be corrected."""

    list_display = ["action", "organization", "campaign", "state", "status", "submitted_at"]
    list_filter = ["campaign__convention", "campaign__year", "state", "status"]
    search_fields = ["action__code", "action__title", "organization__name", "done"]
    date_hierarchy = "submitted_at"
    autocomplete_fields = ["campaign", "action", "organization"]
    readonly_fields = [
        "state",
        "return_comment",
        "saved_at",
        "submitted_at",
        "submitted_by",
        "validated_at",
        "validated_by",
    ]

    def get_queryset(self, request):
        related = ("campaign", "action", "organization", "submitted_by", "validated_by")
        return super().get_queryset(request).select_related(*related)


@admin.register(ActionReview)
class ActionReviewAdmin(KeptAdmin, SimpleHistoryAdmin):
    """Added by consolidating the action on the site."""

    list_display = ["action", "year", "status", "progress", "consolidated_at", "consolidated_by"]
    list_filter = ["action__convention", "year", "status"]
    list_select_related = ["action", "consolidated_by"]
    search_fields = ["action__code", "action__title", "summary"]
    date_hierarchy = "consolidated_at"
    autocomplete_fields = ["action"]
    readonly_fields = ["consolidated_at", "consolidated_by"]

    def has_add_permission(self, request):
        return False


class CampaignRowAdmin(ReadOnlyAdmin):
    list_select_related = ["campaign", "organization"]
    list_filter = ["campaign__convention", "campaign__year"]
    search_fields = ["organization__name", "address"]


@admin.register(PersonalLink)
class PersonalLinkAdmin(CampaignRowAdmin):
    list_display = ["organization", "campaign", "address", "expires_at", "used_at", "revoked_at"]
    exclude = ["token_hash"]


@admin.register(Reminder)
class ReminderAdmin(CampaignRowAdmin):
    list_display = ["organization", "campaign", "address", "step", "sent_at"]


@admin.register(ReminderDate)
class ReminderDateAdmin(CampaignRowAdmin):
    list_display = ["campaign", "on", "done_at"]
    list_select_related = ["campaign"]
    search_fields = ["=campaign__year"]


@admin.register(ExceptionalAccess)
class ExceptionalAccessAdmin(CampaignRowAdmin):
    list_display = ["organization", "campaign", "until", "granted_by", "granted_at"]
    list_select_related = ["campaign", "organization", "granted_by"]
    search_fields = ["organization__name", "reason"]
