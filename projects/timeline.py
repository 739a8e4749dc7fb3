"""What happened in a project, newest first: steps, reports, inspections, acceptance, decisions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from projects.models import (
    Acceptance,
    Defect,
    Handover,
    Inspection,
    Milestone,
    PlanVersion,
    ProgressReport,
    Project,
    StageTransition,
    UpkeepVisit,
)
from projects.months import month_end


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline."""

    day: date
    sign: str
    title: str
    note: str = ""


def timeline(project: Project) -> list[Event]:
    """Return the events of a project, the newest first."""
    events = [
        *_transitions(project),
        *_milestones(project),
        *_reports(project),
        *_quality(project),
        *_versions(project),
        *_aftercare(project),
    ]
    return sorted(events, key=lambda event: event.day, reverse=True)


def _transitions(project: Project) -> Iterator[Event]:
    signs = {
        StageTransition.Action.SEND_BACK: "removed",
        StageTransition.Action.RETURN: "removed",
        StageTransition.Action.WITHDRAW: "removed",
        StageTransition.Action.SUSPEND: "waiting",
    }
    for step in project.transitions.select_related("actor"):
        if step.action == StageTransition.Action.LOAD:
            continue
        title = step.get_action_display()
        if step.action in {StageTransition.Action.ADVANCE, StageTransition.Action.SEND_BACK}:
            title = _("%(action)s to %(stage)s") % {"action": title, "stage": step.get_to_stage_display()}
        told = [str(step.actor) if step.actor else "", step.document_no, step.reason]
        if step.waived:
            numbers = "、".join(str(item["waiver"]) for item in step.waived)
            told.append(_("let pass by waiver %(numbers)s") % {"numbers": numbers})
        sign = signs.get(StageTransition.Action(step.action), "completed")
        yield Event(step.effective_on, sign, title, "，".join(part for part in told if part))


def _milestones(project: Project) -> Iterator[Event]:
    rows = Milestone.objects.live().filter(project=project, actual_on__isnull=False)
    for step in rows:
        assert step.actual_on is not None
        note = step.document_no
        if step.planned_on and step.planned_on != step.actual_on:
            late = (step.actual_on - step.planned_on).days
            words = (
                _("planned %(day)s, %(days)d days late")
                if late > 0
                else _("planned %(day)s, %(days)d days early")
            )
            told = words % {"day": step.planned_on.isoformat(), "days": abs(late)}
            note = "，".join(part for part in (note, told) if part)
        yield Event(step.actual_on, "completed", step.get_kind_display(), note)


def _reports(project: Project) -> Iterator[Event]:
    for report in ProgressReport.objects.live().filter(project=project):
        if report.progress_percent is None:
            continue
        title = _("Monthly report %(month)s: %(percent)s %%") % {
            "month": f"{report.month:%Y-%m}",
            "percent": f"{report.progress_percent.normalize():f}",
        }
        # A report tells of its month's end.
        yield Event(month_end(report.month), "in_progress", title, report.note)


def _quality(project: Project) -> Iterator[Event]:
    for held in Inspection.objects.live().filter(project=project, held_on__isnull=False):
        yield Event(held.held_on, "in_progress", held.get_kind_display(), held.conclusion)
    for defect in Defect.objects.live().filter(project=project, found_on__isnull=False):
        sign = "completed" if defect.state == Defect.State.VERIFIED else "overdue"
        note = f"{defect.description}（{defect.get_state_display()}）"
        yield Event(defect.found_on, sign, _("Defect no. %(number)d") % {"number": defect.number}, note)
    for accepted in Acceptance.objects.live().filter(project=project, held_on__isnull=False):
        title = f"{_('Joint acceptance')} {accepted.get_result_display()}"
        sign = "completed" if accepted.result == Acceptance.Result.PASSED else "in_progress"
        yield Event(accepted.held_on, sign, title, accepted.organiser)


def _versions(project: Project) -> Iterator[Event]:
    for version in PlanVersion.objects.live().filter(project=project, dated_on__isnull=False):
        assert version.dated_on is not None
        title = _("Plan v%(number)d") % {"number": version.number}
        yield Event(version.dated_on, "changed", title, version.get_state_display())


def _aftercare(project: Project) -> Iterator[Event]:
    for given in Handover.objects.live().filter(project=project, handed_on__isnull=False):
        assert given.handed_on is not None
        yield Event(given.handed_on, "completed", given.get_kind_display(), given.assets)
    for visit in UpkeepVisit.objects.live().filter(project=project, visited_on__isnull=False):
        assert visit.visited_on is not None
        title = _("Visit %(months)d months after acceptance") % {"months": visit.months}
        yield Event(visit.visited_on, "completed", title, visit.conclusion)
