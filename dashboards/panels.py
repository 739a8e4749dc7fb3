"""The panels of a dashboard beside progress: alerts, money, works and effects, residents, returns, scores.

Each has an address of its own: the dashboard loads it in place, and without a script it is a page.  What a
panel shows comes from the one function of its number, for the region, plan years and day of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import Region
from accounts.roles import Capability
from assessments import results
from dashboards.alerts.reading import Level, grouped, open_for
from dashboards.board import Board
from dashboards.contentment import Contentment, contentment
from dashboards.contentment import whole as all_content
from dashboards.figures import percentage, points, time_progress
from dashboards.quantities import by_group, effects, quantities
from funding import totals
from funding.models import Source
from projects import punctuality
from projects.models import ReportingRound, UnitReturn
from projects.months import month_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# The league looks so many rounds back; a panel shows so many of the last and of the first.
MONTHS = 12
LAST, FIRST = 6, 3


@dataclass(frozen=True)
class Panel:
    """One panel: its name in addresses, its title, what it takes to see it, and what fills it."""

    name: str
    title: StrOrPromise
    build: Callable[[Board, Any], dict[str, Any]]
    capability: Capability = Capability.DASHBOARD_VIEW


# ---------------------------------------------------------------- alerts


def alerts(board: Board, user: Any) -> dict[str, Any]:
    """Return the open alerts of the page's region and day by rule, red first (two queries)."""
    selection = board.selection
    year = selection.years[0] if len(selection.years) == 1 else None
    found = open_for(selection.region, selection.on, year=year)
    groups = grouped(found)
    index = reverse("dashboards:alerts")
    scope = f"region={selection.region.code}" + (f"&year={year}" if year else "")
    return {
        "lines": [
            {
                "group": group,
                "url": f"{index}?{scope if not _yearless(found, group.rule) else _place(selection.region)}"
                f"&rule={group.rule}&level={group.level}",
            }
            for group in groups
        ],
        "count": len(found),
        "red": sum(1 for alert in found if alert.level == Level.RED),
        "yellow": sum(1 for alert in found if alert.level == Level.YELLOW),
        "index": f"{index}?{_place(selection.region)}",
        "rules": reverse("dashboards:alert_rules"),
    }


def _place(region: Region) -> str:
    return f"region={region.code}"


def _yearless(found: list[Any], rule: str) -> bool:
    return any(alert.rule == rule and alert.plan_year is None for alert in found)


# ---------------------------------------------------------------- money


def money(board: Board, user: Any) -> dict[str, Any]:
    """Return the chain of money against the time passed, by channel and by unit (ten queries)."""
    selection = board.selection
    region, years, on = selection.region, selection.years, selection.on
    by_unit = totals.of(region, years=years, on=on, by="unit")
    whole = (
        totals.total(by_unit.values()) if board.places.units else totals.of(region, years=years, on=on)[None]
    )
    channels = totals.of(region, years=years, on=on, by="channel")
    rate = whole.execution_rate
    due = time_progress(on.year, on)
    spent = totals.per_cent(rate, 1)
    against = None if rate is None else totals.rounded(totals.against_time(rate, on), 1)
    return {
        "empty": not any(whole.of(measure) for measure in CHAIN),
        "chain": [_step(board, whole, measure) for measure in CHAIN],
        "rate": spent,
        "due": due,
        "against": against,
        "arrival": totals.per_cent(whole.arrival_rate, 1),
        "gap": whole.gap_fen,
        "gap_url": _rows(board, totals.Measure.PLANNED),
        "carried": whole.carried_over_fen,
        "channels": [
            {"label": Source.Channel(name).label, **_money_line(board, found, channel=name)}
            for name, found in sorted(channels.items(), key=lambda pair: -pair[1].planned_fen)
        ],
        "units": _slowest(board, by_unit),
    }


CHAIN = (
    totals.Measure.PLANNED,
    totals.Measure.HANDED_DOWN,
    totals.Measure.ISSUED,
    totals.Measure.ARRIVED,
    totals.Measure.PAID,
    totals.Measure.SETTLED,
)


def _rows(board: Board, measure: str, region: str = "", **extra: Any) -> str:
    selection = board.selection
    place = region or selection.region.code
    return totals.rows_url(place, years=selection.years, on=selection.on, measure=measure, **extra)


def _step(board: Board, whole: totals.Money, measure: totals.Measure) -> dict[str, Any]:
    amount, base = whole.of(measure), max(whole.handed_down_fen, whole.planned_fen)
    return {
        "label": measure.label,
        "amount": amount,
        "share": totals.per_cent(totals.ratio(amount, whole.handed_down_fen), 1),
        "bar": amount,
        "maximum": base,
        "url": _rows(board, measure),
    }


def _money_line(board: Board, found: totals.Money, **extra: Any) -> dict[str, Any]:
    sums = {
        measure.value: {"amount": found.of(measure), "url": _rows(board, measure, **extra)}
        for measure in CHAIN
    }
    return {"sums": sums, "rate": totals.per_cent(found.execution_rate, 1)}


def _slowest(board: Board, by_unit: Mapping[Any, totals.Money]) -> list[dict[str, Any]]:
    """Return the units with money by execution rate, the lowest first."""
    known = [
        (unit, by_unit[unit.pk], rate)
        for unit in board.places.units
        if unit.pk in by_unit and (rate := by_unit[unit.pk].execution_rate) is not None
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
            "paid_url": _rows(board, totals.Measure.PAID, unit.code),
            "handed": found.handed_down_fen,
            "handed_url": _rows(board, totals.Measure.HANDED_DOWN, unit.code),
        }
        for unit, found, rate in lowest
    ]


