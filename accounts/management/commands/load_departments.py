"""Add the departments and utilities that are not there yet."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.departments import load_departments


class Command(BaseCommand):
    """Load the departments that come with the portal; edited ones stay as they are."""

    help = "Add missing departments and utilities."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the packaged table."""
        added = load_departments()
        if options["verbosity"]:
            self.stdout.write(f"departments: {added} added")
