"""The assessments app: how well a unit did in a year, and what that is worth in the next one."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    """Schemes, scores, grades and appeals; allocation rules and runs."""

    name = "assessments"
    verbose_name = _("Assessment and allocation")

    def ready(self) -> None:
        """Register the formulas of indicators."""
        for module in ("projects", "residents", "money"):
            import_module(f"assessments.formulas.{module}")
