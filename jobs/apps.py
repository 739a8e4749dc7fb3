"""The jobs app: background runs that survive a crash and happen once."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Job rows, their claims and their sweeper."""

    name = "jobs"
    verbose_name = _("Background work")
