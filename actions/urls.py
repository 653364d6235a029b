from django.urls import path

from actions.views import action, exchange, history, plan

app_name = "actions"
urlpatterns = [
    path("", plan.plan, name="plan"),
    path("recherche/", plan.search, name="search"),
    path("export/<slug:extension>/", exchange.export, name="export"),
    path("archives/", plan.archives, name="archives"),
    path("actions/nouvelle/", action.create, name="create"),
    path("actions/<str:code>/", action.detail, name="detail"),
    path("actions/<str:code>/modifier/", action.edit, name="edit"),
    path("actions/<str:code>/archiver/", action.archive, name="archive"),
    path("actions/<str:code>/retablir/", action.restore, name="restore"),
    path("actions/<str:code>/statut/<slug:verb>/", action.move, name="move"),
    path("actions/<str:code>/historique/", history.history, name="history"),
    path(
        "actions/<str:code>/historique/<int:version>/",
        history.restore,
        name="history_restore",
    ),
    path("niveaux/<slug:level>/nouveau/", plan.level_edit, name="level_create"),
    path("niveaux/<slug:level>/<int:pk>/", plan.level_edit, name="level_edit"),
    path("niveaux/<slug:level>/<int:pk>/archiver/", plan.level_archive, name="level_archive"),
    path("niveaux/<slug:level>/<int:pk>/retablir/", plan.level_restore, name="level_restore"),
]
