from django.urls import path

from governance.evaluation import views

app_name = "evaluation"
urlpatterns = [
    path("", views.detail, name="detail"),
    path("commencer/", views.create, name="create"),
    path("preparer/", views.prepare, name="prepare"),
    path("suites/", views.follow_ups, name="follow_ups"),
    path("publier/", views.publish, name="publish"),
    path("corriger/", views.correct, name="correct"),
    path("evaluation.pdf", views.pdf, name="pdf"),
]
