"""Addresses of what officials do with consultations; residents' pages are in urls.py."""

from django.urls import path

from consultations.views import comments, desk, sheets

app_name = "consultations"

urlpatterns = [
    path("", desk.index, name="index"),
    path("comments/", comments.queue, name="queue"),
    path("of-project/<int:project_pk>/", desk.of_project, name="of_project"),
    path("of-project/<int:project_pk>/new/", desk.new, name="new"),
    path("<int:pk>/", desk.consultation, name="consultation"),
    path("<int:pk>/edit/", desk.edit, name="edit"),
    path("<int:pk>/steps/<slug:name>/", desk.step, name="step"),
    path("<int:pk>/comments/", comments.comments, name="comments"),
    path("<int:pk>/answers/", comments.answers, name="answers"),
    path("<int:pk>/sheet/", sheets.sheet, name="sheet"),
    path("<int:pk>/sheet.<slug:kind>", sheets.sheet_file, name="sheet_file"),
]
