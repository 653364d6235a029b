"""The pages read first: the cover, the essentials, the convention in brief, the outlook."""

from actions.models import Action, Contribution
from actions.progress import share_done
from ctg.convention.models import Milestone, Organization, Principle
from ctg.french import NOTHING, counted, french_date, money_short, percent, shortened
from governance.reviews.build.chapters import segments, stake_number
from governance.reviews.build.money import paid, short_bonus
from governance.reviews.build.sources import Judged, Sources
from governance.reviews.data.chapters import Change, Outlook
from governance.reviews.data.opening import (
    ActionName,
    AskedDecision,
    Cover,
    Essentials,
    Framework,
    KeyFigure,
    MilestoneLine,
    PrincipleGroup,
    StakeLine,
    StakeOutline,
)

DECISIONS, REASONS, REASON_WIDTH = 3, 2, 160
ABREAST, LINE_WIDTH = 3, 170  # more stakes than that stand in two rows, without their text

PRINCIPLES = {
    Principle.Kind.PRINCIPLE: "Principes communs",
    Principle.Kind.VALUE: "Valeurs partenariales",
    Principle.Kind.STRENGTH: "Ce que la convention permet",
    Principle.Kind.NOVELTY: "Ce qu’elle a de nouveau",
}


def cover(sources: Sources) -> Cover:
    convention = sources.convention
    communes = counted(len(sources.communes), "commune", "communes")
    meeting = sources.review.meeting if sources.review else None
    return Cover(
        title=f"Bilan annuel {sources.year}",
        kicker=f"{convention.name} {convention.period_label}",
        text="Ce que les communes du territoire, l’intercommunalité et la Caf ont fait ensemble "
        f"en {sources.year}.",
        organizations=f"{convention.epci} · {convention.caf} · {communes}",
        note=f"{meeting.committee}, {french_date(meeting.starts_at)}" if meeting else "",
    )


def essentials(sources: Sources) -> Essentials:
    judgements = sources.judgements(sources.all_actions)
    decisions = asked_decisions(sources)
    sentence = state_sentence(sources)
    written = sources.review.headline.strip() if sources.review else ""
    return Essentials(
        headline=written or sentence,
        sentence=sentence,
        figures=key_figures(sources),
        segments=segments(judgements),
        stakes=_stake_lines(sources),
        decisions=decisions[:DECISIONS],
        more_decisions=max(0, len(decisions) - DECISIONS),
        bonus=short_bonus(sources),
    )


def state_sentence(sources: Sources) -> str:
    """True whatever the year: every word of it comes from the figures."""
    judgements = sources.judgements(sources.all_actions)
    if not judgements:
        return "Le plan d’action ne compte encore aucune action."
    late = sum(judged.is_late for judged in judgements)
    blocked = sum(judged.is_blocked for judged in judgements)
    troubles = [
        f"{late} {'est' if late < 2 else 'sont'} en retard" if late else "",
        f"{blocked} {'est bloquée' if blocked < 2 else 'sont bloquées'}" if blocked else "",
    ]
    started = started_words(judgements)
    trouble = " et ".join(filter(None, troubles))
    return f"{started} ; {trouble}. {_mean(sources)}" if trouble else f"{started}. {_mean(sources)}"


def started_words(judgements: list[Judged]) -> str:
    total, started = len(judgements), sum(judged.is_started for judged in judgements)
    if total == 1:
        return f"La seule action du plan est {judgements[0].state_label.lower()}"
    if not started:
        return f"Aucune des {total} actions n’est encore lancée"
    if started == total:
        return f"Les {total} actions sont toutes lancées ou réalisées"
    verb = "est lancée ou réalisée" if started == 1 else "sont lancées ou réalisées"
    return f"{counted(started, 'action', 'actions')} sur {total} {verb}"


def _mean(sources: Sources) -> str:
    actions = sources.all_actions
    now = share_done(sources.judgements(actions))
    if now is None:
        return "Toutes sont abandonnées."
    before = share_done(sources.last_judgements(actions))
    compared = "" if before is None else f", contre {percent(before)} en {sources.year - 1}"
    return f"L’avancement moyen est de {percent(now)}{compared}."


def key_figures(sources: Sources) -> tuple[KeyFigure, ...]:
    actions, before = sources.all_actions, sources.year - 1
    judgements, last = sources.judgements(actions), sources.last_judgements(actions)
    started = sum(judged.is_started for judged in judgements)
    started_before = f"{sum(j.is_started for j in last)} en {before}" if last else ""
    share, share_before = share_done(judgements), share_done(last)
    return (
        KeyFigure(
            f"{started}/{len(actions)}" if actions else NOTHING,
            "actions lancées ou réalisées",
            started_before,
        ),
        KeyFigure(
            percent(share),
            "d’avancement moyen",
            "" if share_before is None else f"{percent(share_before)} en {before}",
        ),
        _answers_figure(sources),
        _money_figure(sources),
    )


