"""Addresses of the pages of money."""

from django.urls import path

from funding.views import batches, overview, project

app_name = "funding"

urlpatterns = [
    path("", overview.index, name="index"),
    path("gaps/", overview.gaps, name="gaps"),
    path("years/", overview.years, name="years"),
    path("costs/", overview.costs, name="costs"),
    path("rows/", overview.rows, name="rows"),
    path("rows/export/", overview.export, name="export"),
    path("batches/", batches.index, name="batches"),
    path("batches/new/", batches.new, name="batch_new"),
    path("batches/<int:pk>/", batches.batch, name="batch"),
    path("batches/<int:pk>/issue/", batches.issue, name="batch_issue"),
    path("batches/<int:pk>/split/", batches.split, name="batch_split"),
    path("of-project/<int:project_pk>/", project.of_project, name="of_project"),
]
