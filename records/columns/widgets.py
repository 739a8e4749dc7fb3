"""How cells of each kind are read, shown and exported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import override
from import_export import widgets

from records.parsing import (
    CellError,
    read_date,
    read_number,
    read_year,
    search_key,
    tidy_name,
    to_places,
    to_whole,
)

if TYPE_CHECKING:
    from accounts.models import Region, User
    from records.columns.column import Column


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
