"""Called by the bench, in a process of its own: one review drawn in the ways that count.

Cold is the first PDF of a process; the others have its processes started. The store is empty but
for edited, after one synthesis changed.
"""

import gc
import json
import resource
import shutil
import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from statistics import median

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from ctg.convention.models import Convention
from ctg.pdf import workers
from ctg.pdf.drawing import weasyprint
from governance.reviews.build import build_review
from governance.reviews.extracts import essentials
from governance.reviews.render import print_context, render_extract, render_review

ROUNDS = 3


class Command(BaseCommand):
    help = "Mesure la mise en page d’un bilan, pour make bench."

    def add_arguments(self, parser):
        parser.add_argument("year", type=int)
        parser.add_argument("--convention", required=True)
        parser.add_argument("--output", required=True, type=Path)
        parser.add_argument("--plain", action="store_true", help="aussi d’un seul tenant")

    def handle(self, *, year, convention, output, plain, **options):
        convention = Convention.objects.get(slug=convention)
        review = build_review(convention, year)
        figures = built(convention, year) | ReviewRun(review).measure(plain)
        output.write_text(json.dumps(figures))


def seconds(work):
    gc.collect()
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def built(convention, year):
    """Reading all that the review says, from the database to its values."""
    with CaptureQueriesContext(connection) as queries:
        build_review(convention, year)
    took = median(seconds(lambda: build_review(convention, year))[0] for _ in range(2 * ROUNDS + 1))
    return {"build": (f"{1000 * took:.0f}", "ms"), "build_queries": (len(queries), "queries")}


class ReviewRun:
    def __init__(self, review):
        self.review = review

    def measure(self, plain):
        cold, pdf = seconds(lambda: render_review(self.review))
        pages = len(PdfReader(BytesIO(pdf)).pages)
        warm = median(self.emptied(self.whole) for _ in range(ROUNDS))
        short = median(self.emptied(self.short) for _ in range(ROUNDS))
        self.whole()
        edited = median(self.edited(turn) for turn in range(ROUNDS))
        figures = {
            "pages": (pages, "pages"),
            "cold": (f"{cold:.2f}", "s"),
            "time": (f"{warm:.2f}", "s"),
            "per_page": (f"{warm / pages:.4f}", "s"),
            "essentials": (f"{short:.2f}", "s"),
            "edited": (f"{edited:.2f}", "s"),
            "size_per_page": (f"{len(pdf) / pages / 1000:.1f}", "kB"),
            "memory": (f"{self.memory():.0f}", "MB"),
        }
        if plain:
            alone = median(seconds(self.plain)[0] for _ in range(ROUNDS))
            figures["plain"] = (f"{alone:.2f}", "s")
            figures["ratio"] = (f"{warm / alone:.2f}", "x")
        return figures

    def whole(self):
        return render_review(self.review)

    def short(self):
        return render_extract(self.review, essentials(self.review))

    def emptied(self, work):
        shutil.rmtree(settings.PDF_STORE, ignore_errors=True)
        return seconds(work)[0]

    def edited(self, turn):
        first, *others = self.review.stakes
        first = replace(first, synthesis=f"{first.synthesis} Essai {turn}.")
        changed = replace(self.review, stakes=(first, *others))
        return seconds(lambda: render_review(changed))[0]

    def plain(self):
        """One pass over the same HTML, as WeasyPrint does it by itself."""
        context = print_context(self.review, draft=False)
        html = render_to_string("reviews/review_print.html", context)
        html = html.replace('href="/static/', f'href="{settings.BASE_DIR}/static/')
        return weasyprint().HTML(string=html, base_url="file:///").write_pdf(pdf_variant="pdf/ua-1")

    def memory(self):
        """The peak of this process, or of the largest that drew chapters."""
        children = workers._pool._processes if workers._pool else {}
        peaks = [
            int(line.split()[1])
            for pid in children
            for line in Path(f"/proc/{pid}/status").read_text().splitlines()
            if line.startswith("VmHWM")
        ]
        return max([resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, *peaks]) / 1024
