"""The national bulletin of December 2022 from the ministry's table: text, tables, totals, what is missing."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from dashboards.documents import render_all
from dashboards.national import compose, differences
from dashboards.reported import Line, Table, Unreadable, read
from dashboards.runs import text_of

FILE = Path(__file__).parent / "data" / "national_2022_12_by_province.csv"
DECEMBER = date(2022, 12, 31)
HEADER = "省份,计划小区数,开工小区数,计划户数(万户),开工户数(万户)\n"


@pytest.fixture
def ministry() -> Table:
    """Give the ministry's table as published, cut in the row of 新疆."""
    return read(FILE.read_text(encoding="utf-8"))


def composed(table: Table) -> dict[str, Any]:
    return compose(table, whole="全国", on=DECEMBER, dated=date(2023, 1, 20), to="各省：")


def test_the_text_of_december_2022(ministry: Table) -> None:
    assert [text_of(block["runs"]) for block in composed(ministry)["blocks"]] == [
        "The plan of 全国 for 2022 is to renovate 51,077 old urban communities with 815.95 ten thousand"
        " households. From January to December, 51,192 communities and 853.02 ten thousand households have"
        " been started, by communities 102.8% of the year's plan, by households 104.5% (rates of the 30"
        " regions that report both).",
        "1. Regions beyond their plan",
        "广东 (129.0%), 江苏 (112.3%), 广西 (110.9%), 山西 (106.5%), 湖北 (106.4%), 福建 (105.9%), "
        "海南 (103.8%), 北京 (102.8%), 湖南 (102.4%), 重庆 (102.1%), 内蒙古 (102.0%), 吉林 (101.5%), "
        "浙江 (101.5%), 河南 (101.2%), 安徽 (100.5%), 贵州 (100.5%), 四川 (100.2%), 山东 (100.1%).",
        "2. Regions that have started everything",
        "29 regions have started everything, 天津, 河北, 辽宁, 黑龙江, 上海, 江西, 云南, 陕西, 甘肃, 青海, "
        "宁夏 just as many as planned.",
        "3. Regions that have not started everything",
        "西藏 (87.1%, 4 communities to start).",
        "4. Numbers not reported",
        "新疆 has not reported started communities, planned households, started households;"
        " the totals do not contain them.",
    ]


def test_the_totals_are_the_sums_of_the_rows_of_the_file(ministry: Table) -> None:
    rows = [line.split(",") for line in FILE.read_text(encoding="utf-8").splitlines()[2:]]
    planned = sum(int(row[2]) for row in rows)
    started = sum(int(row[3]) for row in rows if row[3])
    households = [sum(Decimal(row[column]) for row in rows if row[column]) for column in (4, 5)]
    rated = Fraction(started, sum(int(row[2]) for row in rows if row[3])) * 100
    for table in composed(ministry)["annexes"]:
        assert [cell.get("v", cell["t"]) for cell in table["total"]] == [
            "",
            "Total",
            planned,
            started,
            "102.8",
            str(households[0]),
            str(households[1]),
            "104.5",
        ]
    assert abs(rated - Fraction("102.8")) <= Fraction("0.05")


def test_ranked_as_published_and_in_the_order_of_the_file(ministry: Table) -> None:
    ranked, listed = composed(ministry)["annexes"]

    def line(table: dict[str, Any], name: str) -> list[str]:
        (found,) = [row for row in table["rows"] if row[1]["t"] == name]
        return [cell["t"] for cell in found]

    assert len(ranked["rows"]) == len(listed["rows"]) == 31
    assert line(ranked, "广东") == [
        "1",
        "广东",
        "1,397",
        "1,802",
        "All started",
        "32.75",
        "39.36",
        "All started",
    ]
    assert line(listed, "广东") == ["19", "广东", "1,397", "1,802", "129.0", "32.75", "39.36", "120.2"]
    # Regions with equal rates share a place; the one behind them has not lost its own.
    assert {line(ranked, name)[0] for name in ("天津", "河北", "宁夏")} == {"19"}
    assert line(ranked, "西藏") == ["30", "西藏", "31", "27", "87.1", "0.53", "0.38", "71.7"]
    assert line(ranked, "新疆") == ["—", "新疆", "1,273", "—", "—", "—", "—", "—"]


