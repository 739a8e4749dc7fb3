"""The records app: versioned rows with history, one write path, checks, columns."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """Loads every app's checks and locks, so that each path meets the same rules."""

    name = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        """Import ``checks`` and ``locks`` of every app: importing registers them."""
        autodiscover_modules("checks", "locks")
