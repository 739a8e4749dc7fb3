"""Addresses of the residents' pages: the code of the community, and never a secret."""

from django.urls import path

from consultations.views import entry, residents

app_name = "residents"

urlpatterns = [
    path("<slug:code>/", residents.read, name="read"),
    path("<slug:code>/enter/", entry.enter, name="enter"),
    path("<slug:code>/leave/", entry.leave, name="leave"),
]
