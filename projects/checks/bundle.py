"""Checks of bundles and their members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from communities.checks import taken_twice
from projects.models import Bundle, BundleMember, Project
from records.checks import Finding, Limits, RowView, Severity, check, set_check

BUNDLE = "projects.bundle"
MEMBER = "projects.bundlemember"


@check(BUNDLE, "required", Severity.HARD, fields=("unit_id", "year", "name"))
def unit_year_and_name(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A bundle belongs to one unit and plan year and has a name."""
    if row.get("unit_id") is None:
        yield Finding("unit_id", _("The reporting unit is missing."), _("Choose it from the list."))
    if row.get("year") is None:
        yield Finding("year", _("The plan year is missing."), _("Choose a year."))
    if not row.get("name"):
        yield Finding("name", _("The bundle has no name."), _("Write the name of the approval or tender."))


COVERS = ("covers_approval", "covers_tender", "covers_contract")


@check(BUNDLE, "covers_nothing", Severity.SOFT, fields=COVERS)
def covers_nothing(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A bundle is there for something: one approval, one tender or one contract."""
    if not any(row.get(name) for name in COVERS):
        yield Finding(
            "covers_approval",
            _("The bundle stands for no approval, tender or contract."),
            _("Say what is done together."),
        )


@set_check(BUNDLE, "same_name", Severity.HARD, fields=("unit_id", "year", "name"))
def same_name(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A unit has each bundle of a year once."""
    keys: dict[Any, list[int]] = defaultdict(list)
    for position, row in enumerate(rows):
        if not row.get("is_removed"):
            keys[row.get("unit_id"), row.get("year"), row.get("name")].append(position)
    known: dict[Any, set[int]] = defaultdict(set)
    stored = Bundle.objects.live().filter(unit__in={key[0] for key in keys} - {None})
    for pk, *key in stored.values_list("pk", "unit_id", "year", "name").order_by():
        known[tuple(key)].add(pk)
    own = {row.get("id") for row in rows}
    for key, positions in keys.items():
        if len(positions) > 1 or known.get(key, set()) - own:
            for position in positions:
                yield (
                    position,
                    Finding("name", _("There is a bundle of this name already."), _("Choose another name.")),
                )


@check(MEMBER, "required", Severity.HARD, fields=("bundle_id", "project_id"))
def bundle_and_project(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A member is one project in one bundle."""
    if row.get("bundle_id") is None:
        yield Finding("bundle_id", _("The bundle is missing."), "")
    if row.get("project_id") is None:
        yield Finding("project_id", _("The project is missing."), _("Write the community's name."))


@set_check(MEMBER, "same_member", Severity.HARD, fields=("bundle_id", "project_id"))
def same_member(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A project is in a bundle once."""
    yield from taken_twice(
        rows,
        BundleMember.objects.live(),
        ("bundle_id", "project_id"),
        Finding("project_id", _("The project is in this bundle already."), ""),
    )


@set_check(MEMBER, "of_the_unit", Severity.HARD, fields=("bundle_id", "project_id"))
def of_the_unit(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """The projects of a bundle are of its unit and plan year."""
    bundles = Bundle.objects.in_bulk({row.get("bundle_id") for row in rows} - {None})
    projects = Project.objects.in_bulk({row.get("project_id") for row in rows} - {None})
    for position, row in enumerate(rows):
        bundle, project = bundles.get(row.get("bundle_id") or 0), projects.get(row.get("project_id") or 0)
        if row.get("is_removed") or bundle is None or project is None:
            continue
        if (bundle.unit_id, bundle.year) != (project.unit_id, project.plan_year):
            yield (
                position,
                Finding(
                    "project_id",
                    _("The project is of another unit or plan year than the bundle."),
                    _("Choose a project of the bundle's unit and year."),
                ),
            )
