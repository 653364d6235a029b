"""The public pages of the plan and of the territory."""

from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from actions.addresses import moved_to
from actions.plan.states import state_segments
from actions.publication.contents import public_action, public_indicators, published_actions
from actions.publication.filters import LISTS, OTHERS, PublicFilter
from ctg.collation import in_french
from governance.models import PublicSite
from governance.public.door import draw, public_page
from governance.public.home import build_home, commune_map

PER_PAGE = 100
VIEWS = {"liste": "Liste", "carte": "Carte"}


@login_not_required
@require_safe
def index(request):
    """The territories that open their pages."""
    sites = PublicSite.objects.filter(is_open=True).select_related("convention__epci")
    sites = sites.order_by(in_french("convention__name"), "convention__starts_on")
    answer = render(request, "public/index.html", {"sites": sites, "site": None})
    patch_cache_control(answer, public=True, no_cache=True)
    return answer


@public_page()
def home(request):
    return draw(request, "home", home=build_home(request.public_site.convention))


@public_page(*LISTS, *OTHERS, "vue", "page")
def plan(request):
    convention = request.public_site.convention
    filters = PublicFilter(request.GET, published_actions(convention), convention=convention)
    chosen = request.GET.get("vue") if request.GET.get("vue") in VIEWS else "liste"
    segments = state_segments(filters.qs)
    context = {
        "filters": filters,
        "text": filters.data.get("q", ""),
        "segments": segments,
        "count": sum(count for _, _, count in segments),
        "view": chosen,
        "views": [
            (label, f"?{filters.query_with(vue=slug)}", slug == chosen)
            for slug, label in VIEWS.items()
        ],
    }
    if chosen == "carte":
        address = f"?{filters.query_besides('commune', vue='liste')}"
        context["map"] = commune_map(convention, filters.qs, address)
    else:
        paginator = Paginator(filters.qs, PER_PAGE)
        paginator.count = context["count"]
        page = paginator.get_page(request.GET.get("page"))
        context |= {"page": page, "stakes": _by_stake(page.object_list)}
    return draw(request, "plan", **context)


def _by_stake(actions):
    """[(stake, [(strategic objective, its actions)])], in the order of the plan."""
    lines = [public_action(action) for action in actions]
    return [
        (
            stake,
            [(objective, list(found)) for objective, found in groupby(of_stake, _strategic)],
        )
        for stake, of_stake in groupby(lines, lambda action: action.stake)
    ]


def _strategic(action):
    return action.strategic


@public_page()
def action(request, code):
    actions = published_actions(request.public_site.convention).filter(code=code)
    found = actions.first()
    if found is None:
        return _moved(request.public_site.convention, code)
    indicators = public_indicators(actions)
    years = sorted({year for indicator in indicators for year in indicator.values})
    return draw(
        request,
        "action",
        action=public_action(found),
        indicators=[
            {"indicator": one, "values": [one.values.get(year) for year in years]}
            for one in indicators
        ],
        years=years,
    )


def _moved(convention, code):
    """The address of an action whose code changed, or which joined another one, leads to it."""
    former = convention.actions.filter(code=code).first()
    now = moved_to(convention, code, former)
    if now is None or not published_actions(convention).filter(pk=now.pk).exists():
        raise Http404("Aucune action publiée ne porte ce code.")
    return redirect("public:action", convention.slug, now.code)
