"""Freezing the facts of all units at once, and reading them again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import Max

from accounts.models import Region
from assessments import scoring
from assessments.formulas import BehindRow, Fact, Formula, known_formulas
from assessments.models import FactSheet

if TYPE_CHECKING:
    from accounts.models import User


class Taken(NamedTuple):
    """Facts as a fact sheet keeps them."""

    data: dict[str, dict[str, dict[str, str]]]
    members: dict[str, Any]


def gather(units: Sequence[Region], year: int, on: date, formulas: Iterable[Formula] | None = None) -> Taken:
    """Return the facts of all units by every formula: a constant number of queries for each formula."""
    codes = {unit.pk: unit.code for unit in units}
    data: dict[str, dict[str, dict[str, str]]] = {}
    members: dict[str, Any] = {}
    for asked in formulas if formulas is not None else known_formulas().values():
        found = asked.gather(units, year, on)
        data[asked.id] = {codes[pk]: _as_json(asked, fact) for pk, fact in found.items()}
        members[asked.id] = {codes[pk]: _rows_as_json(fact) for pk, fact in found.items() if fact.rows}
    return Taken(data, members)


def _as_json(asked: Formula, fact: Fact) -> dict[str, str]:
    stored = {"part": str(fact.part), "whole": str(fact.whole), "kind": asked.kind.value}
    return {**stored, "note": fact.note} if fact.note else stored


def _rows_as_json(fact: Fact) -> dict[str, list[int]]:
    """Return the rows by model as one flat list of key, version, counts; key, version, counts; …"""
    return {model: [number for row in rows for number in row] for model, rows in fact.rows.items() if rows}


@transaction.atomic
def freeze(
    *,
    kind: FactSheet.Kind,
    year: int,
    on: date,
    units: Sequence[Region],
    by: User | None,
    again: bool = False,
) -> FactSheet:
    """Freeze the facts of a plan year at the end of a day; whoever comes second gets the first one's sheet.

    ``again`` takes them anew under the next number: after an appeal has corrected the ledger.
    """
    same = FactSheet.objects.filter(kind=kind, year=year, on=on)
    # One freezer at a time: the second finds what the first has frozen.
    list(Region.objects.filter(level=Region.Level.PROVINCE).order_by("pk").select_for_update(no_key=True))
    last: FactSheet | None = same.order_by("-number").first()
    if last is not None and not again:
        return last
    taken = gather(units, year, on)
    sheet = FactSheet(
        kind=kind,
        year=year,
        on=on,
        number=(same.aggregate(last=Max("number"))["last"] or 0) + 1,
        data=taken.data,
        members=taken.members,
        sha256=content_hash(kind, year, on, taken),
        frozen_by=by,
    )
    sheet.save(force_insert=True)
    return sheet


def content_hash(kind: str, year: int, on: date, taken: Taken) -> str:
    """Return the hash of what a fact sheet says."""
    content = {"kind": kind, "year": year, "on": f"{on:%Y-%m-%d}"}
    return scoring.sha256({**content, "data": taken.data, "members": taken.members})


def is_intact(sheet: FactSheet) -> bool:
    """Tell whether a fact sheet still says what was frozen."""
    return content_hash(sheet.kind, sheet.year, sheet.on, Taken(sheet.data, sheet.members)) == sheet.sha256


def facts_of(sheet: FactSheet, code: str) -> dict[str, dict[str, str]]:
    """Return a unit's facts by formula."""
    return {ident: units[code] for ident, units in sheet.data.items() if code in units}


def rows_of(sheet: FactSheet, ident: str, code: str) -> dict[str, list[BehindRow]]:
    """Return the rows behind a unit's fact, by model label."""
    stored = sheet.members.get(ident, {}).get(code, {})
    return {model: list(_triples(flat)) for model, flat in stored.items()}


def _triples(flat: Sequence[int]) -> Iterable[BehindRow]:
    return (BehindRow(*flat[at : at + 3]) for at in range(0, len(flat), 3))
