"""What `make bench` measures: one module a subject, each with ``measure(bench)``, listed below.

A subject asks the bench for demonstrations, servers and lines; it prints nothing itself.
"""

from ctg.management.bench import (
    campaign,
    crowd,
    exchange,
    overlaps,
    pages,
    pdf,
    plan,
    search,
    sheets,
)

SUBJECTS = {
    "pages": pages.measure,
    "plan": plan.measure,
    "search": search.measure,
    "sheets": sheets.measure,
    "campaign": campaign.measure,
    "overlaps": overlaps.measure,
    "exchange": exchange.measure,
    "pdf": pdf.measure,
    "crowd": crowd.measure,
}
