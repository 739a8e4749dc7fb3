"""Post-management: a project's own page, the visits after completion, the models compared."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import current_user
from accounts.roles import Capability, requires
from projects import care, pages, visits
from projects.models import (
    CareModelTag,
    Defect,
    MaintenanceFund,
    ManagementArrangement,
    Project,
    UpkeepTask,
    UpkeepVisit,
)
from projects.visit_form import VisitForm
from records.idempotency import KeyReused, once

PER_PAGE = 50


@require_safe
@requires(Capability.LEDGER_VIEW)
def aftercare(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how one project's community is looked after."""
    visible = Project.objects.visible_to(current_user(request)).select_related("community__region", "unit")
    found = get_object_or_404(visible, pk=pk)
    context = {
        "project": found,
        "tabs": pages.tabs(found, "aftercare", current_user(request)),
        "arrangement": ManagementArrangement.objects.live().filter(project=found).first(),
        "fund": MaintenanceFund.objects.live().filter(project=found).first(),
        "tasks": list(UpkeepTask.objects.live().filter(project=found)),
        "visits": [_line(row) for row in UpkeepVisit.objects.live().filter(project=found)],
        "tags": list(CareModelTag.objects.live().filter(project=found).select_related("care_model")),
        "defects": Defect.objects.live().filter(project=found).exclude(state=Defect.State.VERIFIED).count(),
        "query": f"?year={found.plan_year}&unit={found.unit.code}",
    }
    return render(request, "projects/care.html", context)


def _line(row: UpkeepVisit) -> dict[str, Any]:
    left = (row.due_on - timezone.localdate()).days
    sign = "completed" if row.visited_on else "overdue" if left < 0 else "soft" if left <= 30 else "waiting"
    words = _("visited") if row.visited_on else _("overdue") if left < 0 else _("to come")
    return {"visit": row, "sign": sign, "words": words}


@require_safe
@requires(Capability.LEDGER_VIEW)
def visit_list(request: HttpRequest) -> HttpResponse:
    """List the visits after completion in the visitor's view, what is owed first."""
    rows = UpkeepVisit.objects.visible_to(current_user(request)).select_related("project__community", "unit")
    asked = request.GET.get("state", "due")
    found = (
        rows.exclude(visited_on=None).order_by("-visited_on", "pk")
        if asked == "done"
        else rows.filter(visited_on=None).order_by("due_on", "pk")
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    url = reverse("projects:visits")
    tabs = [
        {"label": _("To be visited"), "url": url, "active": asked != "done"},
        {"label": _("Visited"), "url": f"{url}?state=done", "active": asked == "done"},
    ]
    context = {"page_obj": page, "lines": [_line(row) for row in page], "tabs": tabs}
    return render(request, "projects/care_visits.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.LEDGER_VIEW)
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a visit, and write down what it found."""
    user = current_user(request)
    visible = UpkeepVisit.objects.visible_to(user).select_related("project__community__region", "unit")
    found = get_object_or_404(visible, pk=pk)
    may_edit = user.may(Capability.LEDGER_EDIT) and user.region.contains(found.project.community.region)
    form = VisitForm(found, request.POST if request.method == "POST" else None, visitor=user.display_name)
    if request.method == "POST":
        if not may_edit:
            raise PermissionDenied
        if form.is_valid() and _saved(request, found, form):
            messages.success(request, _("The visit is written down."))
            return redirect("projects:aftercare", pk=found.project_id)
    context = {"line": _line(found), "visit": found, "form": form, "may_edit": may_edit}
    status = 400 if request.method == "POST" else 200
    return render(request, "projects/care_visit.html", context, status=status)


def _saved(request: HttpRequest, found: UpkeepVisit, form: VisitForm) -> bool:
    user, cleaned = current_user(request), form.cleaned_data
    liability, defect = cleaned["liability"], None
    if cleaned["defect"]:
        defect = {
            "description": cleaned["defect"],
            "place": cleaned["place"],
            "liability_id": liability.pk if liability else None,
            "item_id": liability.item_id if liability else None,
            "assignee": liability.firm if liability else found.unit.label,
            "found_on": cleaned["visited_on"],
            "due_on": cleaned["due_on"],
        }

    def act() -> tuple[int, dict[str, Any]]:
        visits.record(
            found,
            actor=user,
            base_version=cleaned["version"],
            values=form.visit_values(),
            defect=defect,
        )
        return 200, {}

    try:
        sent = {name: str(value) for name, value in cleaned.items()}
        once(actor=user, key=cleaned["key"], request=[found.pk, sent], act=act)
    except (visits.VisitError, KeyReused) as problem:
        form.add_error(None, str(problem))
        return False
    return True


@require_safe
@requires(Capability.DASHBOARD_VIEW)
def models(request: HttpRequest) -> HttpResponse:
    """Compare the cities' models of post-management by what their communities show."""
    return render(request, "projects/care_models.html", {"rows": care.compare(current_user(request))})
