"""Money in numbers: one function for every sum of money, with a constant number of queries.

Dashboards, bulletins, assessments, alerts and the pages of money call ``of`` and nothing else.  Sums are
whole 分, rates exact fractions; they are rounded half up only when they are shown (``per_cent``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, Self, TypeVar

from django.db import models
from django.db.models import F, Q, Sum, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Region
from accounts.selects import LEVELS
from funding.models import Allotment, FundBatch, MoneyEvent, Source
from projects.models import Project
from projects.months import passed_of_year

By = Literal["unit", "source", "channel", "project", "year"]
Step = MoneyEvent.Step
M = TypeVar("M", bound=models.Model)


class Measure(models.TextChoices):
    """One sum of money, in the order money goes."""

    NEEDED = "needed", _("investment needed")
    PLANNED = "planned", pgettext_lazy("money", "planned")
    ALLOTTED = "allotted", _("allotted to units")
    ISSUED = "issued", _("handed to projects")
    HANDED_DOWN = "handed_down", _("handed down")
    ARRIVED = "arrived", _("arrived")
    PAID = "paid", pgettext_lazy("money", "paid")
    SETTLED = "settled", pgettext_lazy("money", "settled")


@dataclass(frozen=True, slots=True)
class Money:
    """The sums of a set of projects on a day, in 分.

    ``needed_fen`` is the planned investment of the projects; ``planned_fen`` what sources are to bring;
    ``allotted_fen`` what units got of issued batches (下达到市县), of a single project what it got itself;
    ``promised_fen`` events 下达 of sources without batches; ``issued_fen`` all that was handed to projects;
    ``arrived_fen`` 到位, ``paid_fen`` 支付, ``settled_fen`` 结算.
    """

    needed_fen: int = 0
    planned_fen: int = 0
    allotted_fen: int = 0
    promised_fen: int = 0
    issued_fen: int = 0
    arrived_fen: int = 0
    paid_fen: int = 0
    settled_fen: int = 0

    def __add__(self, other: Money) -> Money:
        return Money(*(getattr(self, name) + getattr(other, name) for name in FIELDS))

    @property
    def handed_down_fen(self) -> int:
        """Return what was handed down (下达): parts of issued batches and what came without a batch."""
        return self.allotted_fen + self.promised_fen

    @property
    def arrival_rate(self) -> Fraction | None:
        """Return arrived ÷ planned (到位率); None when nothing is planned."""
        return ratio(self.arrived_fen, self.planned_fen)

    @property
    def execution_rate(self) -> Fraction | None:
        """Return paid ÷ handed down (支出进度, 预算执行率); None when nothing was handed down."""
        return ratio(self.paid_fen, self.handed_down_fen)

    @property
    def gap_fen(self) -> int:
        """Return what no source is planned to cover of what is needed (资金缺口)."""
        return max(self.needed_fen - self.planned_fen, 0)

    @property
    def carried_over_fen(self) -> int:
        """Return what was handed down and is not paid yet (结转)."""
        return self.handed_down_fen - self.paid_fen

    def of(self, measure: str) -> int:
        """Return one of the sums."""
        found: int = getattr(self, f"{Measure(measure).value}_fen")
        return found

    def as_json(self) -> dict[str, int]:
        """Return the sums as frozen data keeps them."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return the sums that frozen data kept; a sum that was not kept is 0."""
        return cls(**{name: int(data[name]) for name in FIELDS if name in data})


FIELDS = tuple(field.name for field in fields(Money))
_FIELD_OF_STEP = {step: f"{step}_fen" for step in Step.values}


def total(parts: Iterable[Money]) -> Money:
    """Return the sum of parts."""
    return sum(parts, Money())


def ratio(part: int, whole: int) -> Fraction | None:
    """Return part ÷ whole exactly; None when there is no whole."""
    return Fraction(part, whole) if whole else None


def per_cent(rate: Fraction | None, places: int = 2) -> Decimal | None:
    """Return a rate in per cent, rounded half up: 9245.17 ÷ 21268 → 43.47; None stays None."""
    return None if rate is None else rounded(rate * 100, places)


def rounded(value: Fraction, places: int = 2) -> Decimal:
    """Return an exact value rounded half up, away from zero, as money and marks are rounded."""
    scaled = abs(value) * 10**places
    whole = int(scaled + Fraction(1, 2))
    return Decimal(-whole if value < 0 else whole).scaleb(-places)


def against_time(rate: Fraction, on: date, year: int | None = None) -> Fraction:
    """Return how far a rate is ahead of the time that has passed (超序时进度), in percentage points.

    The year is that of the day unless another one is named.  Tianjin on 10 May 2022: 43.47 − 35.62 = +7.85.
    """
    return (rate - passed_of_year(year or on.year, on)) * 100


