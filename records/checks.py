"""The registry of checks: one rule feeds the form, the grid, the workbook, the API and the gates.

A check is a small function that looks at one row (or, for a set check, at many rows together) and yields
findings.  A hard finding blocks the write; a soft one asks for a confirmation with a reason.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.functional import Promise

from records.models import Limit

RowView = Mapping[str, Any]
T = TypeVar("T")


class Severity(StrEnum):
    """Whether a finding blocks, or asks."""

    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check has to say about a row: where, what, and how to mend it."""

    field: str
    message: str
    mend: str = ""
    code: str = ""
    severity: Severity = Severity.HARD
    fields: tuple[str, ...] = ()
    value: Any = None
    confirmed: bool = False
    # The number of the exception that lets a hard finding pass; it stands as settled then.
    waiver: int | None = None

    @property
    def open(self) -> bool:
        """Tell whether somebody still has to act on it."""
        return not self.confirmed


@dataclass(frozen=True, slots=True)
class Bounds:
    """The range a plausible value lies in; either end may be open."""

    low: Decimal | None
    high: Decimal | None

    def hold(self, value: Decimal) -> bool:
        """Tell whether the value lies in the range, ends included."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        low = "" if self.low is None else f"{self.low.normalize():f}"
        high = "" if self.high is None else f"{self.high.normalize():f}"
        return f"{low}–{high}"


class Limits(dict[str, Bounds]):
    """The configured bounds by check code, and the day the rows are weighed on (Asia/Shanghai)."""

    def __init__(self, bounds: Mapping[str, Bounds], today: date) -> None:
        super().__init__(bounds)
        self.today = today


RowRule = Callable[[RowView, Limits], Iterable[Finding]]
SetRule = Callable[[Sequence[RowView]], Iterable[tuple[int, Finding]]]


@dataclass(frozen=True, slots=True)
class Check:
    """A registered rule over one row."""

    code: str
    severity: Severity
    fields: tuple[str, ...]
    rule: RowRule
    waivable: str | Promise = ""


@dataclass(frozen=True, slots=True)
class SetCheck:
    """A registered rule over many rows at once (duplicates, totals)."""

    code: str
    severity: Severity
    fields: tuple[str, ...]
    rule: SetRule
    waivable: str | Promise = ""
    # Asked when everything else is settled, about the rows that stand by then: sums that must hold.
    last: bool = False


_checks: dict[str, list[Check]] = defaultdict(list)
_set_checks: dict[str, list[SetCheck]] = defaultdict(list)


def check(
    record_type: str,
    code: str,
    severity: Severity,
    *,
    fields: tuple[str, ...],
    waivable: str | Promise = "",
) -> Callable[[RowRule], RowRule]:
    """Register a rule for rows of a record type, such as ``"communities.community"``.

    ``waivable`` names the rule for those who ask for an exception from it; without it there is none.
    """

    def register(rule: RowRule) -> RowRule:
        _refuse_twin(record_type, code)
        _checks[record_type].append(Check(code, severity, fields, rule, waivable))
        return rule

    return register


def set_check(
    record_type: str,
    code: str,
    severity: Severity,
    *,
    fields: tuple[str, ...],
    waivable: str | Promise = "",
    last: bool = False,
) -> Callable[[SetRule], SetRule]:
    """Register a rule that needs to see many rows together; ``waivable`` as for ``check``.

    A rule that is asked ``last`` holds a sum of many rows: it sees those that nothing else refuses, and again
    those that it has not refused itself.  It is hard, and nobody is excepted from it.
    """
    if last and (waivable or severity is not Severity.HARD):
        raise ValueError(f"check {code} of {record_type} is asked last: it is hard, without exceptions")

    def register(rule: SetRule) -> SetRule:
        _refuse_twin(record_type, code)
        _set_checks[record_type].append(SetCheck(code, severity, fields, rule, waivable, last))
        return rule

    return register


def _refuse_twin(record_type: str, code: str) -> None:
    if any(known.code == code for known in checks_of(record_type)):
        raise ValueError(f"check {code} of {record_type} is registered twice")


def checks_of(record_type: str) -> tuple[Check | SetCheck, ...]:
    """Return every check of a record type, for help texts and the test that pins them."""
    return (*_checks[record_type], *_set_checks[record_type])


def waivable_rules(record_type: str | None = None) -> dict[str, str | Promise]:
    """Return the rules one can be excepted from: ``record_type.code`` → what the rule is called."""
    kinds = {*_checks, *_set_checks} if record_type is None else {record_type}
    return {
        f"{kind}.{known.code}": known.waivable
        for kind in sorted(kinds)
        for known in checks_of(kind)
        if known.waivable
    }


_notes: ContextVar[dict[Any, Any] | None] = ContextVar("notes", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """Let the checks of one run share what they read (``remembered``)."""
    token = _notes.set({})
    try:
        yield
    finally:
        _notes.reset(token)


def remembered(key: Any, read: Callable[[], T]) -> T:
    """Return what ``read`` returns, read once in a run of checks; for doubts, not for sums that must hold."""
    notes = _notes.get()
    if notes is None:
        return read()
    if key not in notes:
        notes[key] = read()
    found: T = notes[key]
    return found


def known_limits() -> Limits:
    """Return the limits of the run of checks that asks."""
    return remembered("limits", load_limits)


def load_limits() -> Limits:
    """Return the configured bounds and today's date; one query."""
    bounds = {limit.code: Bounds(limit.low, limit.high) for limit in Limit.objects.all()}
    return Limits(bounds, timezone.localdate())


def run_row_checks(record_type: str, row: RowView, limits: Limits) -> Iterator[Finding]:
    """Yield every finding of the row checks, stamped with its check's code and severity."""
    for known in _checks[record_type]:
        for finding in known.rule(row, limits):
            yield replace(finding, code=known.code, severity=known.severity, fields=known.fields)


def run_set_checks(
    record_type: str, rows: Sequence[RowView], changed: Sequence[frozenset[str]], *, last: bool = False
) -> Iterator[tuple[int, Finding]]:
    """Yield (position of the row, finding) of the checks that look at many rows together.

    ``changed`` names the fields each row changes.  What a hard check forbids cannot stand in the ledger, so
    it is asked only about rows that change one of its fields; doubts are raised about every row.
    """
    for known in _set_checks[record_type]:
        if known.last is not last:
            continue
        asked = list(range(len(rows)))
        if known.severity is Severity.HARD:
            asked = [position for position in asked if not changed[position].isdisjoint(known.fields)]
        if not asked:
            continue
        for position, finding in known.rule([rows[position] for position in asked]):
            told = replace(finding, code=known.code, severity=known.severity, fields=known.fields)
            yield asked[position], told


def fingerprint(finding: Finding, row: RowView) -> str:
    """Return a digest of the values a finding is about; a confirmation holds for exactly these."""
    text = "\x1f".join(f"{name}={row.get(name)!s}" for name in finding.fields)
    return hashlib.sha256(f"{finding.code}\x1f{text}".encode()).hexdigest()[:40]
