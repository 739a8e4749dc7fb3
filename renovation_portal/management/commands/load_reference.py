"""Load the reference data of every app: what the portal knows before anybody has entered a row."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

# In this order: later tables name rows of earlier ones.
LOADERS = (
    "load_regions",
    "load_limits",
    "load_calendars",
    "load_care_models",
    "load_departments",
    "load_catalogue",
    "load_notice_rules",
    "load_vote_rules",
    "load_schemes",
    "load_sources",
    "load_alert_rules",
    "load_allocation_rules",
    "load_returns",
)


class Command(BaseCommand):
    """Run every app's loader; each may run again at any time."""

    help = "Load regions and the other reference data."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the loaders in their order."""
        for loader in LOADERS:
            call_command(loader, verbosity=options["verbosity"], stdout=self.stdout)
