"""How the convention is steered: committees, meetings, decisions, and the texts of the reviews."""

from datetime import date, timedelta
from random import Random

from django.utils import timezone

from actions.models import ActionReview, Contribution
from actions.progress import share_done
from ctg.convention.models import Amendment, Organization
from ctg.french import percent
from ctg.management.commands.load_sicoval import COMMITTEE_KINDS
from ctg.management.demo.cards import Card
from ctg.management.demo.cast import Scene
from ctg.management.demo.content import read
from ctg.management.demo.story import STORY_DAY, at
from governance.models import (
    AgendaItem,
    AnnualReview,
    Attendance,
    Committee,
    CommitteeMember,
    Decision,
    Meeting,
    StakeSynthesis,
)
from governance.reviews.forms import SYNTHESIS
from governance.reviews.quotes import MEAN

WRITTEN_EARLY = "2"  # the code of a stake
ELECTED_ON = date(2020, 7, 16)
SEATS = {
    ("Sicoval", "Chef de projet CTG"): "camille",
    ("Castanet-Tolosan", "Délégation à la petite enfance"): "alix",
    ("Caf 31", "Direction de l’action sociale"): "ines",
}


def write(scene: Scene, cards: list[Card]) -> None:
    draw = Random(f"{scene.seed} steering")
    written = read("demo_steering")
    by_key = {card.line["key"]: card.action for card in cards if not card.place}
    committees = {line["key"]: _committee(scene, line, cards) for line in written["committees"]}
    meetings = [
        _meeting(scene, committees[line["committee"]], line, by_key, draw)
        for line in written["meetings"]
    ]
    _amendment(scene)
    for line in written["reviews"]:
        if line["year"] in scene.story.years:
            _review(scene, line, meetings)


def _amendment(scene):
    """What the committee decided in December 2021; invented, and says so."""
    Amendment.objects.create(
        convention=scene.convention,
        number=1,
        subject="Intégration du bonus territoire (fictif)",
        adds="Les financements des équipements de petite enfance, d’enfance et de jeunesse "
        "rejoignent la convention, à la suite du contrat précédent.",
        signed_on=date(2022, 3, 31),
    )


def _committee(scene, line, cards):
    """The leaflet's own committee is completed, the others are added."""
    themes = [scene.convention.themes.get(code=code) for code in line["themes"]]
    committee, _ = Committee.objects.get_or_create(
        convention=scene.convention,
        name=line["name"],
        defaults={
            "kind": COMMITTEE_KINDS[line["kind"]],
            "theme": themes[0] if themes else None,
        },
    )
    committee.meetings_per_year = line["meetings_per_year"]
    committee.note = f"{committee.note} {line['note']}".strip()
    committee.save()
    codes = set(line["themes"])
    committee.actions.set(
        [card.action.pk for card in cards if codes & set(card.line["themes"][:1])]
    )
    CommitteeMember.objects.bulk_create(
        CommitteeMember(
            committee=committee,
            organization=scene.organizations[member["organization"]],
            function=member["function"],
            title=member["title"],
            email=_address(scene, member),
            is_chair=member.get("is_chair", False),
            starts_on=ELECTED_ON if member["function"] == "elected" else None,
        )
        for member in line["members"]
    )
    return committee


def _address(scene, member):
    """The cast for its own seats, else the correspondent; the Caf’s board has none yet."""
    organization = scene.organizations[member["organization"]]
    own = SEATS.get((member["organization"], member["title"]))
    person = scene.people[own] if own else scene.referents.get(organization.pk)
    return person.email if person and member["title"] != "Conseil d’administration" else ""


def _meeting(scene, committee, line, by_key, draw):
    zone = timezone.get_default_timezone()
    start, end = line["starts_at"], line["ends_at"]
    day = _day(scene.story, start.date())
    is_over = line["state"] in Meeting.OVER
    meeting = Meeting.objects.create(
        committee=committee,
        starts_at=start.replace(year=day.year, month=day.month, day=day.day, tzinfo=zone),
        ends_at=end.replace(year=day.year, month=day.month, day=day.day, tzinfo=zone),
        place=line["place"],
        state=line["state"],
        minutes=line.get("minutes", ""),
        convened_at=at(min(day, scene.story.today) - timedelta(days=21)),
        adopted_on=day + timedelta(days=21) if line["state"] == Meeting.State.ADOPTED else None,
    )
    items = {}
    for rank, item in enumerate(line["agenda"], 1):
        items[rank] = AgendaItem.objects.create(
            meeting=meeting,
            title=item["title"],
            minutes=item["minutes"],
            discussion=item.get("discussion", ""),
            position=rank,
        )
        items[rank].actions.set(_actions(item, by_key))
    for decision in line.get("decisions", []):
        item = items.get(decision.get("item"))
        _decision(scene, meeting, decision, item).actions.set(_actions(decision, by_key))
    _attendances(meeting, draw, is_over)
    return meeting


