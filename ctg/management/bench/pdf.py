"""The annual review as a PDF."""

import time

from pypdf import PdfReader

from ctg.management.bench.server import manage
from ctg.management.bench.workbench import CONVENTION, YEAR


def measure(bench):
    for size in (48, 120):
        env = bench.environment(size)
        file = bench.folder / f"{size}.pdf"
        start = time.perf_counter()
        review = ("build_review", YEAR, "--convention", CONVENTION, "--output", file)
        megabytes = manage(env, *review)
        bench.line(f"pdf_{size}_time", f"{time.perf_counter() - start:.1f}", "s")
        bench.line(f"pdf_{size}_pages", len(PdfReader(file).pages), "pages")
        bench.line(f"pdf_{size}_memory", f"{megabytes:.0f}", "MB")
