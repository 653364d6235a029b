"""What search knows of the plan: its actions and its objectives."""

from collections.abc import Iterator

from actions.models import OperationalObjective, StrategicObjective
from ctg.convention.models import Convention
from ctg.convention.search import version
from ctg.search import Document, kept

ACTIONS, OBJECTIVES = "Actions", "Objectifs"


def documents(convention: Convention) -> Iterator[Document]:
    actions = convention.actions.current().values_list("pk", "code", "title", "description")
    for pk, code, title, description in actions:
        yield Document(
            kind=ACTIONS,
            pk=pk,
            title=f"{code} · {title}",
            text=description,
            route="actions:detail",
            args=(code,),
        )
    for stake in convention.stakes.current():
        yield _level(stake, "enjeu", f"stake={stake.pk}")
    for objective in StrategicObjective.objects.current().filter(stake__convention=convention):
        yield _level(objective, "objectif stratégique", f"objective={objective.pk}")
    for objective in OperationalObjective.objects.current().filter(
        strategic_objective__stake__convention=convention
    ):
        query = f"objective={objective.strategic_objective_id}"
        yield _level(objective, "objectif opérationnel", query)


def _level(row, note, query):
    return Document(
        kind=OBJECTIVES, pk=row.pk, title=str(row), note=note, route="actions:plan", query=query
    )


def matching_actions(convention: Convention, text: str) -> list[int]:
    """Primary keys of the actions a text finds, as the search page finds them."""
    index = kept(("plan", convention.pk), version(convention), lambda: documents(convention))
    return [hit.document.pk for hit in index.find(text, kinds=[ACTIONS])]
