"""What the works come to: quantities by class (四改), and the effect indicators of the ministry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import pgettext_lazy

from communities.models import CatalogueItem
from dashboards.rollups import Cents
from projects.models import PlanItem, PlanVersion, ProgressQuantity, ProjectQuerySet
from projects.months import month_of
from records.rates import percentage

Indicator = CatalogueItem.Indicator
# The units in which the ministry publishes the effects, for one province: 公里, 部, 万㎡, 个.
UNITS = {
    Indicator.PIPES: pgettext_lazy("unit of an indicator", "km"),
    Indicator.ELEVATORS: pgettext_lazy("unit of an indicator", "elevators"),
    Indicator.ENERGY_SAVING: pgettext_lazy("unit of an indicator", "10,000 ㎡"),
    Indicator.PARKING: pgettext_lazy("unit of an indicator", "places"),
    Indicator.CAR_CHARGERS: pgettext_lazy("unit of an indicator", "points"),
    Indicator.BIKE_CHARGERS: pgettext_lazy("unit of an indicator", "points"),
    Indicator.SERVICES: pgettext_lazy("unit of an indicator", "facilities"),
    Indicator.SPORTS_AREA: pgettext_lazy("unit of an indicator", "㎡"),
}
# Things that are counted one by one: a fraction of them is shown only where there is one.
COUNTED = {
    Indicator.ELEVATORS,
    Indicator.PARKING,
    Indicator.CAR_CHARGERS,
    Indicator.BIKE_CHARGERS,
    Indicator.SERVICES,
}
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Quantity:
    """One item of works: in how many communities, how much is planned and done, for what money.

    ``planned`` and ``done`` are in the item's unit, ``amount_fen`` is the planned amount.
    """

    item: CatalogueItem
    communities: int
    planned: Decimal
    done: Decimal
    amount_fen: int

    @property
    def percent(self) -> Decimal | None:
        """Return what is done of what is planned in per cent, one decimal; None without a plan."""
        return percentage(self.done, self.planned)


@dataclass(frozen=True, slots=True)
class Group:
    """The items of one class in the order of the catalogue."""

    name: str
    lines: tuple[Quantity, ...]

    @property
    def amount_fen(self) -> int:
        """Return the planned amount of the class."""
        return sum(line.amount_fen for line in self.lines)


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect indicator: planned and done in the indicator's unit."""

    indicator: str
    planned: Decimal
    done: Decimal

    @property
    def label(self) -> str:
        """Return what it is called."""
        return str(Indicator(self.indicator).label)

    @property
    def unit(self) -> str:
        """Return its unit."""
        return str(UNITS[Indicator(self.indicator)])

    @property
    def places(self) -> int:
        """Return with how many decimals it is shown: none where whole things are counted."""
        whole = all(number == number.to_integral_value() for number in (self.planned, self.done))
        return 0 if whole and self.indicator in COUNTED else 2

    @property
    def percent(self) -> Decimal | None:
        """Return what is done of what is planned in per cent, one decimal; None without a plan."""
        return percentage(self.done, self.planned)


def quantities(projects: ProjectQuerySet, *, years: Sequence[int], on: date) -> tuple[Quantity, ...]:
    """Return the works of plan years by item of the catalogue; two queries.

    Planned is what the holding version of each plan says (the final one, else the newest); done what the
    last monthly report up to the day's month says.  Items of local taxonomies count as the province's items
    that they name.
    """
    rows = (
        _items(projects.of_year(*years), on)
        .values("counted")
        .annotate(
            communities=Count("project", distinct=True),
            planned=Sum(Cents("quantity")),
            finished=Sum(Cents("last_done")),
            amount=Sum("amount_fen"),
        )
    )
    found = {row["counted"]: row for row in rows}
    items = CatalogueItem._base_manager.filter(pk__in=found).order_by("taxonomy_id", "position", "code")
    return tuple(
        Quantity(
            item=item,
            communities=found[item.pk]["communities"],
            planned=_whole(found[item.pk]["planned"]),
            done=_whole(found[item.pk]["finished"]),
            amount_fen=int(found[item.pk]["amount"] or 0),
        )
        for item in items
    )


def _items(projects: ProjectQuerySet, on: date) -> Any:
    """Return the items of the versions that hold, each with what was last reported done."""
    final_first = Case(When(state=PlanVersion.State.FINAL, then=Value(0)), default=Value(1))
    holding = (
        PlanVersion.objects.live()
        .filter(project=OuterRef("project"))
        .order_by(final_first, "-number")
        .values("pk")[:1]
    )
    reported = (
        ProgressQuantity.objects.live()
        .filter(
            plan_item=OuterRef("pk"),
            report__month__lte=month_of(on),
            report__is_removed=False,
            done__isnull=False,
        )
        .order_by("-report__month", "-pk")
        .values("done")[:1]
    )
    return (
        PlanItem.objects.live()
        .filter(project__in=projects.order_by().values("pk"), plan_version=Subquery(holding))
        .order_by()
        .annotate(
            counted=Coalesce(F("item__counts_as"), F("item"), output_field=IntegerField()),
            last_done=Subquery(reported),
        )
    )


def behind_quantity(
    projects: ProjectQuerySet,
    *,
    years: Sequence[int],
    on: date,
    item: CatalogueItem | None = None,
    indicator: str = "",
) -> Any:
    """Return the plan items that an item's quantity or an indicator counts; each with ``last_done``."""
    rows = _items(projects.of_year(*years), on)
    if item is not None:
        rows = rows.filter(counted=item.pk)
    else:
        known = CatalogueItem._base_manager.filter(indicator=indicator, indicator_factor__isnull=False)
        rows = rows.filter(counted__in=known.values("pk"))
    return rows.select_related("item", "project__community", "project__unit").order_by(
        "unit__path", "project__code", "item__position", "pk"
    )


def _whole(cents: int | None) -> Decimal:
    return Decimal(int(cents or 0)) / 100


def by_group(found: Iterable[Quantity]) -> list[Group]:
    """Return quantities by class, in the order of the catalogue."""
    groups: dict[str, list[Quantity]] = defaultdict(list)
    for line in found:
        groups[line.item.group].append(line)
    return [Group(name, tuple(lines)) for name, lines in groups.items()]


def effects(found: Iterable[Quantity]) -> list[Effect]:
    """Return all effect indicators in their order, those without works at zero."""
    planned: dict[str, Decimal] = defaultdict(Decimal)
    done: dict[str, Decimal] = defaultdict(Decimal)
    for line in found:
        name, factor = line.item.indicator, line.item.indicator_factor
        if name and factor is not None:
            planned[name] += line.planned * factor
            done[name] += line.done * factor
    return [
        Effect(name, *(side[name].quantize(HUNDREDTH, ROUND_HALF_UP) for side in (planned, done)))
        for name in Indicator.values
    ]
