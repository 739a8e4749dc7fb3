"""Write the money of the demonstration's projects: batches, allotments and what became of them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from renovation_portal.demo import money
from renovation_portal.management.refusals import findings_told


class Command(BaseCommand):
    """Write the money once; running it again leaves it as it has been worked on."""

    help = "Load the money of the demonstration's projects."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it and say how many rows there are."""
        with findings_told():
            count = money.load()
        if count and options["verbosity"]:
            self.stdout.write(_("%(count)d rows about money loaded.") % {"count": count})
