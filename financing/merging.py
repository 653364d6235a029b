"""When two action sheets are merged, their money is counted once, on the sheet that is kept."""

from actions.models import Action
from ctg.accounts.models import User
from ctg.convention.journal import record
from ctg.french import counted
from financing.models import BudgetLine, Grant

AMOUNTS = ("planned", "granted", "spent")


def take_over(kept: Action, absorbed: Action, *, by: User) -> None:
    """Lines of the same year and funder add up; an amount that neither knows stays unknown."""
    Grant.objects.filter(action=absorbed).update(action=kept)
    known = {(line.year, line.funder_id): line for line in kept.budget_lines.all()}
    moved = list(absorbed.budget_lines.all())
    for line in moved:
        same = known.get((line.year, line.funder_id))
        if same is None:
            line.action = kept
            line.save(update_fields=["action"])
        else:
            _add(same, line)
            line.delete()
    if moved:
        said = counted(len(moved), "ligne de budget reprise", "lignes de budget reprises")
        record(
            "budget.taken_over",
            kept,
            convention=kept.convention,
            by=by,
            summary=f"{said} de {absorbed.code}",
        )


def _add(line: BudgetLine, other: BudgetLine) -> None:
    for name in AMOUNTS:
        amounts = [a for a in (getattr(line, name), getattr(other, name)) if a is not None]
        setattr(line, name, sum(amounts) if amounts else None)
    line.save(update_fields=AMOUNTS)
