"""The kinds of cells of projects and plans, and the year rows without one belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.columns import CellWidget, ChoiceWidget, Column, Context, DateWidget, Entry, NumberWidget
from records.parsing import CellError, read_date, tidy


class Answer(models.TextChoices):
    """Yes or no, as a cell says it."""

    YES = "yes", gettext_lazy("yes")
    NO = "no", gettext_lazy("no")


class YesNoWidget(ChoiceWidget):
    """A yes or no that is stored as such."""

    def __init__(self) -> None:
        aliases = {"√": "yes", "有": "yes", "1": "yes", "true": "yes", "×": "no", "无": "no", "0": "no"}
        super().__init__(Answer, {**aliases, "false": "no"})

    def read(self, raw: Any, column: Column, factor: Decimal, context: Context) -> Any:
        """Return True or False."""
        if isinstance(raw, bool):
            return raw
        return super().read(raw, column, factor, context) == Answer.YES

    def text(self, value: Any, context: Context) -> str:
        """Return 是 or 否."""
        return str((Answer.YES if value else Answer.NO).label)


YES_NO = YesNoWidget()
MONTH_SHAPE = re.compile(r"^((?:19|20)\d{2})[-/.年]?(\d{1,2})月?$")
DAY = DateWidget()
FEN = NumberWidget(kind="money", shown_places=2)
PER_CENT = NumberWidget(places=2, kind="percent")
QUANTITY = NumberWidget(places=2, kind="decimal")


def default_year(entries: Sequence[Entry], context: Context, name: str, key: str) -> None:
    """Give new rows without a year the year the work is for; say so where there is none."""
    for entry in entries:
        if entry.values.get(name) is None and not entry.failed(key):
            if context.year is None:
                entry.fail(key, CellError("no_year", _("The plan year is missing."), _("Choose a year.")))
            else:
                entry.values[name] = context.year


class MonthWidget(CellWidget):
    """Months, stored as their first day: 2026-10, 2026年10月, or any day of the month."""

    kind = "text"

    def read(self, raw: Any, column: Column, factor: Decimal, context: Context) -> date:
        """Return the first day of the month."""
        match = MONTH_SHAPE.match(tidy(str(raw))) if isinstance(raw, str | int) else None
        if match and 1 <= int(match[2]) <= 12:
            return date(int(match[1]), int(match[2]), 1)
        try:
            return read_date(raw, date1904=context.date1904).replace(day=1)
        except CellError as problem:
            raise CellError(
                "not_a_month",
                _("«%(text)s» is not a month.") % {"text": str(raw)[:40]},
                _("Write it as 2020-03."),
            ) from problem

    def text(self, value: Any, context: Context) -> str:
        """Return 2020-03."""
        return f"{value:%Y-%m}"


MONTH = MonthWidget()
