"""The ledgers app: grid and workbook over every app's columns."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgersConfig(AppConfig):
    """Grid, workbook pipeline and import batches."""

    name = "ledgers"
    verbose_name = _("Ledgers")

    def ready(self) -> None:
        """Make the ledgers of ad-hoc tables known."""
        import_module("ledgers.dispatching.columns")
