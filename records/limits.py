"""The bounds of checks and the figures of rules that are settings: what they mean, loading, changing.

What no document fixes is data here, so that a province can set it without a deploy, with the source.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from accounts.roles import Capability
from records.limit_words import MEANINGS
from records.models import Limit, LimitChange

DEFAULT_FILE = Path(__file__).resolve().parent / "data" / "limits.csv"
# What is counted in these comes in whole numbers.
COUNTED = frozenset({"年", "月", "日", "天", "小时", "份", "人", "个", "采暖期"})
# Months have 28 days at least; later days would fall into the next one.
LAST_DAY_OF_EVERY_MONTH = Decimal(28)
MOST_OF: Mapping[str, Decimal] = {"round_opens_on_day": LAST_DAY_OF_EVERY_MONTH}


class LimitRefused(ValueError):
    """The bound cannot be set so; the message says why."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """A row of the packaged table."""

    code: str
    low: Decimal | None
    high: Decimal | None
    unit: str
    source: str

    @property
    def is_exact(self) -> bool:
        """Tell whether it is one figure, not a range: it stands in both columns."""
        return self.low is not None and self.low == self.high


def shipped(path: Path = DEFAULT_FILE) -> Iterator[Shipped]:
    """Yield the rows of the packaged table."""
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield Shipped(
                code=row["code"],
                low=Decimal(row["low"]) if row["low"] else None,
                high=Decimal(row["high"]) if row["high"] else None,
                unit=row["unit"],
                source=row["source"],
            )


def load_limits_file(path: Path = DEFAULT_FILE) -> int:
    """Add the limits that are not there yet and return how many.

    Figures stay as they are; words of limits that nobody set follow the packaged table.
    """
    added = 0
    for row in shipped(path):
        with translation.override(settings.LANGUAGE_CODE):
            words = {"label": str(MEANINGS[row.code]), "unit": row.unit, "source": row.source}
        figures = {"low": row.low, "high": row.high}
        if Limit.objects.get_or_create(code=row.code, defaults={**words, **figures})[1]:
            added += 1
        else:
            Limit.objects.filter(code=row.code, revision=1).update(**words)
    return added


@cache
def _by_code() -> Mapping[str, Shipped]:
    return {row.code: row for row in shipped()}


def plain(value: Decimal | None) -> str | None:
    """Return a bound as people type it: 60, 0.05, never 6E+1."""
    return None if value is None else f"{value.normalize():f}"


def is_exact(limit: Limit) -> bool:
    """Tell whether a limit is one figure rather than a range."""
    known = _by_code().get(limit.code)
    return known.is_exact if known else False


def bounds_of(limit: Limit) -> tuple[str, ...]:
    """Return which bounds a limit has, of ``low`` and ``high``: another one no check would look at."""
    known: Any = _by_code().get(limit.code, limit)
    return tuple(name for name in ("low", "high") if getattr(known, name) is not None)


def change(
    limit: Limit, *, actor: User, seen: int, values: Mapping[str, Decimal], source: str, reason: str
) -> Limit:
    """Set the bounds of a limit (``values``: each of ``bounds_of``), with source and reason.

    Raises PermissionDenied, and LimitRefused when somebody changed it since revision ``seen``, for bounds
    that are missing, in disorder or of a kind the limit cannot have, without source or reason.
    """
    if not actor.may(Capability.LIMIT_EDIT):
        raise PermissionDenied(Capability.LIMIT_EDIT)
    if not source.strip() or not reason.strip():
        raise LimitRefused(_("Name the source of the figures and the reason of the change."))
    with transaction.atomic():
        held = Limit.objects.select_for_update(no_key=True).get(pk=limit.pk)
        if held.revision != seen:
            raise LimitRefused(_("Somebody changed this limit meanwhile. Look at it again."))
        _refuse(held, values)
        before = _figures(held)
        for name, value in values.items():
            setattr(held, name, value)
        held.source = source.strip()[:300]
        after = _figures(held)
        if after == before:
            return held
        held.revision += 1
        held.save()
        LimitChange.objects.create(
            limit=held, by=actor, before=before, after=after, reason=reason.strip()[:500]
        )
        audit.record(
            audit.Kind.SETTINGS_CHANGE, actor=actor, what="limit", limit=held.code, before=before, after=after
        )
    return held


def _refuse(limit: Limit, values: Mapping[str, Decimal]) -> None:
    if set(values) != set(bounds_of(limit)):
        raise LimitRefused(_("Give every bound of this limit."))
    figures = list(values.values())
    if figures != sorted(figures):
        raise LimitRefused(_("The lower bound is above the upper one."))
    if is_exact(limit) and len(set(figures)) > 1:
        raise LimitRefused(_("This limit is one figure, not a range."))
    if min(figures) < 0:
        raise LimitRefused(_("Not below 0."))
    if limit.unit in COUNTED and any(figure != figure.to_integral_value() for figure in figures):
        raise LimitRefused(_("Whole numbers only: it is counted in %(unit)s.") % {"unit": limit.unit})
    most = MOST_OF.get(limit.code)
    if most is not None and max(figures) > most:
        raise LimitRefused(_("At most %(most)s: every month has that day.") % {"most": most})


def _figures(limit: Limit) -> dict[str, str | None]:
    return {
        "low": plain(limit.low),
        "high": plain(limit.high),
        "source": limit.source,
    }
