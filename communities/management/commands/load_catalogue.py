"""Add the works catalogue that is not there yet."""

from typing import Any

from django.core.management.base import BaseCommand

from communities.catalogue import load_catalogue


class Command(BaseCommand):
    """Load taxonomies, standards and items that come with the portal; edited ones stay as they are."""

    help = "Add missing parts of the works catalogue."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the packaged tables."""
        added = load_catalogue()
        if options["verbosity"]:
            self.stdout.write(f"works catalogue: {added} added")
