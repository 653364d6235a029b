"""A whole plan of 2 000 actions changed as one act: seen, made, undone."""

from django.urls import reverse

from ctg.management.bench.workbench import CONVENTION

SIZE = 2000


def measure(bench):
    visitor = bench.visitor(SIZE)
    form = reverse("actions:bulk", args=[CONVENTION])
    fields = visitor.form(f"{form}?all=1") | {"starts_on": "2024-01-15", "status": "lancer"}
    _step(bench, "preview", visitor, form, fields)
    _step(bench, "make", visitor, form, fields | {"confirm": "1"}, expected=302)
    last = reverse("actions:bulk_list", args=[CONVENTION])
    change = visitor.first_link(last, last)
    undo = {"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"]}
    _step(bench, "undo", visitor, f"{change}annuler/", undo, expected=302)


def _step(bench, name, visitor, address, fields, expected=200):
    seconds, _ = visitor.time(address, fields, expected=expected)
    bench.line(f"bulk_{name}_{SIZE}_time", f"{seconds:.2f}", "s")
    bench.line(f"bulk_{name}_{SIZE}_queries", visitor.queries, "queries")
