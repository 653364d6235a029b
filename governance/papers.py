"""The papers of a meeting, and the register of decisions, as accessible PDF."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone
from django.utils.text import slugify

from ctg.convention.models import Convention
from ctg.french import counted, french_date
from ctg.pdf.about import About
from ctg.pdf.document import Chapter, render_document
from governance.models import Decision, Meeting
from governance.services.meetings import quorum_missing


@dataclass(frozen=True)
class Paper:
    template: str
    title: str


PAPERS = {
    "convocation": Paper("governance/print/convocation.html", "Convocation"),
    "ordre-du-jour": Paper("governance/print/agenda.html", "Ordre du jour"),
    "emargement": Paper("governance/print/attendance.html", "Feuille d’émargement"),
    "releve": Paper("governance/print/minutes.html", "Relevé de décisions"),
}


def offered(meeting: Meeting) -> dict[str, Paper]:
    """Minutes once there is something to tell, a convocation until then."""
    if meeting.state == Meeting.State.CANCELLED:
        return {}
    kinds = ["ordre-du-jour", "emargement", "releve" if meeting.is_over else "convocation"]
    return {kind: PAPERS[kind] for kind in kinds}


def filename(meeting: Meeting, kind: str) -> str:
    day = timezone.localdate(meeting.starts_at)
    return f"{kind}-{slugify(meeting.committee.name)[:60]}-{day:%Y-%m-%d}.pdf"


def render_paper(meeting: Meeting, kind: str) -> bytes:
    """Raises PdfUnavailable."""
    paper, convention = PAPERS[kind], meeting.committee.convention
    is_project = kind == "releve" and meeting.state != Meeting.State.ADOPTED
    title = f"Projet de {paper.title.lower()}" if is_project else paper.title
    attendances = list(meeting.attendances.select_related("organization"))
    context = {
        "title": title,
        "meeting": meeting,
        "committee": meeting.committee,
        "convention": convention,
        "is_demo": convention.is_demo,
        "items": meeting.agenda.prefetch_related("actions"),
        "by_item": _by_item(meeting) if kind == "releve" else [],
        "attendances": attendances,
        "by_state": _by_state(attendances),
        "expected": attendances or _to_expect(meeting),
        "missing": quorum_missing(meeting),
    }
    about = _about(f"{title}, {meeting.committee}, {french_date(meeting.starts_at)}", convention)
    return render_document(about, [Chapter(paper.template, context)])


def render_register(convention: Convention, decisions: Sequence[Decision], note: str) -> bytes:
    """A chapter a year, the latest first; ``note`` says what was chosen. As render_paper."""
    count = counted(len(decisions), "décision", "décisions")
    years = groupby(decisions, lambda d: timezone.localdate(d.meeting.starts_at).year)
    chapters = [
        Chapter(
            "governance/print/register.html",
            {
                "convention": convention,
                "is_demo": convention.is_demo,
                "year": year,
                "decisions": list(found),
                "summary": ", ".join(filter(None, [count, note])),
                "is_first": rank == 0,
            },
        )
        for rank, (year, found) in enumerate(years)
    ]
    return render_document(_about("Registre des décisions", convention), chapters)


def _about(title: str, convention: Convention) -> About:
    demo = " (données fictives de démonstration)" if convention.is_demo else ""
    return About(
        title=title,
        author=str(convention.epci),
        subject=f"{title}, {convention}{demo}",
        keywords="convention territoriale globale, CTG, gouvernance",
        created=timezone.localtime(),
    )


def _by_item(meeting: Meeting):
    """(item, its decisions); what was decided beside the agenda comes last, without item."""
    taken = list(meeting.decisions.for_list(timezone.localdate()))
    items = [
        (item, [d for d in taken if d.agenda_item_id == item.pk])
        for item in meeting.agenda.prefetch_related("actions")
    ]
    others = [d for d in taken if d.agenda_item_id is None]
    return [*items, (None, others)] if others else items


def _by_state(attendances):
    """(heading, people), for the states that somebody has."""
    labels = {
        "present": "Présents",
        "represented": "Représentés",
        "excused": "Excusés",
        "absent": "Absents",
    }
    groups = [(label, [a for a in attendances if a.state == s]) for s, label in labels.items()]
    return [(label, people) for label, people in groups if people]


def _to_expect(meeting: Meeting):
    """Before the convocation, those who sit that day."""
    seats = meeting.committee.members.sitting(timezone.localdate(meeting.starts_at))
    return seats.filter(is_deputy=False).select_related("organization")
