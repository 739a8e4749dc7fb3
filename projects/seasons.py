"""The days on which a site can be worked: not in the winter stop, nor on heating pipes while they heat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from projects.models import SeasonRule
from projects.workdays import WorkCalendar

ONE_DAY = timedelta(days=1)
# A rule that stops works all year round must not be searched for ever.
MOST_DAYS = 1100


@dataclass(frozen=True)
class BuildingSeason:
    """The building days of one place; ``heating`` for works on heating pipes, which wait for the boilers."""

    rule: SeasonRule | None
    heating: bool = False

    def is_open(self, day: date) -> bool:
        """Tell whether a site can be worked on a day."""
        if self.rule is None:
            return True
        if _within(day, self.rule.winter_stop_from, self.rule.winter_stop_to):
            return False
        return not (self.heating and _within(day, self.rule.heating_from, self.rule.heating_to))

    def last_open(self, day: date) -> date | None:
        """Return the last building day up to and with a day; None when there is none for years."""
        for _number in range(MOST_DAYS):
            if self.is_open(day):
                return day
            day -= ONE_DAY
        return None

    def move(self, day: date, count: int, work: WorkCalendar | None = None) -> date | None:
        """Return the ``count``-th building day after a day (before it, when negative).

        With ``work`` only working days count.  None when so many building days lie too far away.
        """
        step = ONE_DAY if count > 0 else -ONE_DAY
        left, tries = abs(count), MOST_DAYS
        while left and tries:
            day += step
            tries -= 1
            left -= self.is_open(day) and (work is None or work.is_working_day(day))
        return None if left else day


def _within(day: date, first: int, last: int) -> bool:
    """Tell whether a day lies in a season of month × 100 + day, which may reach over the turn of the year."""
    number = day.month * 100 + day.day
    return first <= number <= last if first <= last else number >= first or number <= last
