"""Projects in the stages, for the tests of this app."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from accounts.models import Department, Region, User
from communities.models import Building, CatalogueItem, Community, Taxonomy
from projects.models import Project
from records.models import ChangeSet
from records.planning import Change
from records.services import Mode, apply_many


def write(model: Any, rows: list[dict[str, Any]], actor: User | None = None) -> list[Any]:
    """Write rows by the one write path; return the rows."""
    outcomes = apply_many(
        model,
        actor=actor,
        source=ChangeSet.Source.LOAD,
        changes=[Change(values=row) for row in rows],
        mode=Mode.ALL_OR_NOTHING,
    )
    found = model.objects.in_bulk([outcome.row["id"] for outcome in outcomes])
    return [found[outcome.row["id"]] for outcome in outcomes]


def make_project(name: str = "向阳小区", unit: str = "222401", year: int = 2026, **values: Any) -> Project:
    """Write a community with two buildings and its project, in the issued plan and under construction."""
    region = Region.objects.get(code=unit)
    [community] = write(
        Community,
        [{"name": name, "region_id": region.pk, "street": "北山街道", "household_count": 96}],
    )
    write(Building, [{"community_id": community.pk, "number": number} for number in ("1栋", "2栋")])
    standing = {"library": "issued", "stage": "build", "planned_area": Decimal("9600.00")}
    [project] = write(Project, [{"community_id": community.pk, "plan_year": year, **standing, **values}])
    return Project.objects.select_related("community", "unit").get(pk=project.pk)


def make_item(name: str, **values: Any) -> CatalogueItem:
    """Write an item of a works catalogue of its own."""
    department = Department.objects.order_by("pk").first()
    if department is None:
        department = Department.objects.create(code="test", name="供热公司", kind="utility")
    taxonomy = Taxonomy.objects.live().filter(code="tests").first()
    if taxonomy is None:
        province = Region.objects.get(parent=None)
        [taxonomy] = write(Taxonomy, [{"code": "tests", "name": "测试目录", "region_id": province.pk}])
    row = {"taxonomy_id": taxonomy.pk, "code": name, "name": name, "group": "四改", "level": "basic"}
    [item] = write(CatalogueItem, [{**row, "measure": "㎡", "department_id": department.pk, **values}])
    found: CatalogueItem = item
    return found
