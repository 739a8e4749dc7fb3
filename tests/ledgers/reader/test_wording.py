"""Totals, notes and sections are told from communities by their words."""

from __future__ import annotations

import pytest

from ledgers.reader import wording


@pytest.mark.parametrize(
    "text",
    [
        "合计",
        "合 计",
        "　总　计：",
        "小计",
        "全市小计",
        "朝阳街道小计",
        "本页合计",
        "共计",
        "累计",
        "全省",
        "Total",
        "TOTAL:",
    ]
    + ["合计（个）", "Sub-total", "Grand total"],
)
def test_totals(text: str) -> None:
    assert wording.is_total(text)


@pytest.mark.parametrize(
    "text",
    [
        "2020年24个小区合计",
        "工商局小区等7个小区合计",
        "永昌街道2022第二批74个小区(合计)",
        "合计小区",
        "全安小区",
        "计生委家属院",
    ]
    + ["总工会宿舍", "其中:1.历下区", "全部开工", "totally"],
)
def test_communities_that_sound_like_totals(text: str) -> None:
    assert not wording.is_total(text)


def test_subtotals_and_whole_regions() -> None:
    assert wording.is_subtotal("全市小计")
    assert wording.is_subtotal("本页合计")
    assert not wording.is_subtotal("合计")
    assert wording.is_region("全 省")
    assert not wording.is_region("全市小计")


@pytest.mark.parametrize(
    "text",
    [
        "注：以上为模拟数据",
        "注1.口径",
        "备注：无",
        "说明：略",
        "填表人：李某",
        "制表人 李某",
        "单位负责人：王某",
    ]
    + [
        "审核：",
        "联系电话：0433",
        "2020年12月1日",
        "数据来源：州住建局",
        "来源: 网站",
        "Note: draft",
        "Source: bureau",
    ],
)
def test_notes(text: str) -> None:
    assert wording.is_note(text)


@pytest.mark.parametrize(
    "text", ["注塑厂家属院", "说明书印刷厂小区", "日报社小区", "负责人才公寓", "审计局家属楼", "1、甲小区"]
)
def test_communities_that_sound_like_notes(text: str) -> None:
    assert not wording.is_note(text)


def test_sections_and_sentences() -> None:
    assert wording.is_section("一、延吉市")
    assert wording.is_section("（二）敦化市")
    assert wording.is_section("第2批")
    assert not wording.is_section("一中家属院")
    assert wording.is_sentence("以各县市为准。")
    assert not wording.is_sentence("建安小区")


@pytest.mark.parametrize(
    ("line", "units"),
    [
        ("单位：万元", ["万元"]),
        ("填报单位：延边州住建局  计量单位：个、户、万平方米", ["个", "户", "万㎡"]),
        ("（单位：亿元）", ["亿元"]),
        ("编制单位：住建局", []),
        ("延边州2020年计划", []),
    ],
)
def test_units_stated_for_the_whole_table(line: str, units: list[str]) -> None:
    assert wording.stated_units(line) == units


def test_published_totals_are_found_in_comments() -> None:
    assert wording.published_total("# published total row: 313,313,1164,35305,377.72") == (
        "",
        ["313", "313", "1164", "35305", "377.72"],
    )
    assert wording.published_total("# published total row 全市小计: 525,2440 ; 全省 3898个") == (
        "全市小计",
        ["525", "2440"],
    )
    assert wording.published_total("# totals 211栋/6336户/47.36万㎡") is None
