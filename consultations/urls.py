"""Addresses of the residents' pages: the code of the community, and never a secret."""

from django.urls import path

from consultations.views import residents

app_name = "residents"

urlpatterns = [
    path("<slug:code>/", residents.read, name="read"),
]
