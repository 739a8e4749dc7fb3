"""Measure workbook, grid, dashboards and residents' pages, and print what was aimed at."""

from __future__ import annotations

import os
import signal
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from renovation_portal.bench import assessment, boards, grid, residents, workbook
from renovation_portal.bench.meter import BenchError, Clock
from renovation_portal.bench.report import Section
from renovation_portal.bench.scratch import pristine_database

PARTS = ("workbook", "grid", "dashboards", "assessment", "residents")
MOST_SECONDS = 900


class Command(BaseCommand):
    """Measure in a scratch database beside the portal's own; succeeds whether or not the aims are met."""

    help = "Measure workbook, grid, dashboards and residents' pages against their aims."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Choose a part, and sizes other than those the aims are about."""
        parser.add_argument("part", nargs="?", choices=PARTS, help="one part only; all without it")
        parser.add_argument("--rows", type=int, default=20_000, help="rows of the workbook (20000)")
        parser.add_argument("--grid-rows", type=int, default=grid.ROWS, help="rows of the grid (2000)")
        parser.add_argument(
            "--projects", type=int, default=220_000, help="projects of the dashboards (220000)"
        )
        parser.add_argument(
            "--units", type=int, default=assessment.UNITS, help="units that are assessed (2800)"
        )
        parser.add_argument(
            "--events", type=int, default=3_000_000, help="money events of the dashboards (3000000)"
        )
        parser.add_argument("--seconds", type=int, default=120, help="seconds of the residents' rush (120)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure and print; raises CommandError in production and when a measurement breaks off."""
        if settings.PRODUCTION:
            raise CommandError("Measuring makes databases and fills processors: not in production.")
        # A measurement that is told to stop still removes its database.
        signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))
        clock = Clock(MOST_SECONDS)
        try:
            with pristine_database():
                for part in [options["part"]] if options["part"] else PARTS:
                    for section in self._measure(part, options, clock):
                        self._print(section)
        except BenchError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            f"CPU seconds are this machine's work for the portal alone; load average {os.getloadavg()[0]:.1f}"
            f" on {os.cpu_count()} processors."
        )

    def _measure(self, part: str, options: dict[str, Any], clock: Clock) -> list[Section]:
        if part == "workbook":
            return [workbook.measure(options["rows"], clock)]
        if part == "grid":
            return [grid.measure(options["grid_rows"], clock)]
        if part == "assessment":
            return [assessment.measure(options["units"], clock)]
        if part == "residents":
            return residents.measure(options["seconds"], clock)
        return boards.measure(options["projects"], options["events"], clock)

    def _print(self, section: Section) -> None:
        for line in section.lines():
            self.stdout.write(line)
        self.stdout.write("")
        self.stdout.flush()
