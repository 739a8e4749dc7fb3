"""The way to completion within the year: of one project, of all, and the calendars it is counted by."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.requests import current_user
from accounts.roles import Capability, requires
from projects import calendar_data, schedule
from projects.build_forms import HolidayForm
from projects.calendar_data import HolidayTableError
from projects.forms import ProjectFilter
from projects.models import DeadlineRule, Holiday, Milestone, Project, SeasonRule
from projects.schedule import Answer, Schedule, State
from projects.views.framing import frame
from projects.views.project import seen_project

PER_PAGE = 50
SIGNS = {
    State.DONE: "completed",
    State.PASSED: "same",
    State.IN_TIME: "waiting",
    State.DUE_SOON: "soft",
    State.TOO_LATE: "overdue",
    State.UNKNOWN: "waiting",
}


def words_of(state: State) -> str:
    """Return how a step or project stands, in words."""
    return {
        State.DONE: _("done"),
        State.PASSED: _("passed; day not entered"),
        State.IN_TIME: _("in time"),
        State.DUE_SOON: _("due soon"),
        State.TOO_LATE: _("cannot finish in the year"),
        State.UNKNOWN: _("no season entered"),
    }[state]


@require_safe
@requires(Capability.LEDGER_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the steps of one project with the latest safe day of each, and who must still answer."""
    project = seen_project(request, pk)
    found = schedule.back_schedule(project, timezone.localdate())
    rows = Milestone.objects.live().filter(project=project).order_by()
    milestones = {row.kind: row for row in rows.select_related("project__unit")}
    order = list(Milestone.Kind.values)
    known = {step.kind: step for step in found.steps}
    lines = [
        {
            "label": Milestone.Kind(kind).label,
            "step": known.get(kind),
            "sign": SIGNS[known[kind].state] if kind in known else _later_sign(milestones.get(kind)),
            "words": words_of(known[kind].state) if kind in known else "",
            "milestone": milestones.get(kind),
            "by_hand": kind not in Milestone.FOLLOWING,
        }
        for kind in order
    ]
    context = {
        **frame(request, project, "steps"),
        "schedule": found,
        "lines": lines,
        "verdict": verdict(found),
        "answers": schedule.waiting_answers(milestones.values(), found.on),
    }
    return render(request, "projects/build/schedule.html", context)


def _later_sign(milestone: Milestone | None) -> str:
    return "completed" if milestone is not None and milestone.actual_on else "waiting"


def verdict(found: Schedule) -> str:
    """Return in one sentence what has to be done by when, or that the year is lost."""
    step = found.next_step
    if step is None:
        return _("The works are completed.")
    told = {"step": step.label, "day": step.latest, "year": found.project.plan_year}
    if step.latest is None:
        return _("No building season is entered for this place; only the deadlines are known.")
    if found.state == State.TOO_LATE:
        told["days"] = -(found.margin or 0)
        return (
            _(
                "It cannot finish in %(year)d any more: «%(step)s» was due by %(day)s at the latest, "
                "%(days)d days are missing."
            )
            % told
        )
    return _("Next: «%(step)s», by %(day)s at the latest, or it cannot finish in %(year)d.") % told


@require_safe
@requires(Capability.LEDGER_VIEW)
def risks(request: HttpRequest) -> HttpResponse:
    """List which projects cannot finish in their year, or soon cannot, as of today or any day."""
    user = current_user(request)
    chosen = ProjectFilter(user, request.GET)
    on, state = chosen.step_on, request.GET.get("state", "")
    if state not in {"", *State}:
        raise Http404(state)
    going = chosen.all_stages().counted().filter(standing=Project.Standing.ACTIVE)
    projects = going.exclude(completed_on__lte=on).select_related("community", "unit")
    found = schedule.schedules(projects, on)
    found.sort(key=lambda one: (one.margin is None, one.margin or 0, one.project.code))
    counts = Counter(one.state for one in found)
    shown = [one for one in found if not state or one.state == state]
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": chosen,
        "on": on,
        "hidden": {**chosen.hidden, "state": state},
        "tabs": [
            {
                "label": words_of(State(key)) if key else _("All"),
                "url": chosen.url("projects:risks", state=key, on=on.isoformat()),
                "active": key == state,
                "count": f"{counts[State(key)] if key else len(found):,}",
            }
            for key in ("", State.TOO_LATE, State.DUE_SOON, State.IN_TIME)
        ],
        "lines": [
            {"one": one, "step": one.next_step, "sign": SIGNS[one.state], "words": words_of(one.state)}
            for one in page
        ],
        "page_obj": page,
        "units": schedule.by_unit(found),
        "lost": counts[State.TOO_LATE],
        "soon": counts[State.DUE_SOON],
        "total": len(found),
        "holidays_known": all(one.has_holidays for one in found),
    }
    return render(request, "projects/build/risks.html", context)


