"""What the grid shows and what its edits do; views only carry it over the wire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Region, User
from ledgers.cells import TypedRow, describe_columns, findings_by_column, read_cells
from ledgers.models import CellDraft
from ledgers.registry import Ledger
from projects.models import AnnualPlan
from records.checks import Finding, Severity
from records.columns import Column, Context, sum_columns
from records.locks import ALL, locks_on
from records.models import ChangeSet, SharedQuerySet
from records.planning import Change, Outcome, Status, plan, record_type, review
from records.rows import Row


@dataclass(frozen=True)
class GridScope:
    """Which rows of which ledger somebody has on screen."""

    ledger: Ledger
    user: User
    year: int | None = None
    unit: Region | None = None

    @property
    def may_edit(self) -> bool:
        """Tell whether the user may change rows of this ledger at all."""
        return self.user.may(self.ledger.resource.edit_capability())

    @property
    def may_add(self) -> bool:
        """Tell whether the user may begin rows of this ledger."""
        return self.may_edit and self.ledger.resource.can_add

    @property
    def reads_beyond(self) -> bool:
        """Tell whether there can be rows on screen that are not the user's to change: those of a wider view,
        and in ledgers shared with whoever works below those of the regions above.
        """
        if self.user.region_id != self.user.view_region_id:
            return True
        shared = isinstance(self.ledger.resource.model._default_manager.all(), SharedQuerySet)
        return shared and self.user.region.parent_id is not None

    def context(self) -> Context:
        """Return a fresh reading context."""
        return Context(user=self.user, year=self.year, unit=self.unit)

    def rows(self, **conditions: Any) -> list[Row]:
        """Return the rows, optionally narrowed."""
        resource = self.ledger.resource
        found = resource.rows_for(self.user, year=self.year, unit=self.unit)
        return resource.read_rows(found.filter(**conditions))


# Seconds a change set may take from its number to its commit: polls look back that far, so that a set with a
# lower number that was committed later is not missed. Rows that come twice are recognised by their version.
SLOWEST_COMMIT = 60


def last_change() -> int:
    """Return the change set from which a later poll goes on."""
    settled = ChangeSet.objects.filter(created_at__lt=timezone.now() - timedelta(seconds=SLOWEST_COMMIT))
    return settled.aggregate(last=Max("pk"))["last"] or 0


def page(scope: GridScope) -> dict[str, Any]:
    """Return everything the grid shows: columns, rows with states, totals."""
    resource = scope.ledger.resource
    context = scope.context()
    newest = last_change()
    rows = scope.rows()
    return {
        "ledger": scope.ledger.slug,
        "year": scope.year,
        "change_set": newest,
        "may_edit": scope.may_edit,
        "may_add": scope.may_add,
        "columns": describe_columns(scope.ledger, context),
        "groups": [{"key": key, "label": str(label)} for key, label in resource.groups.items()],
        "rows": show_rows(scope, rows, context),
        "totals": totals(scope, rows),
    }


def totals(scope: GridScope, rows: Sequence[Row]) -> dict[str, str]:
    """Return the sums of the columns that add up, in the units shown."""
    resource = scope.ledger.resource
    context = scope.context()
    sums = sum_columns(resource.columns(), rows)
    return {key: resource.column(key).text(value, context) for key, value in sums.items()}


def show_rows(
    scope: GridScope,
    rows: Sequence[Row],
    context: Context,
    known: Mapping[int, tuple[Finding, ...]] | None = None,
    kept: Iterable[CellDraft] | None = None,
) -> list[dict[str, Any]]:
    """Return rows as the grid shows them, with findings, locks and kept drafts.

    ``known`` are findings that a write has just made (rows without them are reviewed), ``kept`` the drafts of
    these rows where somebody has just read them.
    """
    resource = scope.ledger.resource
    known = known or {}
    unknown = [row for row in rows if row["id"] not in known]
    found = (
        dict(zip([row["id"] for row in unknown], review(resource.model, unknown), strict=True))
        if unknown
        else {}
    )
    reviewed = [known[row["id"]] if row["id"] in known else found[row["id"]] for row in rows]
    closed = locks_on(record_type(resource.model), rows, scope.user) if rows else []
    drafts = _by_row(_drafts(scope, [row["id"] for row in rows]) if kept is None else kept)
    own = _own_rows(scope, rows)
    shown = []
    for row, findings, locks in zip(rows, reviewed, closed, strict=True):
        entry: dict[str, Any] = {"id": row["id"], "v": row["version"], "c": resource.texts(row, context)}
        if findings:
            entry["f"] = findings_by_column(resource, findings)
        locked = (
            _locked_columns(scope, locks) if row["id"] in own else {ALL: _("You may read this row only.")}
        )
        if locked:
            entry["l"] = locked
        if row["id"] in drafts:
            entry["d"], wrong = drafts[row["id"]]
            marked: dict[str, list[dict[str, Any]]] = entry.setdefault("f", {})
            for key, finding in wrong.items():
                marked.setdefault(key, []).insert(0, finding)
        if row.get("is_simulated"):
            entry["sim"] = True
        shown.append(entry)
    return shown


def _own_rows(scope: GridScope, rows: Sequence[Row]) -> set[int]:
    """Return which rows the user may change; what one may enter is often less than what one may see."""
    if not scope.may_edit:
        return set()
    if not scope.reads_beyond:
        return {row["id"] for row in rows}
    manager: Any = scope.ledger.resource.model._default_manager
    return set(
        manager.editable_by(scope.user)
        .filter(pk__in=[row["id"] for row in rows])
        .values_list("pk", flat=True)
    )


def _locked_columns(scope: GridScope, locks: Mapping[str, str]) -> dict[str, str]:
    if ALL in locks:
        return {ALL: locks[ALL]}
    shown = {column.name: column.key for column in scope.ledger.resource.columns()}
    return {shown[field]: reason for field, reason in locks.items() if field in shown}


def _drafts(scope: GridScope, pks: Sequence[int]) -> Iterable[CellDraft]:
    kept = CellDraft.objects.filter(user=scope.user, ledger=scope.ledger.slug)
    return kept.filter(record_id__in=pks) if len(pks) < 100 else kept


def _by_row(kept: Iterable[CellDraft]) -> dict[int, tuple[dict[str, str], dict[str, dict[str, Any]]]]:
    found: dict[int, tuple[dict[str, str], dict[str, dict[str, Any]]]] = {}
    for draft in kept:
        texts, wrong = found.setdefault(draft.record_id, ({}, {}))
        texts[draft.column] = draft.text
        wrong[draft.column] = {
            "code": "draft",
            "severity": Severity.HARD.value,
            "message": draft.message,
            "mend": draft.mend,
            "confirmed": False,
        }
    return found


def preview(scope: GridScope, cells: Sequence[tuple[int | None, str, str]]) -> dict[str, Any]:
    """Tell, cell by cell, what pasting texts would do, and what the totals would become; nothing is written.

    A row id of None or a negative one stands for a row that is not there yet.
    """
    resource = scope.ledger.resource
    context = scope.context()
    by_row: dict[int, dict[str, str]] = {}
    for number, key, text in cells:
        by_row.setdefault(number or 0, {})[key] = text
    rows = {row["id"]: row for row in scope.rows()}
    typed = {number: read_cells(resource, texts, context) for number, texts in by_row.items()}
    known = [number for number in by_row if number in rows]
    changes = [Change(values=typed[number].entry.values, pk=number) for number in known]
    planned = dict(zip(known, plan(resource.model, actor=scope.user, changes=changes), strict=True))
    verdicts = [
        _verdict(
            scope, rows.get(number or 0), typed[number or 0], planned.get(number or 0), key, text, context
        )
        for number, key, text in cells
    ]
    counts = Counter(verdict["verdict"] for verdict in verdicts)
    after = [
        planned[number].row if number in planned and planned[number].writes else row
        for number, row in rows.items()
    ]
    told = [[number, key, verdict] for (number, key, _text), verdict in zip(cells, verdicts, strict=True)]
    return {"cells": told, "counts": counts, "totals": _totals_after(scope, list(rows.values()), after)}


def _verdict(
    scope: GridScope,
    row: Row | None,
    typed: TypedRow,
    planned: Outcome | None,
    key: str,
    text: str,
    context: Context,
) -> dict[str, Any]:
    resource = scope.ledger.resource
    if key not in resource.fields:
        return {
            "verdict": "hard",
            "old": "",
            "new": text,
            "message": _("There is no such column."),
            "mend": "",
        }
    column = resource.column(key)
    old = column.text(row.get(column.name), context) if row else ""
    wrong = typed.errors.get(key)
    if wrong is not None:
        return _words("hard", old, text, wrong.message, wrong.mend, wrong.code)
    value = typed.entry.values.get(column.name) if column.stored else typed.entry.related.get(key)
    new = column.text(value, context)
    if row is not None and (column.readonly or column.stored is None):
        same = new == old or column.readonly and text == old
        return _words("same" if same else "locked", old, old, _("This column is only shown here."))
    if planned is None:
        return _words("changed", old, new)
    return _planned_verdict(planned, column, old, new)


def _told_at(found: Finding, planned: Outcome) -> str:
    """Return where a paste tells of a doubt: at its own cell when that changes, else at the first that does.

    A doubt about the ratio of two columns must be seen even if only the other one is pasted.
    """
    return next((name for name in (found.field, *found.fields) if name in planned.changed), found.field)


def _planned_verdict(planned: Outcome, column: Column, old: str, new: str) -> dict[str, Any]:
    about = [found for found in planned.findings if column.name in {found.field, *found.fields}]
    if planned.status in {Status.DENIED, Status.GONE}:
        return _words("locked", old, new, planned.findings[0].message, planned.findings[0].mend)
    if planned.status is Status.LOCKED:
        held = [found for found in planned.findings if found.field == column.name]
        return _words("locked", old, old, held[0].message) if held else _words("changed", old, new)
    if column.name not in planned.changed:
        return _words("same", old, old)
    for found in about:
        if found.severity is Severity.HARD:
            return _words("hard", old, new, found.message, found.mend, found.code)
    for found in about:
        if not found.confirmed and _told_at(found, planned) == column.name:
            return _words("soft", old, new, found.message, found.mend, found.code)
    return _words("changed", old, new)


def _words(
    verdict: str, old: str, new: str, message: str = "", mend: str = "", code: str = ""
) -> dict[str, Any]:
    return {"verdict": verdict, "old": old, "new": new, "message": message, "mend": mend, "code": code}


def _totals_after(scope: GridScope, before: Sequence[Row], after: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the totals the paste would lead to, with the difference it makes and how they meet the plan."""
    resource = scope.ledger.resource
    context = scope.context()
    targets = issued_targets(scope)
    shown = []
    old, new = sum_columns(resource.columns(), before), sum_columns(resource.columns(), after)
    for key, value in new.items():
        column = resource.column(key)
        target = targets.get(key)
        note, fits = "", True
        if target is not None:
            fits = value == target
            gap = column.text(abs(value - target), context)
            note = _("as planned") if fits else (_("%s more") if value > target else _("%s less")) % gap
        elif value != old[key]:
            note = _("was %s") % column.text(old[key], context)
        if value != old[key] or target is not None:
            shown.append(
                {
                    "key": key,
                    "header": str(column.header),
                    "unit": column.unit.shown if column.unit else "",
                    "value": column.text(value, context),
                    "note": note,
                    "ok": fits,
                    "target": None if target is None else column.text(target, context),
                }
            )
    return shown


