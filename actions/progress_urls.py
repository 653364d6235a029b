from django.urls import path

from actions.views import answer, campaign, expected, reminder, validation

app_name = "progress"
urlpatterns = [
    path("", campaign.home, name="home"),
    path("a-saisir/", campaign.mine, name="mine"),
    path("a-valider/", validation.queue, name="queue"),
    path("campagne/", campaign.campaign, name="campaign"),
    path("attendues/", expected.expected, name="expected"),
    path("attendues/actions/<str:code>/", expected.choose, name="expected_choose"),
    path("attendues/<int:pk>/retirer/", expected.ask_no_longer, name="ask_no_longer"),
    path("<int:year>/acces/", expected.access, name="access"),
    path("<int:year>/acces/<int:pk>/terminer/", expected.end_access, name="end_access"),
    path("relances/", reminder.remind, name="reminders"),
    path("relances/dates/", reminder.dates, name="reminder_dates"),
    path("relances/<int:pk>/adresse/", reminder.contact, name="contact"),
    path("relances/<int:pk>/adresse/essayer/", reminder.accept, name="accept_addresses"),
    path("relances/<int:pk>/liens/", reminder.revoke, name="revoke_links"),
    path("reponses/", campaign.answers, name="answers"),
    path("reponses/<int:pk>/", answer.answer, name="answer"),
    path("reponses/<int:pk>/lire/", answer.read, name="read"),
    path("reponses/<int:pk>/rien-de-nouveau/", answer.nothing_new, name="nothing_new"),
    path("reponses/<int:pk>/non-concernee/", answer.set_aside, name="set_aside"),
    path("reponses/<int:pk>/valider/", validation.validate, name="validate"),
    path("reponses/<int:pk>/corriger/", validation.correct, name="correct"),
    path("reponses/<int:pk>/renvoyer/", validation.return_, name="return"),
    path("<int:year>/", validation.year, name="year"),
    path("<int:year>/clore/", campaign.close, name="close"),
    path("<int:year>/rouvrir/", campaign.reopen, name="reopen"),
    path("<int:year>/<str:code>/", validation.consolidate, name="consolidate"),
]
