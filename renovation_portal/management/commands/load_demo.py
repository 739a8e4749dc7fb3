"""Load the demonstration province: published totals of Jilin for 2019–2022, simulated rows below them."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from renovation_portal.demo.loading import Loaded, Presence, RefusedInProductionError, load
from renovation_portal.management.refusals import findings_told


class Command(BaseCommand):
    """Load the demonstration once; running it again changes nothing."""

    help = "Load the demonstration province (never in production)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the demonstration, or say why not."""
        began = time.monotonic()
        try:
            with findings_told():
                loaded = load()
        except RefusedInProductionError as refusal:
            raise CommandError(
                _("Simulated data is never loaded in production (PORTAL_ENV=production).")
            ) from refusal
        if options["verbosity"]:
            self.stdout.write(self._sentence(loaded, time.monotonic() - began))

    def _sentence(self, loaded: Loaded, seconds: float) -> str:
        if loaded.found is Presence.DEMO:
            return _("The demonstration data is already there.")
        if loaded.found is Presence.OWN:
            return _("The ledgers hold rows of your own: the demonstration data is not loaded.")
        return _(
            "Demonstration data loaded in %(seconds)s s: %(communities)d communities, "
            "%(buildings)d buildings, %(plans)d annual plans, %(projects)d projects."
        ) % {
            "seconds": f"{seconds:.1f}",
            "communities": loaded.communities,
            "buildings": loaded.buildings,
            "plans": loaded.plans,
            "projects": loaded.projects,
        }
