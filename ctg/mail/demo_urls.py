"""What the demonstration writes to its readers; included only with demo settings."""

from django.urls import path

from ctg.mail import demo_views

urlpatterns = [
    path("", demo_views.kept_mails, name="demo_mails"),
    path("<int:pk>/", demo_views.kept_html, name="demo_mail_html"),
]
