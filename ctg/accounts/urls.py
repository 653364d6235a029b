from django.urls import include, path

from ctg.accounts import views

urlpatterns = [
    path("", views.me, name="me"),
    path("securite/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
    path("identites/", include("allauth.socialaccount.urls")),
    path("", include("ctg.accounts.proconnect.urls")),
    path("", include("allauth.account.urls")),
]
