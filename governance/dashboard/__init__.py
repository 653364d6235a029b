"""The home page: what waits for the person, the plan, deadlines, last changes.

One module per question of the reader; each function makes a fixed number of queries, whatever
the size of the plan.
"""

from dataclasses import dataclass

from django.utils import timezone

from actions.models import Contribution
from ctg.convention.models import Convention
from ctg.convention.rights import Access
from ctg.french import counted, french_date
from governance.dashboard.changes import Change, last_changes
from governance.dashboard.coming import Deadline, deadlines
from governance.dashboard.first_steps import FirstStep, first_steps
from governance.dashboard.plan import Plan, plan_in_one_look, plan_rows
from governance.dashboard.tasks import Task, answers_owed, tasks_of
from governance.models import AnnualReview

ANSWERS = 5


@dataclass(frozen=True)
class Dashboard:
    tasks: list[Task]
    answers: list[Contribution]
    answers_count: int
    plan: Plan
    deadlines: list[Deadline]
    changes: list[Change]
    review: AnnualReview | None
    first_steps: list[FirstStep]

    @property
    def sentence(self) -> str:
        """What the page comes to, under its title."""
        parts = []
        if self.answers:
            owed = counted(self.answers_count, "réponse à donner", "réponses à donner")
            before = french_date(self.answers[0].campaign.closes_on)
            parts.append(f"{owed} avant le {before}")
        if self.tasks:
            parts.append(f"{counted(len(self.tasks), 'point', 'points')} à suivre")
        steps = sum(not step.is_done for step in self.first_steps)
        if steps:
            parts.append(f"{counted(steps, 'étape', 'étapes')} pour commencer")
        return " · ".join(parts) or "Rien ne vous attend aujourd’hui"


def build_dashboard(convention: Convention, access: Access) -> Dashboard:
    today = timezone.localdate()
    rows = plan_rows(convention, today)
    answers = answers_owed(convention, access)
    return Dashboard(
        tasks=tasks_of(convention, access, rows, today),
        answers=answers[:ANSWERS],
        answers_count=len(answers),
        plan=plan_in_one_look(convention, rows),
        deadlines=deadlines(convention, access, today),
        changes=last_changes(convention, access),
        review=convention.annual_reviews.published().defer("data").first(),
        first_steps=[] if rows else first_steps(convention, access),
    )
