"""The annual review as a PDF: time, pages, size, memory; against one plain pass of WeasyPrint."""

import json

from ctg.management.bench.server import manage
from ctg.management.bench.workbench import CONVENTION, YEAR


def measure(bench):
    """Each size in its own process: the peak of memory is that of its largest one."""
    per_page = {}
    for size in (48, 120, 400):
        env = bench.environment(size)
        file = bench.folder / f"pdf-{size}.json"
        arguments = ["--convention", CONVENTION, "--output", file]
        plain = [] if size == 400 else ["--plain"]
        manage(env, "measure_review", YEAR, *arguments, *plain)
        for name, (value, unit) in json.loads(file.read_text()).items():
            bench.line(f"pdf_{size}_{name}", value, unit)
            if name == "per_page":
                per_page[size] = float(value)
    bench.line("pdf_400_linear", f"{per_page[400] / per_page[120]:.2f}", "x")
