"""Every address of the portal, app by app."""

from django.urls import include, path
from django.views.decorators.http import require_safe

from renovation_portal import views

urlpatterns = [
    path("", require_safe(views.home), name="home"),
    path("accounts/", include("accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
