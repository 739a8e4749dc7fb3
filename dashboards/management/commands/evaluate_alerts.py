"""Evaluate the alert rules now, in this process."""

from typing import Any

from django.core.management.base import BaseCommand

from dashboards.alerts.evaluating import evaluate
from dashboards.snapshots import province


class Command(BaseCommand):
    """Look by every rule and open, raise, lower and close alerts, as the nightly job does."""

    help = "Evaluate the alert rules."

    def handle(self, *args: Any, **options: Any) -> None:
        """Evaluate as of today."""
        counts = evaluate(province())
        if options["verbosity"]:
            self.stdout.write(" ".join(f"{name}={value}" for name, value in counts.as_dict().items()))
