from django.urls import path

from governance.public import lead_views

app_name = "publication"
urlpatterns = [
    path("", lead_views.home, name="home"),
    path("ouvrir/", lead_views.set_open, {"is_open": True}, name="open"),
    path("fermer/", lead_views.set_open, {"is_open": False}, name="close"),
    path("enjeux/<int:pk>/", lead_views.stake, name="stake"),
    path("actions/publier/", lead_views.publish, name="publish"),
    path("actions/retirer/", lead_views.unpublish, name="unpublish"),
    path("bilans/<int:pk>/montrer/", lead_views.show_review, name="show_review"),
    path("bilans/<int:pk>/cacher/", lead_views.hide_review, name="hide_review"),
]
