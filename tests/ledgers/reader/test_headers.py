"""Headings in every spelling come down to one name and one unit."""

from __future__ import annotations

import pytest

from ledgers.reader import HeaderVocabulary
from records.headers import known_unit, normalise_header


@pytest.mark.parametrize(
    ("text", "name", "unit"),
    [
        ("小区名称", "小区名称", None),
        ("　小 区\n名 称 ＊", "小区名称", None),
        ("*小区名称（必填）", "小区名称", None),
        ("1.小区名称", "小区名称", None),
        ("（2）小区名称", "小区名称", None),
        ("③小区名称：", "小区名称", None),
        ("户数（户）", "户数", "户"),
        ("楼栋数[栋]", "楼栋数", "栋"),
        ("建筑面积【万平方米】", "建筑面积", "万㎡"),
        ("建筑面积(单位：万㎡)", "建筑面积", "万㎡"),
        ("建筑面积（万㎡）（必填）", "建筑面积", "万㎡"),
        ("建筑面积(m²)", "建筑面积", "㎡"),
        ("建筑面积/平方米", "建筑面积", "㎡"),
        ("计划投资万元", "计划投资", "万元"),
        ("补助标准（元/平方米）", "补助标准", "元/㎡"),
        ("开工率%", "开工率", "%"),
        ("area_wan_m2", "area", "万㎡"),
        ("post2000_area_m2", "post2000area", "㎡"),
        ("Investment_wan", "investment", "wan"),
        ("Plan year", "planyear", None),
        ("plan_year", "planyear", None),
        ("Floor area (10,000 m²)", "floorarea", "万㎡"),
        # Brackets that are no unit belong to the name; so does a unit that is part of a word.
        ("县（市、区）", "县(市、区)", None),
        ("居民户", "居民户", None),
        ("单元", "单元", None),
        ("2000年以后", "2000年以后", None),
        ("新开工改造小区数（个） 计划任务数", "新开工改造小区数计划任务数", "个"),
        # Nothing but a unit, or nothing at all.
        ("万元", "万元", None),
        ("（户）", "户", None),
        (" \u200b", "", None),
    ],
)
def test_a_heading_is_split_into_name_and_unit(text: str, name: str, unit: str | None) -> None:
    assert normalise_header(text) == (name, unit)


def test_a_name_that_was_normalised_stays_as_it_is() -> None:
    for text in ("小区名称", "县(市、区)", "planyear", "居民户计划"):
        name = normalise_header(text)[0]
        assert normalise_header(name) == (name, None)


@pytest.mark.parametrize(
    ("text", "unit"),
    [("万 平方米", "万㎡"), ("㎡", "㎡"), ("亿元", "亿元"), ("元/户", "元/户"), ("小区", None), ("", None)],
)
def test_units_are_known_in_their_spellings(text: str, unit: str | None) -> None:
    assert known_unit(text) == unit


def test_a_vocabulary_matches_any_spelling_of_its_words() -> None:
    words = HeaderVocabulary(["户数", "建筑面积（㎡）", "county"])
    assert words.match("户 数（万户）")
    assert words.match("建筑面积_wan_m2")
    assert words.match("COUNTY")
    assert not words.match("户数合计")
    assert not words.match("")
