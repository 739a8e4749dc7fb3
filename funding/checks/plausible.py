"""Doubts about amounts: 元 typed as 万元 or the reverse, and totals that no project of its size costs.

Each amount is measured by the households (else the planned investment) it is meant for.  The bounds are
limits as data whose ends lie less than 10,000 apart: what is right in one unit is outside in the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from funding.anchors import Size, households_of, sizes_of
from funding.balances import parts
from funding.checks.agreement import AGREEMENT, AMOUNTS
from funding.checks.batch import ALLOTMENT, BATCH
from funding.checks.chain import MONEY
from funding.checks.contribution import CONTRIBUTION
from funding.models import Contribution, FundBatch, MoneyEvent
from funding.words import wan_yuan
from records.checks import Bounds, Finding, Limits, RowView, Severity, known_limits, remembered, set_check
from records.units import FEN_PER_WAN_YUAN

SLIP = 10_000
# Amounts without anything to measure them by are compared with each other, from so many on.
FEWEST = 3
PER_HOUSEHOLD, PER_INVESTMENT = "money_per_household", "money_per_investment"
Step = MoneyEvent.Step


def amount_of(row: RowView, name: str) -> int | None:
    """Return the size of an amount in 分; None where there is none to measure."""
    value = row.get(name)
    return abs(value) if isinstance(value, int) and value and not row.get("is_removed") else None


def doubt(
    name: str, amount_fen: int, measure: Decimal | int, bounds: Bounds | None, per: str
) -> Finding | None:
    """Return the doubt about an amount whose quotient lies outside; ``per`` says per what in words."""
    if bounds is None or not measure:
        return None
    yuan = Decimal(amount_fen).scaleb(-2)
    quotient = yuan / Decimal(measure)
    if bounds.hold(quotient):
        return None
    text = per % {"value": f"{quotient:,.4f}".rstrip("0").rstrip("."), "band": str(bounds)}
    return Finding(name, text, _slip(amount_fen, quotient, bounds), value=amount_fen)


def _slip(amount_fen: int, quotient: Decimal, bounds: Bounds) -> str:
    """Say what the amount would be in the other unit, where that is plausible."""
    if bounds.hold(quotient / SLIP):
        return _("Was it typed in 元? Then it is %(amount)s 万元.") % {"amount": wan_yuan(amount_fen // SLIP)}
    if bounds.hold(quotient * SLIP):
        return _("Was it typed in 万元? Then it is %(amount)s 万元.") % {
            "amount": wan_yuan(amount_fen * SLIP)
        }
    return _("Check the unit: 元 or 万元.")


def _sizes(rows: Sequence[RowView]) -> dict[int, Size]:
    """Return the sizes of the projects of rows, read once for all the checks of a run."""
    projects = frozenset(row["project_id"] for row in rows if row.get("project_id"))
    return remembered(("sizes", projects), lambda: sizes_of(projects))


def _of_project(name: str, amount: int, size: Size | None, limits: Limits) -> Finding | None:
    """Return the doubt about an amount of a project, by its households or else its planned investment."""
    if size is not None and size.households:
        per = _("%(value)s 元 per household, outside %(band)s.")
        return doubt(name, amount, size.households, limits.get(PER_HOUSEHOLD), per)
    if size is not None and size.investment_fen:
        per = _("%(value)s times the planned investment, outside %(band)s.")
        return doubt(name, amount, Decimal(size.investment_fen).scaleb(-2), limits.get(PER_INVESTMENT), per)
    return None


def _unlike(rows: Sequence[RowView], name: str, positions: Sequence[int]) -> Iterator[tuple[int, Finding]]:
    """Yield doubts about amounts a thousand times larger or smaller than those beside them."""
    amounts = {position: amount_of(rows[position], name) for position in positions}
    known = {position: amount for position, amount in amounts.items() if amount}
    if len(known) < FEWEST:
        return
    middle = int(median(known.values()))
    for position, amount in known.items():
        if amount * 1000 <= middle or amount >= middle * 1000:
            text = _("%(amount)s 万元 beside amounts of about %(middle)s 万元.") % {
                "amount": wan_yuan(amount),
                "middle": wan_yuan(middle),
            }
            yield position, Finding(name, text, _("Check the unit: 元 or 万元."), value=amount)


def _projects_amounts(rows: Sequence[RowView], *names: str) -> Iterator[tuple[int, Finding]]:
    """Yield doubts about amounts of projects."""
    limits = known_limits()
    sizes = _sizes(rows)
    for name in names:
        unmeasured = []
        for position, row in enumerate(rows):
            amount, size = amount_of(row, name), sizes.get(row.get("project_id") or 0)
            if amount is None:
                continue
            if size is None or not (size.households or size.investment_fen):
                unmeasured.append(position)
            elif (found := _of_project(name, amount, size, limits)) is not None:
                yield position, found
        yield from _unlike(rows, name, unmeasured)


@set_check(MONEY, "unit_slip", Severity.SOFT, fields=("project_id", "amount_fen"))
def events_in_their_unit(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """An event's amount fits the size of its project."""
    yield from _projects_amounts(rows, "amount_fen")


