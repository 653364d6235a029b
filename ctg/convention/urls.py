from django.urls import path

from ctg.convention import views

app_name = "convention"
urlpatterns = [
    path("", views.settings_page, name="settings"),
    path("seuils/", views.thresholds, name="thresholds"),
    path("membres/<int:pk>/retirer/", views.member_remove, name="member_remove"),
    path("documents/<int:pk>/", views.document, name="document"),
]
