"""What the page of one project shows: facts, the track of stages, the gate, and its panels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from accounts.models import User
from accounts.roles import Capability, may_open
from projects import workflow
from projects.gating import Report, Transition, Unmet
from projects.models import Project, StageTransition

STAGES: tuple[str, ...] = tuple(Project.Stage.values)
NUMBERS = "①②③④"
# The panels beside the works, each a page of its own; one whose address is not there yet is not shown.
TABS = (
    ("works", gettext_lazy("Works"), "projects:project"),
    ("survey", gettext_lazy("Survey"), "communities:survey_of"),
    ("plan", gettext_lazy("Plan versions"), "projects:versions"),
    ("consultation", gettext_lazy("Consultation"), "consultations:of_project"),
    ("money", pgettext_lazy("section", "Money"), "funding:of_project"),
    ("steps", gettext_lazy("Steps and dates"), "projects:schedule"),
    ("quality", gettext_lazy("Quality"), "projects:quality"),
    ("acceptance", gettext_lazy("Acceptance and handover"), "projects:acceptance"),
    ("cards", gettext_lazy("Cards at the buildings"), "projects:cards"),
    ("aftercare", gettext_lazy("Post-management"), "projects:aftercare"),
    ("files", gettext_lazy("Files"), "projects:files"),
    ("history", gettext_lazy("Changes"), "projects:changes"),
)


def tabs(project: Project, active: str, user: User) -> list[dict[str, Any]]:
    """Return the tabs of a project's pages that the user may open."""
    found = []
    for key, label, name in TABS:
        try:
            url = reverse(name, args=[project.pk])
        except NoReverseMatch:
            continue
        if may_open(user, url):
            found.append({"label": label, "url": url, "active": key == active})
    return found


def stage_sign(project: Project) -> str:
    """Return the sign of where a project stands."""
    if project.standing != Project.Standing.ACTIVE:
        return "removed"
    if project.stage == Project.Stage.AFTERCARE or project.completed_on:
        return "completed"
    if project.stage == Project.Stage.BUILD:
        return "in_progress" if project.started_on else "ready"
    return "preparing"


def stage_words(project: Project) -> str:
    """Return where a project stands in words: 项目实施 60%, 退库."""
    if project.standing != Project.Standing.ACTIVE:
        return project.get_standing_display()
    words = project.get_stage_display()
    if project.stage == Project.Stage.BUILD and project.progress_percent is not None:
        words = f"{words} {project.progress_percent.normalize():f}%"
    return words


def track(project: Project, steps: Sequence[StageTransition]) -> list[dict[str, Any]]:
    """Return the four stages with sign, date and share done; the current one carries the percentage."""
    left = {
        step.from_stage: step.effective_on
        for step in steps
        if step.action in {StageTransition.Action.ADVANCE, StageTransition.Action.LOAD}
    }
    now = STAGES.index(project.stage)
    found = []
    for at, stage in enumerate(STAGES):
        label = str(Project.Stage(stage).label)
        entry: dict[str, Any] = {"label": f"{NUMBERS[at]} {label}", "state": "todo", "share": 0}
        if at < now:
            day = left.get(stage)
            entry |= {"state": "done", "sign": "completed", "share": 100}
            entry["note"] = _("completed %(day)s") % {"day": day.isoformat()} if day else _("completed")
        elif at == now:
            entry |= {"state": "current", "sign": stage_sign(project), "share": _share(project)}
            entry["note"] = _current_note(project)
        else:
            entry |= {"sign": "waiting", "note": _planned_note(project, stage)}
        found.append(entry)
    return found


def _share(project: Project) -> Any:
    if project.stage == Project.Stage.BUILD:
        return project.progress_percent or 0
    return 100 if project.stage == Project.Stage.AFTERCARE else 0


def _current_note(project: Project) -> str:
    if project.stage == Project.Stage.BUILD and project.started_on:
        told = _("started %(day)s") % {"day": project.started_on.isoformat()}
        percent = project.progress_percent
        return told if percent is None else f"{told}，{percent.normalize():f}%"
    if project.stage == Project.Stage.PLAN:
        return project.get_library_display()
    return _("since %(day)s") % {"day": project.stage_since.isoformat()} if project.stage_since else ""


def _planned_note(project: Project, stage: str) -> str:
    day = {
        Project.Stage.BUILD: project.planned_start_on,
        Project.Stage.AFTERCARE: project.planned_completion_on,
    }.get(Project.Stage(stage))
    return _("not yet, planned %(day)s") % {"day": day.isoformat()} if day else _("not yet")


def gate_panel(project: Project, report: Report | None, user: User) -> dict[str, Any] | None:
    """Return the panel that says what is missing before the next stage; None at the end of the way."""
    if report is None:
        return None
    onward = workflow.ONWARD[project.stage][1]
    stage = str(Project.Stage(onward).label)
    unmet = report.unmet
    title = ngettext(
        "%(count)d item missing before %(stage)s", "%(count)d items missing before %(stage)s", len(unmet)
    ) % {"count": len(unmet), "stage": stage}
    if not unmet:
        title = _("All conditions of %(stage)s are met") % {"stage": stage}
    met = [held for held in report.conditions if held.is_met]
    return {
        "title": title,
        "stage": stage,
        "note": _("%(met)d of %(all)d conditions are met") % {"met": len(met), "all": len(report.conditions)},
        "items": [_gate_line(item) for item in unmet],
        "met": [held for held in met if not held.missing],
        "waived": report.waived,
        "is_open": report.is_open,
        "may_move": user.may(Capability.STAGE_MOVE),
        "may_waive": user.may(Capability.WAIVER_ASK),
        "may_urge": user.may(Capability.RETURN_REVIEW) and project.unit.path.startswith(user.region.path),
    }


# The pages of the four stages that are about more than one project, in the order of the work.
SECTIONS = (
    (gettext_lazy("Projects"), "projects:index", Capability.LEDGER_VIEW),
    (gettext_lazy("Reserve library"), "projects:library", Capability.LEDGER_VIEW),
    (gettext_lazy("Review queue"), "projects:review", Capability.PLAN_REVIEW),
    (gettext_lazy("Monthly reports"), "projects:rounds", Capability.LEDGER_VIEW),
    (gettext_lazy("Risks"), "projects:risks", Capability.LEDGER_VIEW),
    (gettext_lazy("Defects"), "projects:defects", Capability.LEDGER_VIEW),
    (gettext_lazy("Visits"), "projects:visits", Capability.LEDGER_VIEW),
    (gettext_lazy("Care models"), "projects:care_models", Capability.LEDGER_VIEW),
    (gettext_lazy("Exceptions"), "projects:waivers", Capability.LEDGER_VIEW),
    (gettext_lazy("Calendar"), "projects:calendar", Capability.LEDGER_VIEW),
)


def _gate_line(item: Unmet) -> dict[str, Any]:
    days = None if item.due is None else (item.due - timezone.localdate()).days
    return {"item": item, "days": days, "late": days is not None and days < 0}


def transition_label(transition: Transition) -> str:
    """Return a transition in words: the stage it leads to."""
    labels = {step: str(Project.Stage(onward).label) for step, onward in workflow.ONWARD.values()}
    return labels.get(transition, str(_("Declaration")))
