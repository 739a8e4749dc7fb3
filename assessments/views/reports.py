"""The monthly score table, what moved it, and the reports with their files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import hand_out
from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from assessments import asking, chance_words, computing, differences, proceedings, reports, scoring
from assessments.forms import month_of
from assessments.models import AssessmentReport, FactSheet
from assessments.papers import FORMATS

Kind = AssessmentReport.Kind
MOST_MONTHS = 36
LABELS = {"docx": "Word", "pdf": "PDF", "xlsx": "Excel"}


@require_safe
@requires(Capability.ASSESSMENT_VIEW)
def months(request: HttpRequest) -> HttpResponse:
    """Show the scores of a month end by the monthly scheme, for the units in view."""
    user = current_user(request)
    known = list(
        FactSheet.objects.filter(kind=FactSheet.Kind.MONTHLY)
        .order_by("-on", "-year", "-number")
        .values_list("on", "year")[:MOST_MONTHS]
    )
    sheet = _sheet(request)
    units = list(user.view_region.subtree().units().order_by("path"))
    context: dict[str, Any] = {
        "sheet": sheet,
        "months": [
            {
                "label": f"{on:%Y-%m}",
                "url": f"?month={on:%Y-%m}&year={year}",
                "active": sheet is not None and (on, year) == (sheet.on, sheet.year),
            }
            for on, year in dict.fromkeys(known)
        ],
        "may_ask": user.may(Capability.ASSESSMENT_REVIEW),
        "lines": [],
    }
    scheme = proceedings.monthly_scheme()
    if sheet is not None and scheme is not None:
        before = reports.sheet_before(sheet)
        codes = [unit.code for unit in units if any(unit.code in found for found in sheet.data.values())]
        planned = {code for code in codes if _has_plan(sheet, code)}
        results = computing.scores_of(scheme, sheet, sorted(planned))
        former = computing.scores_of(scheme, before, sorted(planned)) if before else {}
        names = {unit.code: unit.label for unit in units}
        context["scheme"] = scheme
        context["blocks"] = next(iter(results.values()))["blocks"] if results else []
        context["lines"] = [
            _line(place, code, result, former, names) for place, code, result in reports.ranked(results)
        ]
    return render(request, "assessments/months.html", context)


def _has_plan(sheet: FactSheet, code: str) -> bool:
    fact = sheet.data.get("progress.started_communities", {}).get(code)
    return fact is not None and fact["whole"] != "0"


def _line(
    place: int, code: str, result: scoring.Json, former: dict[str, scoring.Json], names: dict[str, str]
) -> dict[str, Any]:
    change = ""
    if code in former:
        gained = scoring.number(result["total"]) - scoring.number(former[code]["total"])
        change = differences.signed(gained)
    return {
        "place": place,
        "code": code,
        "name": names[code],
        "blocks": result["blocks"],
        "total": result["total"],
        "grade": result["grade"],
        "change": change,
    }


def _sheet(request: HttpRequest) -> FactSheet | None:
    """Return the fact sheet of the month asked for, the newest one where none is named."""
    rows = FactSheet.objects.filter(kind=FactSheet.Kind.MONTHLY).order_by("-on", "-year", "-number")
    if "month" in request.GET:
        rows = rows.filter(on=month_of(request.GET))
    if (year := whole_number(request.GET.get("year"))) is not None:
        rows = rows.filter(year=year)
    found: FactSheet | None = rows.first()
    return found


@require_safe
@requires(Capability.ASSESSMENT_VIEW)
def moved(request: HttpRequest, code: str) -> HttpResponse:
    """List the rows that moved a unit's monthly score, by whom and why, and what would raise it most."""
    unit = get_object_or_404(current_user(request).view_region.subtree().units(), code=code)
    sheet, scheme = _sheet(request), proceedings.monthly_scheme()
    if sheet is None or scheme is None:
        raise Http404
    before = reports.sheet_before(sheet)
    found = differences.between(before, sheet, scheme, unit.code) if before is not None else []
    result = computing.scores_of(scheme, sheet, [unit.code])[unit.code]
    context = {
        "unit": unit,
        "sheet": sheet,
        "before": before,
        "differences": found,
        "result": result,
        "chances": chance_words.trial(scheme, result) if _has_plan(sheet, unit.code) else None,
    }
    return render(request, "assessments/moved.html", context)


@require_safe
@requires(Capability.ASSESSMENT_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the reports in view."""
    user = current_user(request)
    rows = AssessmentReport.objects.visible_to(user).select_related("region").defer("document")[:200]
    context = {
        "reports": rows,
        "may_ask": user.may(Capability.ASSESSMENT_REVIEW),
        "kinds": [Kind.MONTHLY, Kind.MIDYEAR, Kind.PROVINCE],
    }
    return render(request, "assessments/reports.html", context)


@require_POST
@requires(Capability.ASSESSMENT_REVIEW)
def make(request: HttpRequest) -> HttpResponse:
    """Ask for a report of the whole province."""
    kind, year = request.POST.get("kind", ""), whole_number(request.POST.get("year"))
    if kind not in (Kind.MONTHLY, Kind.MIDYEAR, Kind.PROVINCE) or year is None:
        messages.error(request, _("Choose a report and a plan year."))
        return redirect("assessments:reports")
    on = month_of(request.POST) if kind == Kind.MONTHLY else None
    return redirect(asking.ask(kind, year=year, on=on, by=current_user(request)))


def _seen(request: HttpRequest, pk: int) -> AssessmentReport:
    visible = AssessmentReport.objects.visible_to(current_user(request))
    return get_object_or_404(visible.select_related("region"), pk=pk)


@require_safe
@requires(Capability.ASSESSMENT_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report as the paper it is."""
    found = _seen(request, pk)
    files = [
        {"label": LABELS[name], "url": reverse("assessments:report_file", args=[pk, name])}
        for name in FORMATS
    ]
    tables = [
        {
            **table,
            "heads": list(zip(table["heads"], table["right"], strict=True)),
            "rows": [list(zip(row, table["right"], strict=True)) for row in table["rows"]],
        }
        for table in found.document["tables"]
    ]
    context = {"report": found, "document": found.document, "tables": tables, "files": files}
    return render(request, "assessments/report.html", context)


@require_safe
@requires(Capability.ASSESSMENT_VIEW)
def file(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """Give a report as a file, made from what was frozen."""
    found = _seen(request, pk)
    if kind not in FORMATS:
        raise Http404
    content = FORMATS[kind](found.document)
    name = f"{found.document['title']}（{found.on:%Y-%m-%d}）.{kind}"
    return hand_out(request, content, name, what=kind, report=found.pk)
