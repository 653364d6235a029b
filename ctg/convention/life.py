"""Verbs of the pact’s own life: who signs, what an amendment adds, its dates and foundations."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.convention.models import Amendment, Convention, Organization, Signature
from ctg.french import french_date


@transaction.atomic
def record_signatures(convention: Convention, signatures: Iterable[Signature], *, by: User) -> None:
    """One line of the journal for each signature entered or corrected."""
    for signature in signatures:
        signature.convention = convention
        signature.save()
        when = f"le {french_date(signature.signed_on)}" if signature.signed_on else "à venir"
        reference = f", délibération {signature.reference}" if signature.reference else ""
        record(
            "signature.recorded",
            signature,
            convention=convention,
            by=by,
            summary=f"Signature de {signature.organization} : {when}{reference}",
        )


@transaction.atomic
def save_amendment(
    amendment: Amendment, *, organizations: Iterable[Organization], by: User
) -> None:
    """An organisation that joins by an amendment becomes a signatory, dated as the amendment."""
    created = amendment.pk is None
    amendment.full_clean()
    amendment.save()
    amendment.organizations.set(organizations)
    convention = amendment.convention
    for organization in amendment.organizations.all():
        signature, _ = Signature.objects.get_or_create(
            convention=convention, organization=organization
        )
        if signature.signed_on is None and amendment.signed_on:
            signature.signed_on = amendment.signed_on
            signature.reference = signature.reference or f"avenant n° {amendment.number}"
            signature.save()
    record(
        f"amendment.{'created' if created else 'changed'}",
        amendment,
        convention=convention,
        by=by,
        summary=f"{'Nouvel avenant' if created else 'Avenant modifié'} : {amendment}",
    )


def record_rewritten(convention: Convention, *, what: str, changed: Sequence, by: User) -> None:
    """Journal of the milestones or the foundations that a form has just saved."""
    if changed:
        record(
            "convention.rewritten",
            convention,
            convention=convention,
            by=by,
            summary=f"{what} : {', '.join(str(item) for item in changed)}"[:500],
        )
