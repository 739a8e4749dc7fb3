"""The records app: versioned rows with history, one write path, checks, columns."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """Loads every app's rules, so that each path meets the same ones."""

    name = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        """Import the registries of every app: importing one fills it."""
        autodiscover_modules("checks", "locks", "followers", "gates", "pardons")
