"""Loading the calendars that come with the portal; what somebody has edited stays as it is."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Region
from projects.models import DeadlineRule, Holiday, SeasonRule, StepDuration, TimeLimit
from records.models import ChangeSet, VersionedRecord
from records.planning import Change
from records.services import Mode, apply_many

DATA = Path(__file__).resolve().parent / "data"
# The rules of each file, and what tells one rule from another.
FILES: Mapping[str, tuple[type[VersionedRecord], tuple[str, ...]]] = {
    "seasons.csv": (SeasonRule, ("region_id", "year_from")),
    "deadlines.csv": (DeadlineRule, ("region_id", "code", "year_from")),
    "step_days.csv": (StepDuration, ("region_id", "step", "year_from")),
    "time_limits.csv": (TimeLimit, ("region_id", "step", "year_from")),
}
LONGEST = 20


class HolidayTableError(Exception):
    """A table of holidays that cannot be read; the message says where and why."""


def load_calendars() -> dict[str, int]:
    """Add the calendars that are not there yet; return how many rows of each file."""
    added = {"holidays.csv": _add_holidays()}
    for name, (model, key) in FILES.items():
        added[name] = load_rules(DATA / name, model, key)
    return added


def load_rules(path: Path, model: type[VersionedRecord], key: tuple[str, ...]) -> int:
    """Add the rules of a file that are not there yet, told apart by ``key``; return how many.

    The file has a column ``region`` with the region's code; rules of unknown regions are left out.
    """
    regions = dict(Region.objects.values_list("code", "pk"))
    known = set(model._base_manager.values_list(*key))
    rows = [_rule(model, row, regions) for row in _lines(path) if row["region"] in regions]
    fresh = [row for row in rows if tuple(row[part] for part in key) not in known]
    if fresh:
        apply_many(
            model,
            actor=None,
            source=ChangeSet.Source.LOAD,
            changes=[Change(values=row) for row in fresh],
            mode=Mode.ALL_OR_NOTHING,
        )
    return len(fresh)


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _rule(model: Any, row: Mapping[str, str], regions: Mapping[str, int]) -> dict[str, Any]:
    values: dict[str, Any] = {"region_id": regions[row["region"]]}
    for name, text in row.items():
        if name == "region":
            continue
        kind = model._meta.get_field(name).get_internal_type()
        if kind == "BooleanField":
            values[name] = text == "1"
        elif kind.endswith("IntegerField"):
            values[name] = int(text) if text else None
        elif kind == "DecimalField":
            values[name] = Decimal(text) if text else None
        else:
            values[name] = text
    return values


def _add_holidays() -> int:
    """Add the years that are not there at all: a year that is there may have been corrected."""
    known = {day.year for day in Holiday.objects.values_list("day", flat=True)}
    fresh = [day for day in read_holidays(_lines(DATA / "holidays.csv")) if day.day.year not in known]
    Holiday.objects.bulk_create(fresh)
    return len(fresh)


def replace_holidays(rows: Iterable[dict[str, str]]) -> list[int]:
    """Replace the special days of every year a table names; return the years, in order.

    Raises HolidayTableError; then nothing is replaced.
    """
    fresh = read_holidays(iter(rows))
    if not fresh:
        raise HolidayTableError(_("The table has no day."))
    years = sorted({day.day.year for day in fresh})
    with transaction.atomic():
        Holiday.objects.filter(day__year__in=years).delete()
        Holiday.objects.bulk_create(fresh)
    return years


def read_holidays(rows: Iterator[dict[str, str]]) -> list[Holiday]:
    """Return the special days of a table with the columns first, last, is_working, name, source.

    Raises HolidayTableError with the line: a day that is no day, a holiday longer than 20 days, a day twice,
    a worked day that is no weekend.
    """
    found: dict[date, Holiday] = {}
    for number, row in enumerate(rows, start=2):
        try:
            first = date.fromisoformat((row["first"] or "").strip())
            last = date.fromisoformat((row.get("last") or row["first"]).strip())
        except (KeyError, ValueError, AttributeError, TypeError):
            raise HolidayTableError(
                _("Line %(number)d: write the days as 2026-10-01.") % {"number": number}
            ) from None
        works = (row.get("is_working") or "0").strip()
        if works not in {"0", "1"} or not 0 <= (last - first).days < LONGEST:
            raise HolidayTableError(
                _("Line %(number)d: check the first day, the last day and the 0 or 1 between.")
                % {"number": number}
            )
        for step in range((last - first).days + 1):
            day = first + timedelta(days=step)
            if day in found:
                raise HolidayTableError(
                    _("Line %(number)d: %(day)s stands in the table twice.") % {"number": number, "day": day}
                )
            if works == "1" and day.weekday() < 5:
                raise HolidayTableError(
                    _("Line %(number)d: %(day)s is worked anyway.") % {"number": number, "day": day}
                )
            found[day] = Holiday(
                day=day,
                is_working=works == "1",
                name=(row.get("name") or "")[:30],
                source=(row.get("source") or "")[:200],
            )
    return list(found.values())
