"""Excel's serial numbers for dates."""

from __future__ import annotations

from datetime import date, datetime, timedelta

EPOCH_1900 = datetime(1899, 12, 30)
EPOCH_1904 = datetime(1904, 1, 1)
# Serial 60 of the 1900 system is 29 February 1900, a day that never was; all before it are one day off.
FIRST_TRUE_SERIAL = 61
LAST_DAY = datetime(9999, 12, 31)


def excel_date(serial: int | float, date1904: bool = False) -> date | datetime:
    """Return the date an Excel serial number stands for; a datetime when it holds a time of day.

    Raises ValueError for numbers that are no day in the given date system: below 1 March 1900 (below
    1 January 1904 in the 1904 system), or after the year 9999.
    """
    first = 0 if date1904 else FIRST_TRUE_SERIAL
    epoch = EPOCH_1904 if date1904 else EPOCH_1900
    if not first <= serial < (LAST_DAY - epoch).days + 1:
        raise ValueError(f"{serial} is not a date in Excel's calendar")
    days = int(serial)
    seconds = round((serial - days) * 86_400)
    moment = epoch + timedelta(days=days, seconds=seconds)
    return moment if seconds else moment.date()
