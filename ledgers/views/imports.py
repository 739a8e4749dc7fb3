"""Uploading a workbook: choose the file, map the headings, see the differences, save, undo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import audit
from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from jobs.models import Job
from ledgers.forms import UploadForm
from ledgers.importing import batches
from ledgers.importing.batches import BatchError
from ledgers.importing.mapping import from_json, how_words
from ledgers.importing.showing import difference_page
from ledgers.models import ImportBatch
from ledgers.reader import FileRefused
from ledgers.scoping import editing_scope
from records.services import Mode

State = ImportBatch.State


def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    """Return a batch in the user's importing scope, or 404."""
    scope = ImportBatch.objects.editable_by(current_user(request))
    return get_object_or_404(scope.select_related("uploaded_by__region", "region", "change_set"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.LEDGER_IMPORT)
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Step 1: choose the file and what it is for."""
    scope = editing_scope(request, slug)
    user = scope.user
    form = UploadForm(scope, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        batch = batches.upload(
            user=user,
            ledger=scope.ledger,
            region=form.region(),
            year=form.cleaned_data.get("year"),
            file=form.cleaned_data["file"],
        )
        batch.options["language"] = get_language() or "zh-hans"
        batch.save(update_fields=["options"])
        batches.check(batch)
        return redirect("ledgers:batch", pk=batch.pk)
    recent = (
        ImportBatch.objects.editable_by(user).filter(ledger=slug).select_related("uploaded_by", "region")[:8]
    )
    context = {"ledger": scope.ledger, "form": form, "recent": recent, "steps": _steps(0)}
    return render(request, "ledgers/import_upload.html", context, status=400 if form.errors else 200)


def _steps(current: int, notes: dict[int, str] | None = None) -> list[dict[str, Any]]:
    labels = [
        _("Choose the file"),
        _("Map the headings"),
        _("See the differences"),
        pgettext("step of an import", "Save"),
    ]
    notes = notes or {}
    return [
        {
            "label": label,
            "state": "done" if position < current else "current" if position == current else "todo",
            "note": notes.get(position, ""),
        }
        for position, label in enumerate(labels)
    ]


@require_safe
@requires(Capability.LEDGER_IMPORT)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a batch at the step it has come to."""
    found = _batch(request, pk)
    if found.state in {State.READING, State.COMMITTING, State.UPLOADED}:
        return _waiting(request, found)
    if found.state in {State.REFUSED, State.FAILED}:
        return render(request, "ledgers/import_refused.html", {**_frame(found), "steps": _steps(0)})
    if found.state == State.MAPPING:
        return _mapping_page(request, found)
    return _difference(request, found)


def _frame(found: ImportBatch) -> dict[str, Any]:
    return {
        "batch": found,
        "ledger": batches.ledger_of(found),
        "upload_url": reverse("ledgers:upload", args=[found.ledger]),
    }


def _waiting(request: HttpRequest, found: ImportBatch) -> HttpResponse:
    """Show the progress of the batch's job; the page moves on when the job has ended."""
    job = _job_of(found)
    if job is not None and job.state == Job.State.FAILED:
        context = {**_frame(found), "steps": _steps(0), "job": job}
        return render(request, "ledgers/import_refused.html", context)
    step = 3 if found.state == State.COMMITTING else 1
    return render(
        request, "ledgers/import_waiting.html", {**_frame(found), "job": job, "steps": _steps(step)}
    )


def _job_of(found: ImportBatch) -> Job | None:
    keys = {"ledgers.check_import", "ledgers.commit_import"}
    return Job.objects.filter(kind__in=keys, key=f"{found.pk}-{found.options.get('runs', 0)}").first()


def _mapping_page(request: HttpRequest, found: ImportBatch, wrong: str = "") -> HttpResponse:
    ledger = batches.ledger_of(found)
    mapped = from_json(found.mapping["headings"])
    columns = [
        {"key": column.key, "title": column.title}
        for column in ledger.resource.columns()
        if not column.readonly
    ]
    lines = [
        {
            "heading": heading,
            "how": how_words(heading),
            "name": f"heading-{heading.index}",
            "open": heading.open,
        }
        for heading in mapped
        if heading.how != "silent"
    ]
    known = sum(not heading.open for heading in mapped)
    context = {
        **_frame(found),
        "lines": sorted(lines, key=lambda line: not line["open"]),
        "columns": columns,
        "missing": found.mapping.get("missing", []),
        "wrong": wrong,
        "steps": _steps(1, {1: _("%(known)d of %(all)d recognised") % {"known": known, "all": len(mapped)}}),
    }
    return render(request, "ledgers/import_mapping.html", context, status=400 if wrong else 200)


def _difference(request: HttpRequest, found: ImportBatch) -> HttpResponse:
    mapped = from_json(found.mapping["headings"])
    note = _("%(known)d of %(all)d columns recognised") % {
        "known": sum(bool(heading.column) for heading in mapped),
        "all": len(mapped),
    }
    done = found.state in {State.COMMITTED, State.UNDONE}
    shown = difference_page(found, kind=request.GET.get("kind", ""), page=request.GET.get("page", "1"))
    context = {
        **_frame(found),
        **shown,
        "strip": _strip(shown["counts"]),
        "steps": _steps(4 if done else 2, {1: note}),
        "done": done,
    }
    return render(request, "ledgers/import_difference.html", context)


def _strip(counts: dict[str, int]) -> list[dict[str, Any]]:
    """Return the headline numbers: they add up to the rows of the file; trouble has its sign."""
    labels = {
        "new": (_("New"), ""),
        "changed": (_("Changed"), ""),
        "same": (_("Unchanged"), ""),
        "conflict": (_("Conflict"), "conflict"),
        "rejected": (_("Rejected"), "hard"),
    }
    return [
        {
            "label": label,
            "status": sign if counts[name] else "",
            "value": counts[name],
            "unit": pgettext("counted", "rows"),
        }
        for name, (label, sign) in labels.items()
    ]


@require_POST
@requires(Capability.LEDGER_IMPORT)
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 2: take the answers about headings."""
    found = _batch(request, pk)
    if found.state not in {State.MAPPING, State.PLANNED}:
        return _refused(request, found, _("This batch can no longer be changed."))
    ledger = batches.ledger_of(found)
    answers: dict[str, dict[str, str]] = {}
    taken: dict[str, str] = {}
    for heading in from_json(found.mapping["headings"]):
        chosen = request.POST.get(f"heading-{heading.index}")
        if chosen is None:
            continue
        column, _sep, unit = chosen.partition("|")
        if column and (column not in ledger.resource.fields or column in taken):
            return _mapping_page(request, found, _("One column was chosen twice, or is none of this ledger."))
        taken[column] = heading.text
        answers[heading.text] = {
            "column": column,
            "unit": unit or request.POST.get(f"unit-{heading.index}", ""),
        }
    try:
        batches.answer_headings(found, current_user(request), answers)
    except BatchError as problem:
        return _refused(request, found, str(problem))
    found.refresh_from_db()
    if found.state == State.MAPPING and found.mapping.get("missing"):
        return _mapping_page(
            request,
            found,
            _("Still missing: %(columns)s.") % {"columns": "、".join(found.mapping["missing"])},
        )
    return redirect("ledgers:batch", pk=pk)


def _refused(request: HttpRequest, found: ImportBatch, text: str) -> HttpResponse:
    messages.error(request, text)
    return redirect("ledgers:batch", pk=found.pk)


@require_POST
@requires(Capability.LEDGER_IMPORT)
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 3: include hidden rows, settle a conflict, confirm soft findings with one reason."""
    found = _batch(request, pk)
    options: dict[str, Any] = {}
    if "include_hidden" in request.POST:
        options["include_hidden"] = request.POST["include_hidden"] == "1"
    if row := request.POST.get("row", ""):
        side, name = request.POST.get("side", ""), request.POST.get("field", "")
        if side not in {"mine", "theirs"} or whole_number(row) is None:
            return _refused(request, found, _("Choose one of the two values."))
        choices = found.options.get("choices", {})
        options["choices"] = {**choices, row: {**choices.get(row, {}), name: side}}
    if codes := request.POST.getlist("code"):
        reason = request.POST.get("reason", "").strip()
        if not reason:
            return _refused(request, found, _("Write the reason: it is kept with the rows."))
        options["confirm"] = {**found.options.get("confirm", {}), **dict.fromkeys(codes, reason)}
    try:
        batches.choose(found, **options)
    except BatchError as problem:
        return _refused(request, found, str(problem))
    except FileRefused as refusal:
        return _refused(request, found, str(refusal.message))
    return redirect("ledgers:batch", pk=pk)


@require_POST
@requires(Capability.LEDGER_IMPORT)
def commit(request: HttpRequest, pk: int) -> HttpResponse:
    """Step 4: save the rows, all of them or the right ones."""
    found = _batch(request, pk)
    mode = request.POST.get("mode", "")
    if mode not in {item.value for item in Mode}:
        return _refused(request, found, _("Choose what is to be saved."))
    try:
        batches.start_commit(found, mode=Mode(mode))
    except BatchError as problem:
        return _refused(request, found, str(problem))
    return redirect("ledgers:batch", pk=pk)


@require_POST
@requires(Capability.LEDGER_IMPORT)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a saved batch back where nobody has touched its rows since."""
    found = _batch(request, pk)
    try:
        back, left = batches.undo(found, current_user(request))
    except BatchError as problem:
        return _refused(request, found, str(problem))
    text = ngettext("%(count)d row was taken back.", "%(count)d rows were taken back.", back) % {
        "count": back
    }
    if left:
        text += " " + _("%(count)d rows have moved on since and stay as they are.") % {"count": left}
    messages.success(request, text)
    return redirect("ledgers:batch", pk=pk)


@require_safe
@requires(Capability.LEDGER_IMPORT)
def source(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand back the uploaded file as it came."""
    found = _batch(request, pk)
    if not found.file:
        raise Http404("file")
    audit.record(audit.Kind.EXPORT, request=request, what="import.file", batch=found.pk, name=found.file_name)
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.file_name)
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


@require_safe
@requires(Capability.LEDGER_IMPORT)
def history(request: HttpRequest) -> HttpResponse:
    """List the batches of the user's scope, newest first."""
    found = ImportBatch.objects.editable_by(current_user(request)).select_related("uploaded_by", "region")
    listed = Paginator(found, 30).get_page(request.GET.get("page"))
    return render(request, "ledgers/import_history.html", {"page_obj": listed})
