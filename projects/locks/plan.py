"""Which fields of projects, plans and their parts are closed, to whom and why.

Two things close a field: somebody else decides about it (targets, stages), or a gate has been passed on the
strength of it.  What opened a gate stays as it was until the project is sent back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Capability
from projects.models import AnnualPlan, Milestone, ProgressReport, Project
from records.locks import ALL, Lock, lock

Rows = Sequence[dict[str, Any]]
Stage, Library = Project.Stage, Project.Library

# What an issued plan fixes: the province changes it by adjustment, the unit does not.
PLAN_FIELDS = ("plan_year", "origin", "planned_buildings", "planned_households", "planned_area", "is_removed")
# What the workflow alone writes.
WORKFLOW_FIELDS = ("stage", "stage_since", "standing", "library", "is_history", "ready_on")
BUILD_FIELDS = ("started_on", "progress_percent", "invested_fen", "completed_on")
REPORTED_FIELDS = ("progress_percent", "invested_fen")
TARGETS = (
    "unit_id",
    "year",
    "state",
    "issued_on",
    "document_no",
    "target_projects",
    "target_communities",
    "target_buildings",
    "target_households",
    "target_area",
    "is_removed",
)
ORDER = list(Stage.values)


@lock("projects.project", fields=PLAN_FIELDS)
def declared_plan(rows: Rows, user: User) -> Iterator[tuple[int, Lock]]:
    """What was declared is closed while it is reviewed; what was issued changes by adjustment only.

    Years entered as history have no reviews: their planned figures are closed to the units once the plan has
    been issued, and the province corrects them in the ledger.
    """
    province = user.may(Capability.PLAN_ISSUE)
    issued = {} if province else _issued_documents(rows)
    for position, row in enumerate(rows):
        reason = ""
        if not row.get("id"):
            continue
        if row["is_history"]:
            document = issued.get((row.get("unit_id"), row.get("plan_year")))
            if document is not None and not province:
                reason = _("The plan has been issued (%(document)s); the province changes it.") % {
                    "document": document or "—"
                }
        elif row["library"] == Library.ISSUED:
            reason = _("The plan has been issued; it is changed by a plan adjustment.")
        elif row["library"] != Library.RESERVE:
            reason = _("The project has been declared; it can be changed when it is returned.")
        if reason:
            for field in PLAN_FIELDS:
                yield position, Lock(field, reason)


def _issued_documents(rows: Rows) -> dict[tuple[Any, Any], str]:
    units = {row.get("unit_id") for row in rows if row["is_history"]} - {None}
    plans = AnnualPlan.objects.live().filter(unit__in=units, state=AnnualPlan.State.ISSUED)
    found = plans.values_list("unit_id", "year", "document_no") if units else ()
    return {(unit, year): document for unit, year, document in found}


@lock("projects.project", fields=WORKFLOW_FIELDS)
def workflow_alone(rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """Stage, standing and place in the plan move by the workflow alone, whichever way an edit comes in."""
    reason = _("This follows from the workflow: open the project and move it on there.")
    for position, row in enumerate(rows):
        for field in WORKFLOW_FIELDS:
            if field != "ready_on" or not row["is_history"]:
                yield position, Lock(field, reason)


@lock("projects.project", fields=BUILD_FIELDS)
def built_in_its_stage(rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """Start, progress and completion are entered while the project is under construction."""
    for position, row in enumerate(rows):
        if row["is_history"]:
            continue
        reason = ""
        if row["standing"] != Project.Standing.ACTIVE:
            reason = _("The project is not active.")
        elif row["stage"] in {Stage.SURVEY, Stage.PLAN}:
            reason = _("The project has not entered construction: its gate is still closed.")
        elif row["stage"] == Stage.AFTERCARE:
            reason = _("The project is in post-management; send it back to correct this.")
        if reason:
            for field in BUILD_FIELDS:
                yield position, Lock(field, reason)


@lock("projects.project", fields=REPORTED_FIELDS)
def reported_monthly(rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """Progress comes from the monthly report once there is one: a figure is entered in one place."""
    asked = {row["id"] for row in rows if row.get("id") and not row["is_history"]}
    reports = ProgressReport.objects.live().filter(project__in=asked)
    reported = set(reports.values_list("project_id", flat=True).order_by()) if asked else set()
    for position, row in enumerate(rows):
        if row.get("id") in reported:
            for field in REPORTED_FIELDS:
                yield position, Lock(field, _("This comes from the monthly report; enter it there."))


@lock("projects.annualplan", fields=TARGETS)
def targets(rows: Rows, user: User) -> Iterator[tuple[int, Lock]]:
    """Targets are issued by the province; units read them and may remark on them."""
    if user.may(Capability.PLAN_ISSUE):
        return
    reason = _("Targets are issued by the province.")
    for position, _row in enumerate(rows):
        for field in TARGETS:
            yield position, Lock(field, reason)


@lock("projects.milestone", fields=(ALL,))
def passed_steps(rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """Steps that come from another ledger are entered there; steps that opened a gate stay as they were."""
    past = past_gate(rows, Stage.BUILD)
    for position, row in enumerate(rows):
        if row.get("kind") in Milestone.FOLLOWING:
            for field in ("kind", "planned_on", "actual_on", "is_removed"):
                yield position, Lock(field, _("This day is entered with its own sheet and follows here."))
        elif row.get("project_id") in past:
            reason = _(
                "The gate has been passed on the strength of this; send the project back to correct it."
            )
            yield position, Lock(ALL, reason)


def past_gate(rows: Rows, stage: str) -> Collection[int]:
    """Return which projects of these rows stand at or beyond a stage; years entered as history have none."""
    asked = {row["project_id"] for row in rows if row.get("project_id")}
    found: Mapping[int, str] = dict(
        Project.objects.filter(pk__in=asked, is_history=False).values_list("pk", "stage").order_by()
    )
    return {pk for pk, reached in found.items() if ORDER.index(reached) >= ORDER.index(stage)}
