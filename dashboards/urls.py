"""Addresses of the dashboards and bulletins."""

from django.urls import path

from dashboards.views import alerts, boards, bulletins, kept, panels, reports, returns, tables

app_name = "dashboards"

bulletin_urls = [
    path("bulletins/", bulletins.index, name="bulletins"),
    path("bulletins/make/", bulletins.make, name="bulletin_make"),
    path("bulletins/table/", tables.table, name="table_bulletin"),
    path("bulletins/timetable/", reports.timetable, name="timetable"),
    path("bulletins/timetable/change/", reports.schedule, name="schedule"),
    path("bulletins/timetable/acknowledge/", reports.acknowledge, name="missed_acknowledge"),
    path("bulletins/subscribe/", reports.subscribe, name="subscribe"),
    path("bulletins/<int:pk>/", bulletins.detail, name="bulletin"),
    path("bulletins/<int:pk>/changes/", bulletins.changes, name="bulletin_changes"),
    path("bulletins/<int:pk>/edit/", bulletins.edit, name="bulletin_edit"),
    path("bulletins/<int:pk>/issue/", bulletins.issue, name="bulletin_issue"),
    path("bulletins/<int:pk>/money/", reports.money, name="bulletin_money"),
    path("bulletins/<int:pk>/correct/", reports.correct, name="bulletin_correct"),
    path("bulletins/<int:pk>/<slug:suffix>/", bulletins.file, name="bulletin_file"),
]
alert_urls = [
    path("alerts/", alerts.index, name="alerts"),
    path("alerts/evaluate/", alerts.evaluate, name="alerts_evaluate"),
    path("alerts/rules/", alerts.rules, name="alert_rules"),
    path("alerts/rules/<slug:code>/", alerts.rule, name="alert_rule"),
    path("alerts/rules/<slug:code>/set/", alerts.rule_set, name="alert_rule_set"),
    path("alerts/<int:pk>/", alerts.detail, name="alert"),
    path("alerts/<int:pk>/explain/", alerts.explain, name="alert_explain"),
    path("alerts/<int:pk>/close/", alerts.close, name="alert_close"),
]
return_urls = [
    path("returns/", returns.returns, name="returns"),
    path("returns/new/", returns.new, name="return_new"),
    path("returns/<int:pk>/", returns.detail, name="return"),
    path("returns/<int:pk>/export/", returns.export, name="return_export"),
    path("returns/<int:pk>/revise/", returns.revise, name="return_revise"),
]
board_urls = [
    path("", boards.overview, name="overview"),
    path("rows/", boards.rows, name="rows"),
    path("export/", boards.export, name="export"),
    path("freeze/", boards.freeze, name="freeze"),
    # Last, since a region's code could be anything.
    path("<slug:code>/", boards.region, name="region"),
    path("<slug:code>/panel/<slug:name>/", panels.panel, name="panel"),
    path("<slug:code>/money/", kept.money, name="kept_money"),
    path("<slug:code>/alerts/", kept.alerts, name="alerts_on"),
    path("<slug:code>/quantities/", panels.quantities, name="quantities"),
]
urlpatterns = [*bulletin_urls, *alert_urls, *return_urls, *board_urls]
