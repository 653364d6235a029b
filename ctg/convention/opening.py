"""Open a convention where there was nothing."""

from datetime import date

from django.db import transaction

from ctg.accounts.models import User
from ctg.convention.admission import invite
from ctg.convention.journal import record
from ctg.convention.models import Convention, Membership, Organization, Theme
from ctg.convention.rights import Role

# Code, label, whether the Caf pays for it: the nine fields that a CTG usually covers.
USUAL_THEMES = (
    ("petite-enfance", "Petite enfance", True),
    ("enfance", "Enfance", True),
    ("jeunesse", "Jeunesse", True),
    ("parentalite", "Parentalité", False),
    ("vie-locale", "Animation de la vie locale", False),
    ("acces-droits", "Accès aux droits", False),
    ("logement-cadre-vie", "Logement et amélioration du cadre de vie", False),
    ("emploi", "Emploi", False),
    ("inclusion-numerique", "Inclusion numérique", False),
)


@transaction.atomic
def open_convention(
    *,
    name: str,
    short_name: str,
    slug: str,
    starts_on: date,
    ends_on: date,
    epci_name: str,
    epci_siren: str,
    caf_name: str,
    usual_themes: bool,
    lead_email: str,
    lead_first_name: str,
    by: User,
) -> Convention:
    """Its lead is ``by`` at once when the address is hers, and otherwise invited by mail."""
    epci = _organization(epci_name, Organization.Kind.EPCI, epci_siren)
    caf = _organization(caf_name, Organization.Kind.CAF)
    convention = Convention(
        name=name,
        short_name=short_name,
        slug=slug,
        starts_on=starts_on,
        ends_on=ends_on,
        epci=epci,
        caf=caf,
    )
    convention.full_clean()
    convention.save()
    convention.organizations.add(epci, caf)
    themes = enumerate(USUAL_THEMES if usual_themes else (), start=1)
    Theme.objects.bulk_create(
        Theme(convention=convention, code=code, label=label, has_caf_funding=paid, position=rank)
        for rank, (code, label, paid) in themes
    )
    record(
        "convention.opened",
        convention,
        convention=convention,
        by=by,
        summary=f"Ouverture de la {convention}",
    )
    if lead_email.strip().lower() == by.email.lower():
        Membership.objects.create(convention=convention, user=by, organization=epci, role=Role.LEAD)
    else:
        invite(
            convention,
            email=lead_email,
            first_name=lead_first_name,
            organization=epci,
            role=Role.LEAD,
            by=by,
        )
    return convention


def _organization(name: str, kind: Organization.Kind, siren: str = "") -> Organization:
    """The one that the site knows by this SIREN, or by this very name among its kind."""
    known = {"siren": siren} if siren else {"name": name, "kind": kind}
    found = Organization.objects.filter(**known).first()
    if found is None:
        found = Organization(name=name, kind=kind, siren=siren)
        found.full_clean()
        found.save()
    return found
