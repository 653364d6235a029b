from django.http import HttpResponse
from django.urls import path

app_name = "progress"
urlpatterns = [
    path("", lambda request, **k: HttpResponse(), name="home"),  # placeholder
    path("a-valider/", lambda request, **k: HttpResponse(), name="queue"),  # placeholder
    path(
        "<int:year>/<str:code>/", lambda request, **k: HttpResponse(), name="consolidate"
    ),  # placeholder
    path("reponses/<int:pk>/", lambda request, **k: HttpResponse(), name="answer"),  # placeholder
]
