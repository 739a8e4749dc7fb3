"""What an uploaded table would do to a ledger, row by row and cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Region, User
from ledgers.grid import GridScope
from ledgers.importing.keys import Keyed
from ledgers.importing.mapping import MappedHeading
from ledgers.importing.plan import ImportPlan, PlannedRow
from ledgers.importing.reading import read_entries
from ledgers.importing.totals import reconcile
from ledgers.reader import Document
from ledgers.registry import Ledger
from records import history
from records.checks import Finding, Severity
from records.columns import Context, Entry
from records.parsing import CellError
from records.planning import Change, Outcome, Status, plan
from records.rows import load_rows

Report = Callable[[int, int, str], None]

STATUS = {
    Status.CREATED: "new",
    Status.CHANGED: "changed",
    Status.MERGED: "changed",
    Status.SAME: "same",
    Status.CONFLICT: "conflict",
}


@dataclass(frozen=True)
class Order:
    """What somebody asked of an import: the file's meaning and the choices made."""

    ledger: Ledger
    user: User
    region: Region
    year: int | None
    include_hidden: bool = False
    # Row number → attribute → "mine" or "theirs", for conflicts that somebody has settled.
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # The reason that settles the soft findings of these codes.
    confirm: Mapping[str, str] = field(default_factory=dict)

    def context(self) -> Context:
        """Return a fresh reading context."""
        return Context(user=self.user, year=self.year, unit=self.region)


def plan_import(
    order: Order, document: Document, mapping: Sequence[MappedHeading], report: Report = lambda *_args: None
) -> ImportPlan:
    """Return the plan of a document; reads the database, writes nothing."""
    context = order.context()
    entries = read_entries(order.ledger, document, mapping, context)
    report(len(entries), len(entries) * 3, "Reading cells")
    result = ImportPlan()
    hidden = {row.number for row in document.rows if row.hidden}
    if hidden and not order.include_hidden:
        result.left_out["hidden"] = len(hidden)
        entries = [entry for entry in entries if entry.number not in hidden]
    result.rows = _plan_rows(order, entries, context, hidden)
    report(len(entries) * 2, len(entries) * 3, "Comparing rows")
    _other_year(order, result, document)
    _account_for(result, document)
    result.totals = reconcile(order.ledger, document, mapping, entries, context)
    _missing(order, result, document)
    return result


def _plan_rows(order: Order, entries: list[Entry], context: Context, hidden: set[int]) -> list[PlannedRow]:
    resource = order.ledger.resource
    keyed = Keyed(order.ledger, context, [entry for entry in entries if entry.pk is not None])
    keyed.release_copies()
    keyed.refuse_shown()
    resource.identify(entries, context)
    _refuse_repeated(entries)
    _settle_conflicts(order, entries)
    good = [entry for entry in entries if not entry.errors]
    changes = [
        Change(values=entry.values, pk=entry.pk, base_version=entry.version, confirm=order.confirm)
        for entry in good
    ]
    outcomes = plan(resource.model, actor=order.user, changes=changes)
    planned = {id(entry): found for entry, found in zip(good, outcomes, strict=True)}
    keyed.settle_foreign(planned)
    misplaced = keyed.misplaced(planned)
    for entry in good:
        if (problem := misplaced.get(id(entry))) is not None:
            entry.fail(resource.columns()[0].key, problem)
            del planned[id(entry)]
    _also_wrong(order, [entry for entry in entries if entry.errors and id(entry) not in misplaced])
    return [
        _planned_row(order, entry, planned.get(id(entry)), label, entry.number in hidden)
        for entry, label in zip(entries, _labels(order, entries), strict=True)
    ]


def _also_wrong(order: Order, entries: Sequence[Entry]) -> None:
    """Find what else is wrong with rows that have unreadable cells, so that they need mending only once."""
    told = [entry for entry in entries if all(key for key, _problem in entry.errors)]
    if not told:
        return
    resource = order.ledger.resource
    changes = [Change(values=entry.values, pk=entry.pk, base_version=entry.version) for entry in told]
    for entry, found in zip(told, plan(resource.model, actor=order.user, changes=changes), strict=True):
        failed = {key for key, _problem in entry.errors}
        for finding in found.findings:
            about = {resource.key_of(name) for name in (finding.field, *finding.fields) if name}
            told_already = finding.code == "repeated_row" or not failed.isdisjoint(about)
            if finding.severity is Severity.HARD and not told_already:
                key = resource.key_of(finding.field) if finding.field else ""
                entry.fail(key, CellError(finding.code, finding.message, finding.mend))


def _refuse_repeated(entries: Sequence[Entry]) -> None:
    """Refuse a row that means the same record as an earlier one that can be used; that one stays."""
    seen: dict[int, int] = {}
    for entry in entries:
        if entry.pk is None or entry.errors:
            continue
        if entry.pk in seen:
            entry.fail(
                "",
                CellError(
                    "repeated_row",
                    _("This row means the same record as row %(number)d.") % {"number": seen[entry.pk]},
                    _("Delete one of the two; in a new row the hidden key must be empty."),
                ),
            )
        seen.setdefault(entry.pk, entry.number)


