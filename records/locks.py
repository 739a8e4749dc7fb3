"""The registry of locks: which fields of a row nobody may change now, and why.

A lock binds on every path.  It names the field (or ``ALL``) and says why and what to do instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from accounts.models import User

ALL = "*"


@dataclass(frozen=True, slots=True)
class Lock:
    """A closed field of one row."""

    field: str
    reason: str


# Gets rows as they would become (a new row has no id) and the user who writes; yields (position, lock).
LockRule = Callable[[Sequence[dict[str, Any]], "User"], Iterable[tuple[int, Lock]]]

# Gets the rows as they are besides (None for a new one): the old value may close a field as well as the new.
ChangeLockRule = Callable[
    [Sequence[dict[str, Any] | None], Sequence[dict[str, Any]], "User"], Iterable[tuple[int, Lock]]
]

_rules: dict[str, list[tuple[frozenset[str], ChangeLockRule]]] = defaultdict(list)


def lock(record_type: str, *, fields: Iterable[str]) -> Callable[[LockRule], LockRule]:
    """Register a rule that may close these fields (or ``ALL``) of a record type."""

    def register(rule: LockRule) -> LockRule:
        change_lock(record_type, fields=fields)(lambda _before, rows, user: rule(rows, user))
        return rule

    return register


def change_lock(record_type: str, *, fields: Iterable[str]) -> Callable[[ChangeLockRule], ChangeLockRule]:
    """Register a rule that sees each row before and after: leaving a closed place is closed too."""

    def register(rule: ChangeLockRule) -> ChangeLockRule:
        _rules[record_type].append((frozenset(fields), rule))
        return rule

    return register


def locks_on(
    record_type: str,
    rows: Sequence[dict[str, Any]],
    user: User,
    touched: frozenset[str] | None = None,
    before: Sequence[dict[str, Any] | None] | None = None,
) -> list[dict[str, str]]:
    """Return for every row the closed fields with their reasons, as they stand for this user.

    With ``touched``, rules that could close none of these fields are not asked.  ``before`` are the rows as
    they are in the ledger, where ``rows`` are as they would become; without it they are the same.
    """
    closed: list[dict[str, str]] = [{} for _row in rows]
    for fields, rule in _rules[record_type]:
        if touched is not None and ALL not in fields and fields.isdisjoint(touched):
            continue
        for position, found in rule(rows if before is None else before, rows, user):
            closed[position].setdefault(found.field, found.reason)
    return closed
