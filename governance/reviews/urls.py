from django.urls import path

from governance.reviews import (
    archive_views,
    extract_views,
    link_views,
    prepare_views,
    rendering_views,
    views,
)

app_name = "reviews"
urlpatterns = [
    path("", views.review_list, name="list"),
    path("<int:year>/", views.detail, name="detail"),
    path("<int:year>/commencer/", views.create, name="create"),
    path("<int:year>/preparer/", prepare_views.prepare, name="prepare"),
    path("<int:year>/bilan.pdf", rendering_views.pdf, name="pdf"),
    path("<int:year>/archives.pdf", rendering_views.archive, name="archive"),
    path("<int:year>/projet/", rendering_views.draft, name="draft"),
    path("<int:year>/projet/annuler/", rendering_views.cancel_draft, name="draft_cancel"),
    path("<int:year>/publier/", rendering_views.publish, name="publish"),
    path("<int:year>/publier/annuler/", rendering_views.cancel_publication, name="publish_cancel"),
    path("<int:year>/corriger/", views.correct, name="correct"),
    path("<int:year>/partager/", link_views.share, name="share"),
    path("<int:year>/partager/<int:pk>/retirer/", link_views.revoke, name="share_revoke"),
    path("<int:year>/communes/", archive_views.communes, name="communes"),
    path("<int:year>/communes.zip", archive_views.communes_zip, name="communes_zip"),
    path("<int:year>/<slug:extract>.pdf", extract_views.extract_pdf, name="extract_pdf"),
    path("<int:year>/<slug:extract>/", extract_views.extract, name="extract"),
]
