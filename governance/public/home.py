"""The first page: the territory and its plan in one look, counted on published actions alone."""

from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.urls import reverse

from actions.models import Action, Stake
from actions.models.action import ActionQuerySet
from actions.plan.states import state_segments
from actions.plan.tiles import commune_shapes, commune_tiles
from actions.progress import mean_progress
from actions.publication.contents import published_actions
from ctg.collation import in_french
from ctg.convention.models import Convention
from ctg.french import counted
from governance.models import AnnualReview


@dataclass(frozen=True)
class StakeLine:
    pk: int
    code: str
    title: str
    position: int
    count: int
    share_done: int | None


@dataclass(frozen=True)
class CommuneMap:
    """Actions that name the communes; those for the whole territory are counted apart."""

    shapes: list[dict]
    tiles: list[dict]
    everywhere: int


@dataclass(frozen=True)
class Home:
    count: int
    communes: int
    segments: list[tuple[str, str, int]]
    stakes: list[StakeLine]
    share_done: int | None
    map: CommuneMap
    review: AnnualReview | None

    @property
    def sentence(self) -> str:
        """« 32 actions publiées : 12 réalisées, 15 en cours et 5 à venir. »"""
        if not self.count:
            return "Aucune action n’est publiée pour l’instant."
        parts = [f"{count} {label}" for _, label, count in self.segments if count]
        listed = " et ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
        return f"{counted(self.count, 'action publiée', 'actions publiées')} : {listed}."


def build_home(convention: Convention) -> Home:
    """A fixed number of queries."""
    actions = published_actions(convention)
    segments = state_segments(actions)
    stakes, share_done = _stakes(convention)
    address = f"{reverse('public:plan', args=[convention.slug])}?vue=liste"
    return Home(
        count=sum(count for _, _, count in segments),
        communes=convention.communes.count(),
        segments=segments,
        stakes=stakes,
        share_done=share_done,
        map=commune_map(convention, actions, address),
        review=public_reviews(convention).first(),
    )


def _stakes(convention: Convention) -> tuple[list[StakeLine], int | None]:
    """Those with published actions; and the progress of the whole, abandoned ones left out."""
    counted_in = ~Q(status=Action.Status.ABANDONED)
    tallies = {
        stake: (count, total, known)
        for stake, count, total, known in convention.actions.published()
        .order_by()
        .values_list("operational_objective__strategic_objective__stake")
        .annotate(
            count=Count("pk"),
            total=Sum("progress", filter=counted_in, default=0),
            known=Count("pk", filter=counted_in),
        )
    }
    lines = [
        StakeLine(stake.pk, stake.code, stake.title, stake.position, count, _share(total, known))
        for stake in Stake.objects.filter(pk__in=tallies)
        for count, total, known in [tallies[stake.pk]]
    ]
    return lines, _share(
        sum(total for _, total, _ in tallies.values()), sum(known for *_, known in tallies.values())
    )


def _share(total: int, known: int) -> int | None:
    return mean_progress(total, known)


def commune_map(convention: Convention, actions: ActionQuerySet, address: str) -> CommuneMap:
    """``address``: what a commune opens, to which its key is added."""
    named = actions.order_by().filter(communes__isnull=False).values_list("communes")
    counts = {str(pk): count for pk, count in named.annotate(count=Count("pk", distinct=True))}
    communes = list(convention.communes.order_by(in_french("name")))
    return CommuneMap(
        shapes=commune_shapes(communes, counts, address),
        tiles=commune_tiles(communes, counts, address),
        everywhere=actions.filter(scope=Action.Scope.TERRITORY).count(),
    )


def public_reviews(convention: Convention):
    """The latest public edition of each year, the last year first."""
    later = convention.annual_reviews.public().order_by("year", "-edition")
    first: dict[int, int] = {}
    for pk, year in later.values_list("pk", "year"):
        first.setdefault(year, pk)
    return convention.annual_reviews.filter(pk__in=first.values()).defer("data")
