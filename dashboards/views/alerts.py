"""Alerts: the list, one alert with its history, explaining and closing, the rules."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import current_user
from accounts.roles import Capability, requires
from dashboards import asking
from dashboards.alert_forms import CloseForm, ExplainForm, RuleForm
from dashboards.alerts import answering
from dashboards.alerts.listing import STATES, AlertFilter, line, state_label
from dashboards.alerts.reading import label_of, way_of, words_of
from dashboards.alerts.registry import Way
from dashboards.models import Alert, AlertRule
from projects.models import Project

PER_PAGE = 50


@require_safe
@requires(Capability.DASHBOARD_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the alerts of the visitor's view."""
    user = current_user(request)
    chosen = AlertFilter(user, request.GET)
    page = Paginator(chosen.rows(), PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    context = {
        "chosen": chosen,
        "page_obj": page,
        "lines": [line(alert, today) for alert in page],
        "selects": chosen.selects(),
        "hidden": {"state": chosen.state},
        "tabs": [
            {"label": state_label(state), "url": chosen.url(state=state), "active": state == chosen.state}
            for state in STATES
        ],
        "evaluated": asking.last_evaluation(),
        "may_manage": user.may(Capability.ALERT_MANAGE),
    }
    return render(request, "dashboards/alerts.html", context)


@require_POST
@requires(Capability.ALERT_MANAGE)
def evaluate(request: HttpRequest) -> HttpResponse:
    """Ask for an evaluation of the rules now."""
    return redirect(asking.ask_for_alerts(by=current_user(request)))


def _seen(user: User, pk: int) -> Alert:
    rows = Alert.objects.visible_to(user)
    return get_object_or_404(
        rows.select_related("rule", "unit__parent", "project__community", "explained_by", "closed_by"), pk=pk
    )


@require_safe
@requires(Capability.DASHBOARD_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one alert: what was found, the rule and its source, the projects, every step of its life."""
    return _detail(request, _seen(current_user(request), pk))


def _detail(
    request: HttpRequest,
    alert: Alert,
    explaining: ExplainForm | None = None,
    closing: CloseForm | None = None,
) -> HttpResponse:
    user = current_user(request)
    of_region = user.region.contains(alert.unit) and alert.is_open
    told = {"explanation": alert.explanation, "measures": alert.measures, "promised_on": alert.promised_on}
    projects = Project.objects.visible_to(user).filter(pk__in=alert.projects)
    page = Paginator(
        projects.select_related("community", "unit").order_by("unit__path", "code"), PER_PAGE
    ).get_page(request.GET.get("page"))
    steps = [
        {"event": event, "words": words_of(alert.rule, event.facts)}
        for event in alert.events.select_related("by").order_by("-pk")
    ]
    context: dict[str, Any] = {
        "line": line(alert, timezone.localdate()),
        "alert": alert,
        "way": way_of(alert.rule),
        "steps": steps,
        "page_obj": page,
        "explaining": None,
        "closing": None,
    }
    if of_region and user.may(Capability.ALERT_EXPLAIN):
        context["explaining"] = explaining or ExplainForm(initial=told)
    if of_region and user.may(Capability.ALERT_MANAGE):
        context["closing"] = closing or CloseForm()
    bad = (explaining is not None and explaining.errors) or (closing is not None and closing.errors)
    return render(request, "dashboards/alert.html", context, status=400 if bad else 200)


@require_POST
@requires(Capability.ALERT_EXPLAIN)
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Explain an alert of one's own region."""
    user = current_user(request)
    alert = _seen(user, pk)
    form = ExplainForm(request.POST)
    if not form.is_valid():
        return _detail(request, alert, explaining=form)
    try:
        answering.explain(alert, actor=user, **form.cleaned_data)
    except answering.AlertError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Explained. The alert stays open until its cause is gone."))
    return redirect(alert)


@require_POST
@requires(Capability.ALERT_MANAGE)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an alert with a reason though its cause lasts."""
    user = current_user(request)
    alert = _seen(user, pk)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _detail(request, alert, closing=form)
    try:
        answering.close(alert, actor=user, **form.cleaned_data)
    except answering.AlertError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Closed with the reason. It comes back when it gets worse."))
    return redirect(alert)


@require_safe
@requires(Capability.DASHBOARD_VIEW)
def rules(request: HttpRequest) -> HttpResponse:
    """List the rules with thresholds and sources."""
    lines = [
        {"rule": rule, "label": label_of(rule), "way": way, "params": _params(rule)}
        for rule in AlertRule.objects.all()
        if (way := way_of(rule)) is not None
    ]
    return render(request, "dashboards/alert_rules.html", {"lines": lines})


def _params(rule: AlertRule) -> list[dict[str, Any]]:
    way = way_of(rule)
    return (
        [{"label": label, "value": rule.params.get(name)} for name, label in way.params.items()]
        if way
        else []
    )


def _rule(code: str) -> tuple[AlertRule, Way]:
    found = get_object_or_404(AlertRule, code=code)
    way = way_of(found)
    if way is None:
        raise Http404(code)
    return found, way


@require_safe
@requires(Capability.DASHBOARD_VIEW)
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """Show a rule with its changes; staff set it here."""
    found, way = _rule(code)
    may = current_user(request).may(Capability.ALERT_MANAGE)
    return _rule_page(request, found, way, RuleForm(rule=found, way=way) if may else None)


@require_POST
@requires(Capability.ALERT_MANAGE)
def rule_set(request: HttpRequest, code: str) -> HttpResponse:
    """Set the thresholds of a rule, with source and reason."""
    found, way = _rule(code)
    form = RuleForm(request.POST, rule=found, way=way)
    if form.is_valid():
        try:
            answering.set_rule(found, actor=current_user(request), **form.values())
        except answering.AlertError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Saved. The next evaluation judges by it."))
            return redirect("dashboards:alert_rules")
    return _rule_page(request, found, way, form)


def _rule_page(request: HttpRequest, found: AlertRule, way: Way, form: RuleForm | None) -> HttpResponse:
    context = {
        "rule": found,
        "label": label_of(found),
        "way": way,
        "params": _params(found),
        "form": form,
        "set_url": reverse("dashboards:alert_rule_set", args=[found.code]),
        "list_url": reverse("dashboards:alert_rules"),
        "save_label": _("Save the rule"),
        "changes_title": _("Changes of the rule"),
        "changes": found.changes.select_related("by")[:PER_PAGE],
    }
    status = 400 if form is not None and form.is_bound else 200
    return render(request, "dashboards/alert_rule.html", context, status=status)
