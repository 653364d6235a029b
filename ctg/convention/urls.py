from django.urls import path

from ctg.convention import views

app_name = "convention"
urlpatterns = [
    path("", views.settings_page, name="settings"),
    path("seuils/", views.thresholds, name="thresholds"),
    path("membres/<int:pk>/retirer/", views.member_remove, name="member_remove"),
    path(
        "invitations/<int:pk>/renvoyer/", views.invitation_send_again, name="invitation_send_again"
    ),
    path("invitations/<int:pk>/retirer/", views.invitation_withdraw, name="invitation_withdraw"),
    path("demandes/<int:pk>/accepter/", views.access_grant, name="access_grant"),
    path("demandes/<int:pk>/refuser/", views.access_decline, name="access_decline"),
    path("documents/<int:pk>/", views.document, name="document"),
]
