"""The allocation rules: what each says and where it is from; the next revision of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import audit
from accounts.models import Region
from accounts.requests import current_user
from accounts.roles import Capability, requires
from assessments.allocation import CannotAllocateError
from assessments.allocation_forms import ReviseForm
from assessments.allocation_json import rule_from_json
from assessments.allocation_pages import rule_page
from assessments.models import AllocationRule


def _may_revise(request: HttpRequest) -> bool:
    """Rules hold for the province: whoever may allocate there revises them."""
    user = current_user(request)
    return user.may(Capability.ALLOCATION_RUN) and user.region.level == Region.Level.PROVINCE


@require_safe
@requires(Capability.ALLOCATION_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the newest revision of each rule."""
    return render(request, "assessments/allocation/rules.html", {"rules": AllocationRule.objects.current()})


@require_safe
@requires(Capability.ALLOCATION_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one revision: its terms, what adjusts them, bands, source; and the other revisions."""
    rule = get_object_or_404(AllocationRule.objects.select_related("made_by"), pk=pk)
    revisions = AllocationRule.objects.filter(code=rule.code).order_by("-revision").select_related("made_by")
    context: dict[str, Any] = {
        "rule": rule,
        "revisions": revisions,
        "page": rule_page(rule),
        "may_revise": _may_revise(request) and rule.by_factors,
    }
    return render(request, "assessments/allocation/rule.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.ALLOCATION_RUN)
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the next revision of a rule that shares by factors."""
    rule = get_object_or_404(AllocationRule, pk=pk, mode=AllocationRule.Mode.FACTORS)
    if not _may_revise(request):
        messages.warning(request, _("Rules are revised by the province."))
        return redirect(rule)
    form = ReviseForm(request.POST if request.method == "POST" else None, rule=rule)
    if request.method == "POST" and form.is_valid():
        made = _revised(rule, form, request)
        if made is not None:
            messages.success(request, _("Revision %(number)d is in force.") % {"number": made.revision})
            return redirect(made)
    context = {"rule": rule, "form": form}
    return render(
        request, "assessments/allocation/revise.html", context, status=400 if form.is_bound else 200
    )


def _revised(rule: AllocationRule, form: ReviseForm, request: HttpRequest) -> AllocationRule | None:
    parameters = form.parameters()
    try:
        rule_from_json(parameters)
        with transaction.atomic():
            newest = AllocationRule.objects.filter(code=rule.code).order_by("-revision")[0]
            if newest.pk != rule.pk:
                form.add_error(None, _("Meanwhile there is a newer revision; revise that one."))
                return None
            values = form.cleaned_data
            made = AllocationRule.objects.create(
                code=rule.code,
                revision=rule.revision + 1,
                name=values["name"],
                document=values["document"],
                effective_from=values["effective_from"],
                mode=rule.mode,
                parameters=parameters,
                source=values["source"],
                made_by=current_user(request),
            )
            audit.record(
                audit.Kind.SETTINGS_CHANGE,
                request=request,
                what="allocation.rule",
                rule=made.code,
                revision=made.revision,
            )
            return made
    except CannotAllocateError:
        form.add_error(None, _("The parameters of the rule cannot be read."))
    except IntegrityError:
        form.add_error(None, _("Meanwhile there is a newer revision; revise that one."))
    return None