def _day(story, day):
    return story.ahead(day) if day > STORY_DAY else story.lately(day)


def _actions(line, by_key):
    return [by_key[key] for key in line.get("actions", []) if key in by_key]


def _decision(scene, meeting, line, item):
    """Its date moves with the meeting’s; what is applied was so on time."""
    taken_in_2023 = line["due_on"].year > 2022 and meeting.starts_at.year > 2022
    due_on = scene.story.lately(line["due_on"]) if taken_in_2023 else line["due_on"]
    is_applied = line["state"] == Decision.State.APPLIED
    return Decision.objects.create(
        meeting=meeting,
        agenda_item=item,
        kind=line["kind"],
        text=line["text"],
        owner=scene.organizations[line["owner"]],
        due_on=due_on,
        state=line["state"],
        settled_on=min(due_on, scene.story.today) if is_applied else None,
        settled_by=scene.lead if is_applied else None,
    )


def _attendances(meeting, draw, is_over):
    """Who came; at the meeting ahead, who has already answered."""
    state = Attendance.State
    expected = []
    for member in meeting.committee.members.select_related("organization").order_by("pk"):
        came = draw.choices((state.PRESENT, state.EXCUSED, state.REPRESENTED), (80, 14, 6))[0]
        has_answered = is_over or draw.random() < 0.6
        expected.append(
            Attendance(
                meeting=meeting,
                organization=member.organization,
                member=member,
                title=member.title,
                email=member.email,
                reply=came if has_answered else "",
                replied_at=meeting.convened_at + timedelta(days=2) if has_answered else None,
                state=came if is_over else "",
            )
        )
    Attendance.objects.bulk_create(expected)


def _review(scene, line, meetings):
    year = line["year"]
    review = AnnualReview.objects.create(
        convention=scene.convention,
        year=year,
        meeting=_presenting(meetings, year),
        headline=line["headline"],
        foreword=line["foreword"],
        outlook=line["outlook"],
    )
    for stake in scene.convention.stakes.all():
        text = next(s["text"] for s in line["syntheses"] if s["stake"] == stake.code)
        facts = _facts(scene, stake, year)
        if year == scene.story.last and stake.code == WRITTEN_EARLY:
            _written_before_the_last_answers(review, stake, facts)
        StakeSynthesis.objects.create(review=review, stake=stake, text=text.format(**facts))


def _written_before_the_last_answers(review, stake, facts):
    """The text quotes a figure that moved since: the lead is told when she prepares."""
    facts["share_done"] = max(0, facts["share_done"] - 3)
    review.figures_seen = {f"{SYNTHESIS}{stake.pk}": {MEAN: percent(facts["share_done"])}}
    review.save(update_fields=["figures_seen"])


def _presenting(meetings, year):
    return next(
        (
            meeting
            for meeting in meetings
            if meeting.agenda.filter(title=f"Bilan de l’année {year}").exists()
        ),
        None,
    )


def _facts(scene, stake, year):
    """What the synthesis quotes: the actions reviewed, or all of them in the open year."""
    objective = "operational_objective__strategic_objective"
    actions = scene.convention.actions.filter(**{f"{objective}__stake": stake})
    known = (
        actions
        if year == scene.story.last
        else ActionReview.objects.filter(action__in=actions, year=year)
    )
    answers = Contribution.objects.filter(
        campaign__year=year,
        action__in=actions,
        state__in=Contribution.SENT,
        organization__kind=Organization.Kind.COMMUNE,
    )
    return {
        "actions": known.count(),
        "share_done": share_done(known) or 0,
        "communes": answers.values("organization").distinct().count(),
    }
