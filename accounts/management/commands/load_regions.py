"""Load the tree of regions from its table."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.regions import DEFAULT_FILE, RegionTableError, load_regions, read_region_table


class Command(BaseCommand):
    """Create or update the regions; safe to run again at any time."""

    help = "Load the regions of a province (Jilin unless --file names another table)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Accept another province's table, or one that adds streets and neighbourhoods."""
        parser.add_argument("--file", type=Path, default=DEFAULT_FILE, help="CSV table of regions")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the table and say what changed; refuse a table that is no tree."""
        try:
            result = load_regions(read_region_table(options["file"]))
        except FileNotFoundError as error:
            raise CommandError(f"There is no file {options['file']}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{options['file']} is not UTF-8.") from error
        except RegionTableError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"] > 0:
            self.stdout.write(
                f"Regions: {len(result.created)} created, {len(result.changed)} changed, "
                f"{len(result.unchanged)} unchanged."
            )
