"""Add the returns that are not there yet."""

from typing import Any

from django.core.management.base import BaseCommand

from dashboards.returns.loading import load_returns


class Command(BaseCommand):
    """Load the returns that come with the portal; what staff have made stays as it is."""

    help = "Add missing returns."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the packaged definitions."""
        added = load_returns()
        if options["verbosity"]:
            self.stdout.write(f"returns: {added} added")
