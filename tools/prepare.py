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
    accounts = var / ACCOUNTS_FILE
    accounts.touch(mode=0o600)
    with accounts.open("w", encoding="utf-8") as table:
        call_command("demo_accounts", stdout=table)


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
