"""The five views of the plan as it grows, and the peers’ list of 120 actions."""

from django.urls import reverse

from ctg.management.bench.workbench import CONVENTION

SIZES = (48, 480, 2000)
VIEWS = ("arborescence", "tableau", "calendrier", "matrice", "carte")


def measure(bench):
    plan = reverse("actions:plan", args=[CONVENTION])
    bench.compare("list_of_120", bench.visitor(120), f"{plan}?vue=tableau&lignes=200")
    for view in VIEWS:
        times = [
            bench.compare(f"plan_{view}_{size}", bench.visitor(size), f"{plan}?vue={view}")
            for size in SIZES
        ]
        bench.line(f"plan_{view}_growth", f"{times[-1] / times[-2]:.2f}", "x")
