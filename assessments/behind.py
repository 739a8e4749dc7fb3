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
from projects.models import Project
from records.history import rows_at
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


@dataclass(frozen=True, slots=True)
class Line:
    """One row behind a fact: what it is about, its values then, whether it counted, and changed since."""

    about: str
    url: str
    pairs: tuple[tuple[str, Any], ...]
    counts: bool
    version: int
    changed_since: bool


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
    found = facts.rows_of(assessment.fact_sheet, formula, assessment.document["about"]["unit"])
    return [_group(model, rows, start, most) for model, rows in sorted(found.items())]


def _group(label: str, rows: Sequence[BehindRow], start: int, most: int) -> Group:
    model = apps.get_model(label)
    # What does not count is what a reader looks for: it comes first.
    page = sorted(rows, key=lambda row: (row.counts, row.pk))[start : start + most]
    names = COLUMNS.get(label, ())
    columns = tuple((name, str(model._meta.get_field(name).verbose_name)) for name in names)
    return Group(
        label=str(model._meta.verbose_name_plural),
        columns=columns,
        lines=_versioned(model, page, names) if issubclass(model, VersionedRecord) else _bare(model, page),
        total=len(rows),
        counting=sum(row.counts for row in rows),
    )


def _versioned(model: type[VersionedRecord], page: Sequence[BehindRow], names: Sequence[str]) -> list[Line]:
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
            )
        )
    return lines


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
        return f"{model._meta.verbose_name} {row.pk}", ""
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
