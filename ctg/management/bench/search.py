"""Search in a plan of 2 000 actions: a word, its beginning, a slip, then right after a change."""

from django.urls import reverse
from django.utils.http import urlencode

from ctg.management.bench.workbench import CONVENTION

SIZE = 2000
WORDS = {"word": "crèche", "beginning": "perm", "slip": "permanances numeriques", "code": "A-31"}


def measure(bench):
    page = reverse("governance:search", args=[CONVENTION])
    for name, text in WORDS.items():
        bench.compare(f"search_{name}", bench.visitor(SIZE), f"{page}?{urlencode({'q': text})}")
    visitor = bench.visitor(SIZE)
    plan = reverse("actions:plan", args=[CONVENTION])
    edit = f"{visitor.first_link(f'{plan}?vue=tableau', f'{plan}actions/A')}modifier/"
    fields = visitor.form(edit) | {"title": "Intitulé changé pour la mesure"}
    visitor.time(edit, fields, expected=302)
    seconds, _ = visitor.time(f"{page}?{urlencode({'q': 'mesure'})}")
    bench.line("search_after_a_change_time", f"{1000 * seconds:.1f}", "ms")
