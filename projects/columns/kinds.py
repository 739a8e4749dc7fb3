"""The kinds of cells of projects and plans, and the year rows without one belong to."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from records.columns import ChoiceWidget, Column, Context, DateWidget, Entry, NumberWidget
from records.parsing import CellError


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
