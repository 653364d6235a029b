from django.http import HttpResponse
from django.urls import path

app_name = "reviews"
urlpatterns = [
    path("", lambda request, **k: HttpResponse(), name="list"),  # placeholder
    path("<int:year>/", lambda request, **k: HttpResponse(), name="detail"),  # placeholder
]
