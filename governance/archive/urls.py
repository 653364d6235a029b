from django.urls import path

from governance.archive import views

app_name = "archive"
urlpatterns = [
    path("", views.archive, name="archive"),
    path("telecharger/", views.download, name="download"),
]
