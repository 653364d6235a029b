"""The API on one screen: which resource is at which address. It decides nothing."""

from django.urls import include, path
from rest_framework.exceptions import NotFound
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from actions.api import actions, campaigns, plan, proposals, reviews
from ctg.convention.api import pact
from ctg.convention.api.resources import NOT_FOUND
from ctg.rest import views
from financing.api import facilities, money
from governance.api import decisions, documents, meetings

IN_CONVENTION = "conventions/<slug:slug>/"
RESOURCES = {
    "organizations": pact.Organizations,
    "communes": pact.Communes,
    "themes": pact.Themes,
    "members": pact.Members,
    "journal": pact.Journal,
    "stakes": plan.Stakes,
    "strategic-objectives": plan.StrategicObjectives,
    "operational-objectives": plan.OperationalObjectives,
    "findings": plan.Findings,
    "audiences": plan.Audiences,
    "actions": actions.Actions,
    "proposals": proposals.Proposals,
    "campaigns": campaigns.Campaigns,
    "contributions": campaigns.Contributions,
    "action-reviews": reviews.ActionReviews,
    "facilities": facilities.Facilities,
    "agreements": facilities.Agreements,
    "bonus-lines": facilities.BonusLines,
    "instalments": money.Instalments,
    "rates": money.Rates,
    "budgets": money.Budgets,
    "grants": money.Grants,
    "committees": meetings.Committees,
    "meetings": meetings.Meetings,
    "decisions": decisions.Decisions,
    "reviews": documents.Reviews,
    "evaluations": documents.Evaluations,
}


class Nowhere(APIView):
    """Any other address, so that a program reads a problem and not a page."""

    schema = None

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        raise NotFound(NOT_FOUND)


router = SimpleRouter(use_regex_path=False)
router.register("conventions", pact.Conventions, basename="convention")
for name, resource in RESOURCES.items():
    router.register(IN_CONVENTION + name, resource, basename=name)

app_name = "api"
urlpatterns = [
    path("docs/", views.docs, name="docs"),
    path("docs/<slug:resource>/", views.docs_resource, name="docs_resource"),
    path("v1/openapi.json", views.openapi, name="schema"),
    path("v1/", include(router.urls)),
    path("<path:address>", Nowhere.as_view(), name="nowhere"),
]
