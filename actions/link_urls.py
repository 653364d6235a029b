from django.urls import path

from actions.views import link

app_name = "link"
urlpatterns = [
    path("", link.mine, name="mine"),
    path("<int:pk>/", link.answer, name="answer"),
    path("<int:pk>/lire/", link.read, name="read"),
    path("<int:pk>/rien-de-nouveau/", link.nothing_new, name="nothing_new"),
    path("<int:pk>/non-concernee/", link.set_aside, name="set_aside"),
]
