from django.urls import path

from governance.renewal import views

app_name = "renewal"
urlpatterns = [path("", views.renew, name="renew")]
