"""Load the schemes and grades that come with the portal."""

from typing import Any

from django.core.management.base import BaseCommand

from assessments.scheme_data import load_schemes_files


class Command(BaseCommand):
    """Add what is not there yet; adopted schemes stay as they are."""

    help = "Load the assessment schemes and the sets of grades."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and say how many schemes were added."""
        added = load_schemes_files()
        if options["verbosity"]:
            self.stdout.write(f"schemes added: {added}")
