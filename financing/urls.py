from django.urls import path

app_name = "financing"
urlpatterns = []
