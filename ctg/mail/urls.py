from django.urls import path

from ctg.mail import views

app_name = "mail"
urlpatterns = [
    path("", views.preferences, name="preferences"),
    path("arreter/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
