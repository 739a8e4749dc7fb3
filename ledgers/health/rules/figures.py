"""Figures that do not fit: far from the unit's own distribution, or from the rows beneath."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import quantiles
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.checks import amount
from communities.models import Building, Community
from ledgers.health.registry import Hit, health_rule
from ledgers.health.stock import Stock
from projects.models import Project
from records.rows import Row
from records.units import FEN_PER_YUAN

# Fallbacks for a portal whose limits have been emptied; the figures that count stand in records/data.
LEAST_CASES, SPAN, ROOM = Decimal(8), Decimal(3), Decimal("0.2")


def _outliers(
    stock: Stock, kind: str, rows: Sequence[Row], code: str, names: tuple[str, str], scale: int
) -> Iterator[Hit]:
    """Yield rows whose quotient lies far outside the quartiles of their unit, yet within the general band.

    What lies outside the band of published ledgers (``code`` of the limits) is told by the row's own check.
    Far is ``health_outlier_span`` interquartile ranges, and at least the share ``health_outlier_room`` of the
    median: where all figures are alike a small difference is none.  ``health_outlier_cases`` rows make a
    distribution.
    """
    over, under = names
    by_unit: dict[Any, list[tuple[Decimal, Row]]] = defaultdict(list)
    for row in rows:
        high, low = amount(row, over), amount(row, under)
        if high is not None and low is not None:
            by_unit[row["unit_id"]].append((high / (scale * low), row))
    least = _setting(stock, "health_outlier_cases", LEAST_CASES)
    span, share = _setting(stock, "health_outlier_span", SPAN), _setting(stock, "health_outlier_room", ROOM)
    band = stock.limits.get(code)
    for cases in by_unit.values():
        if len(cases) < least:
            continue
        lower, middle, upper = quantiles([value for value, _row in cases], n=4)
        room = max(span * (upper - lower), share * middle)
        for value, row in cases:
            if lower - room <= value <= upper + room or (band is not None and not band.hold(value)):
                continue
            yield Hit(
                kind,
                row,
                over,
                row[over],
                _("%(value)s %(measure)s; half of the unit's rows lie between %(low)s and %(high)s.")
                % {
                    "value": f"{value:,.2f}",
                    "measure": MEASURES[code],
                    "low": f"{lower:,.2f}",
                    "high": f"{upper:,.2f}",
                },
                _("Compare both figures with the papers; close this with the reason if they are right."),
                {over: row[over], under: row[under]},
            )


def _setting(stock: Stock, code: str, fallback: Decimal) -> Decimal:
    bounds = stock.limits.get(code)
    known = None if bounds is None else bounds.low if bounds.low is not None else bounds.high
    return fallback if known is None else known


MEASURES = {
    "area_per_household": "㎡/户",
    "households_per_building": "户/栋",
    "investment_per_area": "元/㎡",
}


@health_rule(
    "outlier_area_per_household", gettext_lazy("㎡ per household unlike the unit's"), "communities.community"
)
def area_per_household(stock: Stock) -> Iterator[Hit]:
    """Floor area per household resembles that of the unit's other communities."""
    names = ("floor_area", "household_count")
    rows = stock.rows(Community)
    yield from _outliers(stock, "communities.community", rows, "area_per_household", names, 1)


@health_rule(
    "outlier_households_per_building",
    gettext_lazy("Households per building unlike the unit's"),
    "communities.community",
)
def households_per_building(stock: Stock) -> Iterator[Hit]:
    """Households per building resemble those of the unit's other communities."""
    names = ("household_count", "building_count")
    rows = stock.rows(Community)
    yield from _outliers(stock, "communities.community", rows, "households_per_building", names, 1)


@health_rule("outlier_investment_per_area", gettext_lazy("元 per ㎡ unlike the unit's"), "projects.project")
def investment_per_area(stock: Stock) -> Iterator[Hit]:
    """Planned investment per ㎡ resembles that of the unit's other projects."""
    names = ("planned_investment_fen", "planned_area")
    rows = stock.rows(Project)
    yield from _outliers(stock, "projects.project", rows, "investment_per_area", names, FEN_PER_YUAN)


@health_rule(
    "buildings_against_count", gettext_lazy("Buildings listed unlike the count"), "communities.community"
)
def buildings_against_count(stock: Stock) -> Iterator[Hit]:
    """A community has as many buildings in the building ledger as it says, once any is entered."""
    known = Building.objects.live().in_region(stock.region).values("community").annotate(listed=Count("pk"))
    listed = dict(known.values_list("community", "listed").order_by())
    for row in stock.rows(Community):
        said, found = amount(row, "building_count"), listed.get(row["id"], 0)
        if found and said is not None and said != found:
            yield Hit(
                "communities.community",
                row,
                "building_count",
                row["building_count"],
                _("The ledger says %(said)d buildings, %(found)d are listed.")
                % {"said": said, "found": found},
                _("Complete the building ledger, or mend the count."),
                {"building_count": row["building_count"], "listed": found},
            )
