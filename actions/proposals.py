"""Verbs of the proposals: a commune or a partner proposes, the project lead accepts or declines."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from actions import services
from actions.models import Action, ActionPartner, OperationalObjective, Proposal
from actions.overlaps.services import look_for_later
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention, Organization
from ctg.convention.rights import Access, Right
from ctg.mail.kinds import Kind
from ctg.mail.services import send

DECIDED = "Cette proposition a déjà reçu une réponse."


def visible_to(access: Access, convention: Convention) -> QuerySet[Proposal]:
    """The lead reads them all, the others those of their organisations."""
    proposals = convention.proposals.select_related("organization", "action__convention")
    if access.has(Right.EDIT_PLAN):
        return proposals
    return proposals.filter(organization__in=access.organizations_with(Right.PROPOSE_ACTION))


@transaction.atomic
def propose(proposal: Proposal, *, by: User) -> None:
    """A proposal filled by its form, lists apart."""
    proposal.made_by = by
    proposal.full_clean()
    proposal.save()
    _journal(proposal, "made", f"Proposition de {proposal.organization} : {proposal.title}", by)


@transaction.atomic
def accept(proposal: Proposal, *, objective: OperationalObjective, answer: str, by: User) -> Action:
    """It becomes an action of the plan, that the lead completes; who proposed it contributes."""
    proposal = _hold(proposal)
    convention = proposal.convention
    action = Action(
        convention=convention,
        operational_objective=objective,
        code=services.next_code(convention),
        title=proposal.title,
        description=proposal.description,
        position=objective.actions.count() + 1,
    )
    commune = convention.communes.filter(pk=proposal.organization_id).first()
    if commune:
        action.scope = Action.Scope.COMMUNES
    action.full_clean(exclude=["communes"])
    action.save()
    action.communes.set([commune] if commune else [])
    action.themes.set(proposal.themes.all())
    action.audiences.set(proposal.audiences.all())
    ActionPartner.objects.create(action=action, organization=proposal.organization)
    services.record_saved(action, convention=convention, created=True, by=by)
    _decide(proposal, Proposal.State.ACCEPTED, answer, by, action)
    look_for_later(convention)
    return action


@transaction.atomic
def decline(proposal: Proposal, *, answer: str, by: User) -> None:
    if not answer.strip():
        raise ValidationError({"answer": "Dites pourquoi la proposition n’est pas retenue."})
    _decide(_hold(proposal), Proposal.State.DECLINED, answer, by, None)


def _hold(proposal: Proposal) -> Proposal:
    """A second click must not decide twice."""
    held = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if not held.is_waiting:
        raise ValidationError(DECIDED)
    return held


def _decide(proposal: Proposal, state: str, answer: str, by: User, action: Action | None) -> None:
    proposal.state, proposal.answer, proposal.action = state, answer.strip(), action
    proposal.decided_at, proposal.decided_by = timezone.now(), by
    proposal.save()
    said = proposal.get_state_display()
    _journal(proposal, state, f"Proposition {said} : {proposal.title}", by)
    if proposal.made_by and proposal.made_by.is_active and proposal.made_by != by:
        send(
            Kind.PROPOSAL_ANSWERED,
            to=proposal.made_by,
            context={
                "first_name": proposal.made_by.first_name,
                "title": proposal.title,
                "state": said,
                "answer": proposal.answer,
                "convention": proposal.convention.short_name,
                "url": settings.SITE_URL + proposal.get_absolute_url(),
            },
        )


def _journal(proposal: Proposal, verb: str, summary: str, by: User) -> None:
    record(f"proposal.{verb}", proposal, convention=proposal.convention, by=by, summary=summary)


def proposers(access: Access) -> list[Organization]:
    return access.organizations_with(Right.PROPOSE_ACTION)
