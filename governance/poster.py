"""The one page that says what the convention wants, and on what it stands."""

from dataclasses import dataclass

from django.db.models import Count, Prefetch
from django.utils import timezone

from actions.models import Finding, Stake, StrategicObjective
from ctg.convention.models import Convention, Principle
from ctg.pdf.about import About
from ctg.pdf.document import Chapter, render_document

FINDINGS = 6
LABELS = {
    Principle.Kind.PRINCIPLE: "Nos principes",
    Principle.Kind.VALUE: "Nos valeurs",
    Principle.Kind.STRENGTH: "Ce que la convention permet",
    Principle.Kind.NOVELTY: "Ce qu’elle a de nouveau",
}


@dataclass(frozen=True)
class Foundation:
    label: str
    lines: list[str]


@dataclass(frozen=True)
class Poster:
    stakes: list[Stake]
    foundations: list[Foundation]


def build_poster(convention: Convention) -> Poster:
    objectives = Prefetch(
        "strategic_objectives", StrategicObjective.objects.current(), to_attr="objectives"
    )
    principles = list(convention.principles.all())
    foundations = [Foundation("Nos constats", _findings(convention))]
    foundations += [
        Foundation(label, [p.text for p in principles if p.kind == kind])
        for kind, label in LABELS.items()
    ]
    return Poster(
        stakes=list(convention.stakes.current().prefetch_related(objectives)),
        foundations=[foundation for foundation in foundations if foundation.lines],
    )


def _findings(convention: Convention) -> list[str]:
    """Those the stakes answer, else those that most actions answer: a wall has little room."""
    findings = Finding.objects.filter(convention=convention)
    chosen = findings.filter(stakes__archived_at=None).exclude(stakes=None).distinct()
    if not chosen.exists():
        chosen = findings.annotate(count=Count("actions")).order_by("-count", "pk")
    return [finding.text for finding in chosen[:FINDINGS]]


def render_poster(convention: Convention) -> bytes:
    """A3, landscape, one page. Raises PdfUnavailable."""
    context = {
        "convention": convention,
        "poster": build_poster(convention),
        "is_demo": convention.is_demo,
    }
    demo = " (constats fictifs de démonstration)" if convention.is_demo else ""
    about = About(
        title=f"Enjeux et objectifs, {convention}",
        author=str(convention.epci),
        subject=f"Affiche de la convention{demo}",
        keywords="convention territoriale globale, CTG, enjeux, objectifs",
        created=timezone.localtime(),
    )
    return render_document(about, [Chapter("governance/print/poster.html", context)])
