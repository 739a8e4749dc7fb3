"""Send out two ad-hoc tables in the demonstration, answered by most units."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from renovation_portal.demo import asking
from renovation_portal.management.refusals import findings_told


class Command(BaseCommand):
    """Send them out once; running it again leaves them as they have been worked on."""

    help = "Send out two ad-hoc tables in the demonstration province."

    def handle(self, *args: Any, **options: Any) -> None:
        """Send them out and say how many there are."""
        with findings_told():
            count = asking.load()
        if count and options["verbosity"]:
            self.stdout.write(_("%(count)d ad-hoc tables sent out.") % {"count": count})
