from django.urls import path

from governance.reviews import (
    extract_views,
    file_views,
    link_views,
    prepare_views,
    publish_views,
    views,
)

app_name = "reviews"
urlpatterns = [
    path("", views.review_list, name="list"),
    path("<int:year>/", views.detail, name="detail"),
    path("<int:year>/commencer/", views.create, name="create"),
    path("<int:year>/preparer/", prepare_views.prepare, name="prepare"),
    path("<int:year>/bilan.pdf", file_views.pdf, name="pdf"),
    path("<int:year>/fichiers/<slug:name>/", file_views.file, name="file"),
    path("<int:year>/fichiers/<slug:name>/annuler/", file_views.file_cancel, name="file_cancel"),
    path("<int:year>/fichiers/<slug:name>/ouvrir/", file_views.file_open, name="file_open"),
    path("<int:year>/publier/", publish_views.publish, name="publish"),
    path("<int:year>/publier/annuler/", publish_views.cancel, name="publish_cancel"),
    path("<int:year>/corriger/", views.correct, name="correct"),
    path("<int:year>/partager/", link_views.share, name="share"),
    path("<int:year>/partager/<int:pk>/retirer/", link_views.revoke, name="share_revoke"),
    path("<int:year>/<slug:extract>.pdf", extract_views.extract_pdf, name="extract_pdf"),
    path("<int:year>/<slug:extract>/", extract_views.extract, name="extract"),
]
