"""Action sheets on paper: one, and a whole plan."""

import time
from pathlib import Path

from django.urls import reverse

from ctg.management.bench.server import manage
from ctg.management.bench.workbench import CONVENTION


def measure(bench):
    visitor = bench.visitor(48)
    plan = reverse("actions:plan", args=[CONVENTION])
    action = visitor.first_link(f"{plan}?vue=tableau", f"{plan}actions/A")
    seconds, size = visitor.time(f"{action}pdf/")
    bench.line("sheet_time", f"{seconds:.1f}", "s")
    bench.line("sheet_size", size, "B")
    file = Path(bench.folder, "fiches.pdf")
    for name in ("first", "again"):
        start = time.perf_counter()
        command = ("print_sheets", "--convention", CONVENTION, "--output", file)
        megabytes = manage(bench.environment(48), *command)
        bench.line(f"sheets_48_{name}_time", f"{time.perf_counter() - start:.1f}", "s")
    bench.line("sheets_48_size", file.stat().st_size, "B")
    bench.line("sheets_48_memory", f"{megabytes:.0f}", "MB")
