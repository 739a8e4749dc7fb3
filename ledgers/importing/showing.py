"""The differences of an import as the page shows them: by rule, worst first, each with its address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext as _

from ledgers.importing.batches import ledger_of, order_of, plan_of
from ledgers.importing.mapping import from_json
from ledgers.importing.plan import ImportPlan, PlannedRow
from ledgers.models import ImportBatch
from records.columns import Context, LedgerResource

PER_PAGE = 200
KINDS = ("rejected", "conflict", "doubt", "changed", "new")


@dataclass
class Line:
    """One line of the table: where, which row, which column, what it was, what it becomes, why."""

    place: str
    label: str
    header: str
    old: str
    new: str
    reason: str = ""
    row: int = 0
    field: str = ""
    sides: list[dict[str, str]] = made(default_factory=list)
    settled: bool = False


@dataclass
class Group:
    """Lines that one rule is about: one rule is mended with one thought."""

    kind: str
    title: str
    count: str
    note: str = ""
    code: str = ""
    lines: list[Line] = made(default_factory=list)


class Shower:
    """Turns planned rows into lines; knows the letters of the file's columns and the texts of values."""

    def __init__(self, batch: ImportBatch) -> None:
        self.resource: type[LedgerResource] = ledger_of(batch).resource
        self.context: Context = order_of(batch).context()
        self.sheet = str(batch.mapping.get("sheet") or "")
        self.letters = {
            mapped.column: mapped.letter for mapped in from_json(batch.mapping["headings"]) if mapped.column
        }

    def place(self, row: PlannedRow, key: str) -> str:
        """Return the address the user sees: sheet, column letter and row."""
        return f"{self.sheet} {self.letters.get(key, '')}{row.number}".strip()

    def text(self, key: str, value: Any) -> str:
        """Return a value as its column writes it."""
        return self.resource.column(key).display(value, self.context)

    def header(self, key: str) -> str:
        """Return a column's header with its unit."""
        return self.resource.column(key).title if key in self.resource.fields else ""

    def typed(self, row: PlannedRow, key: str) -> str:
        """Return what the row would put into a column, or nothing where it could not be read."""
        if key not in self.resource.fields:
            return ""
        name = self.resource.column(key).name
        return self.text(key, row.values[name]) if name in row.values else ""

    def before(self, row: PlannedRow, key: str) -> str:
        """Return what a column holds now."""
        if key not in self.resource.fields:
            return ""
        return self.text(key, row.old.get(self.resource.column(key).name))


def groups_of(batch: ImportBatch, plan: ImportPlan, kind: str = "") -> list[Group]:
    """Return the groups of one kind, or of every kind in the order of urgency."""
    shower = Shower(batch)
    makers = {
        "rejected": _rejected,
        "conflict": _conflicts,
        "doubt": _doubts,
        "changed": _changed,
        "new": _new,
    }
    wanted = [kind] if kind in makers else list(KINDS)
    return [group for name in wanted for group in makers[name](shower, plan)]


def _rejected(shower: Shower, plan: ImportPlan) -> Iterator[Group]:
    by_code: dict[str, list[Line]] = defaultdict(list)
    titles: dict[str, str] = {}
    for row in plan.rows:
        if row.status != "rejected":
            continue
        for key, code, message, mend in row.problems:
            titles.setdefault(code, message)
            by_code[code].append(
                Line(
                    shower.place(row, key),
                    row.label,
                    shower.header(key),
                    shower.before(row, key),
                    shower.typed(row, key),
                    f"{message} {mend}".strip(),
                )
            )
    for code, lines in by_code.items():
        yield Group(
            "rejected", _("Rejected"), _("%(count)d cells") % {"count": len(lines)}, titles[code], code, lines
        )


def conflict_texts(shower: Shower, found: Sequence[Any]) -> dict[str, str]:
    """Return the three values of a planned conflict as texts: base, mine, theirs."""
    key = shower.resource.key_of(found[0])
    sides = zip(("base", "mine", "theirs"), found[1:4], strict=True)
    return {side: shower.text(key, value) for side, value in sides}


def conflict_words(shower: Shower, found: Sequence[Any]) -> str:
    """Return in words who changed a cell in the meantime."""
    return _("%(by)s changed it to %(theirs)s at %(at)s; yours is %(mine)s. Choose one.") % {
        "by": found[4] or _("Somebody"),
        "at": found[5],
        **conflict_texts(shower, found),
    }


def _conflicts(shower: Shower, plan: ImportPlan) -> Iterator[Group]:
    lines = []
    for row in plan.rows:
        if row.status != "conflict":
            continue
        for found in row.conflicts:
            name = found[0]
            key, texts = shower.resource.key_of(name), conflict_texts(shower, found)
            line = Line(shower.place(row, key), row.label, shower.header(key), texts["base"], texts["mine"])
            line.reason = conflict_words(shower, found)
            line.row, line.field = row.number, name
            line.sides = [
                {"side": "theirs", "label": _("Use %(value)s") % {"value": texts["theirs"] or "—"}},
                {"side": "mine", "label": _("Use %(value)s") % {"value": texts["mine"] or "—"}},
            ]
            lines.append(line)
    if lines:
        note = _("Somebody changed the same cell after you downloaded the template.")
        yield Group("conflict", _("Conflict"), _("%(count)d cells") % {"count": len(lines)}, note, "", lines)


