from django.urls import path

from financing import views

app_name = "financing"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("equipements/<int:pk>/", views.facility, name="facility"),
    path("actions/<str:code>/", views.action, name="action"),
    path("baremes/", views.rates, name="rates"),
]
