"""Money goes where it was meant to (专款专用): to projects of the issued plan, of the right unit and year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from accounts.models import Region
from funding.checks.batch import ALLOTMENT
from funding.checks.chain import MONEY
from funding.models import FundBatch, MoneyEvent
from projects.models import Project
from records.checks import Finding, RowView, Severity, set_check

Step = MoneyEvent.Step
# Steps by which money really goes to a project; a plan may name one that is not issued yet.
SPENDING = frozenset({Step.ISSUED, Step.ARRIVED, Step.PAID})


def _projects(pks: Iterable[int]) -> dict[int, Project]:
    return Project.objects.select_related("community").in_bulk(list(set(pks)))


def _outside(project: Project) -> Finding | None:
    """Return what is said about money for a project that does not stand in an issued plan."""
    if project.is_removed or project.standing == Project.Standing.WITHDRAWN:
        text = _("%(project)s has been withdrawn from the plan.") % {"project": project.community}
    elif project.library != Project.Library.ISSUED:
        text = _("%(project)s is not in the issued plan of %(year)d.") % {
            "project": project.community,
            "year": project.plan_year,
        }
    else:
        return None
    return Finding("project_id", text, _("Money for old communities goes to projects of the plan alone."))


@set_check(
    MONEY,
    "outside_plan",
    Severity.HARD,
    fields=("project_id", "step", "amount_fen", "is_removed"),
    last=True,
)
def spent_within_the_plan(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """Money is issued to, arrives for and is paid for projects of the issued plan; back it may always go."""
    asked = [
        position
        for position, row in enumerate(rows)
        if row["step"] in SPENDING and row["amount_fen"] > 0 and not row.get("is_removed")
    ]
    projects = _projects(rows[position]["project_id"] for position in asked)
    for position in asked:
        found = _outside(projects[rows[position]["project_id"]])
        if found is not None:
            yield position, found


@set_check(
    ALLOTMENT,
    "outside_plan",
    Severity.HARD,
    fields=("batch_id", "unit_id", "project_id", "amount_fen", "is_removed"),
    last=True,
)
def allotted_within_the_plan(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A unit lies where the batch is split; its projects are of the batch's plan year, and in the plan."""
    asked = [position for position, row in enumerate(rows) if not row.get("is_removed")]
    projects = _projects(rows[n]["project_id"] for n in asked if rows[n]["project_id"] is not None)
    batches = FundBatch.objects.select_related("region").in_bulk(list({rows[n]["batch_id"] for n in asked}))
    units = Region.objects.in_bulk(list({rows[n]["unit_id"] for n in asked}))
    for position in asked:
        row = rows[position]
        found = _misplaced(
            batches[row["batch_id"]], units[row["unit_id"]], projects.get(row["project_id"] or 0), row
        )
        if found is not None:
            yield position, found


def _misplaced(batch: FundBatch, unit: Region, project: Project | None, row: RowView) -> Finding | None:
    if not batch.region.contains(unit) or unit.level != Region.Level.UNIT:
        text = _("%(unit)s is no unit that this batch is split to.") % {"unit": unit.label}
        return Finding("unit_id", text, _("Choose a unit of %(region)s.") % {"region": batch.region.label})
    if project is None:
        return None
    if project.unit_id != unit.pk:
        text = _("%(project)s does not lie in %(unit)s.") % {"project": project.community, "unit": unit.label}
        return Finding("unit_id", text, _("Choose the unit of the community."))
    if project.plan_year != batch.plan_year:
        text = _("The batch is for the plan of %(batch)d, the project of %(project)d.") % {
            "batch": batch.plan_year,
            "project": project.plan_year,
        }
        return Finding("project_id", text, _("Choose a project of the batch's plan year."))
    return _outside(project) if row["amount_fen"] > 0 else None
