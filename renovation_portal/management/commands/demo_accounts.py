"""Make the demonstration accounts and print them as a table."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from renovation_portal.demo.cast import PASSWORD, NoDemoDataError, Seat, State, seat_cast
from renovation_portal.demo.loading import RefusedInProductionError


class Command(BaseCommand):
    """Make the accounts once; running it again prints them."""

    help = "Make the demonstration accounts and print login name, password, role and what to try."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the table, or say why there is none."""
        try:
            seats = seat_cast()
        except RefusedInProductionError as refusal:
            raise CommandError(
                _("Demonstration accounts are never made in production (PORTAL_ENV=production).")
            ) from refusal
        except NoDemoDataError:
            self.stdout.write(_("No demonstration data, so no demonstration accounts."))
            return
        heading = (_("Login name"), _("Password"), _("Who it is"), _("What to try"))
        self.stdout.write(table([heading, *(_row(seat) for seat in seats)]))


def _row(seat: Seat) -> tuple[str, ...]:
    passwords = {
        State.READY: PASSWORD,
        State.CHANGED: _("(changed)"),
        State.CLOSED: _("(closed)"),
        State.TAKEN: _("(an account of your own)"),
    }
    member = seat.member
    who = f"{seat.region} · {member.role.label} · {member.display_name}"
    return (member.username, passwords[seat.state], who, str(member.task))


def table(rows: list[tuple[str, ...]]) -> str:
    """Return rows as columns that stand straight in a terminal, where a Chinese character is two wide."""
    widths = [max(_width(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
