"""A year's assessments: whose turn it is, the scores in their order, opening, publishing, issuing."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from assessments import proceedings
from assessments.forms import OpenForm, chosen
from assessments.models import Assessment
from assessments.proceedings import StepRefused

State = Assessment.State
SIGNS = {
    State.SELF: "preparing",
    State.CHECK: "ready",
    State.REVIEW: "in_progress",
    State.PUBLISHED: "in_progress",
    State.ISSUED: "completed",
}


@require_safe
@requires(Capability.ASSESSMENT_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List a year's assessments in the visitor's view, best first."""
    return _index(request, OpenForm())


def _index(request: HttpRequest, form: OpenForm, status: int = 200) -> HttpResponse:
    user = current_user(request)
    visible = Assessment.objects.visible_to(user)
    years = list(visible.order_by("-year").values_list("year", flat=True).distinct())
    year = whole_number(request.GET.get("year")) or (years[0] if years else None)
    rows = list(
        visible.filter(year=year or 0)
        .select_related("unit__parent", "scheme", "fact_sheet")
        .defer("document", "fact_sheet__data", "fact_sheet__members")
    )
    url = reverse("assessments:index")
    context = {
        "form": form,
        "year": year,
        "years": [{"label": one, "url": f"{url}?year={one}", "active": one == year} for one in years],
        "lines": _lines(rows, user),
        "middle": _middle(rows),
        "head": rows[0] if rows else None,
        "states": _states(rows),
        "summary": _summary(rows, year),
        "may_issue": user.may(Capability.ASSESSMENT_ISSUE),
    }
    return render(request, "assessments/index.html", context, status=status)


def _lines(rows: list[Assessment], user: User) -> list[dict[str, Any]]:
    """Return the lines of the list: highest score first, equal scores share a place."""
    ranked = sorted(rows, key=lambda row: (-(row.total or 0), row.unit.path))
    lines: list[dict[str, Any]] = []
    for place, row in enumerate(ranked, start=1):
        same = lines and lines[-1]["row"].total == row.total
        lines.append(
            {
                "row": row,
                "place": lines[-1]["place"] if same else place,
                "sign": SIGNS[State(row.state)],
                "turn": user.may(proceedings.CAPABILITY_OF[State(row.state)])
                and user.region.contains(row.unit)
                if not row.is_issued
                else False,
            }
        )
    return lines


def _middle(rows: list[Assessment]) -> Decimal | None:
    known = [row.total for row in rows if row.total is not None]
    return median(known).quantize(Decimal("0.01"), ROUND_HALF_UP) if len(known) > 2 else None


def _states(rows: list[Assessment]) -> list[dict[str, Any]]:
    counts = Counter(row.state for row in rows)
    return [
        {
            "label": State(state).label,
            "value": counts[state],
            "unit": _("units"),
            "status": SIGNS[State(state)],
        }
        for state in State.values
    ]


def _summary(rows: list[Assessment], year: int | None) -> str:
    if not rows:
        return ""
    issued = sum(row.is_issued for row in rows)
    mean = sum((row.total or 0) for row in rows) / len(rows)
    return _("Plan year %(year)s: %(issued)s of %(all)s scores issued, average %(mean)s.") % {
        "year": year,
        "issued": issued,
        "all": len(rows),
        "mean": f"{mean:.2f}",
    }


@require_POST
@requires(Capability.ASSESSMENT_ISSUE)
def open_year(request: HttpRequest) -> HttpResponse:
    """Freeze the facts of a plan year and open the assessments of the units in the visitor's region."""
    form = OpenForm(request.POST)
    if form.is_valid():
        try:
            made = proceedings.open_year(by=current_user(request), **form.cleaned_data)
        except StepRefused as problem:
            form.add_error(None, str(problem))
        else:
            said = ngettext("%(count)d assessment opened.", "%(count)d assessments opened.", len(made)) % {
                "count": len(made)
            }
            messages.success(request, said)
            return redirect(f"{reverse('assessments:index')}?year={form.cleaned_data['year']}")
    return _index(request, form, 400)


@require_POST
@requires(Capability.ASSESSMENT_ISSUE)
def publish(request: HttpRequest) -> HttpResponse:
    """Publish the ticked assessments for appeal."""
    return _together(request, "publish")


@require_POST
@requires(Capability.ASSESSMENT_ISSUE)
def issue(request: HttpRequest) -> HttpResponse:
    """Issue the ticked assessments for good."""
    return _together(request, "issue")


def _together(request: HttpRequest, what: str) -> HttpResponse:
    user = current_user(request)
    pairs = dict(chosen(request.POST))
    rows = list(Assessment.objects.issuable_by(user).filter(pk__in=pairs).order_by("unit__path"))
    target = f"{reverse('assessments:index')}?year={rows[0].year}" if rows else reverse("assessments:index")
    if not rows:
        messages.error(request, _("Tick the assessments first."))
        return redirect(target)
    listed = [(row, pairs[row.pk]) for row in rows]
    try:
        if what == "publish":
            proceedings.publish(assessments=listed, by=user)
        else:
            number = request.POST.get("document_no", "")
            proceedings.issue(assessments=listed, document_no=number, by=user)
    except StepRefused as problem:
        messages.error(request, str(problem))
    else:
        said = {"publish": _("Published: the units may appeal."), "issue": _("Issued.")}[what]
        messages.success(request, said)
    return redirect(target)
