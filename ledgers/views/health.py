"""The health check of the data: its last result, running it again, closing findings, taking the list away."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import BadRequest, ObjectDoesNotExist, PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import hand_out
from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from jobs.models import Job
from jobs.services import enqueue
from ledgers.health import running
from ledgers.health.closing import close as close_finding
from ledgers.health.paper import workbook
from ledgers.health.reading import HealthReport, last_run, mark_closable, report_of
from ledgers.health.selection import HealthFilter
from records.models import VersionedRecord

PER_PAGE = 50


def _read(request: HttpRequest, chosen: HealthFilter) -> HealthReport | None:
    found = last_run(chosen.user, chosen.region, chosen.year)
    return None if found is None else report_of(found, chosen.region, chosen.user)


@require_safe
@requires(Capability.LEDGER_VIEW)
def page(request: HttpRequest) -> HttpResponse:
    """Show the last result for a region and plan year, by rule, by unit, and as a list."""
    chosen = HealthFilter(current_user(request), request.GET)
    report = _read(request, chosen)
    context: dict[str, Any] = {"filter": chosen, "report": report, "job": _job(chosen)}
    if report is not None:
        listed = Paginator(chosen.narrow(report.findings), PER_PAGE).get_page(request.GET.get("page"))
        mark_closable(list(listed.object_list), chosen.user)
        context |= {
            "page_obj": listed,
            "rules": [{"line": line, "url": chosen.url(rule=line.code)} for line in report.rules],
            "units": [{"line": line, "url": chosen.url(unit=line.code)} for line in report.units],
            "all_rules_url": chosen.url(rule=""),
            "may_export": chosen.user.may(Capability.LEDGER_EXPORT),
        }
    return render(request, "ledgers/health.html", context)


def _key(chosen: HealthFilter) -> str:
    """Return the job's key: asking twice before the next result is asking once."""
    code, year, language = chosen.region.code, chosen.year or 0, get_language() or "zh-hans"
    last = last_run(chosen.user, chosen.region, chosen.year)
    own = last.made_at.timestamp() if last is not None and last.region_id == chosen.region.pk else 0
    return f"{code}-{year}-{language}-{own:.6f}"


def _job(chosen: HealthFilter) -> Job | None:
    """Return the check that is under way for this selection, or has failed since the last result."""
    jobs = Job.objects.visible_to(chosen.user).filter(kind=running.KIND, region=chosen.region)
    last = jobs.filter(payload__year=chosen.year or 0).order_by("-pk").first()
    return None if last is None or last.state in {Job.State.DONE, Job.State.CANCELLED} else last


@require_POST
@requires(Capability.LEDGER_VIEW)
def run(request: HttpRequest) -> HttpResponse:
    """Check the rows of a selection now; many rows in the background."""
    chosen = HealthFilter(current_user(request), request.POST)
    if running.count_rows(chosen.region, chosen.year) > running.MOST_AT_ONCE:
        enqueue(
            kind=running.KIND,
            key=_key(chosen),
            payload={
                "region": chosen.region.code,
                "year": chosen.year or 0,
                "language": get_language() or "zh-hans",
            },
            actor=chosen.user,
            region=chosen.region,
            again=True,
        )
        return redirect(chosen.url())
    made = running.run(chosen.region, chosen.year, actor=chosen.user)
    text = ngettext("%(count)d row checked.", "%(count)d rows checked.", made.row_count)
    messages.success(request, text % {"count": made.row_count})
    return redirect(chosen.url())


@require_POST
@requires(Capability.LEDGER_VIEW)
def close(request: HttpRequest) -> HttpResponse:
    """Close a finding with a reason."""
    chosen = HealthFilter(current_user(request), request.POST)
    model = _model(request.POST.get("kind", ""))
    # Each ledger names what it takes to edit it: survey findings are the surveyors'.
    if not chosen.user.may(model._default_manager.all().edit_capability):  # type: ignore[attr-defined]
        raise PermissionDenied("edit")
    manager: Any = model._default_manager
    pk = get_object_or_404(manager.visible_to(chosen.user), pk=whole_number(request.POST.get("pk"))).pk
    if not manager.editable_by(chosen.user).filter(pk=pk).exists():
        raise PermissionDenied("ledger.edit")
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, _("Write the reason why the figure is right."))
        return redirect(chosen.url())
    try:
        close_finding(
            model,
            actor=chosen.user,
            pk=pk,
            code=request.POST.get("code", ""),
            seen=request.POST.get("seen", ""),
            reason=reason,
            region=_checked_region(request, chosen),
            year=chosen.year,
        )
    except ObjectDoesNotExist:
        messages.warning(request, _("The row has changed since the check. Check again."))
    else:
        messages.success(request, _("Closed with the reason. It comes back when the values change."))
    return redirect(chosen.url())


def _checked_region(request: HttpRequest, chosen: HealthFilter) -> Any:
    """Return the region whose check showed the finding: some rules compare rows of several units."""
    code = request.POST.get("checked", "")
    return get_object_or_404(chosen.user.view_region.subtree(), code=code) if code else chosen.region


def _model(kind: str) -> type[VersionedRecord]:
    try:
        model = apps.get_model(kind)
    except (LookupError, ValueError):
        raise Http404(kind) from None
    if not issubclass(model, VersionedRecord) or not hasattr(model._default_manager, "editable_by"):
        raise Http404(kind)
    return model


@require_safe
@requires(Capability.LEDGER_VIEW, Capability.LEDGER_EXPORT)
def export(request: HttpRequest) -> HttpResponseBase:
    """Hand out the list of findings as a workbook."""
    chosen = HealthFilter(current_user(request), request.GET)
    report = _read(request, chosen)
    if report is None:
        raise BadRequest(_("Check the rows first."))
    listed = chosen.narrow(report.findings)
    content = workbook(report, listed, chosen)
    name = f"{_('Health check of the data')}-{chosen.region.label}-{report.run.made_at:%Y%m%d}.xlsx"
    return hand_out(
        request,
        content,
        name,
        what="ledgers.health",
        unit=chosen.region.code,
        year=chosen.year,
        rows=len(listed),
    )
