"""Add the limits of the plausibility checks that are not there yet."""

from typing import Any

from django.core.management.base import BaseCommand

from records.limits import load_limits_file


class Command(BaseCommand):
    """Load the limits that come with the portal; edited ones stay as they are."""

    help = "Add missing limits of the plausibility checks."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the packaged table."""
        added = load_limits_file()
        if options["verbosity"]:
            self.stdout.write(f"limits: {added} added")
