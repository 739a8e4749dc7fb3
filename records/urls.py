"""Addresses of the files beside ledger rows."""

from django.urls import path

from records.views import files

app_name = "records"

urlpatterns = [
    path("<int:pk>/", files.file, name="file"),
    path("<int:pk>/take-away/", files.take_away, name="file_take_away"),
    path("<str:record_type>/<int:pk>/", files.add, name="file_add"),
]