def _answers_figure(sources: Sources) -> KeyFigure:
    """Communes that sent at least one answer, among those that were asked for one."""
    communes = {commune.pk for commune in sources.communes}
    asked = {c.organization_id for c in sources.contributions} & communes
    sent = {c.organization_id for c in sources.contributions if c.is_sent} & communes
    last = {pk for pk, _ in sources.last_answers} & communes
    last_sent = {pk for pk, state in sources.last_answers if state in Contribution.SENT} & communes
    return KeyFigure(
        f"{len(sent)}/{len(asked)}" if asked else NOTHING,
        "communes ont répondu",
        f"{len(last_sent)}/{len(last)} en {sources.year - 1}" if last else "",
    )


def _money_figure(sources: Sources) -> KeyFigure:
    now, before = paid(sources, sources.year), paid(sources, sources.year - 1)
    compared = "" if before is None else f"{money_short(before)} en {sources.year - 1}"
    return KeyFigure(money_short(now), "de bonus territoire versés", compared)


def _stake_lines(sources: Sources) -> tuple[StakeLine, ...]:
    width = LINE_WIDTH if len(sources.tree) <= ABREAST else 0
    return tuple(
        StakeLine(
            number=stake_number(rank),
            code=branch.stake.code,
            title=branch.stake.title,
            actions=len(branch.actions),
            share_done=share_done(sources.judgements(branch.actions)),
            last_share_done=share_done(sources.last_judgements(branch.actions)),
            text=opening_of(sources.syntheses.get(branch.stake.pk, ""), width),
        )
        for rank, branch in enumerate(sources.tree)
    )


def opening_of(text: str, width: int) -> str:
    """The first sentences that fit, or the first words of a sentence that is too long."""
    first = text.strip().partition("\n")[0] if width else ""
    if len(first) <= width:
        return first
    ends = [first.rfind(mark, 0, width) for mark in (". ", "! ", "? ")]
    return first[: max(ends) + 1] if max(ends) > 0 else shortened(first, width)


def asked_decisions(sources: Sources) -> tuple[AskedDecision, ...]:
    """Late and blocked actions first, then plan order; one entry for the same decision asked."""
    asking = [judged for judged in sources.judged.values() if judged.said("decision_asked")]
    asking.sort(key=lambda judged: not (judged.is_late or judged.is_blocked))
    groups: dict[str, list[Judged]] = {}
    for judged in asking:
        groups.setdefault(judged.said("decision_asked"), []).append(judged)
    return tuple(
        AskedDecision(
            text=text,
            actions=tuple(ActionName(j.action.code, j.action.title) for j in group),
            reasons=_reasons(group),
        )
        for text, group in groups.items()
    )


def _reasons(group: list[Judged]) -> tuple[str, ...]:
    """The first ones, each said once."""
    said = (judged.said("difficulty") or judged.said("summary") for judged in group)
    texts = (shortened(text, REASON_WIDTH) for text in said if text)
    return tuple(dict.fromkeys(texts))[:REASONS]


def framework(sources: Sources) -> Framework:
    convention = sources.convention
    return Framework(
        definition=convention.definition.strip(),
        context=convention.context.strip(),
        signatories=_signatories(sources),
        themes=tuple(sources.themes),
        stakes=tuple(
            StakeOutline(
                number=stake_number(rank),
                code=branch.stake.code,
                title=branch.stake.title,
                objectives=tuple(
                    ActionName(strategic.objective.code, strategic.objective.title)
                    for strategic in branch.branches
                ),
            )
            for rank, branch in enumerate(sources.tree)
        ),
        principles=_principles(sources.principles),
        milestones=tuple(_milestone(milestone) for milestone in sources.milestones),
    )


def _signatories(sources: Sources) -> str:
    """The two parties, then who else signed, the communes by their number."""
    commune = Organization.Kind.COMMUNE
    signed = [row.organization for row in sources.signatures]
    communes = sum(organization.kind == commune for organization in signed)
    others = (str(organization) for organization in signed if organization.kind != commune)
    parties = (str(sources.convention.epci), str(sources.convention.caf))
    names = list(dict.fromkeys((*parties, *others)))
    if communes:
        names.append(counted(communes, "commune", "communes"))
    return ", ".join(names)


def _principles(principles: list[Principle]) -> tuple[PrincipleGroup, ...]:
    groups: dict[str, list[str]] = {}
    for principle in principles:
        groups.setdefault(principle.kind, []).append(principle.text)
    return tuple(
        PrincipleGroup(PRINCIPLES[Principle.Kind(kind)], tuple(texts))
        for kind, texts in groups.items()
    )


def _milestone(milestone: Milestone) -> MilestoneLine:
    when = milestone.date_label or french_date(milestone.starts_on)
    return MilestoneLine(when, milestone.label)


def outlook(sources: Sources) -> Outlook:
    moved = (Action.Status.POSTPONED, Action.Status.ABANDONED)
    return Outlook(
        text=sources.review.outlook.strip() if sources.review else "",
        decisions=asked_decisions(sources),
        changes=tuple(
            Change(
                code=judged.action.code,
                title=judged.action.title,
                state=judged.state,
                state_label=judged.state_label,
                reason=judged.action.status_reason.strip() or judged.said("summary"),
            )
            for judged in sources.judged.values()
            if judged.status in moved or judged.is_blocked
        ),
    )
