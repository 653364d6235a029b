from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from ctg.convention.views import doors, pages, tokens
from ctg.operations import views as operations_views
from governance.public.crawling import robots, sitemap
from governance.public.views import index as public_index
from governance.views.replies import reply

handler500 = "ctg.operations.views.trouble"

in_convention = [
    path("", include("governance.urls")),
    path("bilans/", include("governance.reviews.urls")),
    path("renouvellement/", include("governance.renewal.urls")),
    path("evaluation/", include("governance.evaluation.urls")),
    path("plan/", include("actions.urls")),
    path("avancement/", include("actions.progress_urls")),
    path("financements/", include("financing.urls")),
    path("reglages/publication/", include("governance.public.lead_urls")),
    path("reglages/archive/", include("governance.archive.urls")),
    path("reglages/service/", include("ctg.operations.urls")),
    path("reglages/", include("ctg.convention.urls")),
]

urlpatterns = [
    path("", doors.home, name="home"),
    path("conventions/", doors.choose, name="conventions"),
    path("conventions/nouvelle/", doors.open_new, name="convention_open"),
    path("conventions/<int:pk>/demander/", doors.access_ask, name="access_ask"),
    path("invitation/<str:token>/", doors.invitation, name="invitation"),
    path("compte/mes-donnees/", operations_views.my_data, name="my_data"),
    path("compte/effacer/", operations_views.erase, name="erase"),
    path("compte/jetons/", tokens.api_tokens, name="api_tokens"),
    path("compte/jetons/<int:pk>/retirer/", tokens.api_token_revoke, name="api_token_revoke"),
    path("compte/", include("ctg.accounts.urls")),
    path("healthz", operations_views.alive, name="alive"),
    path("readyz", operations_views.ready, name="ready"),
    path("metrics", operations_views.metrics, name="metrics"),
    path("calendrier/", include("governance.calendar_urls")),
    path("courriels/", include("ctg.mail.urls")),
    path("lien/<str:token>/", include("actions.link_urls")),
    path("api/", include("ctg.api")),
    path("admin/", admin.site.urls),
    path("reunion/<str:token>/", reply, name="meeting_reply"),
    path("aide/", pages.help_page, name="help"),
    path("accessibilite/", pages.accessibility, name="accessibility"),
    path("mentions-legales/", pages.legal, name="legal"),
    path("public/", public_index, name="public_index"),
    path("public/<slug:territory>/", include("governance.public.urls")),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("bilan-partage/", include("governance.reviews.shared_urls")),
    path("donnees-personnelles/", pages.privacy, name="privacy"),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("ctg.accounts.demo_urls")))
    urlpatterns.append(path("demo/courriels/", include("ctg.mail.demo_urls")))
urlpatterns.append(path("<slug:convention>/", include(in_convention)))