def issued_targets(scope: GridScope) -> dict[str, int | Decimal]:
    """Return what the issued plan asks of the totals of the year-plan ledger; nothing for other ledgers."""
    if scope.ledger.slug != "projects" or scope.year is None:
        return {}
    plans = AnnualPlan.objects.visible_to(scope.user).filter(year=scope.year, state=AnnualPlan.State.ISSUED)
    if scope.unit is not None:
        plans = plans.in_region(scope.unit)
    sums = plans.aggregate(
        planned_buildings=Sum("target_buildings"),
        planned_households=Sum("target_households"),
        planned_area=Sum("target_area"),
    )
    return {key: value for key, value in sums.items() if value is not None}


def changes_since(scope: GridScope, since: int) -> dict[str, Any]:
    """Return the rows that somebody wrote after a change set, and those that have gone."""
    newest = last_change()
    manager: Any = scope.ledger.resource.model._default_manager
    rows = scope.rows(change_set__gt=since)
    scoped = manager.all().in_region(scope.unit or scope.user.view_region)
    gone = list(scoped.filter(is_removed=True, change_set__gt=since).values_list("pk", flat=True))
    shown = show_rows(scope, rows, scope.context()) if rows else []
    return {"rows": shown, "removed": gone, "change_set": max(newest, since)}
