"""Bring beat's schedule in line with the timetable in code."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from jobs.timetable import sync


class Command(BaseCommand):
    """Run at each start and deployment; a second run changes nothing."""

    help = "Bring the periodic tasks in the database in line with the timetable in code."

    def handle(self, *args: Any, **options: Any) -> None:
        """Sync and say what changed."""
        changed = sync(import_string(settings.JOBS_TIMETABLE))
        if options["verbosity"]:
            self.stdout.write(f"Timetable: {', '.join(changed) if changed else 'no change'}.")
