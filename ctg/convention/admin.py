from django.contrib import admin

from ctg.admin import KeptAdmin, ReadOnlyAdmin, WithinConventionForm
from ctg.convention.models import (
    Amendment,
    Commune,
    Convention,
    Document,
    JournalEntry,
    Membership,
    Milestone,
    Organization,
    Principle,
    Signature,
    Theme,
)


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):
    list_display = ["name", "short_name", "kind", "siren"]
    list_filter = ["kind", "conventions"]
    search_fields = ["name", "short_name", "siren"]


@admin.register(Commune)
class CommuneAdmin(admin.ModelAdmin):
    list_display = ["name", "insee_code", "postal_code", "population", "siren"]
    list_filter = ["conventions"]
    search_fields = ["name", "insee_code", "postal_code", "siren"]


class ThemeInline(admin.TabularInline):
    model = Theme
    extra = 0


class PrincipleInline(admin.TabularInline):
    model = Principle
    extra = 0


class MilestoneInline(admin.TabularInline):
    model = Milestone
    extra = 0


class AmendmentInline(admin.TabularInline):
    model = Amendment
    extra = 0
    autocomplete_fields = ["document"]


@admin.register(Convention)
class ConventionAdmin(KeptAdmin):
    list_display = ["name", "short_name", "starts_on", "ends_on", "epci", "caf", "is_demo"]
    list_filter = ["is_demo"]
    list_select_related = ["epci", "caf"]
    search_fields = ["name", "short_name", "slug"]
    prepopulated_fields = {"slug": ["short_name", "starts_on"]}
    autocomplete_fields = ["epci", "caf", "organizations", "follows"]
    inlines = [ThemeInline, PrincipleInline, MilestoneInline, AmendmentInline]


@admin.register(Theme)
class ThemeAdmin(admin.ModelAdmin):
    list_display = ["label", "code", "has_caf_funding", "position", "convention"]
    list_filter = ["convention", "has_caf_funding"]
    list_select_related = ["convention"]
    search_fields = ["label", "code"]
    autocomplete_fields = ["convention"]


@admin.register(Principle)
class PrincipleAdmin(admin.ModelAdmin):
    list_display = ["text", "kind", "position", "convention"]
    list_filter = ["convention", "kind"]
    list_select_related = ["convention"]
    search_fields = ["text"]
    autocomplete_fields = ["convention"]


@admin.register(Milestone)
class MilestoneAdmin(admin.ModelAdmin):
    list_display = ["label", "date_label", "starts_on", "ends_on", "position", "convention"]
    list_filter = ["convention"]
    list_select_related = ["convention"]
    search_fields = ["label"]
    date_hierarchy = "starts_on"
    autocomplete_fields = ["convention"]


@admin.register(Signature)
class SignatureAdmin(KeptAdmin):
    list_display = ["organization", "signed_on", "reference", "convention"]
    list_filter = ["convention", ("signed_on", admin.EmptyFieldListFilter), "organization__kind"]
    list_select_related = ["organization", "convention"]
    search_fields = ["organization__name", "organization__short_name", "reference"]
    date_hierarchy = "signed_on"
    autocomplete_fields = ["convention", "organization"]


@admin.register(Document)
class DocumentAdmin(KeptAdmin):
    list_display = ["title", "file", "added_at", "added_by", "convention"]
    list_filter = ["convention"]
    list_select_related = ["convention", "added_by"]
    search_fields = ["title"]
    date_hierarchy = "added_at"
    autocomplete_fields = ["convention"]
    readonly_fields = ["added_at", "added_by"]

    def save_model(self, request, document, form, change):
        if not change:
            document.added_by = request.user
        super().save_model(request, document, form, change)


@admin.register(Amendment)
class AmendmentAdmin(KeptAdmin):
    form = WithinConventionForm
    list_display = ["number", "subject", "signed_on", "convention"]
    list_display_links = ["number", "subject"]
    list_filter = ["convention"]
    list_select_related = ["convention"]
    search_fields = ["subject"]
    date_hierarchy = "signed_on"
    autocomplete_fields = ["convention", "document"]


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ["user", "role", "organization", "convention"]
    list_filter = ["convention", "role"]
    list_select_related = ["user", "organization", "convention"]
    search_fields = ["user__email", "user__first_name", "user__last_name", "organization__name"]
    autocomplete_fields = ["convention", "user", "organization"]


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    """Written by the verbs of the site; here it is only read."""

    list_display = ["at", "by", "summary", "verb", "target_type", "convention"]
    list_display_links = ["summary"]
    list_filter = ["convention", "verb"]
    list_select_related = ["by", "target_type", "convention"]
    search_fields = ["summary", "verb", "by__email"]
    date_hierarchy = "at"
