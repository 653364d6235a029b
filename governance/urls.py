from django.http import HttpResponse
from django.urls import path

app_name = "governance"
urlpatterns = [
    path("", lambda request, **k: HttpResponse(), name="home"),  # placeholder
    path("gouvernance/", lambda request, **k: HttpResponse(), name="committees"),  # placeholder
    path("gouvernance/decisions/", lambda request, **k: HttpResponse(), name="decisions"),  # placeholder
]