def of(region: Region, *, years: Sequence[int], on: date, by: By | None = None) -> dict[Any, Money]:
    """Return the money of plan years in a region at the end of a day; four queries, whatever the size.

    Keys are primary keys of units, sources or projects, channels or plan years; without ``by`` the one key is
    None, and it is always there.  Keys without money are absent.  Needed money has no source, allotments to
    units have no project.  What is needed and planned counts the issued plan; what was handed down or paid
    counts whatever became of the project.
    """
    scope = Scope.of_region(region, years)
    return _collect(scope, on, by)


def by_unit_and_channel(
    region: Region, *, years: Sequence[int], on: date
) -> tuple[dict[int, Money], dict[str, Money]]:
    """Return what ``of`` returns by unit and by channel, from one pass over the rows; five queries.

    The events are millions and read once for both; sources are a few dozen and need no join.
    """
    scope = Scope.of_region(region, years)
    sources: Iterable[Any] = Source._base_manager.values_list("pk", "channel", "by_batch")
    known = {pk: (channel, by_batch) for pk, channel, by_batch in sources}
    units, channels = _table(), _table()
    for unit, needed in _needed(scope, "unit"):
        units[unit]["needed_fen"] += needed
    events = MoneyEvent._base_manager.filter(happened(scope, on))
    for unit, step, source, amount in _sums(events, F("unit_id"), "amount_fen", "step", "source_id"):
        channel, by_batch = known[source]
        _add_event(units[unit], step, by_batch, amount)
        _add_event(channels[channel], step, by_batch, amount)
    allotments = Allotment._base_manager
    handed: list[tuple[Q, tuple[str, ...]]] = [
        (handed_to_projects(scope, on), ("issued_fen",) if scope.units is not None else _BELOW_UNITS)
    ]
    if scope.units is not None:
        handed.append((handed_to_units(scope, on), ("allotted_fen",)))
    for condition, names in handed:
        rows = allotments.filter(condition)
        for unit, source, amount in _sums(rows, F("unit_id"), "amount_fen", "batch__source_id"):
            for name in names:
                units[unit][name] += amount
                channels[known[source][0]][name] += amount
    return _moneys(units), _moneys(channels)


