"""Keeps beat's database schedule equal to the timetable written in code.

The entries are declared in one tuple (``settings.JOBS_TIMETABLE`` names it) and brought into the tables of
django-celery-beat by ``manage.py sync_timetable`` at each start.  An operator may switch an entry off there;
that choice is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

# Marks the rows that belong to the code; others, made by an operator, are left alone.
MANAGED = "Kept equal to the timetable in code by sync_timetable."


@dataclass(frozen=True)
class Daily:
    """A time of day in the portal's time zone, on every day or on some days of the month or week.

    ``days`` and ``weekdays`` are written as in crontab (``"1"``, ``"1,15"``, ``"mon"``).
    """

    hour: int | str
    minute: int | str
    days: str = "*"
    weekdays: str = "*"


@dataclass(frozen=True)
class Entry:
    """One line of the timetable: a Celery task and when it runs."""

    name: str
    task: str
    when: timedelta | Daily
    kwargs: dict[str, Any] = field(default_factory=dict)


def sync(entries: Sequence[Entry]) -> list[str]:
    """Make the database schedule equal to the entries; return the names that changed, in order."""
    with transaction.atomic():
        changed = [entry.name for entry in entries if _sync_entry(entry)]
        return changed + _remove_all_but(entry.name for entry in entries)


def _sync_entry(entry: Entry) -> bool:
    wanted: dict[str, Any] = {
        "task": entry.task,
        "kwargs": json.dumps(entry.kwargs, sort_keys=True),
        "description": MANAGED,
        "interval": None,
        "crontab": None,
        "expire_seconds": None,
    }
    if isinstance(entry.when, timedelta):
        seconds = int(entry.when.total_seconds())
        wanted["interval"] = IntervalSchedule.objects.get_or_create(
            every=seconds, period=IntervalSchedule.SECONDS
        )[0]
        # While all workers are away the messages of a frequent task must not pile up.
        wanted["expire_seconds"] = max(2 * seconds, 60)
    else:
        wanted["crontab"] = CrontabSchedule.objects.get_or_create(
            minute=str(entry.when.minute),
            hour=str(entry.when.hour),
            day_of_month=entry.when.days,
            day_of_week=entry.when.weekdays,
            month_of_year="*",
            timezone=settings.TIME_ZONE,
        )[0]
    row = PeriodicTask.objects.filter(name=entry.name).first() or PeriodicTask(name=entry.name)
    if row.pk and all(getattr(row, name) == value for name, value in wanted.items()):
        return False
    for name, value in wanted.items():
        setattr(row, name, value)
    # Row by row: beat notices a changed timetable by the signal of each save.
    row.save()
    return True


def _remove_all_but(names: Iterable[str]) -> list[str]:
    obsolete = PeriodicTask.objects.filter(description=MANAGED).exclude(name__in=list(names)).order_by("name")
    removed = []
    for row in obsolete:
        removed.append(row.name)
        row.delete()
    return removed
