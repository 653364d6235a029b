"""The plan out to a file, and a file into a plan: seconds beyond starting Django, peak memory."""

import time

from ctg.management.bench.server import manage
from ctg.management.bench.workbench import CONVENTION

SIZES = (200, 2000)
FORMATS = ("csv", "ods", "xlsx")
ELSEWHERE = "ailleurs-2021-2025"


def measure(bench):
    for size in SIZES:
        environment = bench.environment(size)
        nothing, _ = timed(environment, "check")

        def line(name, *command, environment=environment, nothing=nothing):
            seconds, memory = timed(environment, *command)
            bench.line(f"{name}_time", f"{max(0, seconds - nothing):.2f}", "s")
            bench.line(f"{name}_memory", f"{memory:.0f}", "MB")

        for extension in FORMATS:
            file = bench.folder / f"plan-{size}.{extension}"
            line(f"export_{size}_{extension}", "export_plan", file, "--convention", CONVENTION)
        line(f"import_{size}", "import_plan", file, "--convention", ELSEWHERE)
        line(f"import_{size}_again", "import_plan", file, "--convention", CONVENTION)


def timed(environment, *command):
    start = time.perf_counter()
    memory = manage(environment, *command)
    return time.perf_counter() - start, memory