def _doubts(shower: Shower, plan: ImportPlan) -> Iterator[Group]:
    by_code: dict[str, list[Line]] = defaultdict(list)
    for row in plan.rows:
        for key, code, message, mend, settled in row.doubts:
            line = Line(
                shower.place(row, key),
                row.label,
                shower.header(key),
                shower.before(row, key),
                shower.typed(row, key),
                f"{message} {mend}".strip(),
            )
            line.settled = settled
            by_code[code].append(line)
    for code, lines in by_code.items():
        unsettled = sum(not line.settled for line in lines)
        count = _("%(count)d cells") % {"count": len(lines)}
        note = _("Mend them, or confirm with the reason.") if unsettled else _("Confirmed.")
        yield Group("doubt", _("To confirm"), count, note, code if unsettled else "", lines)


def _changed(shower: Shower, plan: ImportPlan) -> Iterator[Group]:
    lines = []
    rows = [row for row in plan.rows if row.status == "changed"]
    for row in rows:
        for name, value in row.values.items():
            key = shower.resource.key_of(name)
            lines.append(
                Line(
                    shower.place(row, key),
                    row.label,
                    shower.header(key),
                    shower.before(row, key),
                    shower.text(key, value),
                )
            )
    if lines:
        count = _("%(rows)d rows, %(cells)d cells") % {"rows": len(rows), "cells": len(lines)}
        yield Group(
            "changed", _("Changed"), count, _("Rows that are in the ledger, cell by cell."), "", lines
        )


def _new(shower: Shower, plan: ImportPlan) -> Iterator[Group]:
    lines = []
    keys = [column.key for column in shower.resource.columns() if column.key in shower.letters][:8]
    for row in plan.rows:
        if row.status == "new":
            facts = [
                f"{shower.header(key)} {shower.typed(row, key)}" for key in keys[1:] if shower.typed(row, key)
            ]
            lines.append(
                Line(shower.place(row, keys[0] if keys else ""), row.label, "", "", "", "；".join(facts))
            )
    if lines:
        count = _("%(count)d rows") % {"count": len(lines)}
        yield Group("new", _("New"), count, _("Rows the ledger does not have yet."), "", lines)


def difference_page(batch: ImportBatch, *, kind: str, page: str) -> dict[str, Any]:
    """Return everything the difference page shows: counts, totals and one page of grouped lines."""
    plan = plan_of(batch)
    counts = plan.counts()
    groups = groups_of(batch, plan, kind)
    flat = [(group, line) for group in groups for line in group.lines]
    listed = Paginator(flat, PER_PAGE).get_page(page)
    shown: list[Group] = []
    for group, line in listed.object_list:
        if (
            not shown
            or shown[-1].title != group.title
            or shown[-1].code != group.code
            or shown[-1].note != group.note
        ):
            shown.append(Group(group.kind, group.title, group.count, group.note, group.code))
        shown[-1].lines.append(line)
    good = counts["new"] + counts["changed"]
    return {
        "plan": plan,
        "counts": counts,
        "read": len(plan.rows),
        "totals": plan.totals,
        "groups": shown,
        "page_obj": listed,
        "kind": kind,
        "kinds": _tabs(counts, plan, kind),
        "good": good,
        "stopped": counts["rejected"] + counts["conflict"],
        "open_doubts": plan.open_doubts(),
        "hidden_rows": batch.mapping.get("hidden_rows", []),
        "include_hidden": bool(batch.options.get("include_hidden")),
        "left_out": _left_out_words(plan),
    }


def _tabs(counts: dict[str, int], plan: ImportPlan, kind: str) -> list[dict[str, Any]]:
    numbers = {**counts, "doubt": sum(len(row.doubts) for row in plan.rows)}
    labels = {
        "rejected": _("Rejected"),
        "conflict": _("Conflict"),
        "doubt": _("To confirm"),
        "changed": _("Changed"),
        "new": _("New"),
    }
    tabs: list[dict[str, Any]] = [{"label": _("All"), "url": "?", "active": not kind}]
    for name in KINDS:
        if numbers[name]:
            tabs.append(
                {"label": f"{labels[name]} {numbers[name]}", "url": f"?kind={name}", "active": kind == name}
            )
    return tabs


def _left_out_words(plan: ImportPlan) -> list[str]:
    """Return in words what was read and is no row: titles, totals, notes, blank and hidden rows."""
    words = {
        "titles": _("%(count)d title lines"),
        "totals": _("%(count)d total rows"),
        "notes": _("%(count)d notes"),
        "blank": _("%(count)d blank rows"),
        "hidden": _("%(count)d hidden rows"),
    }
    return [words[name] % {"count": count} for name, count in plan.left_out.items() if count]
