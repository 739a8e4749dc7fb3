"""The works catalogue: everything the province names, changed by the province alone."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Department, User
from communities.catalogue import load_catalogue
from communities.models import CatalogueItem, Taxonomy, TechnicalStandard
from ledgers.registry import LEDGERS
from records.models import ChangeSet
from records.planning import Status
from records.services import apply
from tests.conftest import ClientFor
from tests.ledgers.test_round_trip import handed_out, planned, scope_of

pytestmark = pytest.mark.django_db

# 吉林省四改, item by item.
NAMED = {
    "改善房屋功能": """屋面防水 楼道灯 楼宇门 屋檐 台阶 楼梯扶手 外墙 公共楼道墙面 门禁 建筑节能改造
        可再生能源应用 节能节水器具 加装电梯""",
    "改造基础设施": """小区道路 供水管线 供电线路 供气管线 供暖管线 排水管线 通讯线路 有线电视线路
        供水计量 供电计量 供气计量 供暖计量 雨污分流 缆线管廊或桥架 消防设施 安防设施 路灯
        垃圾投放点 垃圾分类设施 无障碍设施 汽车充电桩 电动自行车充电桩 自行车棚 电动自行车车棚
        停车位 立体停车设施 周边城市道路 公交设施 周边市政管网 周边公共停车设施 污水处理设施
        垃圾处理设施""",
    "改进公共服务": "社区服务中心 幼儿园 托儿所 养老设施 助餐设施 文体设施 医疗卫生设施",
    "改观居住环境": """拆除违法建设 绿地补栽 小区游园 健身器材 休闲座椅 清理楼道杂物和小广告
        餐饮油烟整治 沿街立面整治""",
}


def test_every_item_of_the_four_changes_is_there_with_all_it_needs() -> None:
    items = CatalogueItem.objects.filter(taxonomy__code="jl4")
    found: dict[str, set[str]] = {}
    for item in items:
        found.setdefault(item.group, set()).add(item.name)
    assert found == {group: set(names.split()) for group, names in NAMED.items()}
    assert not items.filter(department=None).exists()
    counted = items.exclude(indicator="")
    assert set(counted.values_list("indicator", flat=True)) == set(CatalogueItem.Indicator.values)
    assert not counted.filter(indicator_factor=None).exists()
    assert items.get(name="供暖管线").indicator_factor == Decimal("0.001")
    assert items.get(name="路灯").level == "improving"


def test_standards_say_which_are_in_force_and_a_local_taxonomy_counts_as_the_provinces() -> None:
    assert dict(TechnicalStandard.objects.values_list("code", "status")) == {
        "jl-guide-2018": "in_force",
        "jl-elevator": "in_preparation",
        "jl-strengthening": "in_preparation",
        "jl-road": "in_preparation",
    }
    local = CatalogueItem.objects.filter(taxonomy__code="local4")
    assert set(local.values_list("group", flat=True)) == {
        "小区面貌改观",
        "房屋功能改善",
        "基础设施改造",
        "居住环境改优",
    }
    assert {item.counts_as.taxonomy.code for item in local if item.counts_as} == {"jl4"}
    assert not local.filter(counts_as=None).exists()
    assert not local.filter(is_active=True).exists()


def test_loading_again_adds_nothing_and_leaves_what_a_province_changed(province_user: User) -> None:
    item = CatalogueItem.objects.get(code="A01", taxonomy__code="jl4")
    other = CatalogueItem.objects.get(code="A02", taxonomy__code="jl4")
    form = ChangeSet.Source.FORM
    apply(CatalogueItem, actor=province_user, source=form, pk=item.pk, values={"name": "屋面防水修缮"})
    apply(CatalogueItem, actor=province_user, source=form, pk=other.pk, values={"is_removed": True})
    assert load_catalogue() == 0
    call_command("load_departments", verbosity=0)
    item.refresh_from_db()
    other.refresh_from_db()
    assert (item.name, other.is_removed) == ("屋面防水修缮", True)
    assert (CatalogueItem.objects.count(), Department.objects.count()) == (78, 26)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "A01"}, "code"),
        ({"name": "屋面 防水"}, "name"),
        ({"standards": "jl-guide-2018、none-such"}, "standards"),
        ({"indicator": "pipes"}, "indicator_factor"),
        ({"indicator_factor": Decimal("0.001")}, "indicator"),
        ({"group": ""}, "group"),
        ({"measure": ""}, "measure"),
        ({"department_id": None}, "department_id"),
    ],
)
def test_an_item_that_cannot_be_added_up_is_refused(
    province_user: User, values: dict[str, object], field: str
) -> None:
    row = {
        "taxonomy_id": Taxonomy.objects.get(code="jl4").pk,
        "code": "Z01",
        "name": "地下室防潮",
        "group": "改善房屋功能",
        "level": "basic",
        "measure": "㎡",
        "department_id": Department.objects.get(code="housing").pk,
    }
    source = ChangeSet.Source.FORM
    refused = apply(CatalogueItem, actor=province_user, source=source, values={**row, **values})
    assert refused.status is Status.REJECTED
    assert field in {finding.field for finding in refused.findings}
    assert apply(CatalogueItem, actor=province_user, source=source, values=row).status is Status.CREATED


def test_a_unit_reads_the_catalogue_and_changes_none_of_it(yanji: User, client_for: ClientFor) -> None:
    item = CatalogueItem.objects.get(code="A01", taxonomy__code="jl4")
    browser = client_for(yanji)
    assert browser.get(reverse("communities:catalogue")).status_code == 200
    edit = {"id": item.pk, "v": 1, "cells": {"remark": "x"}, "key": "catalogue-key"}
    saved = browser.post(
        reverse("ledgers:grid_save", args=["catalogue"]), {"changes": [edit]}, "application/json"
    )
    assert saved.status_code == 403
    assert browser.get(reverse("ledgers:upload", args=["catalogue"])).status_code == 403
    own = {"taxonomy_id": item.taxonomy_id, "code": "Z1", "name": "新", "group": "x", "level": "basic"}
    source = ChangeSet.Source.WORKBOOK
    assert apply(CatalogueItem, actor=yanji, source=source, values=own).status is Status.DENIED
    assert not CatalogueItem.objects.filter(code="Z1").exists()


@pytest.mark.parametrize("kind", ["template", "xlsx", "csv"])
def test_the_catalogue_comes_back_unchanged(kind: str, province_user: User, tmp_path: Path) -> None:
    scope = scope_of(province_user, LEDGERS["catalogue"].slug)
    path = tmp_path / ("file.csv" if kind == "csv" else "file.xlsx")
    path.write_bytes(handed_out(scope, kind))
    plan = planned(scope, path)
    assert [(row.number, row.values, row.problems) for row in plan.rows if row.status != "same"] == []
    assert len(plan.rows) == 78