def test_a_rate_that_only_rounds_to_100_is_not_all_started() -> None:
    ranked, _listed = composed(read(HEADER + "甲,10000,9996,1,1\n"))["annexes"]
    assert ranked["rows"][0][4]["t"] == "100.0"
    assert ranked["rows"][0][7]["t"] == "All started"


def test_the_files_say_the_same(ministry: Table) -> None:
    made = render_all(composed(ministry))
    book = openpyxl.load_workbook(io.BytesIO(made["xlsx"]))
    assert len(book.sheetnames) == 3
    sheet = book[book.sheetnames[2]]
    assert [cell.value for cell in sheet[35]][1:] == ["Total", 51077, 51192, 102.8, 815.95, 853.02, 104.5]
    document = Document(io.BytesIO(made["docx"]))
    assert [cell.text for cell in document.tables[0].rows[2].cells][:5] == [
        "1",
        "广东",
        "1,397",
        "1,802",
        "All started",
    ]
    assert made["pdf"].startswith(b"%PDF")


def test_a_total_row_that_is_not_the_sum_is_pointed_out_and_not_used() -> None:
    table = read(HEADER + "甲,10,12,1.00,1.2\n乙,20,8,2.00,0.80\n合计,31,20,3.00,2.00\n")
    assert (table.sums.planned, table.sums.started) == (30, 20)
    assert differences(table) == [
        "The table's own total of planned communities is 31, the sum of its rows 30."
    ]


def test_cells_copied_from_a_spreadsheet_and_households_in_single_units() -> None:
    table = read("地区\t小区数（计划）\t开工小区数\t计划户数（户）\n\n甲\t1,200\t 300\t12345\n")
    assert table.lines == (Line("甲", 1200, 300, 12345, None),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The table is empty. Paste it with its header row."),
        ("# nur\n", "The table is empty. Paste it with its header row."),
        ("省份,开工小区数\n甲,1\n", "The header does not name these columns: planned communities."),
        (HEADER, "The table has a header and no rows."),
        (HEADER + "甲,1,1\n甲,1,1\n", "Row 3: 甲 stands in the table twice."),
        (HEADER + "甲,-1,1\n", "Row 2: “-1” is not a number this column can hold (planned)."),
        (HEADER + "甲,1.5,1\n", "Row 2: “1.5” is not a number this column can hold (planned)."),
        (HEADER + "甲,1,nan\n", "Row 2: “nan” is not a number this column can hold (started)."),
        (HEADER + ",1,1\n", "Row 2 names no region."),
    ],
)
def test_what_cannot_be_read_says_where_and_why(text: str, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text)
    assert str(refused.value) == said


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(*[st.one_of(st.none(), st.integers(0, 10**7))] * 4),
        min_size=1,
        max_size=8,
    )
)
def test_every_table_adds_up_and_loses_nobody(rows: list[tuple[int | None, ...]]) -> None:
    table = Table(tuple(Line(f"R{index}", *row) for index, row in enumerate(rows)))
    sums = table.sums
    assert (sums.planned, sums.started, sums.planned_households, sums.started_households) == tuple(
        sum(row[column] or 0 for row in rows) for column in range(4)
    )
    ranked = table.ranked
    assert sorted(line.name for _place, line in ranked) == sorted(line.name for line in table.lines)
    ratios = [line.ratio for place, line in ranked if place is not None]
    assert ratios == sorted(ratios, key=lambda ratio: -(ratio or 0))


# ---------------------------------------------------------------- the page


@pytest.mark.django_db
def test_the_page_composes_and_hands_out_files(client: Client, province_user: User) -> None:
    client.force_login(province_user)
    form = {"whole": "全国", "period": "2022-12", "table": FILE.read_text(encoding="utf-8")}
    page = client.post("/dashboards/bulletins/table/", form)
    assert page.status_code == 200
    assert "51,192 communities" in page.content.decode()
    book = client.post("/dashboards/bulletins/table/", {**form, "show": "xlsx"})
    assert b"".join(book).startswith(b"PK")


@pytest.mark.django_db
def test_a_table_that_cannot_be_read_keeps_what_was_typed(client: Client, province_user: User) -> None:
    client.force_login(province_user)
    page = client.post(
        "/dashboards/bulletins/table/", {"whole": "全国", "period": "2022-12", "table": HEADER + "甲,x,1"}
    )
    assert page.status_code == 400
    assert "“x” is not a number" in page.content.decode()
    assert "甲,x,1" in page.content.decode()
