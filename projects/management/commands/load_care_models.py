"""Add the models of post-management that are not there yet."""

from typing import Any

from django.core.management.base import BaseCommand

from projects.care_data import load_care_models


class Command(BaseCommand):
    """Load the care models that come with the portal; edited ones stay as they are."""

    help = "Add missing care models."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the packaged table."""
        added = load_care_models()
        if options["verbosity"]:
            self.stdout.write(f"care models: {added} added")
