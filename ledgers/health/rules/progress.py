"""Monthly reports that cannot be: progress without money, months that repeat the last one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.checks import amount
from ledgers.health.registry import Hit, health_rule
from ledgers.health.stock import Stock
from projects.models import ProgressQuantity, ProgressReport, Project
from projects.months import months_after
from records.rows import Row

REPORT = "projects.progressreport"


@health_rule("progress_without_money", gettext_lazy("Progress up, money at zero"), REPORT)
def progress_without_money(stock: Stock) -> Iterator[Hit]:
    """Work that goes on costs money: progress rises while the investment stays at zero."""
    for before, row in _pairs(stock):
        progress = amount(row, "progress_percent")
        former = amount(before, "progress_percent") if before else None
        if row["invested_fen"] == 0 and progress is not None and progress > (former or 0):
            yield _unpaid(REPORT, row)


@health_rule("started_without_money", gettext_lazy("Progress entered, money at zero"), "projects.project")
def started_without_money(stock: Stock) -> Iterator[Hit]:
    """The same in the year-plan ledger, for projects that nobody reports on by month."""
    reported = {row["project_id"] for row in stock.rows(ProgressReport)}
    for row in stock.rows(Project):
        if row["id"] not in reported and row["invested_fen"] == 0 and amount(row, "progress_percent"):
            yield _unpaid("projects.project", row)


def _unpaid(kind: str, row: Row) -> Hit:
    return Hit(
        kind,
        row,
        "invested_fen",
        row["invested_fen"],
        _("%(progress)s %% done, nothing invested.") % {"progress": f"{row['progress_percent']:f}"},
        _("Enter what has been invested, or mend the progress."),
        {"progress_percent": row["progress_percent"], "invested_fen": row["invested_fen"]},
    )


@health_rule("invested_beyond_plan", gettext_lazy("Invested more than planned"), "projects.project")
def invested_beyond_plan(stock: Stock) -> Iterator[Hit]:
    """What is invested stays within what was planned; more is an adjustment (审计常见问题：多支付进度款)."""
    for row in stock.rows(Project):
        invested, planned = amount(row, "invested_fen"), amount(row, "planned_investment_fen")
        if invested is not None and planned is not None and invested > planned:
            yield Hit(
                "projects.project",
                row,
                "invested_fen",
                row["invested_fen"],
                _("%(share)s %% of the planned investment.") % {"share": f"{100 * invested / planned:.1f}"},
                _("Check whether 元 and 万元 were mixed up; otherwise have the estimate adjusted."),
                {
                    "invested_fen": row["invested_fen"],
                    "planned_investment_fen": row["planned_investment_fen"],
                },
            )


@health_rule("report_unchanged", gettext_lazy("Month equal to the last one"), REPORT)
def report_unchanged(stock: Stock) -> Iterator[Hit]:
    """Works under way change from month to month: not every cell stays as it was."""
    quantities = _quantities(stock)
    for before, row in _pairs(stock):
        if before is None or row["month"] != months_after(before["month"], 1):
            continue
        percent = row["progress_percent"]
        said = _cells(row, quantities)
        # Nothing was said in either month, or the works are done: then nothing need change.
        if percent == 100 or not any(said) or said != _cells(before, quantities):
            continue
        yield Hit(
            REPORT,
            row,
            "progress_percent",
            percent,
            _("Every figure of %(month)s equals that of the month before.")
            % {"month": f"{row['month']:%Y-%m}"},
            _("Enter how far the works have come, or give the reason why they stand still."),
            {"month": row["month"], "cells": str(said)},
        )


def _cells(row: Row, quantities: dict[int, tuple[Any, ...]]) -> tuple[Any, ...]:
    own = (row["progress_percent"], row["invested_fen"], row["workers"], row["note"])
    return (*own, *quantities.get(row["id"], ()))


def _quantities(stock: Stock) -> dict[int, tuple[Any, ...]]:
    found: dict[int, tuple[Any, ...]] = defaultdict(tuple)
    rows = ProgressQuantity.objects.live().in_region(stock.region).order_by("report_id", "plan_item_id")
    for report, item, done in rows.values_list("report_id", "plan_item_id", "done"):
        found[report] += ((item, done),)
    return found


def _pairs(stock: Stock) -> Iterator[tuple[Row | None, Row]]:
    """Yield (report before, report) of every project, month by month."""
    by_project: dict[int, list[Row]] = defaultdict(list)
    for row in stock.rows(ProgressReport):
        by_project[row["project_id"]].append(row)
    for reports in by_project.values():
        ordered = sorted(reports, key=lambda row: row["month"])
        yield from zip([None, *ordered], ordered, strict=False)
