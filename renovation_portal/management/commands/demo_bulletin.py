"""Leave the draft of one bulletin, so that the bulletin pages have something to show at once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from dashboards import bulletins
from renovation_portal.demo.loading import Presence, presence

# The month whose published start rate, 16.1 %, stands in the README.
PLAN_YEAR, YEAR, MONTH = 2020, 2020, 6


class Command(BaseCommand):
    """Make the draft once; running it again leaves it, edited or issued, as it is."""

    help = "Make the draft bulletin of June 2020 for the demonstration province."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the draft; without the demonstration do nothing."""
        if presence() is Presence.DEMO:
            bulletins.make(plan_year=PLAN_YEAR, year=YEAR, month=MONTH)
