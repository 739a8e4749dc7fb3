"""The base of every row about one project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from projects.models.project import Project
from records.models import VersionedQuerySet, VersionedRecord


class ProjectPartQuerySet(VersionedQuerySet[Any]):
    """Rows about projects, in the scope of the project's community."""

    region_field: ClassVar[str] = "project__community__region"

    def of_year(self, *years: int) -> ProjectPartQuerySet:
        """Return the rows about projects of plan years."""
        return self.filter(project__plan_year__in=years)


class ProjectPart(VersionedRecord):
    """A row about one project.

    ``UPWARD`` names the field through which a row reaches its project (a plan item its plan version); empty
    when the project itself is entered.
    """

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)
    UPWARD: ClassVar[str] = ""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="%(class)s_rows", verbose_name=_("project")
    )
    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("reporting unit")
    )
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = models.Manager.from_queryset(ProjectPartQuerySet)()

    class Meta:
        abstract = True

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any]) -> None:
        """Fill the project of the row above, where it is reached through one, and the project's unit."""
        if cls.UPWARD:
            field: Any = cls._meta.get_field(cls.UPWARD)
            wanted = {row[field.attname] for row in rows if isinstance(row.get(field.attname), int)}
            above = field.related_model._base_manager.filter(pk__in=wanted)
            known = dict(above.values_list("pk", "project_id"))
            for row in rows:
                row["project_id"] = known.get(row.get(field.attname))
        units = dict(
            Project.objects.filter(pk__in=_projects_of(rows)).values_list("pk", "unit_id").order_by()
        )
        for row in rows:
            row["unit_id"] = units.get(row.get("project_id"))

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the region of each row's project's community."""
        listed = list(rows)
        found = Project.objects.filter(pk__in=_projects_of(listed)).order_by()
        regions = dict(found.values_list("pk", "community__region_id"))
        return [regions.get(row.get("project_id")) for row in listed]


def _projects_of(rows: Iterable[Any]) -> set[int]:
    return {row["project_id"] for row in rows if isinstance(row.get("project_id"), int)}
