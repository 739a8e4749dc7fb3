"""Write the year under way and the next into the demonstration, in all four stages."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from renovation_portal.demo import living
from renovation_portal.management.refusals import findings_told


class Command(BaseCommand):
    """Write the living years once; running it again leaves them as they have been worked on."""

    help = "Load the year under way and the next into the demonstration province."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them and say how many communities there are."""
        with findings_told():
            count = living.load()
        if count and options["verbosity"]:
            self.stdout.write(
                _("%(count)d communities of the year under way and the next loaded.") % {"count": count}
            )
