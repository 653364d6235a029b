"""What the public asks for: a page kept, a page drawn each time, a file; 48 and 2 000 actions."""

from django.urls import reverse

from ctg.management.bench.workbench import CONVENTION, ROUNDS

SIZES = (48, 2_000)


def measure(bench):
    for size in SIZES:
        visitor = bench.visitor(size)
        plan = reverse("public:plan", args=[CONVENTION])
        bench.compare(f"public_plan_kept_{size}", visitor, plan)
        # Another page number each time: the same last page, never kept before.
        drawn = [visitor.time(f"{plan}?page={1000 + turn}")[0] for turn in range(ROUNDS)]
        bench.line(f"public_plan_drawn_{size}", f"{1000 * sorted(drawn)[ROUNDS // 2]:.1f}", "ms")
        file = reverse("public:download", args=[CONVENTION, "actions", "json"])
        bench.line(f"public_json_{size}", f"{1000 * visitor.time(file)[0]:.1f}", "ms")
