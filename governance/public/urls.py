from django.urls import path

from governance.public import data_views, review_views, views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("plan/", views.plan, name="plan"),
    path("plan/<str:code>/", views.action, name="action"),
    path("bilans/", review_views.reviews, name="reviews"),
    path("bilans/<int:year>/", review_views.review, name="review"),
    path("bilans/<int:year>/bilan.pdf", review_views.review_pdf, name="review_pdf"),
    path("bilans/<int:year>/<slug:extract>/", review_views.review, name="extract"),
    path("donnees/", data_views.data, name="data"),
    path("donnees/datapackage.json", data_views.datapackage, name="datapackage"),
    path("donnees/<slug:name>.<slug:extension>", data_views.download, name="download"),
]
