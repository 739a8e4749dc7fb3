"""The ledger of one ad-hoc table, made from its definition: the grid, the workbook and the form read it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from types import new_class
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Region, User
from accounts.requests import whole_number
from communities.columns import unit_widget
from ledgers.dispatching import sources
from ledgers.models import Dispatch, DispatchRow
from ledgers.registry import Ledger, ledger_family
from records.columns import (
    CellWidget,
    Column,
    Context,
    DateWidget,
    Entry,
    LedgerResource,
    NumberWidget,
    TextWidget,
)
from records.marks import Mark
from records.parsing import CellError, search_key
from records.rows import Row
from records.units import AREA, BUILDINGS, HOUSEHOLDS, MONEY, PERCENT, WAN, YUAN, Unit

# The kinds of new columns, as the form offers them, and where their values live.
KINDS = {
    "count": gettext_lazy("Whole number"),
    "decimal": gettext_lazy("Number with two decimals"),
    "money": gettext_lazy("Money"),
    "date": gettext_lazy("Day"),
    "choice": gettext_lazy("One of a list"),
    "flag": gettext_lazy("Yes or no"),
    "text": gettext_lazy("Text"),
}
SLOT_KINDS = {"choice": "text", "flag": "text"}
FLAGS = ("是", "否")
UNITS: Mapping[str, Unit] = {
    "㎡": AREA,
    "户": HOUSEHOLDS,
    "栋": BUILDINGS,
    "%": PERCENT,
    "万元": MONEY,
    "元": YUAN,
    "亿元": Unit("亿元", MONEY.factors),
}
SHOWN = "of_"


class ListWidget(CellWidget):
    """One of the texts that whoever set the table up has listed."""

    kind = "choice"

    def __init__(self, listed: Sequence[str]) -> None:
        super().__init__()
        self.listed = tuple(listed)
        self.known = {search_key(text): text for text in self.listed}

    def read(self, raw: Any, column: Column, factor: Decimal, context: Context) -> str:
        """Return the listed text."""
        found = self.known.get(search_key(str(raw)))
        if found is None:
            raise CellError(
                "not_a_choice",
                _("«%(text)s» is not one of the choices.") % {"text": str(raw)[:40]},
                _("Choose: %(choices)s.") % {"choices": "、".join(self.listed)},
            )
        return found

    def choices(self, context: Context) -> list[str]:
        """Return the texts."""
        return list(self.listed)


class DispatchLedger(LedgerResource):
    """What the ledgers of all ad-hoc tables have in common; each is a class of its own below this one."""

    model = DispatchRow
    can_add = False
    groups = {"shown": gettext_lazy("As the portal has it"), "asked": gettext_lazy("To be filled in")}
    dispatch: ClassVar[Dispatch]
    made: ClassVar[tuple[Column, ...]] = ()

    @classmethod
    def columns(cls) -> tuple[Column, ...]:
        """Return the columns of this table."""
        return cls.made

    @classmethod
    def rows_for(
        cls, user: User, *, year: int | None = None, unit: Region | None = None, removed: bool = False
    ) -> models.QuerySet[Any]:
        """Return the table's rows the user may read."""
        rows = super().rows_for(user, unit=unit, removed=removed)
        return rows.filter(dispatch=cls.dispatch.pk).order_by("number")

    @classmethod
    def iterate_rows(cls, queryset: models.QuerySet[Any], *, chunk: int = 2000) -> Iterator[Row]:
        """Yield rows with what is shown beside them: as it stands, or stood when the table was closed."""
        part: list[Row] = []
        for row in super().iterate_rows(queryset, chunk=chunk):
            part.append(row)
            if chunk and len(part) == chunk:
                yield from cls._filled(part)
                part = []
        yield from cls._filled(part)

    @classmethod
    def _filled(cls, rows: list[Row]) -> list[Row]:
        live = sources.facts(cls.dispatch, [row for row in rows if not row["facts"]])
        for row in rows:
            known = {key: sources.unpacked(value) for key, value in row["facts"].items()}
            known = known or live.get(row["subject_id"], {})
            row.update({f"{SHOWN}{key}": known.get(key) for key in cls.dispatch.shown})
        return rows

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise rows by what they are about, and by their unit where a name is borne twice."""
        fresh = [entry for entry in entries if entry.pk is None]
        if not fresh:
            return
        rows = DispatchRow.objects.filter(dispatch=cls.dispatch.pk, is_removed=False)
        rows = rows if context.user is None else rows.visible_to(context.user)
        known: dict[str, list[tuple[int, int]]] = {}
        for pk, unit, label in rows.values_list("pk", "unit_id", "label"):
            known.setdefault(search_key(label), []).append((pk, unit))
        for entry in fresh:
            place = entry.related.get("unit") or (context.unit.pk if context.unit else None)
            named = known.get(search_key(str(entry.related.get("label") or "")), [])
            found = [pk for pk, owner in named if place is None or owner == place]
            found = found or [pk for pk, _owner in named]
            if len(found) == 1:
                entry.pk = found[0]
            else:
                entry.fail("label", _not_asked(bool(found)))


def _not_asked(several: bool) -> CellError:
    if several:
        return CellError(
            "ambiguous",
            _("Several rows of this table have this name."),
            _("Fill in the template, whose rows are known by their hidden keys."),
        )
    return CellError(
        "not_asked",
        _("This row is not among those that are asked for."),
        _("Download the template: it has the rows to be filled in."),
    )


def unit_of_measure(kind: str, text: str) -> Unit | None:
    """Return the unit of a new column: a known one with its multiples, or the word as it was written."""
    if kind in {"money", "decimal", "count"} and text in UNITS:
        known = UNITS[text]
        return known if (kind == "money") == ("亿元" in known.factors) else None
    if kind == "money":
        return MONEY
    if not text or kind in {"date", "text", "choice", "flag"}:
        return None
    return Unit(text, {text: Decimal(1), f"万{text}": WAN})


def asked_column(item: Mapping[str, Any]) -> Column:
    """Return a new column from its definition."""
    kind = item["kind"]
    listed = FLAGS if kind == "flag" else item.get("choices", ())
    widgets: dict[str, CellWidget] = {
        "count": NumberWidget(),
        "decimal": NumberWidget(places=2, kind="decimal"),
        "money": NumberWidget(kind="money", shown_places=2),
        "date": DateWidget(),
        "text": TextWidget(),
    }
    adds_up = kind in {"count", "decimal", "money"} and item.get("unit") != "%"
    column = Column(
        item["slot"],
        item["header"],
        widgets.get(kind) or ListWidget(listed),
        group="asked",
        unit=unit_of_measure(kind, item.get("unit", "")),
        total="sum" if adds_up else "none",
        width=200 if kind == "text" else 110,
        help=_help(item),
    )
    column.asked = bool(item.get("required"))
    column.key = item["slot"]
    return column


def _help(item: Mapping[str, Any]) -> str:
    # What must be filled in is asked when the table is handed in, not cell by cell.
    return " ".join(
        filter(None, (item.get("help", ""), _("Must be filled in.") if item.get("required") else ""))
    )


def _shown_column(key: str, source: Column) -> Column:
    column = Column(
        None,
        source.header,
        source.cell,
        group="shown",
        unit=source.unit,
        readonly=True,
        marks=source.marks,
        total="sum" if source.total == "sum" else "none",
        width=source.width,
        moving=True,
    )
    column.key = f"{SHOWN}{key}"
    return column


def _own_columns(dispatch: Dispatch) -> list[Column]:
    label = Column(
        None,
        sources.name_of_rows(dispatch.source),
        TextWidget(),
        lookup="label",
        group="shown",
        required=True,
        frozen=True,
        total="count",
        width=170,
    )
    label.key = "label"
    if dispatch.source == sources.UNITS:
        return [label]
    unit = Column(
        None,
        gettext_lazy("Reporting unit"),
        unit_widget(),
        lookup="unit_id",
        group="shown",
        width=110,
        aliases=("市县", "县区", "区县", "县(市、区)", "县市区", "县市"),
    )
    unit.key = "unit"
    return [label, unit]


def resource_of(dispatch: Dispatch) -> type[DispatchLedger]:
    """Return the columns and rows of an ad-hoc table; made once for each definition."""
    definition = json.dumps(
        [dispatch.source, dispatch.year, dispatch.shown, dispatch.asked, dispatch.state], ensure_ascii=False
    )
    return _resource(dispatch.pk, definition)


@lru_cache(maxsize=128)
def _resource(pk: int, definition: str) -> type[DispatchLedger]:
    source, year, shown, asked, state = json.loads(definition)
    dispatch = Dispatch(pk=pk, source=source, year=year, shown=shown, asked=asked, state=state)
    known = sources.fields(source)
    columns = [
        *_own_columns(dispatch),
        *(_shown_column(key, known[key]) for key in shown if key in known),
        *(asked_column(item) for item in asked),
    ]

    def body(namespace: dict[str, Any]) -> None:
        namespace.update({column.key: column for column in columns})
        namespace |= {"dispatch": dispatch, "made": tuple(columns), "__module__": __name__}

    made: type[DispatchLedger] = new_class(f"DispatchLedger{pk}", (DispatchLedger,), {}, body)
    return made


def ledger_of(dispatch: Dispatch) -> Ledger:
    """Return an ad-hoc table as users meet it."""
    return Ledger(
        dispatch.slug,
        dispatch.title,
        resource_of(dispatch),
        dispatch.text or dispatch.title,
        home=reverse("ledgers:dispatch", args=[dispatch.pk]),
        open_to=lambda user: Dispatch.objects.visible_to(user).filter(pk=dispatch.pk).exists(),
    )


@ledger_family("dispatch")
def find(name: str) -> Ledger | None:
    """Return the ledger of a table that has been sent out."""
    pk = whole_number(name)
    if pk is None:
        return None
    found = Dispatch.objects.exclude(state=Dispatch.State.DRAFT).filter(pk=pk).first()
    return ledger_of(found) if found is not None else None


def is_filled(row: Mapping[str, Any], item: Mapping[str, Any]) -> bool:
    """Tell whether a cell of a new column has an answer: 0, 未知 and 不适用 are answers, blank is none."""
    value = row.get(item["slot"])
    return isinstance(value, Mark) or (value is not None and value != "")
