"""The pages one opens most, on the demonstration as it is shown."""

from django.urls import reverse

from ctg.management.bench.workbench import CONVENTION, YEAR


def measure(bench):
    visitor = bench.visitor(48)
    plan = reverse("actions:plan", args=[CONVENTION])
    action = visitor.first_link(plan, f"{plan}actions/A")
    bench.compare("action_page", visitor, action)
    bench.compare("edit_page", visitor, f"{action}modifier/")
    bench.compare("save", visitor, f"{action}modifier/", saves=True)
    bench.compare("cell_save", visitor, f"{action}case/titre/", saves=True)
    bench.compare("review_page", visitor, reverse("reviews:detail", args=[CONVENTION, YEAR]))
