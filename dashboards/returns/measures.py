"""What can go into a cell of a return: each measure reads one number of a place, by the usual rollups."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from communities.models import CatalogueItem
from dashboards import figures
from dashboards.figures import Base, Figures
from dashboards.quantities import Effect
from funding import totals
from funding.totals import Money
from records.units import FEN_PER_WAN_YUAN, FEN_PER_YUAN

Number = int | Decimal | None

# What one of a unit is in the base unit of its kind, and the decimals it is reported with.
UNITS: dict[str, dict[str, tuple[Decimal, int]]] = {
    "communities": {"个": (Decimal(1), 0), "万个": (Decimal(10_000), 2)},
    "households": {"户": (Decimal(1), 0), "万户": (Decimal(10_000), 2)},
    "buildings": {"栋": (Decimal(1), 0)},
    "area": {"㎡": (Decimal(1), 2), "万㎡": (Decimal(10_000), 2)},
    "money": {
        "万元": (Decimal(FEN_PER_WAN_YUAN), 2),
        "元": (Decimal(FEN_PER_YUAN), 2),
        "亿元": (Decimal(10_000 * FEN_PER_WAN_YUAN), 4),
    },
    "rate": {"%": (Decimal(1), 1)},
    "effect": {"": (Decimal(1), 2)},
}


@dataclass(frozen=True, slots=True)
class Place:
    """All numbers of one place: progress, money and effects of a plan year on a day.

    Money and effects are read only where a measure asks for them.
    """

    code: str
    name: str
    figures: Figures
    money: Callable[[], Money]
    effects: Callable[[], Mapping[str, Effect]]


@dataclass(frozen=True, slots=True)
class Measure:
    """One number: its name, its kind, how it is read, and which rows of a board stand behind it."""

    label: str | Promise
    kind: str
    read: Callable[[Place], Number]
    rows: str = ""

    def in_unit(self, place: Place, unit: str) -> Number:
        """Return the number in a unit, rounded half up as it is reported; None stays None."""
        value = self.read(place)
        known = UNITS[self.kind]
        worth, places = known[unit or next(iter(known))]
        if value is None:
            return None
        exact = Decimal(value) / worth
        rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        return int(rounded) if places == 0 else rounded


AMOUNTS = {
    "communities": _("communities"),
    "households": _("households"),
    "buildings": _("buildings"),
    "area": _("floor area"),
}


def _amount(measure: figures.Measure, kind: str) -> Measure:
    def read(place: Place) -> Number:
        found: Number = getattr(place.figures.of(measure), kind)
        return found

    return Measure(format_lazy("{} · {}", measure.label, AMOUNTS[kind]), kind, read, rows=measure.value)


def _money(measure: totals.Measure) -> Measure:
    return Measure(
        format_lazy("{} · {}", _("Money"), measure.label), "money", lambda place: place.money().of(measure)
    )


def _rate(label: str | Promise, base: Base, read: Callable[[Figures, str], Number]) -> Measure:
    return Measure(format_lazy("{} · {}", label, base.label), "rate", lambda place: read(place.figures, base))


def _effect(indicator: str, side: str) -> Measure:
    def read(place: Place) -> Number:
        found = place.effects().get(indicator)
        value: Number = getattr(found, side) if found is not None else None
        return value

    words = _("planned quantity") if side == "planned" else _("quantity done")
    label = CatalogueItem.Indicator(indicator).label
    return Measure(format_lazy("{} · {}", label, words), "effect", read)


def _all() -> dict[str, Measure]:
    found: dict[str, Measure] = {}
    for measure in figures.Measure:
        if measure is not figures.Measure.INCOMPLETE and measure is not figures.Measure.SIMULATED:
            found |= {f"{measure.value}.{kind}": _amount(measure, kind) for kind in AMOUNTS}
    for base in Base:
        found[f"start_rate.{base.value}"] = _rate(_("Start rate"), base, Figures.start_rate)
        found[f"completion_rate.{base.value}"] = _rate(_("Completion rate"), base, Figures.completion_rate)
    found |= {f"money.{measure.value}": _money(measure) for measure in totals.Measure}
    for indicator in CatalogueItem.Indicator.values:
        found |= {f"effect.{indicator}.{side}": _effect(indicator, side) for side in ("planned", "done")}
    return found


MEASURES: dict[str, Measure] = _all()
