"""Checks of monthly progress, quantities and returns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from communities.checks import amount, taken_twice
from projects.models import PlanItem, ProgressQuantity, ProgressReport, Project, UnitReturn
from projects.months import month_end
from records.checks import Finding, Limits, RowView, Severity, check, set_check
from records.units import FEN_PER_WAN_YUAN

PROGRESS = "projects.progressreport"
QUANTITY = "projects.progressquantity"
RETURN = "projects.unitreturn"
PART = 5000


@check(PROGRESS, "required", Severity.HARD, fields=("project_id", "month"))
def project_and_month(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A report is about one project and one month."""
    if row.get("project_id") is None:
        yield Finding("project_id", _("The project is missing."), _("Write the community's name."))
    month = row.get("month")
    if month is None:
        yield Finding("month", _("The month is missing."), _("Write it as 2020-03."))
    elif month.day != 1:
        yield Finding("month", _("A month is given by its first day."), _("Write it as 2020-03."))


@check(PROGRESS, "future_month", Severity.HARD, fields=("month",))
def future_month(row: RowView, limits: Limits) -> Iterator[Finding]:
    """What has been built has not been built in the future."""
    month = row.get("month")
    if month and month > limits.today:
        yield Finding(
            "month",
            _("%(month)s lies in the future.") % {"month": f"{month:%Y-%m}"},
            _("Enter it when it has begun."),
        )


