from django.urls import path

from ctg.convention import views

app_name = "convention"
urlpatterns = [path("", views.settings_page, name="settings")]
