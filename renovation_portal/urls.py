"""Every address of the portal, app by app."""

from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from projects.views import cards
from renovation_portal import health, views

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/", include("accounts.urls")),
    path("ledgers/", include("ledgers.urls")),
    path("dashboards/", include("dashboards.urls")),
    path("projects/", include("projects.urls")),
    path("communities/", include("communities.urls")),
    path("consultations/", include("consultations.staff_urls")),
    path("households/", include("consultations.household_urls")),
    path("funding/", include("funding.urls")),
    path("assessments/", include("assessments.urls")),
    path("allocation/", include("assessments.allocation_urls")),
    path("jobs/", include("jobs.urls")),
    path("files/", include("records.urls")),
    path("limits/", include("records.limit_urls")),
    path("api/", include("renovation_portal.api")),
    # Django's own view answers every method with a redirect.
    path("i18n/setlang/", require_POST(set_language), name="set_language"),
    # Stands on notices and slips: short, and never changed.
    path("p/", include("consultations.urls")),
    # Stands on buildings as a QR code: short, and never changed.
    path("c/<slug:token>/", cards.public, name="building_card"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "renovation_portal.views.bad_request"
handler404 = "renovation_portal.views.not_found"
handler500 = "renovation_portal.views.server_error"
