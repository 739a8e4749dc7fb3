"""Bring the embedded portal's data up to date before it serves: tables, reference data, demonstration data.

One process for all of it, because starting Django costs more than any of the steps on a second start.
"""

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

ACCOUNTS_FILE = "demo-accounts.txt"
#: Place, address and code of one household's slip: only hashes are in the database.
SLIP_FILE = "demo-resident.txt"


def prepare(var: Path) -> None:
    """Migrate, load what is missing, and write the table of demonstration accounts into ``var``."""
    # Files are served from their sources here; the server still warns without the folder for collected ones.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("load_reference")
    call_command("sync_timetable", verbosity=0)
    call_command("load_demo")
    call_command("demo_bulletin")
    call_command("demo_living")
    call_command("demo_money")
    keep(var / ACCOUNTS_FILE, "demo_accounts")
    call_command("demo_consultations")
    # Scores are made of everything above.
    call_command("demo_assessments")
    call_command("demo_allocation")
    call_command("demo_dispatches")
    call_command("demo_alerts")
    if not (var / SLIP_FILE).exists():
        keep(var / SLIP_FILE, "demo_consultations", slip=True)


def keep(path: Path, command: str, **options: bool) -> None:
    """Write what a command prints into a file that nobody else on the machine may read."""
    path.touch(mode=0o600)
    with path.open("w", encoding="utf-8") as file:
        call_command(command, stdout=file, **options)


def main() -> int:
    """Run the command with the folder for variable files as its argument."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "renovation_portal.settings")
    django.setup()
    try:
        prepare(Path(sys.argv[1]))
    except CommandError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
