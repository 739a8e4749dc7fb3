"""Days and months in words, as documents and pages write them in the reader's language."""

from __future__ import annotations

from datetime import date

from django.utils import formats
from django.utils.translation import pgettext


def full_day(day: date | None) -> str:
    """Return a day with its year: 2022年12月31日, 31 December 2022; nothing for none."""
    if day is None:
        return ""
    return formats.date_format(day, pgettext("day of a document", "j F Y"), use_l10n=False)


def month_day(day: date) -> str:
    """Return a day within its year: 6月30日, 6월 30일, 30 June."""
    return formats.date_format(day, pgettext("day within a year", "j F"), use_l10n=False)


def full_month(day: date) -> str:
    """Return the month of a day with its year: 2022年12月, December 2022."""
    return formats.date_format(day, pgettext("month of a title", "F Y"), use_l10n=False)


def month_name(day: date) -> str:
    """Return the month of a day within its year: 12月, December."""
    return formats.date_format(day, pgettext("month within a year", "F"), use_l10n=False)