@require_safe
@requires(Capability.LEDGER_VIEW)
def approvals(request: HttpRequest) -> HttpResponse:
    """List the submissions that wait for an office, those over their time limit first."""
    user, today = current_user(request), timezone.localdate()
    chosen = ProjectFilter(user, request.GET)
    rows = Milestone.objects.visible_to(user).filter(
        submitted_on__isnull=False, actual_on=None, project__plan_year=chosen.year
    )
    if chosen.region is not None:
        rows = rows.in_region(chosen.region)
    if chosen.name:
        rows = rows.filter(project__community__name__icontains=chosen.name)
    listed = rows.select_related("project__community", "project__unit").order_by()
    found = schedule.waiting_answers(listed, today)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": chosen,
        "page_obj": page,
        "lines": [_answer_line(answer) for answer in page],
        "late": sum(answer.left < 0 for answer in found),
        "total": len(found),
        "holidays_known": all(answer.has_holidays for answer in found),
    }
    return render(request, "projects/build/approvals.html", context)


def _answer_line(answer: Answer) -> dict[str, Any]:
    sign = "overdue" if answer.left < 0 else "soft" if answer.left <= 2 else "waiting"
    return {"answer": answer, "sign": sign, "late": -answer.left}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.LEDGER_VIEW)
def calendar(request: HttpRequest) -> HttpResponse:
    """Show the calendars everything is counted by; the province replaces a year's holidays by a table."""
    user = current_user(request)
    form = HolidayForm()
    if request.method == "POST":
        if not user.may(Capability.CALENDAR_EDIT):
            raise PermissionDenied
        form = HolidayForm(request.POST, request.FILES)
        if form.is_valid() and _replaced(request, form):
            return redirect("projects:calendar")
    days = list(Holiday.objects.all())
    by_year: dict[int, list[Holiday]] = {}
    for day in days:
        by_year.setdefault(day.day.year, []).append(day)
    context = {
        "form": form,
        "may_edit": user.may(Capability.CALENDAR_EDIT),
        "years": sorted(by_year.items(), reverse=True),
        "missing": [year for year in _near_years() if year not in by_year],
        "seasons": SeasonRule.objects.visible_to(user).select_related("region"),
        "deadlines": DeadlineRule.objects.visible_to(user).select_related("region"),
    }
    status = 400 if form.is_bound else 200
    return render(request, "projects/build/calendar.html", context, status=status)


def _near_years() -> tuple[int, int]:
    this = timezone.localdate().year
    return this, this + 1


def _replaced(request: HttpRequest, form: HolidayForm) -> bool:
    try:
        text = form.cleaned_data["file"].read().decode("utf-8-sig")
        with transaction.atomic():
            years = calendar_data.replace_holidays(csv.DictReader(io.StringIO(text)))
            file = form.cleaned_data["file"].name
            audit.record(audit.Kind.IMPORT, request=request, what="projects.holidays", years=years, file=file)
    except UnicodeDecodeError:
        form.add_error("file", _("Save the table as CSV in UTF-8."))
        return False
    except HolidayTableError as problem:
        form.add_error("file", str(problem))
        return False
    listed = "、".join(str(year) for year in years)
    messages.success(request, _("The holidays of %(years)s were replaced.") % {"years": listed})
    return True
