from django.contrib import admin

from ctg.admin import ReadOnlyAdmin
from ctg.mail.models import KeptMail, Message, MutedKind, RefusedAddress


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """What was sent, waits or was given up; never what it said."""

    list_display = ["created_at", "kind", "address", "sent_at", "attempts", "failed_at"]
    list_filter = ["kind", "failed_at"]
    search_fields = ["address", "subject"]
    exclude = ["context", "attachments"]


@admin.register(MutedKind)
class MutedKindAdmin(ReadOnlyAdmin):
    list_display = ["address", "kind", "muted_at"]
    list_filter = ["kind"]
    search_fields = ["address"]


@admin.register(RefusedAddress)
class RefusedAddressAdmin(ReadOnlyAdmin):
    list_display = ["address", "reason", "refused_at"]
    search_fields = ["address"]


@admin.register(KeptMail)
class KeptMailAdmin(ReadOnlyAdmin):
    list_display = ["sent_at", "subject", "to"]
    search_fields = ["to", "subject"]
