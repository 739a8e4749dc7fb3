"""Saving what was typed into the grid: every row on its own, once per key, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from ledgers.cells import TypedRow, as_finding, findings_by_column, read_cells
from ledgers.grid import GridScope, show_rows
from ledgers.models import CellDraft
from records import history
from records.checks import Severity
from records.columns import Context, LedgerResource
from records.idempotency import once_each
from records.models import ChangeSet
from records.parsing import CellError
from records.planning import Change, Outcome, Status
from records.services import apply_many

# How the outcomes of the write path are called on the wire.
WIRE = {
    Status.CREATED: "saved",
    Status.CHANGED: "saved",
    Status.MERGED: "merged",
    Status.SAME: "same",
    Status.CONFLICT: "conflict",
    Status.REJECTED: "error",
    Status.LOCKED: "locked",
    Status.GONE: "gone",
    Status.DENIED: "denied",
}


@dataclass
class Edit:
    """One row's edit as it came over the wire."""

    token: str
    pk: int | None
    version: int | None
    cells: dict[str, str]
    key: str


def save(scope: GridScope, edits: Sequence[Edit], reason: str = "") -> list[dict[str, Any]]:
    """Save edits, each row on its own and each once per key; return an answer per edit, in order.

    Raises KeyReused when a key comes back with another content.
    """
    by_key = {edit.key: edit for edit in edits}
    requests = {
        edit.key: {"ledger": scope.ledger.slug, "pk": edit.pk, "v": edit.version, "cells": edit.cells}
        for edit in edits
    }

    def act(keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        answers = _save_now(scope, [by_key[key] for key in keys], reason)
        return dict(zip(keys, answers, strict=True))

    answers = once_each(actor=scope.user, requests=requests, act=act)
    return [{**answers[edit.key], "tmp": edit.token} for edit in edits]


def _save_now(scope: GridScope, edits: Sequence[Edit], reason: str) -> list[dict[str, Any]]:
    resource = scope.ledger.resource
    context = scope.context()
    typed = [read_cells(resource, edit.cells, context) for edit in edits]
    fresh = [row.entry for edit, row in zip(edits, typed, strict=True) if edit.pk is None]
    resource.identify(fresh, context)
    for edit, row in zip(edits, typed, strict=True):
        if edit.pk is None and row.entry.pk is not None:
            row.entry.fail(next(iter(resource.fields)), _already_there())
    outcomes = _write(scope, edits, typed, reason)
    refused = _rejected_cells(resource, outcomes)
    if refused:
        # The cells a rule refuses stay behind as drafts; the rest of their rows need not wait for them.
        for position, cells in refused.items():
            typed[position].entry.errors.extend(cells.items())
        again = _write(scope, edits, typed, reason, only=set(refused))
        outcomes.update(again)
    kept = _keep_drafts(scope, edits, typed)
    return _answers(scope, edits, typed, outcomes, kept)


def _already_there() -> CellError:
    return CellError(
        "already_there", _("This row is already in the ledger."), _("Edit the row that is there.")
    )


def _write(
    scope: GridScope,
    edits: Sequence[Edit],
    typed: Sequence[TypedRow],
    reason: str,
    only: set[int] | None = None,
) -> dict[int, Outcome]:
    """Apply what could be read; a new row with an unreadable cell waits whole."""
    resource = scope.ledger.resource
    positions, changes = [], []
    for position, (edit, row) in enumerate(zip(edits, typed, strict=True)):
        if only is not None and position not in only:
            continue
        if edit.pk is None and row.entry.errors:
            continue
        wrong = {resource.column(key).name for key in row.errors if key in resource.fields}
        values = {name: value for name, value in row.entry.values.items() if name not in wrong}
        positions.append(position)
        changes.append(Change(values=values, pk=edit.pk, base_version=edit.version))
    done = apply_many(
        resource.model, actor=scope.user, source=ChangeSet.Source.GRID, changes=changes, reason=reason
    )
    return dict(zip(positions, done, strict=True))


def _rejected_cells(
    resource: type[LedgerResource], outcomes: Mapping[int, Outcome]
) -> dict[int, dict[str, CellError]]:
    """Return, for known rows a hard finding stopped, the edited cells it is about (by column key)."""
    refused: dict[int, dict[str, Any]] = {}
    for position, found in outcomes.items():
        if found.status is not Status.REJECTED or found.change.pk is None:
            continue
        about = {}
        for finding in found.findings:
            if finding.severity is Severity.HARD:
                named = {finding.field, *finding.fields} & set(found.changed)
                for name in named:
                    about[resource.key_of(name)] = CellError(finding.code, finding.message, finding.mend)
        if about:
            refused[position] = about
    return refused


def _keep_drafts(scope: GridScope, edits: Sequence[Edit], typed: Sequence[TypedRow]) -> list[CellDraft]:
    """Keep the texts nobody could accept, forget drafts of cells that are right now; return what is kept."""
    known = {edit.pk: edit for edit in edits if edit.pk is not None}
    old = list(CellDraft.objects.filter(user=scope.user, ledger=scope.ledger.slug, record_id__in=known))
    fresh = [
        CellDraft(
            user=scope.user,
            ledger=scope.ledger.slug,
            record_id=edit.pk,
            column=key,
            text=row.texts[key][:500],
            message=problem.message[:300],
            mend=problem.mend[:300],
        )
        for edit, row in zip(edits, typed, strict=True)
        if edit.pk is not None
        for key, problem in row.errors.items()
        if key in row.texts
    ]
    edited = [draft for draft in old if draft.column in known[draft.record_id].cells]
    if edited:
        CellDraft.objects.filter(pk__in=[draft.pk for draft in edited]).delete()
    if fresh:
        CellDraft.objects.bulk_create(
            fresh,
            update_conflicts=True,
            unique_fields=["user", "ledger", "record_id", "column"],
            update_fields=["text", "message", "mend", "updated_at"],
        )
    return [draft for draft in old if draft not in edited] + fresh


def _answers(
    scope: GridScope,
    edits: Sequence[Edit],
    typed: Sequence[TypedRow],
    outcomes: Mapping[int, Outcome],
    kept: Sequence[CellDraft],
) -> list[dict[str, Any]]:
    resource = scope.ledger.resource
    context = scope.context()
    pks = [found.pk for found in outcomes.values() if found.pk and found.status is not Status.DENIED]
    rows = scope.rows(pk__in=pks)
    # What was written has just been weighed; a refused edit says nothing about the row as it stands.
    weighed = {
        found.row["id"]: found.findings
        for found in outcomes.values()
        if found.pk and (found.writes or found.status is Status.SAME)
    }
    shown = dict(
        zip([row["id"] for row in rows], show_rows(scope, rows, context, weighed, kept), strict=True)
    )
    answers = []
    for position, (edit, row) in enumerate(zip(edits, typed, strict=True)):
        found = outcomes.get(position)
        pk = found.pk if found else edit.pk
        answer = dict(shown.get(pk or 0, {"id": edit.pk}))
        wrong = [as_finding(key, problem) for key, problem in row.entry.errors]
        if found is None:
            answer |= {"status": "error", "f": findings_by_column(resource, wrong)}
        else:
            answer["status"] = WIRE[found.status]
            answer["message"] = found.findings[0].message if found.findings and not found.writes else ""
            if edit.pk is None and not found.writes:
                answer["f"] = findings_by_column(resource, found.findings)
            if found.conflicts:
                answer["conflicts"] = _conflicts(scope, found, context)
            if wrong and (found.writes or found.status is Status.SAME):
                answer["status"] = "error"
        answers.append(answer)
    return answers


def _conflicts(scope: GridScope, found: Outcome, context: Context) -> list[dict[str, Any]]:
    resource = scope.ledger.resource
    shown = []
    for conflict in found.conflicts:
        column = resource.column(resource.key_of(conflict.field))
        writer = history.last_writer(resource.model, found.row["id"], conflict.field)
        shown.append(
            {
                "key": column.key,
                "header": str(column.header),
                "base": column.text(conflict.base, context),
                "mine": column.text(conflict.mine, context),
                "theirs": column.text(conflict.theirs, context),
                "by": writer.by if writer else "",
                "at": timezone.localtime(writer.at).strftime("%Y-%m-%d %H:%M") if writer else "",
            }
        )
    return shown
