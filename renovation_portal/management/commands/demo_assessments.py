"""Add simulated assessments to the demonstration."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from renovation_portal.demo.assessing import load_assessments


class Command(BaseCommand):
    """Assess two years of the demonstration; refused in production."""

    help = "Add simulated assessments to the demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them and say how many."""
        if settings.PRODUCTION:
            raise CommandError("Simulated data is refused in production.")
        made = load_assessments()
        if options["verbosity"]:
            self.stdout.write(f"assessments: {made} made")
