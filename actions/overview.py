"""Who has answered a campaign, by organisation and by action."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

from actions.models import Action, Campaign, Contribution
from actions.recipients import Step, known_addresses
from actions.reminders import Plan
from ctg.convention.models import Organization
from ctg.french import counted
from ctg.mail.refusals import refused

SENT = Q(state__in=Contribution.SENT)
VALIDATED = Q(state=Contribution.State.VALIDATED)


@dataclass(frozen=True)
class Totals:
    asked: int
    sent: int
    validated: int
    returned: int

    @property
    def to_validate(self) -> int:
        return self.sent - self.validated

    @property
    def owed(self) -> int:
        return self.asked - self.sent

    @property
    def share_sent(self) -> int | None:
        return 100 * self.sent // self.asked if self.asked else None

    @property
    def of_asked(self) -> str:
        return f"sur {counted(self.asked, 'demandée', 'demandées')}"

    @property
    def sent_words(self) -> str:
        return counted(self.sent, "réponse envoyée", "réponses envoyées")

    @property
    def owed_words(self) -> str:
        return counted(self.owed, "réponse manque encore", "réponses manquent encore")

    @property
    def to_validate_words(self) -> str:
        return counted(self.to_validate, "réponse reste à valider", "réponses restent à valider")


@dataclass(frozen=True)
class OrganizationLine:
    pk: int
    name: str
    asked: int
    sent: int
    begun: int

    @property
    def state(self) -> str:
        if self.sent == self.asked:
            return "done"
        return "ongoing" if self.sent or self.begun else "todo"

    @property
    def share_sent(self) -> int:
        return 100 * self.sent // self.asked


GROUPS = {
    "done": "ont tout envoyé",
    "ongoing": "en partie",
    "todo": "n’ont pas commencé",
}


def totals(campaign: Campaign) -> Totals:
    counts = campaign.contributions.asked().aggregate(
        asked=Count("pk"),
        sent=Count("pk", filter=SENT),
        validated=Count("pk", filter=VALIDATED),
        returned=Count("pk", filter=Q(state=Contribution.State.RETURNED)),
    )
    return Totals(**counts)


def by_organization(campaign: Campaign) -> list[OrganizationLine]:
    """Those who sent least come first."""
    rows = (
        campaign.contributions.asked()
        .order_by()
        .values("organization", "organization__name", "organization__short_name")
        .annotate(
            asked=Count("pk"),
            sent=Count("pk", filter=SENT),
            begun=Count("pk", filter=~Q(state=Contribution.State.EXPECTED)),
        )
    )
    lines = [
        OrganizationLine(
            pk=row["organization"],
            name=row["organization__short_name"] or row["organization__name"],
            asked=row["asked"],
            sent=row["sent"],
            begun=row["begun"],
        )
        for row in rows
    ]
    return sorted(lines, key=lambda line: (line.share_sent, line.name))


@dataclass(frozen=True)
class Group:
    """Organisations at the same point."""

    state: str
    label: str
    lines: list[OrganizationLine]


def groups(lines: list[OrganizationLine]) -> list[Group]:
    return [
        Group(state, label, [line for line in lines if line.state == state])
        for state, label in GROUPS.items()
    ]


def by_action(campaign: Campaign) -> QuerySet[Action]:
    """The actions asked about, in the order of the plan, with asked, sent and validated."""
    answers = "contributions__state"
    asked = campaign.contributions.asked()
    return (
        Action.objects.filter(contributions__in=asked)
        .annotate(
            asked=Count("contributions"),
            sent=Count("contributions", filter=Q(**{f"{answers}__in": Contribution.SENT})),
            validated=Count("contributions", filter=Q(**{answers: Contribution.State.VALIDATED})),
        )
        .select_related("operational_objective__strategic_objective__stake")
        .in_plan_order()
    )


class Reach(StrEnum):
    """Whether an organisation can be reminded today, and how."""

    READY = "ready"
    RECENT = "recent"
    CONTACT = "contact"
    NOBODY = "nobody"


@dataclass(frozen=True)
class LateLine:
    """One late organisation of the reminders’ page."""

    organization: Organization
    owed: int
    state: Reach
    addresses: list[str]
    refused: list[str]
    note: str = ""

    @property
    def owed_words(self) -> str:
        return counted(self.owed, "réponse manque", "réponses manquent")


def reach(campaign: Campaign, planned: Plan) -> list[LateLine]:
    """Those who owe something: to whom a reminder would go, or why it would not.

    Those already written to come last.
    """
    why = dict(planned.left)
    readers = {organization: [] for organization in planned.owed}
    for letter in planned.letters:
        for organization in letter.organizations:
            readers[organization].append(letter.recipient)
    known = known_addresses(campaign.convention, planned.owed)
    dead = refused(address for found in known.values() for address in found)
    lines = []
    for organization, answers in planned.owed.items():
        steps = {reader.step for reader in readers[organization]}
        state = Reach.READY
        if organization in why:
            state = Reach.RECENT
        elif Step.LEAD in steps or not steps:
            state = Reach.NOBODY
        elif Step.CONTACT in steps:
            state = Reach.CONTACT
        lines.append(
            LateLine(
                organization,
                owed=len(answers),
                state=state,
                addresses=[r.address for r in readers[organization] if r.step != Step.LEAD],
                refused=sorted(known[organization] & dead),
                note=why.get(organization, ""),
            )
        )
    return sorted(lines, key=lambda line: line.state == Reach.RECENT)
