"""Addresses of the limits."""

from django.urls import path

from records.views import limits

app_name = "limits"

urlpatterns = [
    path("", limits.limits, name="index"),
    path("<str:code>/", limits.limit, name="limit"),
    path("<str:code>/set/", limits.limit_set, name="set"),
]
