"""One search over all that a person may read in a convention."""

from collections.abc import Iterator

from actions import search as of_actions
from ctg.convention import search as of_convention
from ctg.convention.models import Convention
from ctg.convention.rights import Access, Right
from ctg.french import french_date
from ctg.search import Document, Hit, kept
from financing import search as of_financing
from governance.models import Decision

DECISIONS = "Décisions"
# In the order of the page; what takes a right to be read is not even counted without it,
# but the facilities that her own organisation runs.
KINDS: dict[str, Right | None] = {
    of_actions.ACTIONS: None,
    of_actions.OBJECTIVES: None,
    of_convention.COMMUNES: None,
    of_convention.PARTNERS: None,
    of_financing.FACILITIES: Right.VIEW_FUNDING,
    DECISIONS: Right.VIEW_GOVERNANCE,
}


def documents(convention: Convention) -> Iterator[Document]:
    yield from of_actions.documents(convention)
    yield from of_convention.documents(convention)
    yield from of_financing.documents(convention)
    for decision in Decision.objects.of(convention).select_related("meeting__committee"):
        meeting = decision.meeting
        yield Document(
            kind=DECISIONS,
            pk=decision.pk,
            title=decision.text,
            note=f"{meeting.committee}, {french_date(meeting.starts_at)}",
            route="governance:meeting",
            args=(meeting.pk,),
        )


def search(convention: Convention, access: Access, text: str) -> dict[str, list[Hit]]:
    """What is found by kind, in the order of KINDS; kinds without any are left out."""
    readable = [kind for kind, right in KINDS.items() if right is None or access.has(right)]
    own = () if of_financing.FACILITIES in readable else of_financing.readable(convention, access)
    kinds = [*readable, of_financing.FACILITIES] if own else readable
    version = of_convention.version(convention)
    index = kept(("all", convention.pk), version, lambda: documents(convention))
    hits = index.find(text, kinds=kinds) if text else []
    if own:
        hits = [hit for hit in hits if hit.document.kind in readable or hit.document.pk in own]
    found = {kind: [hit for hit in hits if hit.document.kind == kind] for kind in kinds}
    return {kind: of_kind for kind, of_kind in found.items() if of_kind}
