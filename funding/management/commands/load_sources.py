"""Add the sources of money that are not there yet."""

from typing import Any

from django.core.management.base import BaseCommand

from funding.source_data import load_sources


class Command(BaseCommand):
    """Load the sources of money that come with the portal; edited ones stay as they are."""

    help = "Add missing sources of money."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the packaged table."""
        added = load_sources()
        if options["verbosity"]:
            self.stdout.write(f"sources of money: {added} added")
