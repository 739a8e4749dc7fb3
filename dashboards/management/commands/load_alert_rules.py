"""Add the alert rules that are not there yet."""

from typing import Any

from django.core.management.base import BaseCommand

from dashboards.alerts.loading import load_alert_rules


class Command(BaseCommand):
    """Load the alert rules that come with the portal; edited ones stay as they are."""

    help = "Add missing alert rules."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the packaged table."""
        added = load_alert_rules()
        if options["verbosity"]:
            self.stdout.write(f"alert rules: {added} added")
