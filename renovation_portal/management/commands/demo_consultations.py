"""Write three hearings of residents into the demonstration, and print a slip for one household."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from records.services import NothingWritten
from renovation_portal.demo import hearings


class Command(BaseCommand):
    """Write the hearings once; running it again leaves them as they have been worked on."""

    help = "Load three consultations into the demonstration: finished, open, voted down."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the slip alone."""
        parser.add_argument("--slip", action="store_true", help="print a new slip for one household")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them and say how many there are, or print place, address and code of a slip by tabs."""
        if options["slip"]:
            slip = hearings.demo_slip()
            if slip is not None:
                self.stdout.write("\t".join(slip))
            return
        try:
            count = hearings.load()
        except NothingWritten as broken:
            lines = [
                f"{found.row} {finding.field}: {finding.message}"
                for found in broken.outcomes
                for finding in found.findings
                if not found.writes
            ]
            raise CommandError("\n".join(lines[:20])) from broken
        if count and options["verbosity"]:
            self.stdout.write(_("%(count)d consultations loaded.") % {"count": count})
