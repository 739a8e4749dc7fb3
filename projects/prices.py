"""Price memory: what an item of works costs elsewhere, from the final plans of the same city and year.

Where too few cases are known the view widens, step by step, to neighbouring years and to the province; then
the catalogue's reference price stands in, and says so.  All prices are whole 分.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Region
from communities.models import CatalogueItem
from projects.models import PlanItem, PlanVersion
from records.checks import Limits, load_limits
from records.units import FEN_PER_YUAN

# Below so many cases a band says little; how far from it a price may lie. Data: records/data/limits.csv.
CASES, MARGIN = "price_band_cases", "price_band_margin"


@dataclass(frozen=True)
class Asked:
    """What a band is wanted for: an item in a region and plan year; a project's own prices do not count."""

    item: int
    region: Region
    year: int
    without_project: int | None = None

    def __hash__(self) -> int:
        return hash((self.item, self.region.pk, self.year, self.without_project))


@dataclass(frozen=True, slots=True)
class Band:
    """Lower quartile, median and upper quartile in 分, from how many cases, and where they come from."""

    low_fen: int
    median_fen: int
    high_fen: int
    cases: int
    source: str


@dataclass(frozen=True, slots=True)
class Case:
    """One known price in 分: of which project, plan year and unit (path)."""

    price: int
    year: int
    path: str
    project: int


def quartiles(prices: Iterable[int]) -> tuple[int, int, int]:
    """Return lower quartile, median and upper quartile of whole numbers, half up to the whole.

    Quartiles lie at a quarter, a half and three quarters of the way from the least to the greatest, between
    two neighbours in proportion (the inclusive method, QUARTILE.INC of spreadsheets).  Needs one number.
    """
    ordered = sorted(prices)
    found = []
    for quarter in (1, 2, 3):
        whole, part = divmod(quarter * (len(ordered) - 1), 4)
        upper = ordered[min(whole + 1, len(ordered) - 1)]
        exact = ordered[whole] + Fraction(part, 4) * (upper - ordered[whole])
        found.append(int(exact + Fraction(1, 2)))
    return found[0], found[1], found[2]


def price_bands(asked: Sequence[Asked]) -> dict[Asked, Band | None]:
    """Return the band of each question; None where nothing at all is known.  Four queries for any number."""
    items = {question.item for question in asked}
    cases = _cases(items)
    references = dict(
        CatalogueItem.objects.filter(pk__in=items, reference_price_fen__isnull=False).values_list(
            "pk", "reference_price_fen"
        )
    )
    limits = load_limits()
    above = prefecture_paths({question.region for question in asked})
    return {
        question: band_among(
            question, cases[question.item], references.get(question.item), limits, above[question.region.pk]
        )
        for question in set(asked)
    }


def price_band(items: Iterable[int], region: Region, year: int) -> dict[int, Band | None]:
    """Return the bands of catalogue items in a region and plan year, by item."""
    asked = [Asked(item, region, year) for item in set(items)]
    return {question.item: band for question, band in price_bands(asked).items()}


def _cases(items: Iterable[int]) -> dict[int, list[Case]]:
    rows = PlanItem.objects.live().filter(
        item__in=set(items),
        plan_version__state=PlanVersion.State.FINAL,
        plan_version__is_removed=False,
        unit_price_fen__isnull=False,
    )
    found: dict[int, list[Case]] = defaultdict(list)
    values = rows.values_list("item_id", "unit_price_fen", "project__plan_year", "unit__path", "project_id")
    for item, price, year, path, project in values.order_by():
        found[item].append(Case(int(price or 0), year, path, project))
    return found


def prefecture_paths(regions: Iterable[Region]) -> dict[int, str]:
    """Return, for each region, the path of the prefecture it lies in (its own where it is one or above)."""
    listed = list(regions)
    codes = {code for region in listed for code in region.ancestor_codes}
    known = Region.objects.filter(code__in=codes, level=Region.Level.PREFECTURE)
    paths = {found.code: found.path for found in known}
    return {
        region.pk: next((paths[code] for code in region.ancestor_codes if code in paths), region.path)
        for region in listed
    }


def band_among(
    question: Asked, cases: Sequence[Case], reference: int | None, limits: Limits, prefecture: str
) -> Band | None:
    """Return the band of a question among known cases, of the nearest circle that has enough of them.

    The circles are the city and the province, the year and its neighbours; ``prefecture`` is the city's path.
    """
    known = [case for case in cases if case.project != question.without_project]
    year = question.year
    near = {year - 1, year, year + 1}
    city = [case for case in known if case.path.startswith(prefecture)]
    steps: tuple[tuple[str, list[Case]], ...] = (
        (_("same city, %(year)d") % {"year": year}, [case for case in city if case.year == year]),
        (
            _("same city, %(from)d–%(to)d") % {"from": year - 1, "to": year + 1},
            [case for case in city if case.year in near],
        ),
        (_("whole province, %(year)d") % {"year": year}, [case for case in known if case.year == year]),
        (
            _("whole province, %(from)d–%(to)d") % {"from": year - 1, "to": year + 1},
            [case for case in known if case.year in near],
        ),
    )
    enough = limits.get(CASES)
    fewest = int(enough.low) if enough is not None and enough.low is not None else 1
    for source, found in steps:
        if len(found) >= max(fewest, 1):
            low, median, high = quartiles(case.price for case in found)
            return Band(low, median, high, len(found), source)
    if reference is not None:
        return Band(reference, reference, reference, 0, _("reference price of the works catalogue"))
    return None


def band_outside(band: Band | None, price_fen: int, limits: Limits | None = None) -> str:
    """Say in words that a price lies far from its band; empty when it does not, or nothing is known."""
    margin = (limits or load_limits()).get(MARGIN)
    if band is None or margin is None or margin.low is None or margin.high is None:
        return ""
    if band.low_fen * margin.low <= price_fen <= band.high_fen * margin.high:
        return ""
    return _("%(price)s 元 is far from %(low)s–%(high)s 元 (%(source)s, %(cases)d cases).") % {
        "price": yuan(price_fen),
        "low": yuan(band.low_fen),
        "high": yuan(band.high_fen),
        "source": band.source,
        "cases": band.cases,
    }


def yuan(fen: int) -> str:
    """Return 分 as 元 in words: 9550 → 95.50."""
    return f"{Decimal(fen) / FEN_PER_YUAN:,.2f}"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a version costs: from its own amounts, and by the medians of the price memory; in 分."""

    own_fen: int
    by_memory_fen: int
    unknown: int  # items with a quantity for which no price is known


def estimate(items: Sequence[PlanItem], bands: Mapping[int, Band | None]) -> Estimate:
    """Add up a version's items by their own amounts and by the median price of each."""
    own = sum(item.amount_fen or 0 for item in items)
    memory, unknown = 0, 0
    for item in items:
        band = bands.get(item.item_id)
        if item.quantity is None:
            continue
        if band is None:
            unknown += 1
            continue
        exact: Any = item.quantity * band.median_fen
        memory += int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return Estimate(own, memory, unknown)
