"""What a program asks most: a page of actions and one of them, as the plan grows."""

from ctg.management.bench.workbench import CONVENTION

SIZES = (48, 2000)
ROOT = f"/api/v1/conventions/{CONVENTION}/actions/"


def measure(bench):
    for size in SIZES:
        visitor = bench.visitor(size)
        bench.compare(f"api_list_{size}", visitor, f"{ROOT}?page_size=48")
        bench.compare(f"api_item_{size}", visitor, f"{ROOT}A-01/")
