"""The rows a health check looks at: read once, handed to every rule."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from accounts.models import Region
from communities.models import Building, Community
from ledgers.registry import LEDGERS
from projects.models import AnnualPlan, Milestone, ProgressReport, Project
from records.checks import Limits, load_limits
from records.models import VersionedRecord
from records.rows import Row, shape_of

Model = type[VersionedRecord]
# Where the plan year of a row stands; rows of other ledgers are found through their ledger's own field.
YEAR_FIELDS: Mapping[Model, str] = {
    Project: "plan_year",
    AnnualPlan: "year",
    Milestone: "project__plan_year",
    ProgressReport: "project__plan_year",
}


class Stock:
    """The live rows of a region, of one plan year or of all (None); every table is read at most once."""

    def __init__(self, region: Region, year: int | None = None) -> None:
        self.region = region
        self.year = year
        self._rows: dict[Model, list[Row]] = {}

    def rows(self, model: Model) -> list[Row]:
        """Return the rows of a model as checks see them, marks in place; one query each."""
        if model not in self._rows:
            shape = shape_of(model)
            found = self.query(model).order_by("pk").values_list(*shape.attnames)
            self._rows[model] = [shape.row(values) for values in found]
        return self._rows[model]

    def query(self, model: Model) -> Any:
        """Return the live rows of a model in the region and year."""
        manager: Any = model._default_manager
        found = manager.live().in_region(self.region)
        if self.year is None:
            return found
        projects = Project.objects.live().of_year(self.year).values("community")
        if model is Community:
            return found.filter(pk__in=projects)
        if model is Building:
            return found.filter(community__in=projects)
        field = YEAR_FIELDS.get(model) or next(
            (known.year_field for known in LEDGERS.values() if known.resource.model is model), ""
        )
        return found.filter(**{field: self.year}) if field else found

    @cached_property
    def communities(self) -> dict[int, Row]:
        """Return the communities by key."""
        return {row["id"]: row for row in self.rows(Community)}

    @cached_property
    def projects(self) -> dict[int, Row]:
        """Return the projects by key."""
        return {row["id"]: row for row in self.rows(Project)}

    @cached_property
    def units(self) -> dict[int, str]:
        """Return the names of all reporting units: a rule may have to say where else something stands."""
        return {unit.pk: unit.label for unit in Region.objects.units()}

    @cached_property
    def limits(self) -> Limits:
        """Return the configured bounds and today's date."""
        return load_limits()

    def subject(self, row: Mapping[str, Any]) -> str:
        """Return what people call a row: the community, with the plan year where there is one."""
        project = self.projects.get(row.get("project_id") or 0, row)
        community = self.communities.get(project.get("community_id") or 0, {})
        name = str(community.get("name") or row.get("name") or row.get("title") or row.get("number") or "")
        if "community_id" in row and row.get("number"):
            name = f"{name} {row['number']}"
        year = project.get("plan_year") or row.get("year")
        return " ".join(part for part in (str(year or ""), name) if part)

    def unit_of(self, row: Mapping[str, Any]) -> int | None:
        """Return the reporting unit of a row: its own, or that of its project or community."""
        if row.get("unit_id"):
            return int(row["unit_id"])
        project = self.projects.get(row.get("project_id") or 0, row)
        community = self.communities.get(project.get("community_id") or 0, {})
        unit: int | None = project.get("unit_id") or community.get("unit_id")
        return unit

    def year_of(self, row: Mapping[str, Any]) -> int | None:
        """Return the plan year a row belongs to, if it belongs to one."""
        project = self.projects.get(row.get("project_id") or 0, row)
        return project.get("plan_year") or row.get("year")
