"""The dashboards app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    """Dashboards, frozen snapshots and bulletins: the same numbers on screen and on paper."""

    name = "dashboards"
    verbose_name = _("dashboards")

    def ready(self) -> None:
        """Register what assessments ask of the rollups."""
        import_module("dashboards.formulas")
