"""The life of an import batch: uploaded, mapped, planned, committed, undone."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Region, User
from jobs.models import Job
from jobs.services import enqueue
from ledgers.importing import mapping as headings
from ledgers.importing.keeping import read_plan, write_plan
from ledgers.importing.pace import collector_paused
from ledgers.importing.plan import ImportPlan, PlannedRow
from ledgers.importing.planning import Order, Report, plan_import
from ledgers.models import ImportBatch
from ledgers.reader import LIMITS, Document, FileRefused, read_file
from ledgers.registry import Ledger, ledger_or_404
from ledgers.workbooks import stamp
from records import services
from records.models import ChangeSet
from records.planning import Change, Outcome, Status
from records.services import Mode

# Larger files are read and written by the worker, with progress.
INLINE_ROWS = 500
INLINE_BYTES = 300_000
State = ImportBatch.State


class BatchError(Exception):
    """The batch cannot do this now; the text says why and what to do."""


def upload(
    *, user: User, ledger: Ledger, region: Region, year: int | None, file: UploadedFile[Any]
) -> ImportBatch:
    """Keep an uploaded file under a random name, with its digest, as a new batch."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    name = Path((file.name or "").replace("\\", "/")).name.replace("\x00", "")[:200] or "upload"
    batch = ImportBatch(
        ledger=ledger.slug,
        year=year,
        region=region,
        uploaded_by=user,
        file_name=name,
        sha256=digest.hexdigest(),
        size=file.size or 0,
    )
    # The name on disk says nothing and cannot be guessed; only the kind of file stays.
    suffix = Path(name).suffix.lower()[:6]
    batch.file.save(f"{os.urandom(16).hex()}{suffix if suffix.isascii() else ''}", file, save=False)
    batch.save()
    return batch


def ledger_of(batch: ImportBatch) -> Ledger:
    """Return the ledger a batch is for."""
    return ledger_or_404(batch.ledger)


@collector_paused()
def open_document(batch: ImportBatch) -> Document:
    """Read the batch's file again; raises FileRefused."""
    return read_file(
        Path(batch.file.path),
        batch.file_name,
        header_words=headings.vocabulary(ledger_of(batch)),
        limits=LIMITS,
    )


def order_of(batch: ImportBatch) -> Order:
    """Return what was asked of the import, with the choices made so far."""
    return Order(
        ledger=ledger_of(batch),
        user=batch.uploaded_by,
        region=batch.region,
        year=batch.year,
        include_hidden=bool(batch.options.get("include_hidden")),
        choices=batch.options.get("choices", {}),
        confirm=batch.options.get("confirm", {}),
    )


def check(batch: ImportBatch) -> Job | None:
    """Read and plan a batch: at once when it is small, else as a job, which is returned."""
    if batch.size > INLINE_BYTES:
        return _as_job(batch, "ledgers.check_import", State.READING)
    try:
        document = open_document(batch)
    except FileRefused as refusal:
        refuse(batch, refusal)
        return None
    if len(document.rows) > INLINE_ROWS:
        return _as_job(batch, "ledgers.check_import", State.READING)
    examine(batch, document)
    return None


# A batch in one of these can still change; what has been saved stays saved, whoever comes late.
OPEN = (State.UPLOADED, State.READING, State.MAPPING, State.PLANNED)


def _bring_on(batch: ImportBatch, state: str, *, since: Sequence[str] = OPEN, **fields: Any) -> None:
    """Bring a batch to its next state; raises BatchError when it has left the states it may come from."""
    moved = ImportBatch.objects.filter(pk=batch.pk, state__in=since).update(state=state, **fields)
    if not moved:
        raise BatchError(_("This batch can no longer be changed."))
    batch.state = state
    for name, value in fields.items():
        setattr(batch, name, value)


@transaction.atomic
def _as_job(batch: ImportBatch, kind: str, state: str) -> Job:
    batch.options["runs"] = batch.options.get("runs", 0) + 1
    _bring_on(batch, state, since=[batch.state], options=batch.options)
    return enqueue(
        kind=kind,
        key=f"{batch.pk}-{batch.options['runs']}",
        payload={"batch": batch.pk},
        actor=batch.uploaded_by,
        region=batch.region,
    )


