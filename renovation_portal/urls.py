"""Every address of the portal, app by app."""

from django.urls import include, path

from renovation_portal import health, views

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/", include("accounts.urls")),
    path("ledgers/", include("ledgers.urls")),
    path("dashboards/", include("dashboards.urls")),
    path("jobs/", include("jobs.urls")),
    path("api/", include("renovation_portal.api")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler500 = "renovation_portal.views.server_error"
