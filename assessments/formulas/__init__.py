"""The formulas of indicators: each gives one fact for every unit at once, with the rows behind it.

An app registers its own under ``@formula`` and is imported by its AppConfig; a scheme names them by id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from django.core.exceptions import ImproperlyConfigured

from accounts.models import Region

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Kind(StrEnum):
    """What a fact is."""

    SHARE = "share"
    CASES = "cases"


class Measure(StrEnum):
    """In what its two numbers are counted."""

    COUNT = "count"
    FEN = "fen"


class BehindRow(NamedTuple):
    """One ledger row behind a fact: its key, the version that was read, and whether it counted (1) or not."""

    pk: int
    version: int
    counts: int


@dataclass(frozen=True, slots=True)
class Fact:
    """What the ledgers say about one unit: a part of a whole, or cases among so many looked at.

    ``rows`` are all rows of the whole, by model label.  A whole of 0 means that there is nothing to judge.
    """

    part: int
    whole: int
    rows: Mapping[str, Sequence[BehindRow]] = field(default_factory=dict)
    note: str = ""


Facts = Mapping[int, Fact]
Gather = Callable[[Sequence[Region], int, date], Facts]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula: what it is called, how its fact reads, and the function that finds it.

    ``words`` holds %(part)s and %(whole)s.
    """

    id: str
    label: StrOrPromise
    words: StrOrPromise
    kind: Kind
    measure: Measure
    gather: Gather


_formulas: dict[str, Formula] = {}


def formula(
    ident: str,
    *,
    label: StrOrPromise,
    words: StrOrPromise,
    kind: Kind = Kind.SHARE,
    measure: Measure = Measure.COUNT,
) -> Callable[[Gather], Gather]:
    """Register a function of units (keys by primary key), plan year and day as a formula."""

    def register(gather: Gather) -> Gather:
        known = _formulas.setdefault(ident, Formula(ident, label, words, kind, measure, gather))
        if known.gather is not gather:
            raise ImproperlyConfigured(f"Two formulas are called {ident!r}.")
        return gather

    return register


def known_formulas() -> dict[str, Formula]:
    """Return every formula by id, in the order of the ids."""
    return dict(sorted(_formulas.items()))


def formula_of(ident: str) -> Formula | None:
    """Return a formula; None for an id that no app has registered."""
    return _formulas.get(ident)


def counted(rows: Iterable[BehindRow]) -> int:
    """Return how many of the rows count."""
    return sum(row.counts for row in rows)
