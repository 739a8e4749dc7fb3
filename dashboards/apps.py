"""The dashboards app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    """Dashboards, frozen snapshots and bulletins: the same numbers on screen and on paper."""

    name = "dashboards"
    verbose_name = _("dashboards")
