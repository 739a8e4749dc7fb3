"""Schemes: read, copied, edited while drafts, adopted."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from assessments import drafting, schemes
from assessments.drafting import FIGURES_OF, SchemeRefused
from assessments.forms import EMPTY_LABELS, FIGURE_LABELS, CopyForm, SchemeForm
from assessments.formulas import formula_of
from assessments.models import Block, Indicator, Scheme


def _seen(request: HttpRequest, pk: int) -> Scheme:
    visible = Scheme.objects.visible_to(current_user(request))
    return get_object_or_404(visible.select_related("band_set", "based_on", "adopted_by"), pk=pk)


@require_safe
@requires(Capability.ASSESSMENT_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the schemes."""
    rows = Scheme.objects.visible_to(current_user(request)).select_related("band_set")
    return render(request, "assessments/schemes.html", {"schemes": rows})


@require_safe
@requires(Capability.ASSESSMENT_VIEW)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a scheme: indicators, points, formulas in words, grades."""
    return _detail(request, _seen(request, pk), None)


def _detail(request: HttpRequest, found: Scheme, form: CopyForm | None, status: int = 200) -> HttpResponse:
    user = current_user(request)
    indicators = list(found.indicators.select_related("block"))
    may_edit = user.may(Capability.SCHEME_EDIT)
    is_draft = found.state == Scheme.State.DRAFT
    context = {
        "scheme": found,
        "blocks": [_block(block, indicators) for block in found.blocks.all()],
        "bands": list(found.band_set.bands.all()),
        "total": sum(row.points for row in indicators),
        "may_edit": may_edit,
        "is_draft": is_draft,
        "faults": drafting.faults(found) if is_draft and may_edit else [],
        "copy_form": form or CopyForm(initial={"year": found.year + 1, "name": found.name}),
    }
    return render(request, "assessments/scheme.html", context, status=status)


def _block(block: Block, indicators: list[Indicator]) -> dict[str, Any]:
    mine = [row for row in indicators if row.block_id == block.pk]
    return {
        "block": block,
        "points": sum(row.points for row in mine),
        "lines": [{"row": row, "formula": formula_of(row.formula), "figures": _figures(row)} for row in mine],
    }


def _figures(row: Indicator) -> list[str]:
    """Return the figures of an indicator in words, those that are not the usual ones."""
    said = [
        f"{FIGURE_LABELS[name]} {row.params[name]}" for name in FIGURES_OF[row.method] if name in row.params
    ]
    rule = row.params.get("empty")
    if rule:
        said.append(_("where there is nothing to judge by: %(rule)s") % {"rule": EMPTY_LABELS[rule]})
    return said


@require_POST
@requires(Capability.SCHEME_EDIT)
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft that is a copy."""
    found, form = _seen(request, pk), CopyForm(request.POST)
    if not form.is_valid():
        return _detail(request, found, form, 400)
    made = schemes.copy(scheme=found, by=current_user(request), **form.cleaned_data)
    messages.success(request, _("A draft was made: change it, then adopt it."))
    return redirect(made)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.SCHEME_EDIT)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the head and the points and figures of a draft."""
    found = _seen(request, pk)
    if found.state != Scheme.State.DRAFT:
        raise Http404
    form = SchemeForm(request.POST if request.method == "POST" else None, scheme=found)
    if request.method == "POST" and form.is_valid():
        head = {name: form.cleaned_data[name] for name in ("name", "source", "band_set")}
        try:
            schemes.edit(
                scheme=found,
                seen=form.cleaned_data["revision"],
                head=head,
                lines=form.lines(),
                blocks=form.block_names(),
            )
        except SchemeRefused as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    context = {"scheme": found, "form": form, "rows": form.rows()}
    return render(
        request, "assessments/scheme_form.html", context, status=400 if request.method == "POST" else 200
    )


@require_POST
@requires(Capability.SCHEME_EDIT)
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Adopt a draft: from then on it never changes."""
    found = _seen(request, pk)
    seen = whole_number(request.POST.get("revision")) or 0
    try:
        schemes.adopt(scheme=found, seen=seen, by=current_user(request))
    except SchemeRefused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Adopted: assessments may use it."))
    return redirect(found)
