from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as AuthUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm

from ctg.accounts.models import User

admin.site.site_header = admin.site.site_title = "Administration CTG"
admin.site.index_title = "Données de référence et assistance"


class PersonCreationForm(AdminUserCreationForm):
    """Without password unless one is asked for: people sign in by a one-time code."""

    class Meta:
        model = User
        fields = ["email", "first_name", "last_name", "function"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["usable_password"].initial = "false"

    def clean_email(self):
        return self.cleaned_data["email"].lower()


class PersonChangeForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"

    def clean_email(self):
        return self.cleaned_data["email"].lower()


@admin.register(User)
class UserAdmin(AuthUserAdmin):
    form = PersonChangeForm
    add_form = PersonCreationForm
    list_display = ["email", "first_name", "last_name", "function", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff", "memberships__convention", "memberships__role"]
    search_fields = ["email", "first_name", "last_name", "function"]
    ordering = ["last_name", "first_name", "email"]
    readonly_fields = ["last_login", "joined_at"]
    fieldsets = [
        (None, {"fields": ["email", "password"]}),
        ("Personne", {"fields": ["first_name", "last_name", "function"]}),
        (
            "Administration",
            {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]},
        ),
        ("Dates", {"fields": ["last_login", "joined_at"]}),
    ]
    add_fieldsets = [
        ("Personne", {"fields": ["email", "first_name", "last_name", "function"]}),
        ("Mot de passe", {"fields": ["usable_password", "password1", "password2"]}),
    ]
