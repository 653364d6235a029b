"""What the administration pages of several apps share: rows kept, rows only read."""

from django import forms
from django.contrib import admin
from django.db.models import QuerySet


class KeptAdmin(admin.ModelAdmin):
    """What belongs to the public archives of a convention: never deleted."""

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnlyAdmin(KeptAdmin):
    """Rows written by the verbs of the site: here they are only read."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class WithinConventionForm(forms.ModelForm):
    """Refuses what belongs to another convention than the row itself."""

    def clean(self):
        cleaned = super().clean()
        convention = cleaned.get("convention")
        for name, value in list(cleaned.items()):
            items = value if isinstance(value, QuerySet) else [value]
            if convention and any(
                getattr(item, "convention_id", convention.pk) != convention.pk for item in items
            ):
                self.add_error(name, "Ce choix appartient à une autre convention.")
        return cleaned
