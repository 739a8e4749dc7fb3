"""Columns of a ledger, declared once: the grid, the template, import, export and the API docs read the same.

A column is a django-import-export field; its widget knows how a cell is read, shown and exported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export import fields, resources, widgets

from records.headers import normalise_header
from records.marks import CLEAR_TOKENS, MARK_LABELS, MARK_TOKENS, Mark
from records.models import VersionedRecord
from records.parsing import (
    ERROR_VALUES,
    CellError,
    read_date,
    read_number,
    read_year,
    search_key,
    tidy,
    tidy_name,
    to_places,
    to_whole,
)
from records.rows import Row, shape_of
from records.units import Unit

if TYPE_CHECKING:
    from accounts.models import Region, User

    _Resource = resources.Resource[Any]
else:
    # The library's class takes a type only in its stubs.
    _Resource = resources.Resource

Text = str | Promise


class Clear:
    """The cell says 清空: empty the field (a blank cell in a workbook means "leave as it is")."""


CLEAR = Clear()


@dataclass
class Context:
    """What reading and showing cells needs beyond the cell: who works, for which year and unit, and names."""

    user: User | None
    year: int | None = None
    unit: Region | None = None
    date1904: bool = False
    _lookups: dict[str, tuple[dict[str, int], dict[int, str]]] = field(default_factory=dict)

    def lookup(self, widget: ReferenceWidget) -> tuple[dict[str, int], dict[int, str]]:
        """Return (search key → id, id → label) of what a reference may name, read once."""
        if widget.name not in self._lookups:
            self._lookups[widget.name] = widget.load(self)
        return self._lookups[widget.name]


class CellWidget(widgets.Widget):
    """How cells of one kind are read, shown and exported."""

    kind: ClassVar[str] = "text"
    align: ClassVar[str] = "left"
    decimals = 0

    def read(self, raw: Any, column: Column, factor: Decimal, context: Context) -> Any:
        """Return the stored value of a cell that is not blank; raise CellError when it cannot be read."""
        raise NotImplementedError

    def text(self, value: Any, context: Context) -> str:
        """Return a value's one text: what editors show, and what reads back as the same."""
        return str(value)

    def typed(self, value: Any, context: Context) -> Any:
        """Return what goes into a workbook cell: a number, a date or text."""
        return self.text(value, context)

    def choices(self, context: Context) -> list[str]:
        """Return the texts a cell may hold, where there is a list of them."""
        return []

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """Return the exported value, for django-import-export."""
        return "" if value is None else self.typed(value, Context(user=None))


class TextWidget(CellWidget):
    """Free text of one line."""

    def read(self, raw: Any, column: Column, factor: Decimal, context: Context) -> str:
        """Return the text as typed; a number keeps the digits it shows."""
        if isinstance(raw, float) and raw.is_integer():
            raw = int(raw)
        return tidy_name(str(raw))


class NumberWidget(CellWidget):
    """Numbers, stored whole (count, 分) or with a fixed number of decimals."""

    align = "right"

    def __init__(self, *, places: int | None = None, kind: str = "integer", shown_places: int = 0) -> None:
        super().__init__()
        self.places = places
        self.kind = kind  # type: ignore[misc]
        self.decimals = shown_places if kind == "money" else places or 0

    def read(self, raw: Any, column: Column, factor: Decimal, context: Context) -> int | Decimal:
        """Return the number in stored units."""
        number = read_number(raw, column.unit, factor)
        if self.places is not None:
            return to_places(number, self.places, computed=isinstance(raw, float))
        if self.kind == "money":
            # Computed 万元 carry the machine's digits; a 分 is the smallest there is.
            number = to_places(number, 0, computed=isinstance(raw, float))
        return to_whole(number)

    def shown(self, value: Any, column_factor: Decimal) -> Decimal:
        """Return a stored number in the unit that is shown."""
        return Decimal(value) / column_factor


class DateWidget(CellWidget):
    """Calendar days."""

    kind = "date"

    def read(self, raw: Any, column: Column, factor: Decimal, context: Context) -> date:
        """Return the day."""
        return read_date(raw, date1904=context.date1904)

    def text(self, value: Any, context: Context) -> str:
        """Return 2020-03-31."""
        return str(value.isoformat())

    def typed(self, value: Any, context: Context) -> Any:
        """Return the date itself: Excel gets a real date."""
        return value


