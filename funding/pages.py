"""What the pages of money show: sums, the chain by source, units against the time that has passed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import Region
from funding import totals
from funding.models import Source
from funding.selection import Selection
from funding.totals import Measure, Money, per_cent, rounded
from projects.months import passed_of_year
from records.units import FEN_PER_WAN_YUAN

Row = dict[str, Any]
Link = Callable[[Measure], str]
TABS = (
    ("index", gettext_lazy("Money by source and unit")),
    ("gaps", gettext_lazy("Coverage gaps")),
    ("years", gettext_lazy("Carried over by year")),
    ("costs", gettext_lazy("Unit costs")),
    ("batches", gettext_lazy("Batches")),
)


def tabs(chosen: Selection, active: str) -> list[Row]:
    """Return the pages of money beside each other, with the same selection."""
    return [{"label": label, "url": chosen.url(name), "active": name == active} for name, label in TABS]


def wan(fen: int | None) -> Decimal | None:
    """Return 分 as 万元, exactly."""
    return None if fen is None else Decimal(fen) / FEN_PER_WAN_YUAN


def wan_unit() -> str:
    """Return the unit of money after a number."""
    return pgettext("unit after a number", "10,000 yuan")


def against(rate: Fraction | None, chosen: Selection) -> str:
    """Say how far a rate is ahead of the time that has passed or behind it; empty for several years."""
    if rate is None or len(chosen.years) != 1:
        return ""
    ahead = rounded(totals.against_time(rate, chosen.on, chosen.years[0]))
    words = {"points": f"{abs(ahead)}"}
    if ahead == 0:
        return _("on course with the time passed")
    if ahead > 0:
        return _("%(points)s points ahead of the time passed") % words
    return _("%(points)s points behind the time passed") % words


def is_behind(rate: Fraction | None, chosen: Selection) -> bool:
    """Tell whether a rate lies behind the time that has passed of its one plan year."""
    return (
        rate is not None
        and len(chosen.years) == 1
        and totals.against_time(rate, chosen.on, chosen.years[0]) < 0
    )


def time_passed(chosen: Selection) -> Decimal | None:
    """Return how much of the plan year has passed in per cent; None for several years."""
    return per_cent(passed_of_year(chosen.years[0], chosen.on)) if len(chosen.years) == 1 else None


def kpis(money: Money, chosen: Selection, *, project: int | None = None) -> list[Row]:
    """Return the headline strip: needed and planned, handed down, arrived, paid, settled."""

    def figure(label: str, measure: Measure, note: str = "", **more: Any) -> Row:
        amount = wan(money.of(measure)) if measure != Measure.HANDED_DOWN else wan(money.handed_down_fen)
        shown = {"label": label, "value": amount, "decimals": 2, "unit": wan_unit(), "note": note}
        return {**shown, "url": chosen.rows_url(measure, project=project), **more}

    gap = _("gap %(amount)s") % {"amount": f"{wan(money.gap_fen):,.2f}"} if money.gap_fen else _("covered")
    carried = _("carried over %(amount)s") % {"amount": f"{wan(money.carried_over_fen):,.2f}"}
    rate = _rate_words(money.arrival_rate, _("Arrival rate"))
    behind = is_behind(money.execution_rate, chosen)
    return [
        figure(_("Investment needed"), Measure.NEEDED),
        figure(_("Planned money"), Measure.PLANNED, gap, note_status="overdue" if money.gap_fen else ""),
        figure(_("Handed down"), Measure.HANDED_DOWN, carried),
        figure(_("Arrived"), Measure.ARRIVED, rate),
        figure(
            _("Paid"),
            Measure.PAID,
            " · ".join(
                part
                for part in (
                    _rate_words(money.execution_rate, _("Spending rate")),
                    against(money.execution_rate, chosen),
                )
                if part
            ),
            note_status="overdue" if behind else "",
            wide=True,
        ),
        figure(_("Settled"), Measure.SETTLED),
    ]


def _rate_words(rate: Fraction | None, label: str) -> str:
    return "" if rate is None else f"{label} {per_cent(rate)}%"


CHAIN = (Measure.PLANNED, Measure.HANDED_DOWN, Measure.ISSUED, Measure.ARRIVED, Measure.PAID, Measure.SETTLED)


def chain_columns(first: str, *, with_need: bool = False) -> list[Row]:
    """Return the columns of a table of the chain 计划 → 下达 → 到位 → 支付 → 结算."""
    columns: list[Row] = [{"label": first}]
    if with_need:
        columns.append(
            {"label": _("Needed"), "unit": wan_unit(), "numeric": True, "decimals": 2, "rule": True}
        )
    labels = {
        Measure.PLANNED: _("Planned"),
        Measure.HANDED_DOWN: _("Handed down"),
        Measure.ISSUED: _("To projects"),
        Measure.ARRIVED: _("Arrived"),
        Measure.PAID: _("Paid"),
        Measure.SETTLED: _("Settled"),
    }
    for measure in CHAIN:
        column: Row = {"label": labels[measure], "unit": wan_unit(), "numeric": True, "decimals": 2}
        columns.append({**column, "rule": measure == Measure.PLANNED})
    rate: Row = {"unit": "%", "numeric": True, "decimals": 2}
    return [
        *columns,
        {"label": _("Arrival rate"), **rate, "rule": True},
        {"label": _("Spending rate"), **rate},
        {"label": _("Carried over"), "unit": wan_unit(), "numeric": True, "decimals": 2},
    ]


def chain_cells(first: Any, money: Money, link: Link | None, *, with_need: bool = False) -> list[Any]:
    """Return one line of the chain; every sum leads to its rows."""

    def amount(measure: Measure) -> Row:
        fen = money.handed_down_fen if measure == Measure.HANDED_DOWN else money.of(measure)
        return {"text": wan(fen), "url": link(measure) if link and fen else ""}

    cells = [first, *([amount(Measure.NEEDED)] if with_need else []), *(amount(step) for step in CHAIN)]
    return [
        *cells,
        _rate_cell(money.arrival_rate),
        _rate_cell(money.execution_rate),
        wan(money.carried_over_fen),
    ]


def _rate_cell(rate: Fraction | None) -> Any:
    return "—" if rate is None else per_cent(rate)


def by_source(
    chosen: Selection, sums: Mapping[Any, Money], sources: Sequence[Source], *, project: int | None = None
) -> list[Row]:
    """Return the chain of each source that has money, and of all together."""

    def link(source: int | None) -> Link:
        return lambda measure: chosen.rows_url(measure, source=source, project=project)

    rows = [
        {
            "kind": "",
            "cells": chain_cells(
                {"text": source.name, "note": source.get_channel_display()}, sums[source.pk], link(source.pk)
            ),
        }
        for source in sources
        if source.pk in sums
    ]
    if len(rows) > 1:
        whole = totals.total(sums.values())
        rows.append({"kind": "total", "cells": chain_cells(_("Total"), whole, link(None))})
    return rows


def by_unit(chosen: Selection, sums: Mapping[Any, Money], regions: Sequence[Region]) -> list[Row]:
    """Return the chain of each unit, and of its prefecture above it."""
    rows: list[Row] = []
    units = [region for region in regions if region.level == Region.Level.UNIT]
    for region in regions:
        inside = [unit for unit in units if region.contains(unit)]
        if region.level == Region.Level.PROVINCE or len(inside) == 0:
            continue
        if region.level == Region.Level.PREFECTURE and len(inside) == 1:
            continue
        money = totals.total(sums[unit.pk] for unit in inside if unit.pk in sums)
        first = {"text": region.label, "url": chosen.of_region(region).url("index")}
        cells = chain_cells(first, money, _linked(chosen, region), with_need=True)
        rows.append({"kind": "group" if region.level == Region.Level.PREFECTURE else "", "cells": cells})
    return rows


def _linked(chosen: Selection, region: Region) -> Link:
    return lambda measure: chosen.rows_url(measure, region=region)


def by_year(chosen: Selection, sums: Mapping[Any, Money]) -> list[Row]:
    """Return the chain of each plan year: what of it is still carried along."""

    def link(year: int) -> Link:
        return lambda measure: totals.rows_url(chosen.region, years=[year], on=chosen.on, measure=measure)

    rows: list[Row] = [
        {"kind": "chosen" if year in chosen.years else "", "cells": _year_cells(year, sums[year], link(year))}
        for year in sorted(sums, reverse=True)
    ]
    if len(rows) > 1:
        whole = totals.total(sums.values())
        rows.append({"kind": "total", "cells": chain_cells(_("Total"), whole, None, with_need=True)})
    return rows


def _year_cells(year: int, money: Money, link: Link) -> list[Any]:
    return chain_cells(str(year), money, link, with_need=True)
