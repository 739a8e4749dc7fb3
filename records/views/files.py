"""Files beside ledger rows over the web: in, out, and away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.requests import current_user, safe_next
from accounts.roles import Capability, requires
from records import attachments
from records.attachments import FileRefused
from records.forms import AttachForm, TakeAwayForm
from records.idempotency import KeyReused, once
from records.models import Attachment


@require_safe
@requires(Capability.LEDGER_VIEW)
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send a file: photos to look at (``?small=1`` a small one), documents to keep."""
    kept = get_object_or_404(Attachment.objects.visible_to(current_user(request)), pk=pk, removed_at=None)
    is_picture = bool(kept.picture_hash)
    small = is_picture and request.GET.get("small") == "1"
    try:
        content = attachments.open_file(kept, small=small)
    except FileNotFoundError as problem:
        raise Http404(pk) from problem
    if not small:
        # Small pictures come with the page they stand on.
        audit.record(audit.Kind.EXPORT, request=request, what="attachment", file=kept.pk, name=kept.file_name)
    answer = FileResponse(
        content,
        as_attachment=not is_picture,
        filename=kept.file_name,
        content_type="image/jpeg"
        if content.name.endswith(".small.jpg")
        else attachments.content_type_of(kept),
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, max-age=3600"
    return answer


@require_POST
@requires(Capability.LEDGER_VIEW)
def add(request: HttpRequest, record_type: str, pk: int) -> HttpResponse:
    """Keep a file beside a row; whether the visitor may, the row's own ledger says."""
    user = current_user(request)
    try:
        record = attachments.record_of(record_type, pk)
        attachments.refuse_foreign(record, user)
    except ObjectDoesNotExist as problem:
        raise Http404(pk) from problem
    kind = Attachment.Kind.PHOTO if request.POST.get("kind") == Attachment.Kind.PHOTO else None
    form = AttachForm(request.POST, request.FILES, kind=kind)
    if form.is_valid():
        _keep(request, record, form)
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect(safe_next(request, request.POST.get("next", "")))


def _keep(request: HttpRequest, record: Any, form: AttachForm) -> None:
    ready = form.cleaned_data["file"]
    purpose, title = form.cleaned_data["purpose"], form.cleaned_data["title"]
    user = current_user(request)

    def act() -> tuple[int, dict[str, Any]]:
        kept = attachments.attach(record, ready, actor=user, purpose=purpose, title=title)
        return 201, {"id": kept.pk}

    try:
        asked = [record._meta.label_lower, record.pk, purpose, ready.sha256]
        once(actor=user, key=form.cleaned_data["key"], request=asked, act=act)
    except FileRefused as problem:
        messages.error(request, str(problem))
    except KeyReused:
        messages.error(request, _("This form was already sent with other values. Reload it."))
    else:
        messages.success(request, _("The file is kept."))


@require_POST
@requires(Capability.LEDGER_VIEW)
def take_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file off its row, with the reason."""
    user = current_user(request)
    kept = get_object_or_404(Attachment.objects.visible_to(user), pk=pk, removed_at=None)
    form = TakeAwayForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        attachments.take_away(kept, actor=user, reason=reason)
    except ObjectDoesNotExist as problem:
        raise Http404(pk) from problem
    except FileRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The file has been taken away."))
    return redirect(safe_next(request, request.POST.get("next", "")))
