from django.urls import path

from governance.reviews import link_views

app_name = "shared"
urlpatterns = [
    path("<slug:token>/", link_views.read, name="review"),
    path("<slug:token>/bilan.pdf", link_views.read_pdf, name="pdf"),
    path("<slug:token>/<slug:extract>/", link_views.read, name="extract"),
    path("<slug:token>/<slug:extract>.pdf", link_views.read_pdf, name="extract_pdf"),
]
