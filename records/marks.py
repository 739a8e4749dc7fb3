"""Blank, zero, 不适用 and 未知 are four different answers; the last two are marks."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

# What a field of a row can hold once parsed.  None is blank: nobody has answered yet.
Scalar: TypeAlias = str | int | Decimal | date | datetime | bool | None


class Mark(StrEnum):
    """An answer that is not a value."""

    UNKNOWN = "unknown"
    NOT_APPLICABLE = "na"


Value: TypeAlias = Scalar | Mark

MARK_LABELS = {Mark.UNKNOWN: _("unknown"), Mark.NOT_APPLICABLE: _("n/a")}

# How each mark may be typed, in either language of the interface.
MARK_TOKENS: dict[str, Mark] = {
    "未知": Mark.UNKNOWN,
    "不详": Mark.UNKNOWN,
    "不清楚": Mark.UNKNOWN,
    "unknown": Mark.UNKNOWN,
    "不适用": Mark.NOT_APPLICABLE,
    "无此项": Mark.NOT_APPLICABLE,
    "n/a": Mark.NOT_APPLICABLE,
    "na": Mark.NOT_APPLICABLE,
}

# Typed into a workbook cell to empty it: a blank cell there means "leave as it is".
CLEAR_TOKENS = frozenset({"清空", "clear"})
CLEAR_LABEL = _("clear")


def plain(value: Value) -> Scalar:
    """Return the value, or None where there is only a mark."""
    return None if isinstance(value, Mark) else value
