"""The same file through django-import-export as it comes: a plain ModelResource, preview, then commit.

Only what the table cannot do without is added: the unit, a code and the columns every ledger row has.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tablib
from django.utils import timezone
from import_export import fields, resources, widgets

from accounts.models import Region
from communities.models import Community
from records.models import ChangeSet
from renovation_portal.bench.meter import BenchError, Stopwatch

COLUMNS = {
    "name": "小区名称",
    "street": "街道",
    "neighbourhood": "社区",
    "address": "地址",
    "built_from": "建成年份",
    "built_to": "建成年份止",
    "built_evidence": "建成年份依据",
    "building_count": "楼栋数(栋)",
    "entrance_count": "单元数(个)",
    "household_count": "户数(户)",
    "floor_area": "建筑面积(㎡)",
    "site_area": "占地面积(㎡)",
    "post2000_area": "2000年后建筑面积(㎡)",
    "property_kind": "产权性质",
    "former_owner": "原产权单位",
    "management": "物业",
    "fund_status": "维修资金",
    "aliases": "别名",
    "longitude": "经度",
    "latitude": "纬度",
    "remark": "备注",
}


class StockResource(resources.ModelResource):  # type: ignore[type-arg]
    """Communities as django-import-export imports them."""

    region = fields.Field(
        attribute="region", column_name="市县", widget=widgets.ForeignKeyWidget(Region, "short_name")
    )

    class Meta:
        """A row is known by its name and region, as an ordinary table has no keys."""

        model = Community
        fields = ("region", *COLUMNS)
        import_id_fields = ("name", "region")

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Make the change set every row must name."""
        self.change_set = ChangeSet.objects.create(source=ChangeSet.Source.LOAD)
        self.serial = 0

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Fill what the table cannot do without."""
        self.serial += 1
        instance.code = f"stock-{self.serial}"
        instance.name_key = instance.name
        instance.unit_id = instance.region_id
        instance.change_set = self.change_set
        instance.created_at = instance.updated_at = timezone.now()


for _name, _heading in COLUMNS.items():
    StockResource.fields[_name].column_name = _heading


def preview_and_commit(path: Path, watch: Stopwatch) -> dict[str, Any]:
    """Import a workbook as the library's admin does: once to show the differences, once to keep them."""
    made = 0
    for stage, dry_run in (("preview", True), ("commit", False)):
        dataset = tablib.Dataset().load(path.read_bytes(), format="xlsx")
        result = StockResource().import_data(dataset, dry_run=dry_run, raise_errors=True)
        made = result.totals["new"]
        watch.lap(stage)
    if made != Community.objects.count():
        raise BenchError("django-import-export did not import every row.")
    return {"rows": made}
