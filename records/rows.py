"""Ledger rows as plain mappings of attribute name → value, marks included."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models

from records.marks import Mark
from records.models import VersionedRecord

Row = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """The concrete attributes of a model, in the order rows are read from the database."""

    model: type[VersionedRecord]
    attnames: tuple[str, ...]
    content: frozenset[str]
    defaults: Mapping[str, Any]

    def row(self, values: Iterable[Any]) -> Row:
        """Return the row of one database tuple, its marks put in place of the blanks."""
        row = dict(zip(self.attnames, values, strict=True))
        if row["markers"]:
            for attname, mark in row["markers"].items():
                row[attname] = Mark(mark)
        return row

    def fresh(self) -> Row:
        """Return a new row that holds the model's defaults."""
        return dict(self.defaults)


@cache
def shape_of(model: type[VersionedRecord]) -> Shape:
    """Return the shape of a model; computed once."""
    fields = model._meta.concrete_fields
    attnames = tuple(field.attname for field in fields)
    defaults: Row = {}
    for field in fields:
        if field.has_default() and not callable(field.default):
            defaults[field.attname] = field.get_default()
        elif isinstance(field, models.CharField | models.TextField) and not field.null:
            defaults[field.attname] = ""
        else:
            defaults[field.attname] = None
    return Shape(
        model=model,
        attnames=attnames,
        content=frozenset(attnames) - model.BOOKKEEPING,
        defaults=defaults,
    )


def load_rows(queryset: models.QuerySet[Any], pks: Collection[int], *, lock: bool = False) -> dict[int, Row]:
    """Return rows of a scoped queryset by primary key; with ``lock`` held until the transaction ends."""
    model: type[VersionedRecord] = queryset.model
    shape = shape_of(model)
    found: dict[int, Row] = {}
    wanted = sorted(set(pks))
    for start in range(0, len(wanted), 5000):
        part = queryset.filter(pk__in=wanted[start : start + 5000]).order_by("pk")
        if lock:
            # Rows that refer to these may come in meanwhile: keys never change here.
            part = part.select_for_update(of=("self",), no_key=True)
        for values in part.values_list(*shape.attnames):
            row = shape.row(values)
            found[row["id"]] = row
    return found


def chunks(rows: Iterable[Row], size: int = 1000) -> Iterator[list[Row]]:
    """Yield rows in lists of at most ``size``."""
    part: list[Row] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
