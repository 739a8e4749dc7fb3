"""The reserve library, declaring, and the reviewers' queue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Region, User
from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from projects import gating, library, plans
from projects.forms import ProjectFilter
from projects.gating import Transition
from projects.models import Project, ProjectQuerySet, StageTransition
from projects.workflow import WorkflowError
from records.planning import review as review_rows
from records.rows import shape_of

PER_PAGE = 50
MOST_AT_ONCE = 500
Library = Project.Library


@require_safe
@requires(Capability.LEDGER_VIEW)
def reserve(request: HttpRequest) -> HttpResponse:
    """Show the rolling three years and the projects of one year on their way into its plan."""
    user = current_user(request)
    chosen = ProjectFilter(user, request.GET)
    place = request.GET.get("place", "")
    if place and place not in library.BEFORE_ISSUE:
        raise Http404(place)
    region = chosen.region or user.view_region
    units = list(region.subtree().units())
    # What is asked of the year holds for its neighbours: everything but the year narrows them too.
    within = chosen.visible.in_region(region)
    waiting = _waiting(chosen, place)
    listed = Paginator(waiting.select_related("community", "unit"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    reports = gating.examine(
        [project for project in listed if project.library == Library.RESERVE], Transition.DECLARE
    )
    lines = [
        {
            "project": project,
            "report": reports.get(project.pk),
            "may_declare": project.library == Library.RESERVE and user.region.contains(project.unit),
        }
        for project in listed
    ]
    context = {
        "filter": chosen,
        "years": library.rolling(within, units, chosen.year),
        "places": Library.labels,
        "units": units,
        "tabs": _place_tabs(chosen, place),
        "page_obj": listed,
        "lines": lines,
        "may_declare": user.may(Capability.PLAN_DECLARE) and any(line["may_declare"] for line in lines),
        "may_review": user.may(Capability.PLAN_REVIEW) and user.region.level in plans.REVIEWS,
    }
    return render(request, "projects/plan/library.html", context)


def _waiting(chosen: ProjectFilter, place: str) -> ProjectQuerySet:
    found = chosen.all_stages().filter(standing=Project.Standing.ACTIVE)
    return found.filter(library=place) if place else found.filter(library__in=library.BEFORE_ISSUE)


def _place_tabs(chosen: ProjectFilter, active: str) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for place in _waiting(chosen, "").order_by().values_list("library", flat=True):
        counts[place] = counts.get(place, 0) + 1
    keys = [("", _("All")), *((place.value, place.label) for place in library.BEFORE_ISSUE)]
    return [
        {
            "label": label,
            "url": chosen.url("projects:library", place=key),
            "active": key == active,
            "count": f"{counts.get(key, 0) if key else sum(counts.values()):,}",
        }
        for key, label in keys
    ]


@require_POST
@requires(Capability.PLAN_DECLARE)
def declare(request: HttpRequest) -> HttpResponse:
    """Declare the chosen projects; all of them or none."""
    user = current_user(request)
    found = _chosen(request, Project.objects.editable_by(user))
    _try(request, found, lambda: plans.declare(found, actor=user), _declared)
    return redirect(_back(request, "projects:library"))


@require_safe
@requires(Capability.PLAN_REVIEW)
def review(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reviewer, unit by unit, with the declared figures and the doubts about them."""
    user = current_user(request)
    chosen = ProjectFilter(user, request.GET)
    waiting = _queue(user)
    years = sorted(set(waiting.order_by().values_list("plan_year", flat=True)))
    if chosen.region is not None:
        waiting = waiting.in_region(chosen.region)
    if request.GET.get("year"):
        waiting = waiting.of_year(chosen.year)
    waiting = waiting.select_related("community", "unit").order_by("unit__path", "plan_year", "code")
    listed = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": chosen,
        "groups": _groups(list(listed), user),
        "page_obj": listed,
        "years": years,
        "stage_label": _stage_label(user),
    }
    return render(request, "projects/plan/review.html", context)


def _queue(user: User) -> ProjectQuerySet:
    if user.region.level not in plans.REVIEWS:
        return Project.objects.none()
    waiting, _onward = plans.REVIEWS[user.region.level]
    rows = Project.objects.visible_to(user).in_region(user.region)
    return rows.filter(library=waiting, standing=Project.Standing.ACTIVE)


