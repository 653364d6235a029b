"""The money of 500 facilities over five years: a year estimated again, the overview as it grows."""

from decimal import Decimal
from statistics import median

from django.urls import reverse

from ctg.convention.models import Convention
from ctg.management.bench.server import manage
from ctg.management.bench.workbench import CONVENTION
from financing.models import BonusLine, Facility, FundingAgreement

ACTIONS, FACILITIES = 24, 500
YEARS = range(2020, 2025)
KINDS = ("eaje", "alsh")
SIZES = {"eaje": (40, Decimal("1353.1234")), "alsh": (90_000, Decimal("0.1234"))}


def measure(bench):
    lead = bench.visitor(ACTIONS)
    overview = f"{reverse('financing:overview', args=[CONVENTION])}?annee=2021"
    bench.compare("funding_overview_demo", lead, overview)
    script = "from ctg.management.bench.financing import enlarge; enlarge()"
    manage(bench.environment(ACTIONS), "shell", "--verbosity", 0, "--command", script)
    whole, unchanged = [estimated(lead) for _ in range(2)]
    bench.line(f"funding_year_of_{FACILITIES}_time", f"{whole:.0f}", "ms")
    bench.line(f"funding_year_of_{FACILITIES}_again_time", f"{unchanged:.0f}", "ms")
    bench.compare(f"funding_overview_{FACILITIES}", lead, overview)


def estimated(lead):
    """« Recalculer l’estimation » of each year; the median, in milliseconds."""
    amounts = reverse("financing:amounts", args=[CONVENTION, YEARS[0]])
    fields = next(form for form in lead.read(amounts).forms if "csrfmiddlewaretoken" in form)
    token = {"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"]}
    addresses = [reverse("financing:compute", args=[CONVENTION, year]) for year in YEARS]
    return 1000 * median(lead.time(one, token, expected=302)[0] for one in addresses)


def enlarge():
    """Up to FACILITIES, half nurseries and half leisure centres; a line a year, none estimated."""
    convention = Convention.objects.get(slug=CONVENTION)
    model = convention.facilities.filter(kind="eaje").first()
    made = [
        Facility(
            convention=convention,
            name=f"Équipement {rank} (fictif)",
            kind=KINDS[rank % len(KINDS)],
            manager_id=model.manager_id,
            competent_authority_id=model.competent_authority_id,
            commune_id=model.commune_id,
        )
        for rank in range(FACILITIES - convention.facilities.count())
    ]
    Facility.objects.bulk_create(made)
    theme, links = model.themes.first(), Facility.themes.through
    links.objects.bulk_create(links(facility=one, theme=theme) for one in made)
    FundingAgreement.objects.bulk_create(
        FundingAgreement(
            facility=one,
            starts_on=convention.starts_on,
            ends_on=convention.ends_on,
            contracted_quantity=SIZES[one.kind][0] + rank % 7,
            rate=SIZES[one.kind][1],
        )
        for rank, one in enumerate(made)
    )
    BonusLine.objects.bulk_create(
        BonusLine(facility=one, year=year, existing_quantity=SIZES[one.kind][0] - rank % 7)
        for year in YEARS
        for rank, one in enumerate(made)
    )
    BonusLine.objects.filter(facility__convention=convention).update(computed=None)
