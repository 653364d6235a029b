from django.urls import path

from governance.evaluation import file_views, views

app_name = "evaluation"
urlpatterns = [
    path("", views.detail, name="detail"),
    path("commencer/", views.create, name="create"),
    path("preparer/", views.prepare, name="prepare"),
    path("suites/", views.follow_ups, name="follow_ups"),
    path("publier/", file_views.publish, name="publish"),
    path("publier/annuler/", file_views.publish_cancel, name="publish_cancel"),
    path("corriger/", views.correct, name="correct"),
    path("evaluation.pdf", file_views.pdf, name="pdf"),
    path("fichiers/<slug:name>/", file_views.file, name="file"),
    path("fichiers/<slug:name>/annuler/", file_views.file_cancel, name="file_cancel"),
    path("fichiers/<slug:name>/ouvrir/", file_views.file_open, name="file_open"),
]
