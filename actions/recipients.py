"""Who is written to: those who answer for the organisation, else its address, else the lead."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from actions.models import Campaign, Reminder
from ctg.accounts.models import User
from ctg.collation import sort_key
from ctg.convention.models import Convention, Membership, Organization
from ctg.convention.rights import RIGHTS, Right, Role
from ctg.mail.kinds import Kind
from ctg.mail.models import MutedKind
from ctg.mail.refusals import refused

ANSWERING_ROLES = [
    role for role, rights in RIGHTS.items() if Right.ANSWER_CAMPAIGN in rights and role != Role.LEAD
]
Step = Reminder.Step


@dataclass(frozen=True)
class Recipient:
    address: str
    step: str
    person: User | None = None

    @property
    def first_name(self) -> str:
        return self.person.first_name if self.person else ""


@dataclass(frozen=True)
class Letter:
    """One message to one reader, about every organisation she is asked for."""

    recipient: Recipient
    organizations: tuple[Organization, ...]


def letters(campaign: Campaign, organizations: Iterable[Organization], kind: Kind) -> list[Letter]:
    by_recipient: dict[Recipient, list[Organization]] = defaultdict(list)
    for organization, found in recipients(campaign, organizations, kind).items():
        for recipient in found:
            by_recipient[recipient].append(organization)
    return [Letter(recipient, tuple(asked)) for recipient, asked in by_recipient.items()]


def recipients(
    campaign: Campaign, organizations: Iterable[Organization], kind: Kind
) -> dict[Organization, list[Recipient]]:
    """The first step of the chain where somebody can be reached; a fixed number of queries."""
    organizations = list(organizations)
    members = _members(campaign.convention, organizations)
    leads = _leads(campaign.convention)
    contacts = {o.contact_email.lower() for o in organizations if o.contact_email}
    everybody = contacts | {m.user.email.lower() for found in members.values() for m in found}
    closed = refused(everybody) | set(
        MutedKind.objects.filter(kind=kind, address__in=everybody).values_list("address", flat=True)
    )

    def chain(organization):
        mine = [
            Recipient(m.user.email.lower(), Step.CONTRIBUTOR, m.user)
            for m in members[organization.pk]
            if m.user.email.lower() not in closed
        ]
        contact = organization.contact_email.lower()
        if not mine and contact and contact not in closed:
            return [Recipient(contact, Step.CONTACT)]
        return mine or leads

    return {organization: chain(organization) for organization in organizations}


def unreachable(
    campaign: Campaign, organizations: Iterable[Organization], kind: Kind
) -> list[Organization]:
    """Those for whom a message would go to nobody but the lead."""
    found = recipients(campaign, organizations, kind)
    lost = [o for o, readers in found.items() if {r.step for r in readers} <= {Step.LEAD}]
    return sorted(lost, key=lambda organization: sort_key(str(organization)))


def known_addresses(
    convention: Convention, organizations: Iterable[Organization]
) -> dict[Organization, set[str]]:
    """Every address an organisation could be written to at, working or not."""
    organizations = list(organizations)
    members = _members(convention, organizations)
    return {
        organization: {m.user.email.lower() for m in members[organization.pk]}
        | ({organization.contact_email.lower()} - {""})
        for organization in organizations
    }


def _members(
    convention: Convention, organizations: list[Organization]
) -> dict[int, list[Membership]]:
    found = convention.memberships.filter(
        role__in=ANSWERING_ROLES, organization__in=organizations, user__is_active=True
    ).select_related("user")
    members: dict[int, list[Membership]] = defaultdict(list)
    for member in found:
        members[member.organization_id].append(member)
    return members


def _leads(convention: Convention) -> list[Recipient]:
    found = convention.memberships.filter(role=Role.LEAD, user__is_active=True)
    return [
        Recipient(member.user.email.lower(), Step.LEAD, member.user)
        for member in found.select_related("user")
    ]
