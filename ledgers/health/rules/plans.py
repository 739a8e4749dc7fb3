"""Plans against what they are made of: targets, listed projects, and figures that moved after the issue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.checks import amount
from communities.models import Community
from ledgers.health.registry import Hit, health_rule
from ledgers.health.stock import Stock
from projects.models import AnnualPlan, PlanBaseline, Project
from records.marks import plain
from records.rows import Row, shape_of

# Field of the plan → field of its projects; None counts them.
TARGETS: Mapping[str, str | None] = {
    "target_communities": None,
    "target_buildings": "planned_buildings",
    "target_households": "planned_households",
    "target_area": "planned_area",
}


@health_rule(
    "plan_against_projects", gettext_lazy("Target unlike the projects listed"), "projects.annualplan"
)
def plan_against_projects(stock: Stock) -> Iterator[Hit]:
    """An issued target is the sum of the projects that count as its task."""
    listed: dict[tuple[Any, Any], list[Row]] = defaultdict(list)
    for row in stock.rows(Project):
        if _is_task(row):
            listed[row["unit_id"], row["plan_year"]].append(row)
    for plan in stock.rows(AnnualPlan):
        task = listed.get((plan["unit_id"], plan["year"]), [])
        if plan["state"] != AnnualPlan.State.ISSUED or not task:
            continue
        for target, field in TARGETS.items():
            said = amount(plan, target)
            found = Decimal(len(task)) if field is None else _sum(task, field)
            # A blank among the projects makes the sum incomplete: that is owed, not contradictory.
            if said is None or found is None or said == found:
                continue
            yield Hit(
                "projects.annualplan",
                plan,
                target,
                plan[target],
                _("The target is %(said)s, the projects listed add up to %(found)s.")
                % {"said": f"{said:,f}", "found": f"{found:,f}"},
                _("List what is missing, or have the plan adjusted with its document."),
                {target: plan[target], "listed": found},
            )


def _is_task(row: Row) -> bool:
    return bool(
        row["origin"] == Project.Origin.PLANNED
        and row["library"] == Project.Library.ISSUED
        and row["standing"] != Project.Standing.WITHDRAWN
    )


def _sum(rows: list[Row], field: str) -> Decimal | None:
    values: list[Any] = [plain(row[field]) for row in rows]
    return None if None in values else sum((Decimal(value) for value in values), Decimal(0))


@health_rule("plan_changed_after_issue", gettext_lazy("Figures unlike the issued plan"), "projects.project")
def plan_changed_after_issue(stock: Stock) -> Iterator[Hit]:
    """Planned figures equal those of the plan's last baseline: changes go by adjustment."""
    fields = {"households": "planned_households", "buildings": "planned_buildings", "area": "planned_area"}
    for pk, issued in _last_baseline(stock).items():
        row = stock.projects.get(pk)
        if row is None:
            continue
        for key, field in fields.items():
            then, now = issued.get(key), _number(row[field])
            if then is None or now is None or Decimal(then) == now:
                continue
            yield Hit(
                "projects.project",
                row,
                field,
                row[field],
                _("The issued plan says %(then)s, the ledger %(now)s.")
                % {"then": f"{Decimal(then):,f}", "now": f"{now:,f}"},
                _("Take the change back, or have the plan adjusted with its document."),
                {field: row[field], "issued": then},
            )


def _number(value: Any) -> Decimal | None:
    number: Any = plain(value)
    return None if number is None else Decimal(number)


def _last_baseline(stock: Stock) -> dict[int, dict[str, Any]]:
    found = PlanBaseline.objects.in_region(stock.region).order_by("plan_id", "number")
    if stock.year is not None:
        found = found.filter(year=stock.year)
    last = {plan: rows for plan, rows in found.values_list("plan_id", "rows")}
    return {int(row["project"]): row for rows in last.values() for row in rows}


@health_rule(
    "counts_changed_after_issue", gettext_lazy("Counts changed after the issue"), "communities.community"
)
def counts_changed_after_issue(stock: Stock) -> Iterator[Hit]:
    """Households and area move money: a change after the plan was issued needs a reason."""
    moments = _issue_moments(stock)
    moved = {
        pk: moment
        for pk, moment in moments.items()
        if pk in stock.communities and stock.communities[pk]["updated_at"] > moment
    }
    for pk, then in _states(moved).items():
        row = stock.communities[pk]
        for field in ("household_count", "floor_area"):
            if then[field] is None or plain(then[field]) == plain(row[field]):
                continue
            yield Hit(
                "communities.community",
                row,
                field,
                row[field],
                _("%(then)s when the plan was issued on %(day)s, %(now)s now.")
                % {"then": _text(then[field]), "day": moved[pk].date(), "now": _text(row[field])},
                _("Have the plan adjusted, or close this with the document that proves the figure."),
                {field: row[field], "issued": then[field]},
            )


def _text(value: Any) -> str:
    number = plain(value)
    return "—" if number is None else f"{number:,}"


def _issue_moments(stock: Stock) -> dict[int, datetime]:
    """Return when the plan of each community was first issued, the latest year's where it has several."""
    issues = PlanBaseline.objects.in_region(stock.region).filter(kind=PlanBaseline.Kind.ISSUE)
    made = {(unit, year): at for unit, year, at in issues.values_list("unit_id", "year", "made_at")}
    found: dict[int, datetime] = {}
    for row in stock.rows(Project):
        moment = made.get((row["unit_id"], row["plan_year"]))
        if moment is not None and row["library"] == Project.Library.ISSUED:
            found[row["community_id"]] = max(moment, found.get(row["community_id"], moment))
    return found


def _states(moments: Mapping[int, datetime]) -> dict[int, Row]:
    """Return each community as it stood at its moment."""
    found: dict[int, Row] = {}
    history: Any = Community.history.model.objects
    shape = shape_of(Community)
    pks = sorted(moments)
    for start in range(0, len(pks), 5000):
        states = history.filter(id__in=pks[start : start + 5000]).order_by("id", "version", "history_id")
        for values in states.values_list(*shape.attnames):
            row = shape.row(values)
            if row["updated_at"] <= moments[row["id"]]:
                found[row["id"]] = row
    return found
