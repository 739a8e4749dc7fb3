"""Checks of inspections and defects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from projects.checks.milestone import future, of_a_project
from projects.models import Inspection, Liability
from records.checks import Finding, Limits, RowView, Severity, check, set_check

INSPECTION, DEFECT = "projects.inspection", "projects.defect"


@check(INSPECTION, "required", Severity.HARD, fields=("project_id", "held_on"))
def looked_at_a_project(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """An inspection looks at one project on one day."""
    yield from of_a_project(row)
    if row.get("held_on") is None:
        yield Finding("held_on", _("The day is missing."), _("Write the day of the inspection."))


@check(INSPECTION, "future_date", Severity.HARD, fields=("held_on",))
def looked_already(row: RowView, limits: Limits) -> Iterator[Finding]:
    """Nobody has looked in the future."""
    yield from future(row, limits, "held_on")


@check(DEFECT, "required", Severity.HARD, fields=("project_id", "found_on", "due_on"))
def found_and_due(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A defect is found on a day and due on another."""
    yield from of_a_project(row)
    if row.get("found_on") is None:
        yield Finding("found_on", _("The day is missing."), _("Write the day it was found."))
    if row.get("due_on") is None:
        yield Finding("due_on", _("The due date is missing."), _("Write by when it must be mended."))


@check(DEFECT, "future_date", Severity.HARD, fields=("found_on",))
def found_already(row: RowView, limits: Limits) -> Iterator[Finding]:
    """A defect was not found in the future."""
    yield from future(row, limits, "found_on")


@check(DEFECT, "due_before_found", Severity.HARD, fields=("found_on", "due_on"))
def due_after_found(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A defect is due after it was found."""
    found, due = row.get("found_on"), row.get("due_on")
    if found and due and due < found:
        yield Finding("due_on", _("Due before it was found."), _("Check both days."))


@set_check(DEFECT, "foreign_parts", Severity.HARD, fields=("project_id", "inspection_id", "liability_id"))
def parts_of_one_project(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """Inspection and liability of a defect are of the same project."""
    kinds: tuple[tuple[str, Any], ...] = (("inspection_id", Inspection), ("liability_id", Liability))
    for name, model in kinds:
        asked = {row[name] for row in rows if row.get(name)}
        if not asked:
            continue
        projects = dict(model.objects.filter(pk__in=asked).values_list("pk", "project_id").order_by())
        for position, row in enumerate(rows):
            if row.get(name) and projects.get(row[name]) != row.get("project_id"):
                text = _("This belongs to another project.")
                yield position, Finding(name, text, _("Choose one of this project."))
