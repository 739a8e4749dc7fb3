"""Addresses of the household pages of the office."""

from django.urls import path

from consultations.views import households

app_name = "households"

urlpatterns = [
    path("<int:pk>/", households.page, name="page"),
    path("<int:pk>/generate/", households.generate, name="generate"),
    path("<int:pk>/owners/", households.group, name="group"),
    path("<int:pk>/slips/", households.issue, name="issue"),
    path("<int:pk>/poster/", households.poster, name="poster"),
    path("slips/<int:pk>/revoke/", households.revoke, name="revoke"),
]
