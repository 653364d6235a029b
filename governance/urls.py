from django.urls import path

from governance import views

app_name = "governance"
urlpatterns = [
    path("", views.home, name="home"),
    path("gouvernance/", views.committees, name="committees"),
    path("gouvernance/comites/<int:pk>/", views.committee, name="committee"),
    path("gouvernance/reunions/<int:pk>/", views.meeting, name="meeting"),
    path("gouvernance/decisions/", views.decisions, name="decisions"),
]
