"""Write the money of the demonstration's projects: batches, allotments and what became of them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from records.services import NothingWritten
from renovation_portal.demo import money


class Command(BaseCommand):
    """Write the money once; running it again leaves it as it has been worked on."""

    help = "Load the money of the demonstration's projects."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it and say how many rows there are."""
        try:
            count = money.load()
        except NothingWritten as broken:
            lines = [
                f"{found.row} {finding.field}: {finding.message}"
                for found in broken.outcomes
                for finding in found.findings
                if not found.writes
            ]
            raise CommandError("\n".join(lines[:20])) from broken
        if count and options["verbosity"]:
            self.stdout.write(_("%(count)d rows about money loaded.") % {"count": count})
