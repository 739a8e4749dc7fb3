"""Add the calendars that are not there yet: holidays, seasons, deadlines, times of steps."""

from typing import Any

from django.core.management.base import BaseCommand

from projects.calendar_data import load_calendars


class Command(BaseCommand):
    """Load the calendars that come with the portal; edited ones stay as they are."""

    help = "Add missing holidays, seasons, deadlines and times of steps."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the packaged tables."""
        for name, added in load_calendars().items():
            if options["verbosity"]:
                self.stdout.write(f"{name}: {added} added")
