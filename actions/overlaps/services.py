"""Verbs of the overlaps: look for them, link, dismiss, merge."""

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import task

from actions import services
from actions.history.keeping import remember
from actions.models import Action, ActionPartner, Contribution, Overlap
from actions.overlaps.detection import Pair, Text, find_pairs
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Convention

# The fields of a sheet that make it look like another.
COMPARED = frozenset("title description themes audiences scope communes starts_on ends_on".split())
NAMED_TWICE = "Cette paire a déjà été traitée."


@task()
def look_for_overlaps(convention_id: int) -> None:
    look_for(Convention.objects.get(pk=convention_id))


def look_for_later(convention: Convention) -> None:
    """By the worker, once this transaction is written."""
    transaction.on_commit(lambda: look_for_overlaps.enqueue(convention.pk))


@transaction.atomic
def look_for(convention: Convention) -> int:
    """Write down the pairs found; what was decided stays, what no longer looks alike goes."""
    Convention.objects.select_for_update().get(pk=convention.pk)
    found = {(pair.first, pair.second): pair for pair in find_pairs(_texts(convention))}
    known = Overlap.objects.of(convention)
    for overlap in known.filter(state=Overlap.State.FOUND):
        pair = found.get((overlap.first_id, overlap.second_id))
        if pair is None:
            overlap.delete()
        elif _written(pair) != (overlap.score, overlap.reasons):
            overlap.score, overlap.reasons = _written(pair)
            overlap.save(update_fields=["score", "reasons"])
    pairs = set(known.values_list("first", "second"))
    new = [pair for key, pair in found.items() if key not in pairs]
    Overlap.objects.bulk_create(
        Overlap(first_id=p.first, second_id=p.second, score=_written(p)[0], reasons=list(p.reasons))
        for p in new
    )
    return len(new)


def _written(pair: Pair) -> tuple[Decimal, list[str]]:
    return Decimal(str(pair.score)), list(pair.reasons)


def _texts(convention: Convention) -> list[Text]:
    actions = convention.actions.current().prefetch_related("themes", "audiences", "communes")
    return [
        Text(
            key=action.pk,
            title=action.title,
            description=action.description,
            themes=frozenset(theme.label for theme in action.themes.all()),
            audiences=frozenset(audience.label for audience in action.audiences.all()),
            communes=None
            if action.scope == Action.Scope.TERRITORY
            else frozenset(commune.name for commune in action.communes.all()),
            starts_on=action.starts_on,
            ends_on=action.ends_on,
        )
        for action in actions
    ]


@transaction.atomic
def link(overlap: Overlap, *, by: User, note: str = "") -> None:
    """Both stay: each sheet shows the other."""
    overlap = _decide(overlap, Overlap.State.LINKED, note, by)
    _say(overlap, "linked", "Liée à {}", note, by)


@transaction.atomic
def dismiss(overlap: Overlap, *, by: User, note: str = "") -> None:
    """They are two interventions; the pair is not shown again."""
    overlap = _decide(overlap, Overlap.State.DISMISSED, note, by)
    _say(overlap, "dismissed", "Ressemblance écartée avec {}", note, by)


@transaction.atomic
def reopen(overlap: Overlap, *, by: User) -> None:
    """Take back a link or a dismissal."""
    overlap = _hold(overlap)
    if overlap.state not in (Overlap.State.LINKED, Overlap.State.DISMISSED):
        raise ValidationError("Seule une paire liée ou écartée se réexamine.")
    overlap.state, overlap.note = Overlap.State.FOUND, ""
    overlap.decided_at = overlap.decided_by = None
    overlap.save()
    _say(overlap, "reopened", "Paire à réexaminer : {}", "", by)


