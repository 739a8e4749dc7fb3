"""A ledger: its columns, its rows, and rows on their way in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.db import models
from import_export import resources

from accounts.roles import Capability
from records.columns.column import Column, Text
from records.columns.widgets import Context
from records.headers import normalise_header
from records.marks import Mark
from records.models import VersionedRecord
from records.parsing import (
    CellError,
    search_key,
)
from records.rows import Row, shape_of

if TYPE_CHECKING:
    from accounts.models import Region, User

    _Resource = resources.Resource[Any]
else:
    # The library's class takes a type only in its stubs.
    _Resource = resources.Resource


@dataclass(slots=True)
class Entry:
    """One row on its way in: what was read, what could not be, and which record it turned out to be."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    # What the row says about other records, by column key: the community of a building, its street.
    related: dict[str, Any] = field(default_factory=dict)
    errors: list[tuple[str, CellError]] = field(default_factory=list)
    pk: int | None = None
    version: int | None = None

    def fail(self, key: str, problem: CellError) -> None:
        """Note that a column of this row cannot be used."""
        self.errors.append((key, problem))

    def failed(self, key: str) -> bool:
        """Tell whether a column of this row could not be read."""
        return any(name == key for name, _problem in self.errors)


class LedgerResource(_Resource):
    """A ledger: its columns, its rows and how a row of an ordinary table is recognised."""

    model: ClassVar[type[VersionedRecord]]
    groups: ClassVar[Mapping[str, Text]]
    # The field of the plan year, a lookup from the row; empty where the ledger goes by no year.
    year_field: ClassVar[str] = ""
    # Whether a row may be begun here; where not, another act makes the rows (a survey its findings).
    can_add: ClassVar[bool] = True
    # The texts that the plain list searches, lookups from the row; empty: that of the first column.
    searched: ClassVar[tuple[str, ...]] = ()
    # Where findings about an attribute without a column of its own are shown.
    anchors: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def edit_capability(cls) -> Capability:
        """Return what somebody must be allowed who changes rows of this ledger."""
        manager: Any = cls.model._default_manager
        allowed: Capability = manager.all().edit_capability
        return allowed

    @classmethod
    def columns(cls) -> tuple[Column, ...]:
        """Return the columns in their declared order."""
        return _columns_of(cls)

    @classmethod
    def column(cls, key: str) -> Column:
        """Return one column; raises KeyError for a name that is none."""
        column: Any = cls.fields[key]
        column.key = key
        return cast("Column", column)

    @classmethod
    def key_of(cls, attname: str) -> str:
        """Return the column that shows an attribute: findings name attributes, pages columns."""
        for column in cls.columns():
            if attname in {column.stored, column.key}:
                return column.key
        return cls.anchors.get(attname, next(iter(cls.fields)))

    @classmethod
    def blank(cls, column: Column) -> Any:
        """Return what an emptied cell of a stored column holds: empty text, or nothing."""
        return "" if shape_of(cls.model).defaults.get(column.name) == "" else None

    @classmethod
    def match_header(cls, text: str) -> tuple[Column, Decimal] | None:
        """Return the column a header means and the worth of its unit, or None when it means none."""
        name, unit = normalise_header(text)
        key = search_key(name)
        for column in cls.columns():
            if key in column.spellings:
                factor = column.unit.factor(unit) if column.unit else Decimal(1)
                return (column, factor) if factor is not None else None
        return None

    @classmethod
    def rows_for(
        cls, user: User, *, year: int | None = None, unit: Region | None = None, removed: bool = False
    ) -> models.QuerySet[Any]:
        """Return the ledger's rows the user may read, for one plan year and unit where given.

        With ``removed`` those that were removed are among them: frozen numbers lead to them.
        """
        manager: Any = cls.model._default_manager
        rows = manager.known_to(user) if removed else manager.visible_to(user)
        found: models.QuerySet[Any] = rows if unit is None else rows.in_region(unit)
        return found.filter(**{cls.year_field: year}) if cls.year_field and year is not None else found

    @classmethod
    def search(cls, rows: models.QuerySet[Any], words: str) -> models.QuerySet[Any]:
        """Return the rows of which a searched text holds the words."""
        first = cls.columns()[0]
        wanted = models.Q()
        for lookup in cls.searched or (first.stored or first.lookup,):
            wanted |= models.Q(**{f"{lookup}__icontains": words})
        return rows.filter(wanted)

    @classmethod
    def read_rows(cls, queryset: models.QuerySet[Any]) -> list[Row]:
        """Return rows with the values of every column; one query."""
        return list(cls.iterate_rows(queryset, chunk=0))

    @classmethod
    def iterate_rows(cls, queryset: models.QuerySet[Any], *, chunk: int = 2000) -> Iterator[Row]:
        """Yield rows with the values of every column, ``chunk`` at a time in memory (0: all at once)."""
        shape = shape_of(cls.model)
        extra = [
            (column.key, column.lookup) for column in cls.columns() if column.stored is None and column.lookup
        ]
        found = queryset.values_list(*shape.attnames, *(lookup for _key, lookup in extra))
        width = len(shape.attnames)
        for values in found.iterator(chunk_size=chunk) if chunk else found:
            row = shape.row(values[:width])
            row.update({key: value for (key, _lookup), value in zip(extra, values[width:], strict=True)})
            yield row

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Find the record each entry without a key means, and resolve columns that name other rows.

        Sets ``pk`` (a known row) or leaves it None (a new row); notes what is ambiguous or absent.
        """

    @classmethod
    def texts(cls, row: Mapping[str, Any], context: Context) -> list[str]:
        """Return the canonical texts of a row's cells, in column order."""
        return [column.text(row.get(column.name), context) for column in cls.columns()]


@cache
def _columns_of(ledger: type[LedgerResource]) -> tuple[Column, ...]:
    return tuple(ledger.column(key) for key in ledger.fields)


def sum_columns(columns: Iterable[Column], rows: Sequence[Mapping[str, Any]]) -> dict[str, int | Decimal]:
    """Return the sums of the columns that add up, in stored units; marks and blanks count as nothing."""
    sums: dict[str, int | Decimal] = {}
    for column in columns:
        if column.total == "sum":
            values = (row.get(column.name) for row in rows)
            sums[column.key] = sum((v for v in values if v is not None and not isinstance(v, Mark)), 0)
    return sums
