from ctg.convention.models.api_token import ApiToken
from ctg.convention.models.convention import RESERVED_SLUGS, Convention, Theme, refuse_reserved_slug
from ctg.convention.models.journal import JournalEntry
from ctg.convention.models.life import Amendment, Document, Milestone, Principle, Signature
from ctg.convention.models.membership import AccessRequest, Invitation, Membership
from ctg.convention.models.organization import Commune, Organization

__all__ = [
    "AccessRequest",
    "Amendment",
    "ApiToken",
    "Commune",
    "Convention",
    "Document",
    "Invitation",
    "JournalEntry",
    "Membership",
    "Milestone",
    "Organization",
    "Principle",
    "RESERVED_SLUGS",
    "Signature",
    "Theme",
    "refuse_reserved_slug",
]