def refuse(batch: ImportBatch, refusal: FileRefused) -> None:
    """Note why a file is not read; the file stays for whoever helps its owner."""
    words = {"code": refusal.code, "message": str(refusal.message), "mend": str(refusal.mend)}
    _bring_on(batch, State.REFUSED, refusal=words)


def examine(
    batch: ImportBatch,
    document: Document,
    report: Report = lambda *_args: None,
    fence: Callable[[], None] = lambda: None,
) -> None:
    """Map the headings of a document and, when nothing has to be asked, plan its rows.

    ``fence`` is called in the transaction that keeps what was found, as the last word on whether it may.
    """
    ledger = ledger_of(batch)
    wrong = stamp.refusal_of(document, ledger)
    if wrong is not None:
        refuse(batch, wrong)
        return
    found = headings.map_headings(ledger, document, batch.region, batch.options.get("answers"))
    missing = headings.missing_required(ledger, found, document)
    batch.mapping = {
        "headings": headings.as_json(found),
        "missing": missing,
        "sheet": document.sheet_name,
        "sheets": document.sheet_names,
        "encoding": document.encoding,
        "titles": document.title_lines,
        "header_row": document.header.first_row,
        "hidden_rows": document.hidden_rows,
        "rows": len(document.rows),
    }
    if missing or (any(mapped.open for mapped in found) and not batch.options.get("answers")):
        with transaction.atomic():
            _bring_on(batch, State.MAPPING, mapping=batch.mapping)
            fence()
        return
    with collector_paused():
        keep_plan(batch, plan_import(order_of(batch), document, found, report), fence)


def keep_plan(batch: ImportBatch, plan: ImportPlan, fence: Callable[[], None] = lambda: None) -> None:
    """Store a plan beside its batch, with the summary that lists show."""
    summary = {
        **plan.counts(),
        "read": len(plan.rows),
        "doubts": plan.open_doubts(),
        "left_out": plan.left_out,
        "missing": plan.missing_count,
        "totals_ok": all(line["ok"] for line in plan.totals),
    }
    # A file of its own: whoever shows or saves the batch meanwhile reads the former one to its end.
    name = default_storage.save(f"imports/plans/{os.urandom(16).hex()}.jsonl.gz", ContentFile(b""))
    write_plan(plan, Path(default_storage.path(name)))
    former, kept = batch.plan_file.name, False
    try:
        with transaction.atomic():
            _bring_on(batch, State.PLANNED, summary=summary, mapping=batch.mapping, plan_file=name)
            fence()
        kept = True
    finally:
        if not kept:
            default_storage.delete(name)
    if former:
        transaction.on_commit(partial(default_storage.delete, former))


def plan_of(batch: ImportBatch) -> ImportPlan:
    """Return the stored plan of a batch."""
    return read_plan(Path(batch.plan_file.path))


def answer_headings(batch: ImportBatch, user: User, answers: Mapping[str, Mapping[str, str]]) -> Job | None:
    """Take the answers about headings, remember them for the unit, and go on with the check."""
    document = open_document(batch)
    ledger = ledger_of(batch)
    batch.options["answers"] = {**batch.options.get("answers", {}), **answers}
    found = headings.map_headings(ledger, document, batch.region, batch.options["answers"])
    headings.remember(ledger, batch.region, user, found)
    _bring_on(batch, batch.state, since=[batch.state], options=batch.options)
    return check(batch)


def choose(batch: ImportBatch, **options: Any) -> Job | None:
    """Take a choice (hidden rows, conflicts, reasons for soft findings) and plan again with it."""
    if batch.state not in {State.PLANNED, State.MAPPING}:
        raise BatchError(_("This batch can no longer be changed."))
    batch.options.update(options)
    _bring_on(batch, batch.state, since=[batch.state], options=batch.options)
    return check(batch)


def start_commit(batch: ImportBatch, *, mode: Mode) -> Job | None:
    """Save the planned rows: at once when there are few, else as a job, which is returned."""
    if batch.state != State.PLANNED:
        raise BatchError(_("This batch is not ready to be saved."))
    batch.options["mode"] = mode.value
    if batch.summary.get("read", 0) > INLINE_ROWS:
        return _as_job(batch, "ledgers.commit_import", State.COMMITTING)
    with transaction.atomic():
        _bring_on(batch, State.COMMITTING, since=[State.PLANNED], options=batch.options)
        commit(batch)
    return None


