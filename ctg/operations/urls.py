from django.urls import path

from ctg.operations import views

app_name = "operations"
urlpatterns = [
    path("", views.service, name="service"),
    path("courriel-d-essai/", views.send_trial, name="send_trial"),
]
