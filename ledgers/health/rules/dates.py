"""Days and stages that contradict each other across the rows of one project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledgers.health.registry import Hit, health_rule
from ledgers.health.stock import Stock
from projects.models import Milestone, Project
from records.rows import Row

Kind = Milestone.Kind
# Earlier step, later step: pairs that cannot be done the other way round.
ORDER = (
    (Kind.APPROVAL, Kind.TENDER),
    (Kind.DRAWINGS, Kind.BUDGET_REVIEW),
    (Kind.BUDGET_REVIEW, Kind.TENDER),
    (Kind.TENDER, Kind.START),
    (Kind.START, Kind.COMPLETION),
    (Kind.COMPLETION, Kind.ACCEPTANCE),
    (Kind.ACCEPTANCE, Kind.HANDOVER),
)


@health_rule("steps_out_of_order", gettext_lazy("Steps out of order"), "projects.milestone")
def steps_out_of_order(stock: Stock) -> Iterator[Hit]:
    """The steps of a project follow each other: no start before the tender, no handover before acceptance."""
    steps: dict[int, dict[str, Row]] = defaultdict(dict)
    done_rows = stock.query(Milestone).filter(actual_on__isnull=False).order_by("pk")
    for row in done_rows.values("id", "project_id", "unit_id", "kind", "actual_on"):
        steps[row["project_id"]][row["kind"]] = row
    for done in steps.values():
        for earlier, later in ORDER:
            first, second = done.get(earlier), done.get(later)
            if first and second and second["actual_on"] < first["actual_on"]:
                yield Hit(
                    "projects.milestone",
                    second,
                    "actual_on",
                    second["actual_on"],
                    _("%(later)s on %(day)s, before %(earlier)s on %(other)s.")
                    % {
                        "later": later.label,
                        "day": second["actual_on"],
                        "earlier": earlier.label,
                        "other": first["actual_on"],
                    },
                    _("Mend one of the days by its document."),
                    {"kind": later, "actual_on": second["actual_on"], "before": first["actual_on"]},
                )


@health_rule("stage_against_dates", gettext_lazy("Stage and days contradict"), "projects.project")
def stage_against_dates(stock: Stock) -> Iterator[Hit]:
    """A project stands in the stage its days tell of."""
    for row in stock.rows(Project):
        if row["standing"] != Project.Standing.ACTIVE:
            continue
        field, words = _contradiction(row)
        if field:
            yield Hit(
                "projects.project",
                row,
                field,
                row[field],
                words,
                _("Move the project on where its gate is open, or mend the day."),
                {"stage": row["stage"], field: row[field]},
            )


def _contradiction(row: Row) -> tuple[str, str]:
    stage, started, completed = row["stage"], row["started_on"], row["completed_on"]
    early = {Project.Stage.SURVEY, Project.Stage.PLAN}
    if stage in early and isinstance(started, date):
        words = _("Started on %(day)s, but the project still stands in the stage of %(stage)s.")
        return "started_on", words % {"day": started, "stage": Project.Stage(stage).label}
    if stage == Project.Stage.AFTERCARE and not completed:
        return "completed_on", _("The project stands in post-management without a day of completion.")
    return "", ""


@health_rule("completed_below_100", gettext_lazy("Completed below 100 %"), "projects.project")
def completed_below_100(stock: Stock) -> Iterator[Hit]:
    """Whoever reports completion has done everything."""
    for row in stock.rows(Project):
        progress: Any = row["progress_percent"]
        if row["completed_on"] and isinstance(progress, Decimal) and progress < 100:
            yield Hit(
                "projects.project",
                row,
                "progress_percent",
                progress,
                _("Completed on %(day)s at %(progress)s %% physical progress.")
                % {"day": row["completed_on"], "progress": f"{progress:f}"},
                _("Write 100, or take the day of completion back."),
                {"completed_on": row["completed_on"], "progress_percent": progress},
            )
