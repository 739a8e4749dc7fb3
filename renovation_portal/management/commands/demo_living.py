"""Write the year under way and the next into the demonstration, in all four stages."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from records.services import NothingWritten
from renovation_portal.demo import living


class Command(BaseCommand):
    """Write the living years once; running it again leaves them as they have been worked on."""

    help = "Load the year under way and the next into the demonstration province."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them and say how many communities there are."""
        try:
            count = living.load()
        except NothingWritten as broken:
            lines = [
                f"{found.row} {finding.field}: {finding.message}"
                for found in broken.outcomes
                for finding in found.findings
                if not found.writes
            ]
            raise CommandError("\n".join(lines[:20])) from broken
        if count and options["verbosity"]:
            self.stdout.write(
                _("%(count)d communities of the year under way and the next loaded.") % {"count": count}
            )
