"""The kinds of cells of projects and plans, and the year rows without one belong to."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from records.columns import Context, DateWidget, Entry, NumberWidget
from records.parsing import CellError

DAY = DateWidget()
FEN = NumberWidget(kind="money", shown_places=2)
PER_CENT = NumberWidget(places=2, kind="percent")


def default_year(entries: Sequence[Entry], context: Context, name: str, key: str) -> None:
    """Give new rows without a year the year the work is for; say so where there is none."""
    for entry in entries:
        if entry.values.get(name) is None and not entry.failed(key):
            if context.year is None:
                entry.fail(key, CellError("no_year", _("The plan year is missing."), _("Choose a year.")))
            else:
                entry.values[name] = context.year