def commit(batch: ImportBatch) -> dict[str, int]:
    """Write the rows of a plan and mark the batch, in the caller's transaction; return the counts.

    The plan is weighed again against the ledger as it is now: a row that moved on since the preview merges or
    is left as a conflict, never overwritten.  Raises BatchError when nothing may be written.
    """
    order = order_of(batch)
    # Claiming the batch first makes a second click wait here, and find it taken.
    waiting = ImportBatch.objects.filter(pk=batch.pk, state__in=[State.PLANNED, State.COMMITTING])
    if not waiting.update(state=State.COMMITTED):
        raise BatchError(_("This batch has been saved already."))
    plan = plan_of(batch)
    mode = Mode(batch.options.get("mode", Mode.VALID_ROWS.value))
    refused = [row for row in plan.rows if row.status in {"conflict", "rejected"}]
    if mode is Mode.ALL_OR_NOTHING and refused:
        raise BatchError(_("%(count)d rows are not right; nothing was saved.") % {"count": len(refused)})
    rows = [row for row in plan.rows if row.writes]
    del plan
    try:
        with collector_paused():
            outcomes = services.apply_many(
                order.ledger.resource.model,
                actor=order.user,
                source=ChangeSet.Source.WORKBOOK,
                changes=[_change(row, order) for row in rows],
                mode=mode,
                reason="；".join(sorted(set(order.confirm.values()))),
                label=batch.file_name,
            )
    except services.NothingWritten as refusal:
        late = sum(not found.writes and found.status is not Status.SAME for found in refusal.outcomes)
        raise BatchError(
            _("%(count)d rows have changed since the check; nothing was saved. Check again.")
            % {"count": late}
        ) from refusal
    return _mark_committed(batch, rows, outcomes, order.user)


def _change(row: PlannedRow, order: Order) -> Change:
    return Change(
        values=row.values, pk=row.pk, base_version=row.version if row.pk else None, confirm=order.confirm
    )


def _mark_committed(
    batch: ImportBatch, rows: Sequence[PlannedRow], outcomes: Sequence[Outcome], actor: User
) -> dict[str, int]:
    written = [found for found in outcomes if found.writes]
    late = [
        {"row": row.number, "label": row.label, "status": found.status.value}
        for row, found in zip(rows, outcomes, strict=True)
        if not found.writes and found.status is not Status.SAME
    ]
    batch.state = State.COMMITTED
    batch.committed_at = timezone.now()
    batch.change_set_id = written[0].row["change_set_id"] if written else None
    counts = {
        "created": sum(found.status is Status.CREATED for found in written),
        "updated": sum(found.status is not Status.CREATED for found in written),
        "late": len(late),
    }
    batch.summary = {**batch.summary, "committed": counts, "late": late[:200]}
    batch.save(update_fields=["state", "committed_at", "change_set", "summary"])
    audit.record(audit.Kind.IMPORT, actor=actor, **_told(batch), rows=counts)
    return counts


def _told(batch: ImportBatch) -> dict[str, Any]:
    """Return how the audit trail names a batch."""
    return {
        "batch": batch.pk,
        "ledger": batch.ledger,
        "unit": batch.region.code,
        "file": batch.file_name,
        "change_set": batch.change_set_id,
    }


def undo(batch: ImportBatch, user: User) -> tuple[int, int]:
    """Take a batch back where its rows are untouched; return (rows taken back, rows left alone)."""
    if batch.state != State.COMMITTED or batch.change_set is None:
        raise BatchError(_("There is nothing to undo."))
    with transaction.atomic():
        claimed = ImportBatch.objects.filter(pk=batch.pk, state=State.COMMITTED).update(
            state=State.UNDONE, undone_at=timezone.now()
        )
        if not claimed:
            raise BatchError(_("This batch has been undone already."))
        outcomes, left = services.undo(
            ledger_of(batch).resource.model, actor=user, change_set=batch.change_set
        )
        back = sum(found.writes for found in outcomes)
        refused = len(outcomes) - back
        batch.refresh_from_db()
        batch.summary = {**batch.summary, "undone": back, "kept": left + refused}
        batch.save(update_fields=["summary"])
        audit.record(audit.Kind.UNDO, actor=user, **_told(batch), undone=back, kept=left + refused)
    return back, left + refused
