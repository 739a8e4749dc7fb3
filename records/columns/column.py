"""One column of a ledger."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export import fields

from records.columns.widgets import CLEAR, CellWidget, Context, NumberWidget
from records.headers import normalise_header
from records.marks import CLEAR_TOKENS, MARK_LABELS, MARK_TOKENS, Mark
from records.parsing import (
    ERROR_VALUES,
    CellError,
    search_key,
    tidy,
)
from records.units import Unit

Text = str | Promise


class Column(fields.Field):
    """One column of a ledger.

    ``attribute`` is the stored attribute.  A column with ``lookup`` shows a value of a related row instead;
    it helps to recognise a new row (``Entry.related``) and is otherwise only shown.
    """

    # Whether its cells may wait, but are asked for before the rows are handed in.
    asked = False

    def __init__(
        self,
        attribute: str | None,
        header: Text,
        widget: CellWidget,
        *,
        group: str,
        aliases: Sequence[str] = (),
        unit: Unit | None = None,
        lookup: str = "",
        required: bool = False,
        readonly: bool = False,
        frozen: bool = False,
        marks: bool = False,
        total: str = "none",
        width: int = 90,
        help: Text = "",
        moving: bool = False,
    ) -> None:
        # The library reads headers with force_str, so that a lazy translation is as good as text.
        name: Any = header
        super().__init__(attribute=attribute or lookup, column_name=name, widget=widget, readonly=readonly)
        self.key = ""
        self.header = header
        self.cell = widget
        self.stored = attribute
        self.lookup = lookup
        self.group = group
        self.aliases = tuple(aliases)
        self.unit = unit
        self.required = required
        self.frozen = frozen
        self.marks = marks
        self.total = total
        self.width = width
        self.help = help
        # A number of another ledger, which goes on changing: what an uploaded file says about it is no edit.
        self.moving = moving

    @property
    def name(self) -> str:
        """Return the key of this column's value in a row."""
        return self.stored or self.key

    @cached_property
    def spellings(self) -> frozenset[str]:
        """Return every normalised header that means this column, in both languages."""
        known = {self.key, *self.aliases}
        for language in ("zh-hans", "en"):
            with override(language):
                known.add(str(self.header))
        return frozenset(search_key(normalise_header(text)[0]) for text in known)

    @property
    def title(self) -> str:
        """Return the header with its unit, as templates and exports print it: 建筑面积(㎡)."""
        return f"{self.header}({self.unit.shown})" if self.unit else str(self.header)

    @property
    def factor(self) -> Decimal:
        """Return the worth of the shown unit in stored units."""
        return self.unit.factors[self.unit.shown] if self.unit else Decimal(1)

    def read(self, raw: Any, context: Context, factor: Decimal | None = None) -> Any:
        """Return a cell's value: None when blank, a Mark, CLEAR, or the stored value; raise CellError."""
        if raw is None:
            return None
        if isinstance(raw, str):
            text = tidy(raw)
            if not text:
                return None
            if text in ERROR_VALUES:
                raise CellError(
                    "error_value",
                    _("The cell holds the error %(text)s.") % {"text": text},
                    _("Mend the formula."),
                )
            folded = text.casefold()
            if folded in CLEAR_TOKENS:
                return CLEAR
            if self.marks and folded in MARK_TOKENS:
                return MARK_TOKENS[folded]
        return self.cell.read(raw, self, self.factor if factor is None else factor, context)

    def text(self, value: Any, context: Context) -> str:
        """Return the canonical text of a value in the shown unit."""
        if value is None:
            return ""
        if isinstance(value, Mark):
            return str(MARK_LABELS[value])
        if isinstance(self.cell, NumberWidget):
            return plain_number(self.cell.shown(value, self.factor), self.cell.places)
        return self.cell.text(value, context)

    def display(self, value: Any, context: Context) -> str:
        """Return the text of a value as tables print it: numbers with thousands separators."""
        text = self.text(value, context)
        if not isinstance(self.cell, NumberWidget) or value is None or isinstance(value, Mark):
            return text
        whole, point, places = text.partition(".")
        return f"{int(whole):,}{point}{places}"

    def typed(self, value: Any, context: Context) -> Any:
        """Return what a workbook cell holds for a value, in the shown unit."""
        if value is None or isinstance(value, Mark):
            return self.text(value, context)
        if isinstance(self.cell, NumberWidget):
            shown = self.cell.shown(value, self.factor)
            return int(shown) if shown == shown.to_integral_value() else shown
        return self.cell.typed(value, context)


def plain_number(number: Decimal, places: int | None) -> str:
    """Return a number without exponent or thousands: with its fixed places, else without trailing zeros."""
    if places is not None:
        return f"{number:.{places}f}"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
