"""Addresses of assessments: years, sheets, schemes, the monthly table, reports."""

from django.urls import URLPattern, path

from assessments.views import drafts, reports, schemes, sheets, years

app_name = "assessments"

scheme_urls: list[URLPattern] = [
    path("schemes/", schemes.index, name="schemes"),
    path("schemes/<int:pk>/", schemes.detail, name="scheme"),
    path("schemes/<int:pk>/copy/", schemes.copy, name="scheme_copy"),
    path("schemes/<int:pk>/edit/", schemes.edit, name="scheme_edit"),
    path("schemes/<int:pk>/adopt/", schemes.adopt, name="scheme_adopt"),
    path("schemes/<int:pk>/blocks/add/", drafts.block_add, name="block_add"),
    path("schemes/<int:pk>/blocks/<slug:code>/remove/", drafts.block_remove, name="block_remove"),
    path("schemes/<int:pk>/indicators/add/", drafts.indicator_add, name="indicator_add"),
    path("schemes/<int:pk>/indicators/<slug:code>/edit/", drafts.indicator_edit, name="indicator_edit"),
    path("schemes/<int:pk>/indicators/<slug:code>/remove/", drafts.indicator_remove, name="indicator_remove"),
]

report_urls: list[URLPattern] = [
    path("months/", reports.months, name="months"),
    path("months/<slug:code>/", reports.moved, name="moved"),
    path("reports/", reports.index, name="reports"),
    path("reports/make/", reports.make, name="report_make"),
    path("reports/<int:pk>/", reports.detail, name="report"),
    path("reports/<int:pk>/<slug:kind>/", reports.file, name="report_file"),
]

urlpatterns = [
    path("", years.index, name="index"),
    path("open/", years.open_year, name="open"),
    path("publish/", years.publish, name="publish"),
    path("issue/", years.issue, name="issue"),
    path("<int:pk>/", sheets.detail, name="assessment"),
    path("<int:pk>/enter/", sheets.enter, name="enter"),
    path("<int:pk>/evidence/", sheets.evidence, name="evidence"),
    path("<int:pk>/step/", sheets.step, name="step"),
    path("<int:pk>/appeal/", sheets.appeal, name="appeal"),
    path("<int:pk>/rows/<slug:code>/", sheets.rows, name="rows"),
    path("<int:pk>/basis.xlsx", sheets.basis, name="basis"),
    path("appeals/<int:pk>/answer/", sheets.answer, name="answer"),
    *scheme_urls,
    *report_urls,
]