# ---------------------------------------------------------------- works


def works(board: Board, user: Any) -> dict[str, Any]:
    """Return the quantities by class (四改) and the effect indicators (two queries)."""
    selection = board.selection
    found = quantities(board.projects, years=selection.years, on=selection.on)
    groups = by_group(found)
    whole = sum(group.amount_fen for group in groups)
    return {
        "groups": [
            {
                "group": group,
                "share": totals.per_cent(totals.ratio(group.amount_fen, whole), 1),
                "lines": [{"line": line, "url": items_url(board, item=line.item.pk)} for line in group.lines],
            }
            for group in groups
        ],
        "whole": whole,
        "effects": [
            {"effect": effect, "url": items_url(board, indicator=effect.indicator)}
            for effect in effects(found)
        ],
    }


def items_url(board: Board, **chosen: Any) -> str:
    """Return the address of the plan items behind a quantity."""
    selection = board.selection
    parts = {name: str(value) for name, value in chosen.items()}
    return f"{reverse('dashboards:quantities', args=[selection.region.code])}?{selection.query(**parts)}"


# ---------------------------------------------------------------- residents and returns


def residents(board: Board, user: Any) -> dict[str, Any]:
    """Return how content residents are, by unit, the least content first (three queries)."""
    selection = board.selection
    by_unit = contentment(board.projects, years=selection.years, on=selection.on)
    known = [unit for unit in board.places.units if unit.pk in by_unit]
    known.sort(key=lambda unit: (_rate_of(by_unit[unit.pk]), unit.path))
    lines = [
        {"label": unit.label, "url": _satisfaction_url(board, unit), "told": by_unit[unit.pk]}
        for unit in known
    ]
    return {
        "whole": all_content(by_unit.values()),
        "url": _satisfaction_url(board, selection.region),
        "lines": lines[: LAST + FIRST],
        "more": max(len(lines) - LAST - FIRST, 0),
    }


def _rate_of(told: Contentment) -> Decimal:
    return told.rate if told.rate is not None else Decimal(101)


def _satisfaction_url(board: Board, region: Region) -> str:
    year = board.selection.years[-1]
    return f"{reverse('consultations:satisfaction')}?year={year}&unit={region.code}"


def returns(board: Board, user: Any) -> dict[str, Any]:
    """Return the league of monthly returns over the last rounds: who is late (five queries)."""
    selection = board.selection
    rounds = ReportingRound.objects.filter(month__lte=month_of(selection.on))
    months = list(rounds.values_list("pk", flat=True)[:MONTHS])
    rows = UnitReturn.objects.visible_to(user).in_region(selection.region).filter(round__in=months)
    table = punctuality.league(rows, selection.on)
    due, on_time = sum(row.returns for row in table), sum(row.on_time for row in table)
    last = list(reversed(table))[:LAST] if len(table) > LAST + FIRST else list(reversed(table))
    return {
        "months": len(months),
        "rate": percentage(on_time, due),
        "missing": sum(row.missing for row in table),
        "last": last,
        "first": table[:FIRST] if len(table) > LAST + FIRST else [],
        "url": reverse("projects:league"),
    }


# ---------------------------------------------------------------- scores


def scores(board: Board, user: Any) -> dict[str, Any]:
    """Return the issued scores of the region's units over the years (one query)."""
    units = {unit.pk: unit for unit in board.places.units}
    by_year: dict[int, list[tuple[Decimal, str, Region]]] = {}
    for year, unit, total, grade in results.over_years(list(units)):
        by_year.setdefault(year, []).append((total, grade, units[unit]))
    lines: list[dict[str, Any]] = []
    before: Decimal | None = None
    for year, listed in sorted(by_year.items()):
        mean = (sum((total for total, _grade, _unit in listed), Decimal(0)) / len(listed)).quantize(
            Decimal("0.01"), ROUND_HALF_UP
        )
        grades: dict[str, int] = {}
        for _total, grade, _unit in sorted(listed, key=lambda row: -row[0]):
            grades[grade] = grades.get(grade, 0) + 1
        best, worst = max(listed, key=lambda row: row[0]), min(listed, key=lambda row: row[0])
        lines.append(
            {
                "year": year,
                "units": len(listed),
                "mean": mean,
                "change": points(mean, before),
                "grades": list(grades.items()),
                "best": best,
                "worst": worst,
            }
        )
        before = mean
    return {"lines": lines, "is_unit": len(units) == 1, "url": reverse("assessments:index")}


PANELS = {
    panel.name: panel
    for panel in (
        Panel("alerts", gettext_lazy("Alerts"), alerts),
        Panel("money", gettext_lazy("Money"), money, Capability.FUND_VIEW),
        Panel("works", gettext_lazy("Works and effects"), works),
        Panel("residents", gettext_lazy("Contentment of residents"), residents),
        Panel("returns", gettext_lazy("Timeliness of returns"), returns),
        Panel("scores", gettext_lazy("Scores over the years"), scores, Capability.ASSESSMENT_VIEW),
    )
}


def offered(board: Board, user: Any) -> dict[str, dict[str, str]]:
    """Return the panels a visitor may load on a page, by name: title and address."""
    code, query = board.selection.region.code, board.selection.query()
    return {
        panel.name: {
            "title": str(panel.title),
            "url": f"{reverse('dashboards:panel', args=[code, panel.name])}?{query}",
            "link": pgettext("open a panel as a page", "Open"),
        }
        for panel in PANELS.values()
        if user.may(panel.capability)
    }


def heading(panel: Panel, board: Board) -> str:
    """Return the title of a panel as a page."""
    return _("%(region)s: %(panel)s") % {"region": board.selection.region.label, "panel": panel.title}
