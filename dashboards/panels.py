"""The panels of a dashboard beside progress: alerts, money, works and effects, residents, returns, scores.

Each has an address of its own: the dashboard loads it in place, and without a script it is a page.  What a
panel shows comes from the one function of its number, for the region, plan years and day of the page.  On a
frozen day a panel shows what that day kept; what it did not keep is read from the ledgers, and it says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import Region
from accounts.roles import Capability
from assessments import results
from dashboards import kept
from dashboards.alerts.reading import Level, grouped
from dashboards.board import Board
from dashboards.contentment import Contentment, contentment
from dashboards.contentment import whole as all_content
from dashboards.figures import points
from dashboards.money_panel import money
from dashboards.quantities import by_group, effects, quantities
from funding import totals
from projects import punctuality
from projects.models import ReportingRound, UnitReturn
from projects.months import month_of
from records.rates import percentage

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
    # Some days keep what it shows; ``build`` finds out.
    has_snapshots: bool = False


# ---------------------------------------------------------------- alerts


def alerts(board: Board, user: Any) -> dict[str, Any]:
    """Return the alerts open on the day of a page by rule, red first; from its snapshot if there is one."""
    found, is_kept = kept.alerts_shown(board)
    there = board if is_kept else board.live
    code, query = there.selection.region.code, there.selection.query
    rows = reverse("dashboards:alerts_on", args=[code])
    return {
        "lines": [
            {"group": group, "url": f"{rows}?{query(rule=group.rule, level=group.level)}"}
            for group in grouped(found)
        ],
        "count": len(found),
        "url": f"{rows}?{query()}",
        "red": sum(1 for alert in found if alert.level == Level.RED),
        "red_url": f"{rows}?{query(level=Level.RED.value)}",
        "yellow": sum(1 for alert in found if alert.level == Level.YELLOW),
        "yellow_url": f"{rows}?{query(level=Level.YELLOW.value)}",
        "index": f"{reverse('dashboards:alerts')}?region={code}",
        "rules": reverse("dashboards:alert_rules"),
        "kept": is_kept,
    }


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
        Panel("alerts", gettext_lazy("Alerts"), alerts, has_snapshots=True),
        Panel("money", gettext_lazy("Money"), money, Capability.FUND_VIEW, has_snapshots=True),
        Panel("works", gettext_lazy("Works and effects"), works),
        Panel("residents", gettext_lazy("Contentment of residents"), residents),
        Panel("returns", gettext_lazy("Timeliness of returns"), returns),
        Panel("scores", gettext_lazy("Scores over the years"), scores, Capability.ASSESSMENT_VIEW),
    )
}


def fill(panel: Panel, board: Board, user: Any) -> dict[str, Any]:
    """Return what a panel shows; ``is_present`` where the page is frozen and the panel could not be."""
    told = panel.build(board, user) if panel.has_snapshots else panel.build(board.live, user)
    return {**told, "is_present": board.frozen is not None and not told.get("kept")}


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
