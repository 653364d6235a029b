from django.urls import path

from ctg.convention.views import members, settings, territory

app_name = "convention"
urlpatterns = [
    path("", settings.settings_page, name="settings"),
    path("modifier/", settings.facts, name="facts"),
    path("thematiques/", settings.themes, name="themes"),
    path("territoire/", territory.territory, name="territory"),
    path("territoire/communes/", territory.communes, name="communes"),
    path("territoire/nouveau/", territory.create, name="organization_create"),
    path("territoire/<int:pk>/", territory.edit, name="organization"),
    path("territoire/<int:pk>/retirer/", territory.remove, name="organization_remove"),
    path("membres/", members.members, name="members"),
    path("membres/<int:pk>/retirer/", members.remove, name="member_remove"),
    path(
        "invitations/<int:pk>/renvoyer/",
        members.send_again,
        name="invitation_send_again",
    ),
    path("invitations/<int:pk>/retirer/", members.withdraw, name="invitation_withdraw"),
    path("demandes/<int:pk>/accepter/", members.grant, name="access_grant"),
    path("demandes/<int:pk>/refuser/", members.decline, name="access_decline"),
    path("documents/<int:pk>/", settings.document, name="document"),
]
