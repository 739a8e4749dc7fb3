"""Add the allocation rules that are not there yet."""

from typing import Any

from django.core.management.base import BaseCommand

from assessments.allocation_data import load_allocation_rules


class Command(BaseCommand):
    """Load the allocation rules that come with the portal; revised ones stay as they are."""

    help = "Add missing allocation rules."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the packaged rules."""
        added = load_allocation_rules()
        if options["verbosity"]:
            self.stdout.write(f"allocation rules: {added} added")
