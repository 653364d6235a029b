from django.urls import path

from governance.views import committees, decisions, home, meetings

app_name = "governance"
urlpatterns = [
    path("", home.home, name="home"),
    path("gouvernance/", committees.committees, name="committees"),
    path("gouvernance/comites/nouveau/", committees.create, name="committee_create"),
    path("gouvernance/comites/<int:pk>/", committees.committee, name="committee"),
    path("gouvernance/comites/<int:pk>/modifier/", committees.edit, name="committee_edit"),
    path("gouvernance/comites/<int:pk>/cloture/", committees.close, name="committee_close"),
    path("gouvernance/reunions/<int:pk>/", meetings.meeting, name="meeting"),
    path("gouvernance/decisions/", decisions.decisions, name="decisions"),
]
