"""The audit trail, to be read."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts import audit_export
from accounts.downloads import hand_out
from accounts.forms import AuditFilterForm, select
from accounts.models import AuditEvent
from accounts.models.audit import AuditEventQuerySet
from accounts.requests import current_user
from accounts.roles import Capability, requires

PER_PAGE = 100


@require_safe
@requires(Capability.AUDIT_VIEW)
def audit_list(request: HttpRequest) -> HttpResponse:
    """List who did what, newest first."""
    form = AuditFilterForm(request.GET)
    form.is_valid()
    events = AuditEvent.objects.visible_to(current_user(request)).select_related("actor__region")
    wanted = form.cleaned_data
    context = {
        "page_obj": Paginator(_narrow(events, wanted), PER_PAGE).get_page(request.GET.get("page")),
        "selects": [
            select("kind", _("What"), _("Everything"), AuditEvent.Kind.choices, wanted.get("kind", "")),
            select(
                "outcome",
                _("Outcome"),
                _("Any outcome"),
                AuditEvent.Outcome.choices,
                wanted.get("outcome", ""),
            ),
        ],
        "search": {"name": "q", "label": pgettext("audit", "Who"), "value": wanted.get("q", "")},
        "since": wanted.get("since"),
        "until": wanted.get("until"),
        "query": request.GET.urlencode(),
    }
    return render(request, "accounts/audit_list.html", context)


@require_safe
@requires(Capability.AUDIT_VIEW)
def audit_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Send what the page lists as a workbook or CSV file; taking it is itself an event."""
    form = AuditFilterForm(request.GET)
    form.is_valid()
    events = _narrow(AuditEvent.objects.visible_to(current_user(request)), form.cleaned_data)
    content, rows = audit_export.render(events, kind)
    name = f"{_('Audit trail')} {timezone.localdate():%Y-%m-%d}.{kind}"
    return hand_out(request, content, name, what=f"audit.{kind}", rows=rows, query=request.GET.urlencode())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _narrow(events: AuditEventQuerySet, wanted: dict[str, Any]) -> AuditEventQuerySet:
    if q := wanted.get("q"):
        events = events.filter(Q(actor__username__contains=q) | Q(actor__display_name__contains=q))
    for name in ("kind", "outcome"):
        if value := wanted.get(name):
            events = events.filter(**{name: value})
    if since := wanted.get("since"):
        events = events.filter(at__gte=_midnight(since))
    if until := wanted.get("until"):
        events = events.filter(at__lt=_midnight(until + timedelta(days=1)))
    return events
