from django.http import HttpResponse
from django.urls import path

app_name = "financing"
urlpatterns = [
    path("", lambda request, **k: HttpResponse(), name="overview"),  # placeholder
    path("actions/<str:code>/", lambda request, **k: HttpResponse(), name="action"),  # placeholder
]