@transaction.atomic
def merge(overlap: Overlap, *, keep: Action, by: User, note: str = "") -> None:
    """The kept sheet takes what the other brings; the other goes to the archives, still readable.

    Partners, communes, themes, publics, findings, steps and indicators are taken over, and so are
    the answers that an open campaign still expects. Past answers and yearly reviews stay on the
    sheet they were written for. The apps above take over their part (settings.TAKEN_OVER).
    """
    if keep.pk not in (overlap.first_id, overlap.second_id):
        raise ValidationError("La fiche gardée doit être l’une des deux.")
    overlap = _decide(overlap, Overlap.State.MERGED, note, by, kept=keep)
    kept, absorbed = keep, overlap.other(keep)
    if kept.archived_at or absorbed.archived_at:
        raise ValidationError("L’une des deux fiches est archivée : il n’y a plus rien à réunir.")
    remember(kept)
    _take_places(kept, absorbed)
    _take_lists(kept, absorbed)
    _take_partners(kept, absorbed)
    for row in [*absorbed.steps.all(), *absorbed.indicators.all()]:
        row.action = kept
        row.save()
    _take_expected_answers(kept, absorbed)
    for path in settings.TAKEN_OVER:
        import_string(path)(kept, absorbed, by=by)
    services.archive(absorbed, convention=kept.convention, by=by)
    _say(overlap, "merged", "Fusionnée avec {}", note, by)


def _take_places(kept: Action, absorbed: Action) -> None:
    if Action.Scope.TERRITORY in (kept.scope, absorbed.scope):
        kept.scope = Action.Scope.TERRITORY
    kept.save()
    if kept.scope == Action.Scope.COMMUNES:
        kept.communes.add(*absorbed.communes.all())


def _take_lists(kept: Action, absorbed: Action) -> None:
    for name in ("themes", "audiences", "findings", "other_stakes", "documents"):
        getattr(kept, name).add(*getattr(absorbed, name).all())
    if absorbed.stake != kept.stake:
        kept.other_stakes.add(absorbed.stake)


def _take_partners(kept: Action, absorbed: Action) -> None:
    """Its pilot becomes a co-pilot; who already has the role keeps it once."""
    present = set(kept.partners.values_list("organization", "role"))
    piloted = kept.partners.filter(role=ActionPartner.Role.PILOT).exists()
    for partner in absorbed.partners.all():
        role = partner.role
        if role == ActionPartner.Role.PILOT and piloted:
            role = ActionPartner.Role.CO_PILOT
            if (partner.organization_id, ActionPartner.Role.PILOT) in present:
                continue
        if (partner.organization_id, role) not in present:
            ActionPartner.objects.create(
                action=kept, organization_id=partner.organization_id, role=role
            )


def _take_expected_answers(kept: Action, absorbed: Action) -> None:
    """Of open campaigns, nothing written yet: asked once, on the kept sheet."""
    expected = absorbed.contributions.filter(
        campaign__closed_at=None, state=Contribution.State.EXPECTED
    )
    for contribution in expected:
        asked = kept.contributions.filter(
            campaign=contribution.campaign_id, organization=contribution.organization_id
        )
        if asked.exists():
            contribution.delete()
        else:
            contribution.action = kept
            contribution.save(update_fields=["action"])


def _hold(overlap: Overlap) -> Overlap:
    """A second click must not decide twice."""
    held = Overlap.objects.select_for_update().get(pk=overlap.pk)
    held.first, held.second = overlap.first, overlap.second
    return held


def _decide(overlap: Overlap, state: str, note: str, by: User, kept: Action | None = None):
    overlap = _hold(overlap)
    if not overlap.is_waiting:
        raise ValidationError(NAMED_TWICE)
    overlap.state, overlap.note, overlap.kept = state, note.strip(), kept
    overlap.decided_at, overlap.decided_by = timezone.now(), by
    overlap.save()
    return overlap


def _say(overlap: Overlap, verb: str, summary: str, note: str, by: User) -> None:
    """One line on each of the two sheets."""
    for action in (overlap.first, overlap.second):
        said = summary.format(overlap.other(action))
        record(
            f"action.overlap_{verb}",
            action,
            convention=action.convention,
            by=by,
            summary=f"{said} : {note.strip()}" if note.strip() else said,
        )
