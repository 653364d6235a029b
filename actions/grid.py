"""The grid of an action: each commune and partner with its own state, and the roll-up of all."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from actions.models import Action, Contribution
from ctg.convention.models import Organization
from ctg.convention.rights import Access, Right

KINDS = {"done": "done", "ongoing": "ongoing", "suspended": "postponed", "todo": "todo"}


@dataclass(frozen=True)
class GridRow:
    """The last word of one organisation; no answer at all when it was never asked."""

    organization: Organization
    latest: Contribution | None
    earlier: list[Contribution]

    @property
    def is_set_aside(self) -> bool:
        return bool(self.latest) and self.latest.state == Contribution.State.SET_ASIDE

    @property
    def status(self) -> str:
        return self.latest.status if self.latest and not self.is_set_aside else ""


@dataclass(frozen=True)
class Grid:
    communes: list[GridRow]
    partners: list[GridRow]

    @property
    def rows(self) -> list[GridRow]:
        return [*self.communes, *self.partners]

    @property
    def groups(self) -> list[tuple[str, list[GridRow]]]:
        named = [("Communes", self.communes), ("Partenaires", self.partners)]
        return [(label, rows) for label, rows in named if rows]

    @property
    def segments(self) -> list[tuple[str, str, int]]:
        """The roll-up: a status bar of the last word of each."""
        labels = dict(Contribution.Status.choices)
        counts = Counter(row.status for row in self.rows if not row.is_set_aside)
        aside = sum(row.is_set_aside for row in self.rows)
        found = [(KINDS[s], labels[s].lower(), counts[s]) for s in KINDS if counts[s]]
        if counts[""]:
            found.append(("neutral", "sans réponse", counts[""]))
        if aside:
            found.append(("abandoned", "non concernées" if aside > 1 else "non concernée", aside))
        return found


def build_grid(action: Action, access: Access) -> Grid:
    """Answers not validated yet only for those who may follow them."""
    answers = (
        action.contributions.select_related("organization", "campaign")
        .prefetch_related("figures__indicator")
        .order_by("organization__name", "-campaign__year")
    )
    if not access.has(Right.FOLLOW_CAMPAIGN):
        answers = answers.validated()
    by_organization: dict[int, list[Contribution]] = defaultdict(list)
    for answer in answers:
        by_organization[answer.organization_id].append(answer)
    rows = [_row(answers[0].organization, answers) for answers in by_organization.values()]
    if action.scope == Action.Scope.COMMUNES:
        silent = action.communes.exclude(pk__in=by_organization)
        rows += [GridRow(commune, None, []) for commune in silent]
    rows.sort(key=lambda row: row.organization.name)
    return Grid(
        [row for row in rows if row.organization.kind == Organization.Kind.COMMUNE],
        [row for row in rows if row.organization.kind != Organization.Kind.COMMUNE],
    )


def _row(organization: Organization, answers: list[Contribution]) -> GridRow:
    """The latest answer that says something, before one that is only expected."""
    latest = next((a for a in answers if a.status or a.is_settled), answers[0])
    earlier = [answer for answer in answers if answer.status and answer is not latest]
    return GridRow(organization, latest, earlier)
