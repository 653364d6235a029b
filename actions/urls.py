from django.urls import path

from actions.views import (
    action,
    bulk,
    cell,
    exchange,
    history,
    levels,
    overlap,
    plan,
    saved_views,
)

app_name = "actions"
urlpatterns = [
    path("", plan.plan, name="plan"),
    path("export/<slug:extension>/", exchange.export, name="export"),
    path("vues/", saved_views.views, name="views"),
    path("vues/<int:pk>/", saved_views.view_change, name="view_change"),
    path("vues/<int:pk>/supprimer/", saved_views.view_delete, name="view_delete"),
    path("archives/", levels.archives, name="archives"),
    path("changements/", bulk.bulk_list, name="bulk_list"),
    path("changements/nouveau/", bulk.bulk, name="bulk"),
    path("changements/<int:pk>/", bulk.bulk_detail, name="bulk_detail"),
    path("changements/<int:pk>/annuler/", bulk.bulk_undo, name="bulk_undo"),
    path("doublons/", overlap.overlaps, name="overlaps"),
    path("doublons/chercher/", overlap.look_for, name="overlaps_look_for"),
    path("doublons/<int:pk>/", overlap.overlap, name="overlap"),
    path("doublons/<int:pk>/<slug:verb>/", overlap.decide, name="overlap_decide"),
    path("actions/nouvelle/", action.create, name="create"),
    path("actions/<str:code>/", action.detail, name="detail"),
    path("actions/<str:code>/modifier/", action.edit, name="edit"),
    path("actions/<str:code>/modifier/<slug:section>/", action.edit, name="edit_section"),
    path("actions/<str:code>/case/<slug:cell>/", cell.cell, name="cell"),
    path("actions/<str:code>/archiver/", action.archive, name="archive"),
    path("actions/<str:code>/retablir/", action.restore, name="restore"),
    path("actions/<str:code>/statut/<slug:verb>/", action.move, name="move"),
    path("actions/<str:code>/historique/", history.history, name="history"),
    path(
        "actions/<str:code>/historique/<int:version>/",
        history.restore,
        name="history_restore",
    ),
    path("niveaux/<slug:level>/nouveau/", levels.level_edit, name="level_create"),
    path("niveaux/<slug:level>/<int:pk>/", levels.level_edit, name="level_edit"),
    path("niveaux/<slug:level>/<int:pk>/archiver/", levels.level_archive, name="level_archive"),
    path("niveaux/<slug:level>/<int:pk>/retablir/", levels.level_restore, name="level_restore"),
]
