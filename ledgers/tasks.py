"""Background work of the ledgers: checking and saving large workbooks."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.models import Region
from jobs.registry import handler
from jobs.runs import JobFailed, JobRun
from jobs.services import enqueue
from ledgers.health import running
from ledgers.importing import batches
from ledgers.models import ImportBatch
from ledgers.reader import FileRefused


@handler("ledgers.check_import", title=gettext_lazy("Checking a workbook"))
def check_import(run: JobRun) -> dict[str, Any]:
    """Read and plan a batch's file."""
    batch = ImportBatch.objects.select_related("uploaded_by__region", "region").get(pk=run.payload["batch"])
    with translation.override(batch.options.get("language", "zh-hans")):
        try:
            document = batches.open_document(batch)
        except FileRefused as refusal:
            with transaction.atomic():
                batches.refuse(batch, refusal)
                run.fence()
            return {"state": batch.state}
        run.progress(0, len(document.rows) * 3, gettext_noop("Reading cells"))
        try:
            batches.examine(batch, document, run.progress, run.fence)
        except batches.BatchError as problem:
            raise JobFailed("not_kept", str(problem)) from problem
    return {"state": batch.state}


@handler("ledgers.commit_import", title=gettext_lazy("Saving a workbook"))
def commit_import(run: JobRun) -> dict[str, Any]:
    """Write a batch's planned rows; all of it and the end of the job in one transaction."""
    batch = ImportBatch.objects.select_related("uploaded_by__region", "region").get(pk=run.payload["batch"])
    run.progress(0, int(batch.summary.get("read", 0)), gettext_noop("Saving rows"))
    with translation.override(batch.options.get("language", "zh-hans")):
        try:
            with transaction.atomic():
                counts = batches.commit(batch)
                run.finish(counts)
        except batches.BatchError as problem:
            ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.COMMITTING).update(
                state=ImportBatch.State.PLANNED
            )
            raise JobFailed("not_saved", str(problem)) from problem
    return counts


@handler(running.KIND, title=gettext_lazy("Health check of the data"))
def check_health(run: JobRun) -> dict[str, Any]:
    """Check the rows of a region and keep the result; a second run of the same job replaces it."""
    region = Region.objects.get(code=run.payload["region"])
    # Nobody has asked for the check of the night.
    actor = run.job.created_by
    with translation.override(run.payload["language"]):
        made = running.examine(region, run.payload["year"] or None, actor=actor, note=run.progress)
        with transaction.atomic():
            kept = running.keep(made, actor=actor)
            run.fence()
    return {"run": kept.pk, "findings": len(kept.findings)}


@shared_task(name="ledgers.nightly_health")
def ask_for_health() -> None:
    """Ask for the check of every row of the province, once a night, in the portal's first language."""
    for province in Region.objects.filter(parent=None):
        payload = {"region": province.code, "year": 0, "language": settings.LANGUAGE_CODE}
        key = f"{province.code}-{timezone.localdate():%Y-%m-%d}"
        enqueue(kind=running.KIND, key=key, payload=payload, region=province, again=True)