def _stage_label(user: User) -> str:
    labels = {
        Region.Level.PREFECTURE: _("Review of the prefecture"),
        Region.Level.PROVINCE: _("Review of the province"),
    }
    return labels.get(Region.Level(user.region.level), _("Review"))


def _groups(listed: Sequence[Project], user: User) -> list[dict[str, Any]]:
    own = plans.own_steps(listed, user)
    doubts = _doubts(listed)
    steps = StageTransition.objects.filter(project__in=listed).select_related("actor").order_by("pk")
    declared = {step.project_id: step for step in steps if step.action == StageTransition.Action.DECLARE}
    last = {step.project_id: step for step in steps}
    lines: list[dict[str, Any]] = [
        {
            "project": project,
            "own": own.get(project.pk, ""),
            "doubts": doubts[project.pk],
            "declared": declared.get(project.pk),
            "last": last.get(project.pk),
        }
        for project in listed
    ]
    found: list[dict[str, Any]] = []
    for unit, part in groupby(lines, key=lambda line: (line["project"].unit, line["project"].plan_year)):
        rows = list(part)
        found.append(
            {
                "unit": unit[0],
                "year": unit[1],
                "lines": rows,
                "households": sum(row["project"].planned_households or 0 for row in rows),
                "investment_fen": sum(row["project"].planned_investment_fen or 0 for row in rows),
            }
        )
    return found


def _doubts(listed: Sequence[Project]) -> dict[int, list[Any]]:
    shape = shape_of(Project)
    found = Project.objects.filter(pk__in=[project.pk for project in listed]).values_list(*shape.attnames)
    rows = [shape.row(values) for values in found]
    reviewed = review_rows(Project, rows)
    return {row["id"]: list(findings) for row, findings in zip(rows, reviewed, strict=True)}


@require_POST
@requires(Capability.PLAN_REVIEW)
def decide(request: HttpRequest) -> HttpResponse:
    """Pass the chosen projects on, or return them with a reason; all of them or none."""
    user = current_user(request)
    found = _chosen(request, Project.objects.visible_to(user).in_region(user.region))
    decision, reason = request.POST.get("decision"), request.POST.get("reason", "")
    if decision == "pass":
        _try(request, found, lambda: plans.pass_review(found, actor=user, remark=reason), _passed)
    elif decision == "return":
        _try(request, found, lambda: plans.return_(found, actor=user, reason=reason), _returned)
    else:
        raise BadRequest(_("There is no such decision."))
    return redirect(_back(request, "projects:review"))


def _chosen(request: HttpRequest, within: ProjectQuerySet) -> list[Project]:
    """Return the projects ticked on a page; Http404 when one is not within reach."""
    texts = request.POST.getlist("project")
    named = [whole_number(text) for text in texts]
    wanted = {pk for pk in named if pk is not None}
    if len(texts) > MOST_AT_ONCE or None in named:
        raise BadRequest(_("Choose projects from the list."))
    found = list(within.filter(pk__in=wanted).select_related("community", "unit").order_by("pk"))
    if len(found) != len(wanted):
        raise Http404
    return found


def _try(
    request: HttpRequest,
    found: Sequence[Project],
    act: Callable[[], Sequence[Any]],
    words: Callable[[int], str],
) -> None:
    """Take a step and say what became of it; a refusal names every project in its way."""
    try:
        act()
    except plans.Refused as refused:
        rest = len(found) - len(refused.obstacles)
        for obstacle in refused.obstacles[:20]:
            messages.error(request, f"{obstacle.project.community.name}：{obstacle.text}")
        if rest:
            messages.warning(
                request,
                _("Nothing was done; the other %(count)d stand as they did.") % {"count": rest},
            )
    except WorkflowError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words(len(found)))


def _declared(count: int) -> str:
    return ngettext("%(count)d project declared.", "%(count)d projects declared.", count) % {"count": count}


def _passed(count: int) -> str:
    return ngettext("%(count)d project passed.", "%(count)d projects passed.", count) % {"count": count}


def _returned(count: int) -> str:
    return ngettext("%(count)d project returned.", "%(count)d projects returned.", count) % {"count": count}


def _back(request: HttpRequest, name: str) -> str:
    asked = ProjectFilter(current_user(request), request.POST)
    return asked.url(name)
