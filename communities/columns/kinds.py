"""The kinds of cells that several ledgers share."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy, pgettext

from records.columns import CellWidget, Column, Context, DateWidget, NumberWidget, TextWidget, YearWidget
from records.parsing import CellError, search_key

COUNT = NumberWidget()
SQUARE_METRES = NumberWidget(places=2, kind="decimal")
DEGREES = NumberWidget(places=6, kind="decimal")
FACTOR = NumberWidget(places=6, kind="decimal")
MONEY_YUAN = NumberWidget(kind="money", shown_places=2)
TEXT = TextWidget()
YEAR = YearWidget()
DAY = DateWidget()


class FlagWidget(CellWidget):
    """Yes or no."""

    kind = "choice"
    _KNOWN = {
        **dict.fromkeys(("是", "yes", "y", "true", "1", "√", "✓", "有"), True),
        **dict.fromkeys(("否", "no", "n", "false", "0", "×", "无"), False),
    }

    def read(self, raw: Any, column: Column, factor: Decimal, context: Context) -> bool:
        """Return whether the cell says yes; raise CellError for anything that is neither."""
        found = self._KNOWN.get(search_key(str(raw)), self._KNOWN.get(str(raw).strip().casefold()))
        if found is None:
            raise CellError(
                "not_a_choice",
                pgettext("flag", "«%(text)s» is neither yes nor no.") % {"text": str(raw)[:40]},
                pgettext("flag", "Write yes or no."),
            )
        return found

    def text(self, value: Any, context: Context) -> str:
        """Return yes or no in the present language."""
        return pgettext("flag", "yes") if value else pgettext("flag", "no")

    def choices(self, context: Context) -> list[str]:
        """Return both words."""
        return [pgettext("flag", "yes"), pgettext("flag", "no")]


FLAG = FlagWidget()


def remark_column(group: str = "other", more: Sequence[str] = ()) -> Column:
    """Return the column of remarks that every ledger ends with; ``more`` are further headers it goes by."""
    aliases = ("备注", "说明", *more)
    return Column("remark", gettext_lazy("Remark"), TEXT, group=group, width=200, aliases=aliases)