def of_projects(projects: Collection[int], *, on: date, by: By | None = "project") -> dict[Any, Money]:
    """Return the money of single projects at the end of a day, whether their plan is issued yet or not."""
    return _collect(Scope.of_projects(projects), on, by)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows count: conditions on projects, on rows about projects and on allotments to units.

    ``issued_plan`` asks of needed and planned money that the project stands in the issued plan.
    """

    projects: Q
    parts: Q
    units: Q | None
    issued_plan: bool = True

    @classmethod
    def of_projects(cls, projects: Collection[int]) -> Self:
        """Return the scope of single projects, whether their plan is issued yet or not."""
        return cls(Q(pk__in=projects), Q(project__in=projects), units=None, issued_plan=False)

    @classmethod
    def of_region(cls, region: Region, years: Sequence[int]) -> Self:
        """Return the scope of plan years in a region; below the units there are no allotments to units."""
        projects, parts = Q(plan_year__in=years), Q(project__plan_year__in=years)
        units = Q(batch__plan_year__in=years)
        if region.parent_id is None:
            return cls(projects, parts, units)
        inside = Region.objects.within(region).values("pk")
        if region.level in LEVELS:
            unit = Q(unit__in=inside)
            return cls(projects & unit, parts & unit, units & unit)
        return cls(
            projects & Q(community__region__in=inside),
            parts & Q(project__community__region__in=inside),
            None,
        )


_EVENT_KEYS: dict[By | None, Any] = {
    "unit": F("unit_id"),
    "source": F("source_id"),
    "channel": F("source__channel"),
    "project": F("project_id"),
    "year": F("project__plan_year"),
    None: Value(0),
}
_ALLOTMENT_KEYS: dict[By | None, Any] = {
    **_EVENT_KEYS,
    "source": F("batch__source_id"),
    "channel": F("batch__source__channel"),
}
_UNIT_PART_KEYS: dict[By | None, Any] = {**_ALLOTMENT_KEYS, "year": F("batch__plan_year")}
_PROJECT_KEYS: dict[By | None, Any] = {
    "unit": F("unit_id"),
    "project": F("pk"),
    "year": F("plan_year"),
    None: Value(0),
}


# Where units get nothing, what the projects got is what came down.
_BELOW_UNITS = ("issued_fen", "allotted_fen")


def _table() -> dict[Any, dict[str, int]]:
    return defaultdict(lambda: defaultdict(int))


def _moneys(sums: Mapping[Any, Mapping[str, int]]) -> dict[Any, Money]:
    return {key: Money(**found) for key, found in sums.items() if any(found.values())}


def _add_event(found: dict[str, int], step: str, by_batch: bool, amount: int) -> None:
    found[_FIELD_OF_STEP[step]] += amount
    if step == Step.ISSUED and not by_batch:
        found["promised_fen"] += amount


def _collect(scope: Scope, on: date, by: By | None) -> dict[Any, Money]:
    sums = _table()
    if by in _PROJECT_KEYS:
        for key, needed in _needed(scope, by):
            sums[key]["needed_fen"] += needed
    for key, step, by_batch, amount in _events(scope, on, by):
        _add_event(sums[key], step, by_batch, amount)
    below_units = by == "project" or scope.units is None
    for key, amount in _to_projects(scope, on, by):
        sums[key]["issued_fen"] += amount
        if below_units:
            sums[key]["allotted_fen"] += amount
    if not below_units:
        for key, amount in _to_units(scope, on, by):
            sums[key]["allotted_fen"] += amount
    if by is None:
        return {None: Money(**sums[0])}
    return _moneys(sums)


def _sums(rows: models.QuerySet[M], key: Any, field: str, *also: str) -> Iterable[tuple[Any, ...]]:
    """Return key, further columns and the sum of a column; PostgreSQL adds bigints up to a numeric."""
    grouped = rows.order_by().annotate(key=key).values_list("key", *also).annotate(sum=Sum(field))
    return ((*row[:-1], int(row[-1] or 0)) for row in grouped)


def _needed(scope: Scope, by: By | None) -> Iterable[tuple[Any, ...]]:
    rows = Project._base_manager.filter(needing(scope))
    return _sums(rows, _PROJECT_KEYS[by], "planned_investment_fen")


def _events(scope: Scope, on: date, by: By | None) -> Iterable[tuple[Any, ...]]:
    rows = MoneyEvent._base_manager.filter(happened(scope, on))
    return _sums(rows, _EVENT_KEYS[by], "amount_fen", "step", "source__by_batch")


def _to_projects(scope: Scope, on: date, by: By | None) -> Iterable[tuple[Any, ...]]:
    rows = Allotment._base_manager.filter(handed_to_projects(scope, on))
    return _sums(rows, _ALLOTMENT_KEYS[by], "amount_fen")


def _to_units(scope: Scope, on: date, by: By | None) -> Iterable[tuple[Any, ...]]:
    rows = Allotment._base_manager.filter(handed_to_units(scope, on))
    return _sums(rows, _UNIT_PART_KEYS[by], "amount_fen")


def needing(scope: Scope) -> Q:
    """Return the condition of projects whose planned investment counts as needed."""
    return scope.projects & Q(is_removed=False) & (_ISSUED_PLAN if scope.issued_plan else Q())


def events_until(on: date) -> models.QuerySet[MoneyEvent]:
    """Return what happened to money by the end of a day, of whatever project."""
    return MoneyEvent._base_manager.filter(_by(on))


def allotments_until(on: date) -> models.QuerySet[Allotment]:
    """Return the parts of batches that were issued by the end of a day; a draft hands nothing down."""
    return Allotment._base_manager.filter(_handed(on))


def happened(scope: Scope, on: date) -> Q:
    """Return the condition of money events that count at the end of a day."""
    known = scope.parts & _by(on)
    if not scope.issued_plan:
        return known
    counted = Q(project__library=Project.Library.ISSUED)
    return known & (~Q(step=Step.PLANNED) | counted & ~Q(project__standing=Project.Standing.WITHDRAWN))


def handed_to_projects(scope: Scope, on: date) -> Q:
    """Return the condition of what projects got of batches that were issued by the end of a day."""
    return scope.parts & _handed(on) & Q(project__isnull=False, project__is_removed=False)


def handed_to_units(scope: Scope, on: date) -> Q:
    """Return the condition of what units got of batches that were issued by the end of a day.

    Below the units, and of single projects, the parts of units say nothing: what the projects got does.
    """
    if scope.units is None:
        return handed_to_projects(scope, on)
    return scope.units & _handed(on) & Q(project=None)


_ISSUED_PLAN = Q(library=Project.Library.ISSUED) & ~Q(standing=Project.Standing.WITHDRAWN)


def _by(on: date) -> Q:
    return Q(is_removed=False, project__is_removed=False, happened_on__lte=on)


def _handed(on: date) -> Q:
    issued = Q(batch__is_removed=False, batch__state=FundBatch.State.ISSUED, batch__issued_on__lte=on)
    return issued & Q(is_removed=False) & (Q(allotted_on=None) | Q(allotted_on__lte=on))


def rows_url(
    region: Region | str, *, years: Sequence[int], on: date, measure: str = Measure.PAID, **extra: Any
) -> str:
    """Return the address of the allotments and events behind a sum; ``extra``: source, channel, project."""
    code = region if isinstance(region, str) else region.code
    parts = [f"region={code}", *(f"year={year}" for year in years), f"on={on.isoformat()}"]
    parts.append(f"measure={Measure(measure).value}")
    parts += [f"{name}={value}" for name, value in extra.items() if value not in (None, "")]
    return f"{reverse('funding:rows')}?{'&'.join(parts)}"