class YearWidget(CellWidget):
    """Years of four digits, shown without thousands."""

    kind = "year"
    align = "right"

    def read(self, raw: Any, column: Column, factor: Decimal, context: Context) -> int:
        """Return the year."""
        return read_year(raw)

    def typed(self, value: Any, context: Context) -> Any:
        """Return the number."""
        return value


class ChoiceWidget(CellWidget):
    """One of a list; read from its value, its label in either language or a known other spelling."""

    kind = "choice"

    def __init__(self, enum: type[models.TextChoices], aliases: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.enum = enum
        self.aliases = dict(aliases or {})

    @cached_property
    def known(self) -> dict[str, str]:
        """Return every accepted spelling's value."""
        spellings: dict[str, str] = {}
        for language in ("zh-hans", "en"):
            with override(language):
                spellings.update({search_key(str(label)): value for value, label in self.enum.choices})
        spellings.update({search_key(value): value for value in self.enum.values})
        spellings.update({search_key(alias): value for alias, value in self.aliases.items()})
        return spellings

    def read(self, raw: Any, column: Column, factor: Decimal, context: Context) -> str:
        """Return the choice's value."""
        value = self.known.get(search_key(str(raw)))
        if value is None:
            listed = "、".join(self.choices(context))
            raise CellError(
                "not_a_choice",
                _("«%(text)s» is not one of the choices.") % {"text": str(raw)[:40]},
                _("Choose: %(choices)s.") % {"choices": listed},
            )
        return value

    def text(self, value: Any, context: Context) -> str:
        """Return the label in the present language."""
        return str(self.enum(value).label) if value else ""

    def choices(self, context: Context) -> list[str]:
        """Return the labels."""
        return [str(label) for _value, label in self.enum.choices]


class ReferenceWidget(CellWidget):
    """A row of another table, named in words."""

    kind = "reference"

    def __init__(
        self,
        name: str,
        load: Callable[[Context], tuple[dict[str, int], dict[int, str]]],
        *,
        names_regions: bool = False,
    ) -> None:
        super().__init__()
        self.name = name
        self.load = load
        self.names_regions = names_regions

    def read(self, raw: Any, column: Column, factor: Decimal, context: Context) -> int:
        """Return the id of what the cell names."""
        by_key, _labels = context.lookup(self)
        found = by_key.get(search_key(str(raw)))
        if found is None:
            raise CellError(
                "unknown_reference",
                _("«%(text)s» is not known here as %(header)s.")
                % {"text": str(raw)[:40], "header": column.header},
                _("Check the spelling, or choose from the list."),
            )
        return found

    def text(self, value: Any, context: Context) -> str:
        """Return the name."""
        own = context.user.region if context.user is not None else None
        if own is not None and own.pk == value and self.names_regions:
            # Most rows lie in the user's own unit: no question to the database for its name.
            return own.label
        return context.lookup(self)[1].get(value, "")

    def choices(self, context: Context) -> list[str]:
        """Return the names, in the order of the tree."""
        return list(context.lookup(self)[1].values())


class Column(fields.Field):
    """One column of a ledger.

    ``attribute`` is the stored attribute.  A column with ``lookup`` shows a value of a related row instead;
    it helps to recognise a new row (``Entry.related``) and is otherwise only shown.
    """

    def __init__(
        self,
        attribute: str | None,
        header: Text,
        widget: CellWidget,
        *,
        group: str,
        aliases: Sequence[str] = (),
        unit: Unit | None = None,
        lookup: str = "",
        required: bool = False,
        readonly: bool = False,
        frozen: bool = False,
        marks: bool = False,
        total: str = "none",
        width: int = 90,
        help: Text = "",
    ) -> None:
        # The library reads headers with force_str, so that a lazy translation is as good as text.
        name: Any = header
        super().__init__(attribute=attribute or lookup, column_name=name, widget=widget, readonly=readonly)
        self.key = ""
        self.header = header
        self.cell = widget
        self.stored = attribute
        self.lookup = lookup
        self.group = group
        self.aliases = tuple(aliases)
        self.unit = unit
        self.required = required
        self.frozen = frozen
        self.marks = marks
        self.total = total
        self.width = width
        self.help = help

    @property
    def name(self) -> str:
        """Return the key of this column's value in a row."""
        return self.stored or self.key

    @cached_property
    def spellings(self) -> frozenset[str]:
        """Return every normalised header that means this column, in both languages."""
        known = {self.key, *self.aliases}
        for language in ("zh-hans", "en"):
            with override(language):
                known.add(str(self.header))
        return frozenset(search_key(normalise_header(text)[0]) for text in known)

    @property
    def title(self) -> str:
        """Return the header with its unit, as templates and exports print it: 建筑面积(㎡)."""
        return f"{self.header}({self.unit.shown})" if self.unit else str(self.header)

    @property
    def factor(self) -> Decimal:
        """Return the worth of the shown unit in stored units."""
        return self.unit.factors[self.unit.shown] if self.unit else Decimal(1)

    def read(self, raw: Any, context: Context, factor: Decimal | None = None) -> Any:
        """Return a cell's value: None when blank, a Mark, CLEAR, or the stored value; raise CellError."""
        if raw is None:
            return None
        if isinstance(raw, str):
            text = tidy(raw)
            if not text:
                return None
            if text in ERROR_VALUES:
                raise CellError(
                    "error_value",
                    _("The cell holds the error %(text)s.") % {"text": text},
                    _("Mend the formula."),
                )
            folded = text.casefold()
            if folded in CLEAR_TOKENS:
                return CLEAR
            if self.marks and folded in MARK_TOKENS:
                return MARK_TOKENS[folded]
        return self.cell.read(raw, self, self.factor if factor is None else factor, context)

    def text(self, value: Any, context: Context) -> str:
        """Return the canonical text of a value in the shown unit."""
        if value is None:
            return ""
        if isinstance(value, Mark):
            return str(MARK_LABELS[value])
        if isinstance(self.cell, NumberWidget):
            return plain_number(self.cell.shown(value, self.factor), self.cell.places)
        return self.cell.text(value, context)

    def display(self, value: Any, context: Context) -> str:
        """Return the text of a value as tables print it: numbers with thousands separators."""
        text = self.text(value, context)
        if not isinstance(self.cell, NumberWidget) or value is None or isinstance(value, Mark):
            return text
        whole, point, places = text.partition(".")
        return f"{int(whole):,}{point}{places}"

    def typed(self, value: Any, context: Context) -> Any:
        """Return what a workbook cell holds for a value, in the shown unit."""
        if value is None or isinstance(value, Mark):
            return self.text(value, context)
        if isinstance(self.cell, NumberWidget):
            shown = self.cell.shown(value, self.factor)
            return int(shown) if shown == shown.to_integral_value() else shown
        return self.cell.typed(value, context)


def plain_number(number: Decimal, places: int | None) -> str:
    """Return a number without exponent or thousands: with its fixed places, else without trailing zeros."""
    if places is not None:
        return f"{number:.{places}f}"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


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
    # Where findings about an attribute without a column of its own are shown.
    anchors: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def columns(cls) -> tuple[Column, ...]:
        """Return the columns in their declared order."""
        return tuple(cls.column(key) for key in cls.fields)

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
        cls, user: User, *, year: int | None = None, unit: Region | None = None
    ) -> models.QuerySet[Any]:
        """Return the ledger's rows the user may read, for one plan year and unit where given."""
        manager: Any = cls.model._default_manager
        rows = manager.visible_to(user)
        found: models.QuerySet[Any] = rows if unit is None else rows.in_region(unit)
        return found

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


def sum_columns(columns: Iterable[Column], rows: Sequence[Mapping[str, Any]]) -> dict[str, int | Decimal]:
    """Return the sums of the columns that add up, in stored units; marks and blanks count as nothing."""
    sums: dict[str, int | Decimal] = {}
    for column in columns:
        if column.total == "sum":
            values = (row.get(column.name) for row in rows)
            sums[column.key] = sum((v for v in values if v is not None and not isinstance(v, Mark)), 0)
    return sums
