"""Working days by the State Council's yearly notices: weekends, holidays, worked weekends (调休).

Pure functions over a table of special days.  Where a year's notice is not in the table only weekends are
known, and ``is_known`` says so, for the pages to say it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True)
class WorkCalendar:
    """The special days there are: day → whether it is worked, against what its weekday says."""

    special: Mapping[date, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[date, bool]]) -> WorkCalendar:
        """Return the calendar of (day, is it worked) rows."""
        return cls(dict(rows))

    @property
    def years(self) -> frozenset[int]:
        """Return the years whose notice is in the table."""
        return frozenset(day.year for day in self.special)

    def is_known(self, first: date, last: date) -> bool:
        """Tell whether the notices of all years from the first day to the last are in the table."""
        return set(range(first.year, last.year + 1)) <= self.years

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work on a day."""
        return self.special.get(day, day.weekday() < SATURDAY)

    def add(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after a day (before it, when negative); 0 is the day itself.

        The day itself is not counted, as periods of time are counted from the next day (民法典第二百零一条).
        """
        step = ONE_DAY if count > 0 else -ONE_DAY
        left = abs(count)
        while left:
            day += step
            left -= self.is_working_day(day)
        return day

    def between(self, first: date, last: date) -> int:
        """Return the working days after the first day up to and with the last; negative backwards."""
        if last < first:
            return -self.between(last, first)
        days = (first + ONE_DAY * number for number in range(1, (last - first).days + 1))
        return sum(map(self.is_working_day, days))
