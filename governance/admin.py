from django.contrib import admin

from ctg.admin import KeptAdmin, WithinConventionForm
from governance.models import (
    AgendaItem,
    AnnualReview,
    Attendance,
    CalendarFeed,
    Committee,
    CommitteeMember,
    Decision,
    Meeting,
    StakeSynthesis,
)


class CommitteeMemberInline(admin.TabularInline):
    model = CommitteeMember
    extra = 0
    autocomplete_fields = ["organization"]


@admin.register(Committee)
class CommitteeAdmin(KeptAdmin):
    form = WithinConventionForm
    list_display = ["name", "kind", "theme", "meetings_per_year", "convention"]
    list_filter = ["convention", "kind"]
    list_select_related = ["theme", "convention"]
    search_fields = ["name"]
    autocomplete_fields = ["convention", "theme", "actions"]
    inlines = [CommitteeMemberInline]


@admin.register(CommitteeMember)
class CommitteeMemberAdmin(admin.ModelAdmin):
    list_display = ["organization", "title", "function", "is_chair", "committee"]
    list_filter = ["committee__convention", "function", "is_chair"]
    list_select_related = ["organization", "committee"]
    search_fields = ["organization__name", "organization__short_name", "title", "committee__name"]
    autocomplete_fields = ["committee", "organization"]


class AgendaItemInline(admin.TabularInline):
    model = AgendaItem
    extra = 0
    autocomplete_fields = ["actions"]


class AttendanceInline(admin.TabularInline):
    model = Attendance
    extra = 0
    autocomplete_fields = ["organization"]


class DecisionInline(admin.StackedInline):
    model = Decision
    extra = 0
    autocomplete_fields = ["actions", "owner"]
    can_delete = False


@admin.register(Meeting)
class MeetingAdmin(KeptAdmin):
    list_display = ["committee", "starts_at", "place", "state"]
    list_filter = ["committee__convention", "state", "committee__kind"]
    search_fields = ["committee__name", "place"]
    date_hierarchy = "starts_at"
    autocomplete_fields = ["committee"]
    inlines = [AgendaItemInline, AttendanceInline, DecisionInline]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("committee")


@admin.register(AgendaItem)
class AgendaItemAdmin(admin.ModelAdmin):
    list_display = ["title", "meeting", "minutes", "position"]
    list_filter = ["meeting__committee__convention"]
    list_select_related = ["meeting__committee"]
    search_fields = ["title", "meeting__committee__name"]
    autocomplete_fields = ["meeting", "actions"]


@admin.register(Attendance)
class AttendanceAdmin(admin.ModelAdmin):
    list_display = ["organization", "state", "meeting"]
    list_filter = ["meeting__committee__convention", "state"]
    list_select_related = ["organization", "meeting__committee"]
    search_fields = ["organization__name", "organization__short_name"]
    autocomplete_fields = ["meeting", "organization"]


@admin.register(Decision)
class DecisionAdmin(KeptAdmin):
    list_display = ["text", "kind", "meeting", "owner", "due_on", "state"]
    list_filter = ["meeting__committee__convention", "state", "kind"]
    list_select_related = ["meeting__committee", "owner"]
    search_fields = ["text", "owner__name", "actions__code"]
    date_hierarchy = "due_on"
    autocomplete_fields = ["meeting", "owner", "actions"]


class FrozenOncePublished:
    """A published review is read; a mistake is corrected by a new edition."""

    def has_change_permission(self, request, obj=None):
        if obj is not None and obj.is_published:
            return False
        return super().has_change_permission(request, obj)


class StakeSynthesisInline(FrozenOncePublished, admin.StackedInline):
    model = StakeSynthesis
    extra = 0
    autocomplete_fields = ["stake"]
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return not (obj and obj.is_published) and super().has_add_permission(request, obj)


@admin.register(AnnualReview)
class AnnualReviewAdmin(FrozenOncePublished, KeptAdmin):
    list_display = ["year", "edition", "convention", "published_at", "published_by"]
    list_filter = ["convention", ("published_at", admin.EmptyFieldListFilter)]
    list_select_related = ["convention", "published_by"]
    search_fields = ["=year", "headline"]
    date_hierarchy = "published_at"
    autocomplete_fields = ["convention", "meeting"]
    readonly_fields = ["edition", "corrects", "file", "file_sha256", "published_at", "published_by"]
    inlines = [StakeSynthesisInline]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("data")


@admin.register(StakeSynthesis)
class StakeSynthesisAdmin(KeptAdmin):
    list_display = ["stake", "review", "text"]
    list_filter = ["review__convention", "review__year"]
    list_select_related = ["stake", "review"]
    search_fields = ["text", "stake__title"]
    autocomplete_fields = ["review", "stake"]

    def has_change_permission(self, request, obj=None):
        if obj is not None and obj.review.is_published:
            return False
        return super().has_change_permission(request, obj)


@admin.register(CalendarFeed)
class CalendarFeedAdmin(admin.ModelAdmin):
    """Created and changed by its reader; support may stop one."""

    list_display = ["person", "renewed_at"]
    list_select_related = ["person"]
    search_fields = ["person__email", "person__last_name"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