def _settle_conflicts(order: Order, entries: Sequence[Entry]) -> None:
    """Apply the choices somebody made between both sides: theirs drops the cell, mine counts it as seen."""
    if not order.choices:
        return
    chosen = [entry for entry in entries if entry.pk is not None and str(entry.number) in order.choices]
    manager: Any = order.ledger.resource.model._default_manager
    current = load_rows(manager.editable_by(order.user), [entry.pk for entry in chosen if entry.pk])
    for entry in chosen:
        sides = order.choices[str(entry.number)]
        for name, side in sides.items():
            if side == "theirs":
                entry.values.pop(name, None)
        if entry.pk in current:
            # Only chosen cells and those the file itself changed are sent; the rest stays theirs.
            now = current[entry.pk]
            before = history.rows_at(
                order.ledger.resource.model, [(entry.pk, entry.version or now["version"])]
            )
            base = before.get((entry.pk, entry.version or now["version"]), now)
            entry.values = {
                name: value
                for name, value in entry.values.items()
                if sides.get(name) == "mine" or value != base.get(name)
            }
            entry.version = now["version"]


def _labels(order: Order, entries: Sequence[Entry]) -> list[str]:
    """Return what each row is called on screen: the text of the ledger's first column."""
    first = order.ledger.resource.columns()[0]
    nameless = [entry.pk for entry in entries if entry.pk and not _own_label(entry, first.key, first.name)]
    names: dict[int, Any] = {}
    if nameless:
        manager: Any = order.ledger.resource.model._default_manager
        path = first.lookup or first.stored or "pk"
        rows = manager.visible_to(order.user).filter(pk__in=nameless).values_list("pk", path)
        names = dict(rows)
    context = order.context()
    labels = []
    for entry in entries:
        value = _own_label(entry, first.key, first.name) or names.get(entry.pk or 0)
        labels.append(first.text(value, context) if value is not None else "")
    return labels


def _own_label(entry: Entry, key: str, name: str) -> Any:
    return entry.related.get(key) or entry.values.get(name)


def _planned_row(order: Order, entry: Entry, outcome: Outcome | None, label: str, hidden: bool) -> PlannedRow:
    row = PlannedRow(
        number=entry.number, status="rejected", label=label, pk=entry.pk, version=entry.version, hidden=hidden
    )
    row.values = entry.values
    row.problems = [[key, problem.code, problem.message, problem.mend] for key, problem in entry.errors]
    if outcome is None:
        return row
    resource = order.ledger.resource
    row.status = STATUS.get(outcome.status, "rejected")
    hard = [found for found in outcome.findings if found.severity is Severity.HARD]
    row.problems += [[resource.key_of(f.field) if f.field else "", f.code, f.message, f.mend] for f in hard]
    if row.status in {"new", "changed"}:
        row.doubts = [_doubt(order, found) for found in outcome.findings if found.severity is Severity.SOFT]
        row.values = {name: outcome.change.values[name] for name in outcome.changed}
    if outcome.before is not None:
        row.version = outcome.before["version"]
        row.old = {name: outcome.before[name] for name in outcome.changed}
    row.conflicts = [_conflict(order, outcome, found) for found in outcome.conflicts]
    return row


def _doubt(order: Order, found: Finding) -> list[Any]:
    return [order.ledger.resource.key_of(found.field), found.code, found.message, found.mend, found.confirmed]


def _conflict(order: Order, outcome: Outcome, found: Any) -> list[Any]:
    writer = history.last_writer(order.ledger.resource.model, outcome.row["id"], found.field)
    at = timezone.localtime(writer.at).strftime("%Y-%m-%d %H:%M") if writer else ""
    return [found.field, found.base, found.mine, found.theirs, writer.by if writer else "", at]


def _other_year(order: Order, result: ImportPlan, document: Document) -> None:
    """Say when a template was issued for another plan year than the one it is uploaded for."""
    issued = document.template.values.get("year", "") if document.template else ""
    if order.year is not None and issued not in {"", str(order.year)}:
        result.remarks.append(
            _("The template was issued for %(issued)s; new rows without a year are taken for %(year)d.")
            % {"issued": issued, "year": order.year}
        )


def _account_for(result: ImportPlan, document: Document) -> None:
    """Count everything that was read and is no row of data, so that nothing is ignored in silence."""
    counted = {
        "totals": len(document.total_rows),
        "notes": len(document.note_lines),
        "titles": len(document.title_lines),
        "blank": document.skipped_blank,
    }
    result.left_out.update({name: count for name, count in counted.items() if count})
    result.remarks += [warning.message for warning in document.warnings]
    formulas = sum(flag == "formula" for row in document.rows for flag in row.flags.values())
    if formulas:
        result.remarks.append(
            _("%(count)d cells are results of formulas; their stored values are used.") % {"count": formulas}
        )
    if document.hidden_columns:
        result.remarks.append(
            _("%(count)d hidden columns were read.") % {"count": len(document.hidden_columns)}
        )


def _missing(order: Order, result: ImportPlan, document: Document) -> None:
    """List the rows of the user that the file does not mention; they stay as they are: nothing is deleted."""
    resource = order.ledger.resource
    found = resource.rows_for(order.user, year=order.year, unit=order.region)
    if GridScope(order.ledger, order.user).reads_beyond:
        manager: Any = resource.model._default_manager
        found = found.filter(pk__in=manager.editable_by(order.user).values("pk"))
    mentioned = {row.pk for row in result.rows if row.pk is not None}
    absent = [pk for pk in found.values_list("pk", flat=True) if pk not in mentioned]
    result.missing_count = len(absent)
    first = order.ledger.resource.columns()[0]
    context = order.context()
    names = found.filter(pk__in=absent[:50]).values_list(first.lookup or first.stored or "pk", flat=True)
    result.missing = [first.text(name, context) for name in names]
