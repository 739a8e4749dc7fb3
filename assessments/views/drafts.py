"""The parts of a draft scheme in the browser: blocks and indicators added, changed and removed."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from assessments import drafting
from assessments.drafting import SchemeRefused
from assessments.models import Block, Indicator, Scheme
from assessments.scheme_forms import BlockForm, DraftForm, IndicatorForm
from records.idempotency import KeyReused, once


def _draft(request: HttpRequest, pk: int) -> Scheme:
    """Return a draft the visitor edits; what was adopted is not found, since it never changes."""
    return get_object_or_404(Scheme.objects.editable_by(current_user(request)), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.SCHEME_EDIT)
def block_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a block."""
    draft = _draft(request, pk)
    form = BlockForm(request.POST if request.method == "POST" else None, scheme=draft)

    def act() -> None:
        data = form.cleaned_data
        drafting.add_block(scheme=draft, seen=data["revision"], name=data["name"])

    if request.method == "POST" and form.is_valid() and _done(request, form, act):
        messages.success(request, _("The block was added: give it indicators."))
        return redirect(draft)
    return _page(request, draft, form, _("Add a block"))


@require_POST
@requires(Capability.SCHEME_EDIT)
def block_remove(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Remove an empty block."""
    draft = _draft(request, pk)
    get_object_or_404(Block, scheme=draft, code=code)
    return _removed(request, draft, lambda seen: drafting.remove_block(scheme=draft, seen=seen, code=code))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.SCHEME_EDIT)
def indicator_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add an indicator."""
    draft = _draft(request, pk)
    data = request.POST if request.method == "POST" else None
    form = IndicatorForm(data, scheme=draft, block=request.GET.get("block", ""))

    def act() -> None:
        sent = form.cleaned_data
        drafting.add_indicator(scheme=draft, seen=sent["revision"], block=sent["block"], values=form.values())

    if request.method == "POST" and form.is_valid() and _done(request, form, act):
        messages.success(request, _("The indicator was added."))
        return redirect(draft)
    return _page(request, draft, form, _("Add an indicator"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.SCHEME_EDIT)
def indicator_edit(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Change an indicator in every respect."""
    draft = _draft(request, pk)
    found = get_object_or_404(Indicator.objects.select_related("block"), scheme=draft, code=code)
    form = IndicatorForm(request.POST if request.method == "POST" else None, scheme=draft, indicator=found)

    def act() -> None:
        sent = form.cleaned_data
        drafting.change_indicator(
            scheme=draft, seen=sent["revision"], code=code, block=sent["block"], values=form.values()
        )

    if request.method == "POST" and form.is_valid() and _done(request, form, act):
        messages.success(request, _("Saved."))
        return redirect(draft)
    return _page(request, draft, form, _("Change an indicator"))


@require_POST
@requires(Capability.SCHEME_EDIT)
def indicator_remove(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Remove an indicator."""
    draft = _draft(request, pk)
    get_object_or_404(Indicator, scheme=draft, code=code)
    return _removed(
        request, draft, lambda seen: drafting.remove_indicator(scheme=draft, seen=seen, code=code)
    )


def _done(request: HttpRequest, form: DraftForm, act: Callable[[], None]) -> bool:
    """Do it once, however often it is sent; what is refused is said at its field."""
    sent = {name: value for name, value in form.cleaned_data.items() if name != "key"}

    def once_done() -> tuple[int, dict[str, object]]:
        act()
        return 200, {}

    try:
        once(
            actor=current_user(request),
            key=form.cleaned_data["key"],
            request={"path": request.path, **sent},
            act=once_done,
        )
    except SchemeRefused as problem:
        form.refuse(problem)
        return False
    except KeyReused:
        form.add_error(None, _("This form was sent before with other entries; open the page again."))
        return False
    return True


def _removed(request: HttpRequest, draft: Scheme, act: Callable[[int], None]) -> HttpResponse:
    try:
        act(whole_number(request.POST.get("revision")) or 0)
    except SchemeRefused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Removed."))
    return redirect(draft)


def _page(request: HttpRequest, draft: Scheme, form: DraftForm, heading: str) -> HttpResponse:
    context = {"scheme": draft, "form": form, "heading": heading}
    status = 400 if form.is_bound else 200
    return render(request, "assessments/scheme_part.html", context, status=status)
