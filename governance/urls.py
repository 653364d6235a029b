from django.urls import path

from governance.views import agenda, committees, decisions, home, meetings, search, session

app_name = "governance"
urlpatterns = [
    path("", home.home, name="home"),
    path("recherche/", search.search_page, name="search"),
    path("gouvernance/", committees.committees, name="committees"),
    path("gouvernance/comites/nouveau/", committees.create, name="committee_create"),
    path("gouvernance/comites/<int:pk>/", committees.committee, name="committee"),
    path("gouvernance/comites/<int:pk>/modifier/", committees.edit, name="committee_edit"),
    path("gouvernance/comites/<int:pk>/cloture/", committees.close, name="committee_close"),
    path("gouvernance/comites/<int:pk>/reunion/", meetings.create, name="meeting_create"),
    path("gouvernance/reunions/<int:pk>/", meetings.meeting, name="meeting"),
    path("gouvernance/reunions/<int:pk>/modifier/", meetings.edit, name="meeting_edit"),
    path("gouvernance/reunions/<int:pk>/etape/<slug:verb>/", meetings.move, name="meeting_move"),
    path("gouvernance/reunions/<int:pk>/agenda.ics", meetings.calendar, name="meeting_calendar"),
    path("gouvernance/reunions/<int:pk>/invite/", meetings.guest, name="guest"),
    path("gouvernance/reunions/<int:pk>/presence/<int:attendance>/", meetings.reply, name="reply"),
    path("gouvernance/reunions/<int:pk>/ordre-du-jour/", agenda.agenda, name="agenda"),
    path("gouvernance/reunions/<int:pk>/ordre-du-jour/ordre/", agenda.reorder, name="agenda_order"),
    path("gouvernance/reunions/<int:pk>/ordre-du-jour/point/", agenda.add, name="agenda_add"),
    path("gouvernance/reunions/<int:pk>/points/<int:item>/", agenda.item, name="agenda_item"),
    path(
        "gouvernance/reunions/<int:pk>/points/<int:item>/retirer/",
        agenda.remove,
        name="agenda_remove",
    ),
    path("gouvernance/reunions/<int:pk>/seance/", session.session, name="session"),
    path("gouvernance/reunions/<int:pk>/seance/<int:item>/", session.note, name="session_note"),
    path("gouvernance/reunions/<int:pk>/seance/decider/", session.decide, name="session_decide"),
    path(
        "gouvernance/reunions/<int:pk>/seance/emargement/",
        session.presence,
        name="session_presence",
    ),
    path("gouvernance/reunions/<int:pk>/decision/", decisions.create, name="decision_create"),
    path("gouvernance/decisions/", decisions.decisions, name="decisions"),
    path("gouvernance/decisions/<int:pk>/", decisions.decision, name="decision"),
    path("gouvernance/decisions/<int:pk>/modifier/", decisions.edit, name="decision_edit"),
    path("gouvernance/decisions/<int:pk>/appliquer/", decisions.apply, name="decision_apply"),
    path("gouvernance/decisions/<int:pk>/sans-suite/", decisions.drop, name="decision_drop"),
    path("gouvernance/decisions/<int:pk>/reprendre/", decisions.reopen, name="decision_reopen"),
    path("gouvernance/decisions/<int:pk>/retirer/", decisions.remove, name="decision_remove"),
]
