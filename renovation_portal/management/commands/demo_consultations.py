"""Write three hearings of residents into the demonstration, and print a slip for one household."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from renovation_portal.demo import hearings
from renovation_portal.management.refusals import findings_told


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
        with findings_told():
            count = hearings.load()
        if count and options["verbosity"]:
            self.stdout.write(_("%(count)d consultations loaded.") % {"count": count})