@check(PROGRESS, "percentage", Severity.HARD, fields=("progress_percent",))
def percentage(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """Progress lies between 0 and 100 %."""
    progress = row.get("progress_percent")
    if isinstance(progress, Decimal) and not 0 <= progress <= 100:
        yield Finding("progress_percent", _("Progress lies outside 0–100 %."), _("Write 0 to 100."))


@set_check(PROGRESS, "same_month", Severity.HARD, fields=("project_id", "month", "is_removed"))
def same_month(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A project reports once a month."""
    yield from taken_twice(
        rows,
        ProgressReport.objects.live(),
        ("project_id", "month"),
        Finding("month", _("This month has been reported already."), _("Edit that report.")),
    )


@set_check(PROGRESS, "in_construction", Severity.HARD, fields=("project_id", "month", "progress_percent"))
def in_construction(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """Only what is being built makes progress; a step past the gate is taken on the project's page."""
    projects = _projects(rows)
    for position, row in enumerate(rows):
        project, month = projects.get(row.get("project_id") or 0), row.get("month")
        if project is None or month is None:
            continue
        if project.stage in {Project.Stage.SURVEY, Project.Stage.PLAN}:
            yield (
                position,
                Finding(
                    "project_id",
                    _("The project has not entered construction: its gate is still closed."),
                    _("Open the project's page and mend what is missing."),
                ),
            )
        elif amount(row, "progress_percent") and not _started(project, month):
            yield (
                position,
                Finding(
                    "progress_percent",
                    _("Progress without a start date."),
                    _("Fill in the start date in the year-plan ledger."),
                ),
            )
        elif project.completed_on and month > project.completed_on:
            yield (
                position,
                Finding(
                    "month",
                    _("The works were completed on %(day)s.") % {"day": project.completed_on},
                    _("Mend the month, or the completion."),
                ),
            )


def _started(project: Project, month: date) -> bool:
    return project.started_on is not None and project.started_on <= month_end(month)


@set_check(PROGRESS, "never_falls", Severity.SOFT, fields=("progress_percent", "invested_fen"))
def never_falls(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """Figures are cumulative: they do not fall from one month to the next."""
    known = _reports(rows)
    for position, row in enumerate(rows):
        month = row.get("month")
        earlier = [found for found in known.get(row.get("project_id") or 0, ()) if month and found[0] < month]
        if not earlier:
            continue
        before, *figures = max(earlier, key=lambda found: found[0])
        for name, was in zip(("progress_percent", "invested_fen"), figures, strict=True):
            now = row.get(name)
            if isinstance(now, Decimal | int) and isinstance(was, Decimal | int) and now < was:
                yield (
                    position,
                    Finding(
                        name,
                        _("Less than in %(month)s, although the figure adds up.")
                        % {"month": f"{before:%Y-%m}"},
                        _("Enter the sum since the start, or confirm with the reason."),
                    ),
                )


def _reports(rows: Sequence[RowView]) -> Mapping[int, list[tuple[date, Any, Any]]]:
    """Return (month, progress, investment) by project, of what is stored and of the rows themselves."""
    stored: dict[tuple[int, date], tuple[Any, Any]] = {}
    asked = sorted({row["project_id"] for row in rows if row.get("project_id") is not None})
    for start in range(0, len(asked), PART):
        found = ProgressReport.objects.live().filter(project__in=asked[start : start + PART]).order_by()
        for project, month, *figures in found.values_list(
            "project_id", "month", "progress_percent", "invested_fen"
        ):
            stored[project, month] = (figures[0], figures[1])
    for row in rows:
        if row.get("project_id") is not None and row.get("month") is not None and not row.get("is_removed"):
            stored[row["project_id"], row["month"]] = (row.get("progress_percent"), row.get("invested_fen"))
    by_project: dict[int, list[tuple[date, Any, Any]]] = defaultdict(list)
    for (project, month), (progress, invested) in stored.items():
        by_project[project].append((month, progress, invested))
    return by_project


@set_check(PROGRESS, "done_without_completion", Severity.SOFT, fields=("progress_percent", "month"))
def done_without_completion(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """100 % is a completion; its day stands in the year-plan ledger."""
    full = [row for row in rows if amount(row, "progress_percent") == 100]
    projects = _projects(full)
    for position, row in enumerate(rows):
        project = projects.get(row.get("project_id") or 0)
        if project and amount(row, "progress_percent") == 100 and project.completed_on is None:
            yield (
                position,
                Finding(
                    "progress_percent",
                    _("100 % without a completion date."),
                    _("Fill in the completion date in the year-plan ledger, or confirm with the reason."),
                ),
            )


@set_check(PROGRESS, "above_plan", Severity.SOFT, fields=("invested_fen",))
def above_plan(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """Not more is invested than was planned, or contracted where that is more."""
    asked = sorted(
        {row["project_id"] for row in rows if row.get("project_id") and amount(row, "invested_fen")}
    )
    known: dict[int, int] = {}
    for start in range(0, len(asked), PART):
        found = Project.objects.filter(pk__in=asked[start : start + PART]).order_by()
        live = Q(contract_rows__is_removed=False)
        sums = found.annotate(contracted=Sum("contract_rows__amount_fen", filter=live))
        for pk, planned, contracted in sums.values_list("pk", "planned_investment_fen", "contracted"):
            known[pk] = max(planned or 0, contracted or 0)
    for position, row in enumerate(rows):
        most, invested = known.get(row.get("project_id") or 0, 0), amount(row, "invested_fen")
        if most and invested is not None and invested > most:
            yield (
                position,
                Finding(
                    "invested_fen",
                    _("More than planned or contracted (%(most)s 万元).")
                    % {"most": f"{Decimal(most) / FEN_PER_WAN_YUAN:,.2f}"},
                    _("Check whether 元 and 万元 were mixed up, or confirm with the reason."),
                ),
            )


def _projects(rows: Sequence[RowView]) -> dict[int, Project]:
    asked = sorted({row["project_id"] for row in rows if row.get("project_id") is not None})
    found: dict[int, Project] = {}
    for start in range(0, len(asked), PART):
        part = Project.objects.filter(pk__in=asked[start : start + PART]).order_by()
        found.update((project.pk, project) for project in part.only("stage", "started_on", "completed_on"))
    return found


# --- quantities ---------------------------------------------------------------------------------------


@check(QUANTITY, "required", Severity.HARD, fields=("report_id", "plan_item_id", "done"))
def report_and_item(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A quantity belongs to a report and to an item of the plan, and is not negative."""
    if row.get("report_id") is None:
        yield Finding("report_id", _("There is no progress report of this month."), _("Enter it first."))
    if row.get("plan_item_id") is None:
        yield Finding("plan_item_id", _("The item of the plan is missing."), _("Write its name."))
    if isinstance(row.get("done"), Decimal) and row["done"] < 0:
        yield Finding("done", _("The quantity is negative."), _("Write the quantity so far."))


@set_check(QUANTITY, "same_item", Severity.HARD, fields=("report_id", "plan_item_id", "is_removed"))
def same_item(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """An item is reported once a month."""
    yield from taken_twice(
        rows,
        ProgressQuantity.objects.live(),
        ("report_id", "plan_item_id"),
        Finding("plan_item_id", _("This item has been reported already."), _("Edit that row.")),
    )


@set_check(QUANTITY, "own_item", Severity.HARD, fields=("report_id", "plan_item_id"))
def own_item(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """The item stands in the plan of the same project."""
    items = _items(rows)
    for position, row in enumerate(rows):
        item = items.get(row.get("plan_item_id") or 0)
        if item and row.get("project_id") is not None and item[0] != row["project_id"]:
            yield (
                position,
                Finding("plan_item_id", _("This item is in another project's plan."), _("Choose another.")),
            )


@set_check(QUANTITY, "above_planned", Severity.SOFT, fields=("plan_item_id", "done"))
def above_planned(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """Not more is done than the plan has."""
    items = _items(rows)
    for position, row in enumerate(rows):
        item, done = items.get(row.get("plan_item_id") or 0), amount(row, "done")
        if item and item[1] is not None and done is not None and done > item[1]:
            yield (
                position,
                Finding(
                    "done",
                    _("More than planned (%(planned)s).") % {"planned": f"{item[1].normalize():f}"},
                    _("Check the unit, or confirm with the reason."),
                ),
            )


def _items(rows: Sequence[RowView]) -> dict[int, tuple[int, Decimal | None]]:
    asked = {row["plan_item_id"] for row in rows if row.get("plan_item_id") is not None}
    found = PlanItem.objects.filter(pk__in=asked).order_by().values_list("pk", "project_id", "quantity")
    return {pk: (project, quantity) for pk, project, quantity in found}


@set_check(QUANTITY, "quantity_falls", Severity.SOFT, fields=("plan_item_id", "done"))
def quantity_falls(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """What was done once stays done."""
    asked = {row["plan_item_id"] for row in rows if row.get("plan_item_id") is not None}
    stored = ProgressQuantity.objects.live().filter(plan_item__in=asked).order_by()
    known: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    months: dict[int, date] = {}
    for item, report, month, done in stored.values_list("plan_item_id", "report_id", "report__month", "done"):
        months[report] = month
        if done is not None:
            known[item].append((month, done))
    unknown = {row["report_id"] for row in rows if row.get("report_id") is not None} - months.keys()
    if unknown:
        months |= dict(ProgressReport.objects.filter(pk__in=unknown).order_by().values_list("pk", "month"))
    for position, row in enumerate(rows):
        month, done = months.get(row.get("report_id") or 0), row.get("done")
        earlier = [told for told in known[row.get("plan_item_id") or 0] if month and told[0] < month]
        if earlier and isinstance(done, Decimal) and done < (last := max(earlier))[1]:
            yield (
                position,
                Finding(
                    "done",
                    _("Less than in %(month)s, although the figure adds up.") % {"month": f"{last[0]:%Y-%m}"},
                    _("Enter the sum since the start, or confirm with the reason."),
                ),
            )


@set_check(RETURN, "one_return", Severity.HARD, fields=("round_id", "unit_id", "is_removed"))
def one_return(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A unit has one return a round."""
    yield from taken_twice(
        rows,
        UnitReturn.objects.live(),
        ("round_id", "unit_id"),
        Finding("unit_id", _("This unit has a return of this month already."), _("Open that one.")),
    )
