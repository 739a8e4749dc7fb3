"""The ledger rows behind a fact, as they were when it was frozen, and which of them were changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import facts
from assessments.formulas import BehindRow
from assessments.models import Assessment
from projects.models import Project, UnitReturn
from records.history import frozen_query, rows_at
from records.models import VersionedRecord

# The columns shown of each ledger's rows; whatever is not named shows its name alone.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "projects.project": ("ready_on", "started_on", "completed_on"),
    "projects.defect": ("description", "due_on", "mended_on"),
    "projects.progressreport": ("month", "invested_fen"),
    "projects.unitreturn": ("first_submitted_at", "state"),
    "funding.moneyevent": ("step", "happened_on", "amount_fen", "voucher"),
    "funding.allotment": ("number", "allotted_on", "amount_fen"),
    "consultations.consultation": ("title", "closes_on"),
}

# Where each ledger's rows and their changes are, by address.
LEDGERS: Mapping[str, str] = {
    "projects.project": "projects",
    "projects.defect": "defects",
    "projects.progressreport": "progress",
    "funding.moneyevent": "money-events",
    "funding.allotment": "allotments",
    "consultations.consultation": "consultations",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row behind a fact: what it is about, its values then, whether it counted, and changed since.

    ``history`` leads to the changes of the row; empty where the row keeps no history (comments of residents).
    """

    about: str
    url: str
    pairs: tuple[tuple[str, Any], ...]
    counts: bool
    version: int
    changed_since: bool
    history: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one ledger."""

    label: str
    columns: tuple[tuple[str, str], ...]
    lines: list[Line]
    total: int
    counting: int


def groups(assessment: Assessment, formula: str, *, start: int, most: int) -> list[Group]:
    """Return the rows behind a fact by ledger, a page of each: a constant number of queries."""
    sheet = assessment.fact_sheet
    found = facts.rows_of(sheet, formula, assessment.document["about"]["unit"])
    return [_group(model, rows, start, most, sheet.frozen_at) for model, rows in sorted(found.items())]


def _group(label: str, rows: Sequence[BehindRow], start: int, most: int, frozen_at: datetime) -> Group:
    model = apps.get_model(label)
    # What does not count is what a reader looks for: it comes first.
    page = sorted(rows, key=lambda row: (row.counts, row.pk))[start : start + most]
    names = COLUMNS.get(label, ())
    columns = tuple((name, str(model._meta.get_field(name).verbose_name)) for name in names)
    return Group(
        label=str(model._meta.verbose_name_plural),
        columns=columns,
        lines=_versioned(model, page, names, frozen_at)
        if issubclass(model, VersionedRecord)
        else _bare(model, page),
        total=len(rows),
        counting=sum(row.counts for row in rows),
    )


def _versioned(
    model: type[VersionedRecord], page: Sequence[BehindRow], names: Sequence[str], frozen_at: datetime
) -> list[Line]:
    then = rows_at(model, [(row.pk, row.version) for row in page])
    now = dict(model._base_manager.filter(pk__in=[row.pk for row in page]).values_list("pk", "version"))
    projects = _projects(model, then.values())
    lines = []
    for row in page:
        values = then.get((row.pk, row.version), {})
        about, url = _about(model, row, values, projects)
        lines.append(
            Line(
                about=about,
                url=url,
                pairs=tuple((name, _shown(model, name, values.get(name))) for name in names),
                counts=bool(row.counts),
                version=row.version,
                changed_since=now.get(row.pk) != row.version,
                history=_history(model, row, frozen_at),
            )
        )
    return lines


def _history(model: type[VersionedRecord], row: BehindRow, frozen_at: datetime) -> str:
    """Return where the changes of a row are, from this freezing on marked; empty without such a place."""
    slug = LEDGERS.get(model._meta.label_lower)
    if slug is None:
        return ""
    return reverse("ledgers:row", args=[slug, row.pk]) + frozen_query(frozen_at, row.version)


def _projects(model: type[VersionedRecord], rows: Iterable[Mapping[str, Any]]) -> dict[int, Project]:
    key = "id" if model is Project else "project_id"
    wanted = {row[key] for row in rows if isinstance(row.get(key), int)}
    found = Project._base_manager.filter(pk__in=wanted).select_related("community")
    return {project.pk: project for project in found}


def _about(
    model: type[VersionedRecord], row: BehindRow, values: Mapping[str, Any], projects: Mapping[int, Project]
) -> tuple[str, str]:
    project = projects.get(row.pk if model is Project else values.get("project_id") or 0)
    if project is None:
        # A monthly return has a page of its own, with every step it took.
        page = reverse("projects:return", args=[row.pk]) if model is UnitReturn else ""
        return f"{model._meta.verbose_name} {row.pk}", page
    return project.community.name, reverse("projects:project", args=[project.pk])


def _shown(model: type[VersionedRecord], name: str, value: Any) -> Any:
    field = model._meta.get_field(name)
    choices = dict(getattr(field, "choices", None) or ())
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else choices.get(value, value)


def _bare(model: Any, page: Sequence[BehindRow]) -> list[Line]:
    """Return rows without versions (comments of residents): when they were said, never who or what."""
    listed = model._base_manager.filter(pk__in=[row.pk for row in page])
    said = dict(listed.values_list("pk", "made_at__date"))
    label = str(model._meta.verbose_name)
    return [
        Line(
            about=_("%(what)s of %(day)s") % {"what": label, "day": said.get(row.pk, "")},
            url="",
            pairs=(),
            counts=bool(row.counts),
            version=row.version,
            changed_since=False,
        )
        for row in page
    ]
