"""The panel of money: the chain against the time passed, by channel or source, and who pays slowest.

A frozen day shows the money it kept and leads to the rows it kept; another day adds up the ledgers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboards import kept
from dashboards.board import Board
from dashboards.figures import time_progress
from dashboards.kept import KeptMoney
from funding import totals
from funding.models import Source
from funding.totals import Measure, Money

# So many units are shown of those that pay slowest.
LAST = 6
CHAIN = (
    Measure.PLANNED,
    Measure.HANDED_DOWN,
    Measure.ISSUED,
    Measure.ARRIVED,
    Measure.PAID,
    Measure.SETTLED,
)


@dataclass(frozen=True)
class _Told:
    """The sums of a page: in all, by unit, and by channel or source with what names it in an address."""

    whole: Money
    by_unit: Mapping[Any, Money]
    parts_label: str
    parts: Sequence[tuple[str, Money, dict[str, str]]]
    is_kept: bool


def money(board: Board, user: Any) -> dict[str, Any]:
    """Return the chain of money as the day kept it; without a snapshot from the ledgers."""
    found = kept.money_of(board)
    if found is not None:
        return {**_panel(board, _kept(found)), "kept": kept.marks(found.snapshots)}
    there = board.live
    return _panel(there, _from_ledgers(there))


def _kept(found: KeptMoney) -> _Told:
    parts = [(name, money, {"source": name}) for name, money in found.by_source.items()]
    return _Told(found.whole, found.by_unit, _("Source of money"), parts, is_kept=True)


def _from_ledgers(board: Board) -> _Told:
    selection = board.selection
    region, years, on = selection.region, selection.years, selection.on
    by_unit, channels = totals.by_unit_and_channel(region, years=years, on=on)
    whole = (
        totals.total(by_unit.values()) if board.places.units else totals.of(region, years=years, on=on)[None]
    )
    parts = [
        (str(Source.Channel(name).label), money, {"channel": str(name)}) for name, money in channels.items()
    ]
    return _Told(whole, by_unit, _("Channel"), parts, is_kept=False)


def _panel(board: Board, told: _Told) -> dict[str, Any]:
    whole, on = told.whole, board.selection.on
    rate = whole.execution_rate
    parts = sorted(told.parts, key=lambda part: (-part[1].planned_fen, part[0]))
    return {
        "empty": not any(whole.of(measure) for measure in CHAIN),
        "chain": [_step(board, told, measure) for measure in CHAIN],
        "rate": totals.per_cent(rate, 1),
        "due": time_progress(on.year, on),
        "against": None if rate is None else totals.rounded(totals.against_time(rate, on), 1),
        "arrival": totals.per_cent(whole.arrival_rate, 1),
        "gap": whole.gap_fen,
        "needed": whole.needed_fen,
        "needed_url": "" if told.is_kept else _rows(board, told, Measure.NEEDED),
        "planned": whole.planned_fen,
        "planned_url": _rows(board, told, Measure.PLANNED),
        "parts_label": told.parts_label,
        "channels": [
            {"label": label, **_money_line(board, told, found, **asked)} for label, found, asked in parts
        ],
        "units": _slowest(board, told),
    }


def _rows(board: Board, told: _Told, measure: str, region: str = "", **extra: str) -> str:
    """Return the address of the rows behind a sum: those that the day kept, or the ledgers'."""
    selection = board.selection
    place = region or selection.region.code
    if not told.is_kept:
        return totals.rows_url(place, years=selection.years, on=selection.on, measure=measure, **extra)
    asked = {name: quote(value) for name, value in extra.items()}
    return f"{reverse('dashboards:kept_money', args=[place])}?{selection.query(measure=measure, **asked)}"


def _step(board: Board, told: _Told, measure: Measure) -> dict[str, Any]:
    whole = told.whole
    amount, base = whole.of(measure), max(whole.handed_down_fen, whole.planned_fen)
    return {
        "label": measure.label,
        "amount": amount,
        "share": totals.per_cent(totals.ratio(amount, whole.handed_down_fen), 1),
        "bar": amount,
        "maximum": base,
        "url": _rows(board, told, measure),
    }


def _money_line(board: Board, told: _Told, found: Money, **asked: str) -> dict[str, Any]:
    sums = {
        measure.value: {"amount": found.of(measure), "url": _rows(board, told, measure, **asked)}
        for measure in CHAIN
    }
    return {"sums": sums, "rate": totals.per_cent(found.execution_rate, 1)}


def _slowest(board: Board, told: _Told) -> list[dict[str, Any]]:
    """Return the units with money by execution rate, the lowest first."""
    known = [
        (unit, told.by_unit[unit.pk], rate)
        for unit in board.places.units
        if unit.pk in told.by_unit and (rate := told.by_unit[unit.pk].execution_rate) is not None
    ]
    if len(known) < 2:
        return []
    lowest = sorted(known, key=lambda row: (row[2], row[0].path))[:LAST]
    return [
        {
            "label": unit.label,
            "url": board.selection.page_url(unit.code),
            "rate": totals.per_cent(rate, 1),
            "paid": found.paid_fen,
            "paid_url": _rows(board, told, Measure.PAID, unit.code),
            "handed": found.handed_down_fen,
            "handed_url": _rows(board, told, Measure.HANDED_DOWN, unit.code),
        }
        for unit, found, rate in lowest
    ]
