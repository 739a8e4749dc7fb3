"""Addresses of allocation: runs and rules."""

from django.urls import path

from assessments.views import allocation, rules

app_name = "allocation"

urlpatterns = [
    path("", allocation.index, name="index"),
    path("new/", allocation.new, name="new"),
    path("compare/", allocation.compare, name="compare"),
    path("published/", allocation.published_list, name="published_list"),
    path("published/<int:pk>/", allocation.published, name="published"),
    path("rules/", rules.index, name="rules"),
    path("rules/<int:pk>/", rules.detail, name="rule"),
    path("rules/<int:pk>/revise/", rules.revise, name="revise"),
    path("<int:pk>/", allocation.run, name="run"),
    path("<int:pk>/sign/", allocation.sign, name="sign"),
    path("<int:pk>/discard/", allocation.discard, name="discard"),
    path("<int:pk>/batch/", allocation.batch, name="batch"),
    path("<int:pk>/export/", allocation.export, name="export"),
]
