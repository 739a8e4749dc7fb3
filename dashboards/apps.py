"""The dashboards app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    """Dashboards, frozen snapshots and bulletins: the same numbers on screen and on paper."""

    name = "dashboards"
    verbose_name = _("dashboards")

    def ready(self) -> None:
        """Register what assessments ask of the rollups, and the ways of looking for alerts."""
        import_module("dashboards.formulas")
        import_module("dashboards.alerts.ways")
