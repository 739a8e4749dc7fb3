"""Addresses of the ledgers: the grid, the plain rows, the workbook."""

from django.urls import path

from ledgers.views import dispatch, dispatch_table, downloads, grid, health, imports, rows

app_name = "ledgers"

grid_urls = [
    path("<slug:slug>/", grid.page, name="grid"),
    path("<slug:slug>/grid/rows/", grid.rows, name="grid_rows"),
    path("<slug:slug>/grid/save/", grid.save, name="grid_save"),
    path("<slug:slug>/grid/preview/", grid.preview, name="grid_preview"),
    path("<slug:slug>/grid/confirm/", grid.confirm, name="grid_confirm"),
    path("<slug:slug>/grid/history/", grid.history, name="grid_history"),
    path("<slug:slug>/grid/changes/", grid.changes, name="grid_changes"),
    path("<slug:slug>/grid/views/", grid.views, name="grid_views"),
]
row_urls = [
    path("<slug:slug>/rows/", rows.rows, name="rows"),
    path("<slug:slug>/rows/new/", rows.row_new, name="row_new"),
    path("<slug:slug>/rows/<int:pk>/", rows.row, name="row"),
]
import_urls = [
    path("imports/", imports.history, name="imports"),
    path("imports/<int:pk>/", imports.batch, name="batch"),
    path("imports/<int:pk>/mapping/", imports.mapping, name="batch_mapping"),
    path("imports/<int:pk>/choose/", imports.choose, name="batch_choose"),
    path("imports/<int:pk>/commit/", imports.commit, name="batch_commit"),
    path("imports/<int:pk>/undo/", imports.undo, name="batch_undo"),
    path("imports/<int:pk>/file/", imports.source, name="batch_file"),
    path("<slug:slug>/import/", imports.upload, name="upload"),
]
download_urls = [
    path("<slug:slug>/template/", downloads.template_file, name="template"),
    path("<slug:slug>/export/", downloads.export_file, name="export"),
    path("imports/<int:pk>/errors/", downloads.error_file, name="error_workbook"),
]
health_urls = [
    path("health/", health.page, name="health"),
    path("health/run/", health.run, name="health_run"),
    path("health/close/", health.close, name="health_close"),
    path("health/export/", health.export, name="health_export"),
]
dispatch_urls = [
    path("dispatches/", dispatch.dispatches, name="dispatches"),
    path("dispatches/new/", dispatch.dispatch_new, name="dispatch_new"),
    path("dispatches/<int:pk>/", dispatch.dispatch, name="dispatch"),
    path("dispatches/<int:pk>/edit/", dispatch.dispatch_edit, name="dispatch_edit"),
    path("dispatches/<int:pk>/submit/", dispatch.dispatch_submit, name="dispatch_submit"),
    path("dispatches/<int:pk>/return/", dispatch.dispatch_return, name="dispatch_return"),
    path("dispatches/<int:pk>/remind/", dispatch.dispatch_remind, name="dispatch_remind"),
    path("dispatches/<int:pk>/due/", dispatch.dispatch_due, name="dispatch_due"),
    path("dispatches/<int:pk>/close/", dispatch.dispatch_close, name="dispatch_close"),
    path("dispatches/<int:pk>/table/", dispatch_table.compiled, name="dispatch_table"),
    path("dispatches/<int:pk>/table/export/", dispatch_table.export, name="dispatch_export"),
]
urlpatterns = [
    path("", grid.index, name="index"),
    *dispatch_urls,
    *import_urls,
    *health_urls,
    *download_urls,
    *row_urls,
    *grid_urls,
]
