"""Addresses of the files beside ledger rows."""

from django.urls import path

from records import views

app_name = "records"

urlpatterns = [
    path("<int:pk>/", views.file, name="file"),
    path("<int:pk>/take-away/", views.take_away, name="file_take_away"),
    path("<str:record_type>/<int:pk>/", views.add, name="file_add"),
]
