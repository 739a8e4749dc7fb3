"""Trying all projects of a selection against their next gates, and moving those that may."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import current_user
from accounts.roles import Capability, requires
from projects import pages
from projects.forms import ProjectFilter
from projects.models import Project
from projects.outlook import MOST_AT_ONCE, advance_all, outlook
from records.models import ChangeSet

LISTED = 100


@require_safe
@requires(Capability.LEDGER_VIEW)
def try_all(request: HttpRequest) -> HttpResponse:
    """Say how many projects of a selection can move on, and why the others cannot; nothing is moved."""
    chosen = ProjectFilter(current_user(request), request.GET)
    lines = outlook(chosen.all_stages())
    code = request.GET.get("reason", "")
    held = [pk for line in lines for pk in line.by_code.get(code, ())]
    listed = Project.objects.filter(pk__in=held[:LISTED]).select_related("community", "unit") if held else []
    context = {
        "filter": chosen,
        "lines": [
            {
                "line": line,
                "stage": Project.Stage(line.stage).label,
                "onward": pages.transition_label(line.transition),
            }
            for line in lines
        ],
        "reason": next((line.labels[code] for line in lines if code in line.labels), ""),
        "held": listed,
        "held_count": len(held),
        "may_move": current_user(request).may(Capability.STAGE_MOVE),
        "most": MOST_AT_ONCE,
    }
    return render(request, "projects/try_all.html", context)


@require_POST
@requires(Capability.STAGE_MOVE)
def move_all(request: HttpRequest) -> HttpResponse:
    """Move every project of a selection and stage whose gate is open."""
    user = current_user(request)
    chosen = ProjectFilter(user, request.POST)
    stage = chosen.stage
    if stage not in Project.Stage.values:
        raise BadRequest(_("Name the stage to move on from."))
    own = chosen.all_stages().filter(pk__in=Project.objects.editable_by(user).values("pk"))
    ready = {pk for line in outlook(own) if line.stage == stage for pk in line.open}
    if len(ready) > MOST_AT_ONCE:
        messages.error(
            request,
            _("%(count)d projects could move; at most %(most)d move at once. Choose a unit.")
            % {"count": len(ready), "most": MOST_AT_ONCE},
        )
        return redirect(chosen.url("projects:try_all"))
    moved = advance_all(
        Project.objects.filter(pk__in=ready).select_related("community", "unit"),
        actor=user,
        source=ChangeSet.Source.FORM,
        stage=stage,
    )
    count = len(moved.steps)
    messages.success(
        request,
        ngettext("%(count)d project moved on.", "%(count)d projects moved on.", count) % {"count": count},
    )
    for found, problem in moved.refused:
        messages.warning(request, f"{found.community.name}：{problem}")
    return redirect(chosen.url("projects:try_all"))