@set_check(AGREEMENT, "unit_slip", Severity.SOFT, fields=("project_id", *AMOUNTS))
def agreements_in_their_unit(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """What an agreement promises fits the size of its project."""
    yield from _projects_amounts(rows, *AMOUNTS)


@set_check(ALLOTMENT, "unit_slip", Severity.SOFT, fields=("batch_id", "unit_id", "project_id", "amount_fen"))
def allotments_in_their_unit(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """What a project gets fits its size, what a unit gets the size of its plan."""
    limits = known_limits()
    to_projects = [position for position, row in enumerate(rows) if row.get("project_id")]
    for position, found in _projects_amounts([rows[position] for position in to_projects], "amount_fen"):
        yield to_projects[position], found
    years = _plan_years(rows)
    places = {
        position: (row["unit_id"], years[row["batch_id"]])
        for position, row in enumerate(rows)
        if not row.get("project_id") and row.get("unit_id") and row.get("batch_id") in years
    }
    yield from _places_amounts(rows, places, limits)


def _plan_years(rows: Sequence[RowView]) -> dict[int, int]:
    """Return the plan years of the batches that rows name; the rows of the grid bring them along."""
    named = {row["batch_id"]: row.get("plan_year") for row in rows if row.get("batch_id")}
    if all(named.values()):
        return {batch: year for batch, year in named.items() if year is not None}
    return dict(FundBatch.objects.filter(pk__in=named).values_list("pk", "plan_year").order_by())


@set_check(BATCH, "unit_slip", Severity.SOFT, fields=("region_id", "plan_year", "amount_fen"))
def batches_in_their_unit(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A batch fits the size of the plan it is for."""
    places = {
        position: (row["region_id"], row["plan_year"])
        for position, row in enumerate(rows)
        if row.get("region_id") and isinstance(row.get("plan_year"), int)
    }
    yield from _places_amounts(rows, places, known_limits())


def _places_amounts(
    rows: Sequence[RowView], places: dict[int, tuple[int, int]], limits: Limits
) -> Iterator[tuple[int, Finding]]:
    """Yield doubts about amounts for regions and plan years, by the households planned there."""
    households = households_of(places.values()) if places else {}
    unmeasured = []
    for position, place in places.items():
        amount = amount_of(rows[position], "amount_fen")
        if amount is None:
            continue
        if place not in households:
            unmeasured.append(position)
            continue
        per = _("%(value)s 元 per household of the plan year, outside %(band)s.")
        found = doubt("amount_fen", amount, households[place], limits.get("subsidy_per_household"), per)
        if found is not None:
            yield position, found
    yield from _unlike(rows, "amount_fen", unmeasured)


@set_check(
    CONTRIBUTION,
    "unit_slip",
    Severity.SOFT,
    fields=("project_id", "households", "area", "basis", "rate_fen", "agreed_fen"),
)
def contributions_in_their_unit(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A contribution, and its rate, is what a household or a ㎡ may cost."""
    limits = known_limits()
    sizes = _sizes(rows)
    per_household = _("%(value)s 元 per household, outside %(band)s.")
    per_area = _("%(value)s 元 per ㎡, outside %(band)s.")
    unmeasured = []
    for position, row in enumerate(rows):
        rate, agreed = amount_of(row, "rate_fen"), amount_of(row, "agreed_fen")
        by_area = row.get("basis") == Contribution.Basis.AREA
        measured, per = ("contribution_per_area", per_area) if by_area else ("contribution_per_household", "")
        found = doubt("rate_fen", rate, 1, limits.get(measured), per or per_household) if rate else None
        if found is not None:
            yield position, found
        if agreed is None:
            continue
        households, area = row.get("households"), row.get("area")
        size = sizes.get(row.get("project_id") or 0)
        if isinstance(households, int) and households:
            told = doubt(
                "agreed_fen", agreed, households, limits.get("contribution_per_household"), per_household
            )
        elif isinstance(area, Decimal) and area:
            told = doubt("agreed_fen", agreed, area, limits.get("contribution_per_area"), per_area)
        elif size is not None and (size.households or size.investment_fen):
            told = _of_project("agreed_fen", agreed, size, limits)
        else:
            unmeasured.append(position)
            told = None
        if told is not None:
            yield position, told
    yield from _unlike(rows, "agreed_fen", unmeasured)


@set_check(MONEY, "planned_total", Severity.SOFT, fields=("project_id", "step", "amount_fen", "is_removed"))
def planned_in_proportion(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """What all sources together plan for a project is what a community of its size costs.

    Too little is doubted once the planned sources cover the planned investment: before, some are missing.
    """
    asked = [
        position
        for position, row in enumerate(rows)
        if row.get("step") == Step.PLANNED and row.get("project_id") and amount_of(row, "amount_fen")
    ]
    if not asked:
        return
    limits, totals = known_limits(), _planned_totals(rows)
    sizes = _sizes(rows)
    for position in asked:
        project = rows[position]["project_id"]
        size, total = sizes.get(project), totals[project]
        if size is None or total <= 0:
            continue
        covered = size.investment_fen is not None and total >= size.investment_fen
        for measure, code, unit_fen, words in (
            (
                size.households,
                "investment_per_household",
                FEN_PER_WAN_YUAN,
                _("All sources plan %(value)s 万元 per household, outside %(band)s."),
            ),
            (
                size.area,
                "investment_per_area",
                100,
                _("All sources plan %(value)s 元 per ㎡, outside %(band)s."),
            ),
        ):
            bounds = limits.get(code)
            if bounds is None or not measure:
                continue
            value = Decimal(total) / (unit_fen * Decimal(measure))
            if (bounds.high is not None and value > bounds.high) or (
                covered and bounds.low is not None and value < bounds.low
            ):
                text = words % {"value": f"{value:,.2f}", "band": str(bounds)}
                yield position, Finding("amount_fen", text, _("Check the amounts planned by all sources."))
                break


def _planned_totals(rows: Sequence[RowView]) -> dict[int, int]:
    """Return what is planned for the projects of rows by all sources, as the rows would leave it."""
    totals: dict[int, int] = defaultdict(int)
    here: dict[Any, RowView] = {row["id"]: row for row in rows if row.get("id")}
    for part in parts(row["project_id"] for row in rows if row.get("project_id")):
        stored = MoneyEvent.objects.live().filter(project__in=part, step=Step.PLANNED).order_by()
        for pk, project, amount in stored.values_list("pk", "project_id", "amount_fen"):
            if pk not in here:
                totals[project] += amount
    for row in rows:
        if row.get("step") == Step.PLANNED and isinstance(row.get("amount_fen"), int):
            totals[row.get("project_id") or 0] += 0 if row.get("is_removed") else row["amount_fen"]
    return totals
