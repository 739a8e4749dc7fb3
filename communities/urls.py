"""Addresses of the works catalogue and of the survey."""

from django.urls import path

from communities.views import catalogue, entering, surveys

app_name = "communities"

urlpatterns = [
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("surveys/", surveys.index, name="surveys"),
    path("surveys/open/", surveys.survey_open, name="survey_open"),
    path("surveys/<int:pk>/", surveys.survey, name="survey"),
    path("surveys/<int:pk>/enter/", entering.survey_enter, name="survey_enter"),
    path("findings/<int:pk>/", entering.finding_save, name="finding_save"),
    path("sign-offs/<int:pk>/sign/", surveys.sign, name="survey_sign"),
    path("sign-offs/<int:pk>/reopen/", surveys.reopen, name="survey_reopen"),
]
