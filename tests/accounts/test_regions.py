"""The tree of regions and its loader."""

from __future__ import annotations

from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Region
from accounts.regions import RegionTableError, load_regions, read_region_table

pytestmark = pytest.mark.django_db

HEADER = "code,name,short_name,name_en,level,parent\n"


def table(path: Path, body: str) -> Path:
    """Write a region table with its heading."""
    file = path / "regions.csv"
    file.write_text(HEADER + body, encoding="utf-8")
    return file


def test_the_province_has_47_units_in_9_prefectures() -> None:
    levels = Counter(Region.objects.values_list("level", flat=True))

    assert levels == {"province": 1, "prefecture": 9, "unit": 47, "district": 21}
    assert Region.objects.units().filter(name__endswith="市本级").count() == 8


def test_districts_lie_beneath_their_own_unit() -> None:
    district = Region.objects.get(code="220102")

    assert district.path == "220000/220100/220101/220102/"
    assert district.ancestor_codes == ["220000", "220100", "220101", "220102"]
    assert district.parent is not None
    assert district.parent.name == "长春市本级"


def test_a_subtree_holds_its_root_and_nothing_beside_it() -> None:
    yanbian = Region.objects.get(code="222400")

    assert yanbian.subtree().count() == 9
    assert set(yanbian.subtree().units().values_list("code", flat=True)) == {
        "222401", "222402", "222403", "222404", "222405", "222406", "222424", "222426",
    }  # fmt: skip
    assert yanbian.contains(Region.objects.get(code="222401"))
    assert not yanbian.contains(Region.objects.get(code="220101"))


@pytest.mark.parametrize(
    ("code", "label", "english"),
    [
        ("220623", "长白县", "Changbai Korean Autonomous County"),
        ("220721", "前郭县", "Qian Gorlos Mongol Autonomous County"),
        ("220323", "伊通县", "Yitong Manchu Autonomous County"),
        ("222400", "延边州", "Yanbian Korean Autonomous Prefecture"),
        ("220101", "长春市本级", "Changchun City Proper"),
    ],
)
def test_labels_are_short_and_english_names_are_there(code: str, label: str, english: str) -> None:
    region = Region.objects.get(code=code)

    assert region.label == label
    assert region.name_en == english


def test_loading_again_changes_nothing() -> None:
    before = list(Region.objects.values())
    out = StringIO()

    call_command("load_regions", stdout=out)

    assert out.getvalue() == "Regions: 0 created, 0 changed, 78 unchanged.\n"
    assert list(Region.objects.values()) == before


def test_a_new_name_in_the_table_reaches_the_row_that_is_there(tmp_path: Path) -> None:
    yanji = Region.objects.get(code="222401")

    result = load_regions(read_region_table(table(tmp_path, "222401,延吉新市,延吉,Yanji,unit,222400\n")))

    assert result.changed == ["222401"]
    yanji.refresh_from_db()
    assert (yanji.name, yanji.short_name, yanji.name_en) == ("延吉新市", "延吉", "Yanji")


def test_a_moved_unit_takes_along_what_lies_beneath_it(tmp_path: Path) -> None:
    load_regions(read_region_table(table(tmp_path, "220101001,某街道,,,street,220102\n")))

    load_regions(read_region_table(table(tmp_path, "220101,长春市本级,,,unit,220200\n")))

    assert Region.objects.get(code="220101").path == "220000/220200/220101/"
    assert Region.objects.get(code="220101001").path == "220000/220200/220101/220102/220101001/"


def test_another_province_loads_beside_this_one(tmp_path: Path) -> None:
    body = "210000,辽宁省,,,province,\n210100,沈阳市,,,prefecture,210000\n210101,沈阳市本级,,,unit,210100\n"

    call_command("load_regions", file=table(tmp_path, body), verbosity=0)

    assert Region.objects.get(code="210101").path == "210000/210100/210101/"
    assert Region.objects.get(code="220000").subtree().count() == 78


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("999999,无上级,,,unit,888888\n", "Line 2, 999999: the parent 888888 is not known."),
        ("999999,无上级,,,unit,\n", "Line 2, 999999: the parent – is not known."),
        ("999999,倒置,,,prefecture,222401\n", "Line 2, 999999: the parent 222401 does not stand above it."),
        ("999999,平级,,,unit,222401\n", "Line 2, 999999: the parent 222401 does not stand above it."),
        ("999999,甲,,,village,222401\n", "Line 2, 999999: the level village is not known."),
        ("999999,,,,unit,222400\n", "Line 2, 999999: the name is missing."),
        ("22/24,斜线,,,unit,222400\n", "Line 2, 22/24: a code is made of letters and digits."),
        ("999999,甲,,,province,222400\n", "Line 2, 999999: a province has no parent."),
        ("999999,甲,,,unit,222400\n999999,乙,,,unit,222400\n", "Line 3: code 999999 stands twice."),
    ],
)
def test_a_table_that_is_no_tree_is_refused_whole(tmp_path: Path, body: str, problem: str) -> None:
    good = "999998,好行,,,unit,222400\n"
    file = table(tmp_path, body + good)

    with pytest.raises(RegionTableError) as caught:
        load_regions(read_region_table(file))

    assert caught.value.problems == [problem]
    assert not Region.objects.filter(code__in=["999998", "999999"]).exists()


def test_the_command_explains_what_it_cannot_read(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        call_command("load_regions", file=tmp_path / "none.csv")

    gbk = tmp_path / "gbk.csv"
    gbk.write_bytes((HEADER + "999999,延吉,,,unit,222400\n").encode("gbk"))
    with pytest.raises(CommandError, match="is not UTF-8"):
        call_command("load_regions", file=gbk)

    short = tmp_path / "short.csv"
    short.write_text("code,name\n999999,甲\n", encoding="utf-8")
    with pytest.raises(CommandError, match="no column short_name, name_en, level, parent"):
        call_command("load_regions", file=short)
