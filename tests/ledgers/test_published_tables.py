"""Tables as governments published them go through the upload page, with nothing wrong and their totals met.

The figures are copies of published ones; the headings are those of the published tables.  Every table is sent
as a workbook and as a GBK text file, with its title above and its total below.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Region, User
from accounts.roles import Role
from communities.models import Community
from ledgers.importing import batches
from ledgers.models import ImportBatch
from projects.models import AnnualPlan
from tests.conftest import ClientFor, make_user

pytestmark = pytest.mark.django_db
PUBLISHED = Path(__file__).resolve().parent.parent / "excel_corpus" / "published"
WAN = Decimal(10_000)
Line = dict[str, str]
# Published column → attribute and the worth of its unit (0: text).
Meaning = Mapping[str, tuple[str, int]]


@dataclass(frozen=True)
class Table:
    """A published table: where its figures are, how it was printed, and what each column means."""

    file: str
    title: str
    ledger: str
    place: str
    # Heading rows; None continues the cell to the left, as merged cells do.
    headings: Sequence[Sequence[str | None]]
    columns: Sequence[str]
    meaning: Meaning
    # What the official answers on the mapping page: heading → column, "" to leave it out.
    answers: Mapping[str, str] = field(default_factory=dict)
    year: int | None = None
    # The printed total; "sum" where the table was published without one.
    total: Sequence[str] | str = "sum"
    totals_met: bool = True


AREA = ("floor_area", 10_000)
TABLES = (
    Table(
        "dezhou_2022_plan.csv",
        "德州市2022年城镇老旧小区改造计划",
        "plans",
        "county",
        [
            [
                "序号",
                "城市",
                "县(市、区)",
                "项目数量",
                "小区数(个)",
                "楼栋数(栋)",
                "户数(户)",
                "建筑面积(万㎡)",
            ]
        ],
        ["#", "=德州市", "county", "projects", "communities", "buildings", "households", "area_wan_m2"],
        {
            "projects": ("target_projects", 1),
            "communities": ("target_communities", 1),
            "buildings": ("target_buildings", 1),
            "households": ("target_households", 1),
            "area_wan_m2": ("target_area", 10_000),
        },
        answers={"城市": "", "县(市、区)": "unit"},
        year=2022,
        total=["313", "313", "1164", "35305", "377.72"],
    ),
    Table(
        "jinan_2023_plan.csv",
        "济南市2023年城镇老旧小区改造计划",
        "plans",
        "district",
        [["序号", "县(市、区)", "小区数(个)", "楼栋数(栋)", "户数(户)", "建筑面积(万㎡)"]],
        ["#", "district", "communities", "buildings", "households", "area_wan_m2"],
        {
            "communities": ("target_communities", 1),
            "buildings": ("target_buildings", 1),
            "households": ("target_households", 1),
            "area_wan_m2": ("target_area", 10_000),
        },
        year=2023,
        # The excerpt ends before the last districts, so the city's total is more than the rows.
        total=["525", "2440", "99891", "755.91"],
        totals_met=False,
    ),
    Table(
        "national_2022_12.csv",
        "2022年全国城镇老旧小区改造进展情况（截至2022年12月末）",
        "plans",
        "province",
        [
            ["序号", "省份", "新开工改造小区数(个)", None, "涉及居民户数(万户)", None],
            ["", "", "计划任务数", "开工数", "计划任务数", "开工数"],
        ],
        [
            "seq",
            "province",
            "plan_communities",
            "started_communities",
            "plan_households_wan",
            "started_households_wan",
        ],
        {
            "plan_communities": ("target_communities", 1),
            "plan_households_wan": ("target_households", 10_000),
        },
        answers={
            "新开工改造小区数(个) 开工数": "",
            "涉及居民户数(万户) 计划任务数": "target_households",
            "涉及居民户数(万户) 开工数": "",
        },
        year=2022,
    ),
    Table(
        "national_2023_06.csv",
        "2023年全国城镇老旧小区改造进展情况（截至2023年6月末）",
        "plans",
        "province",
        [["序号", "省份(地区)", "新开工小区数(个)", "开工率"]],
        ["seq", "province", "started_communities", "start_rate"],
        {},
        answers={"新开工小区数(个)": "", "开工率": ""},
        year=2023,
        total=["42621", "80.4%"],
    ),
    Table(
        "communities_with_figures.csv",
        "城镇老旧小区改造项目情况表",
        "communities",
        "county",
        [
            [
                "省份",
                "城市",
                "区县",
                "小区名称",
                "建成年代",
                "楼栋数(栋)",
                "单元数(个)",
                "户数(户)",
                "建筑面积(万㎡)",
                "总投资(万元)",
                "改造年度",
                "备注",
            ]
        ],
        [
            "province",
            "city",
            "county",
            "name",
            "built",
            "buildings",
            "units",
            "households",
            "area_wan_m2",
            "investment_wan",
            "plan_year",
            "note",
        ],
        {
            "name": ("name", 0),
            "buildings": ("building_count", 1),
            "units": ("entrance_count", 1),
            "households": ("household_count", 1),
            "area_wan_m2": AREA,
            "note": ("remark", 0),
        },
        # 约2005 and 2000前 are no years: the column is left out rather than guessed at.
        answers={"省份": "", "城市": "", "总投资(万元)": "", "改造年度": "", "建成年代": ""},
    ),
    Table(
        "fuyang_2021_list.csv",
        "阜阳市2021年老旧小区改造名单",
        "communities",
        "county",
        [["序号", "区县", "小区名称"]],
        ["#", "county", "name"],
        {"name": ("name", 0)},
    ),
    Table(
        "yuhua_2021_list.csv",
        "2021年雨花区城镇老旧小区改造项目开工情况公示",
        "communities",
        "",
        [["序号", "所在街道及社区", "小区名称", "实施进度", "备注"]],
        ["序号", "所在街道及社区", "小区名称", "实施进度", "备注"],
        {"所在街道及社区": ("street", 0), "小区名称": ("name", 0), "备注": ("remark", 0)},
        answers={"实施进度": ""},
    ),
    Table(
        "shuangcheng_2020_tenders.csv",
        "哈尔滨市双城区2020年老旧小区改造工程标段划分",
        "communities",
        "",
        [["标段", "小区", "建设规模(万㎡)", "其中2000年以后楼栋简易修缮(万㎡)"]],
        ["section", "community", "area_wan_m2", "post2000_area_wan_m2"],
        {
            "community": ("name", 0),
            "area_wan_m2": AREA,
            "post2000_area_wan_m2": ("post2000_area", 10_000),
        },
        answers={"标段": ""},
    ),
)


def source(table: Table) -> list[Line]:
    """Return the published rows; a printed total among them stays out."""
    text = (PUBLISHED / table.file).read_text(encoding="utf-8-sig")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    for row in rows:
        if table.place == "county" and "city" in row:
            # 东莞 has no counties: the city itself reports.
            row["county"] = row["county"] or row["city"]
    return [row for row in rows if row.get(table.place) != "合计"]


def printed_rows(table: Table, rows: Iterable[Line]) -> list[list[str]]:
    """Return the rows as the table prints them, with the total below."""
    rows = list(rows)
    body = [[_cell(row, column, number) for column in table.columns] for number, row in enumerate(rows, 1)]
    figures = [column for column in table.columns if table.meaning.get(column, ("", 0))[1]]
    if table.total == "sum" and figures:
        sums = [sum((Decimal(row[c]) for row in rows if row[c]), Decimal(0)) for c in figures]
        told = dict(zip(figures, map(str, sums), strict=True))
    elif table.total == "sum":
        return body
    else:
        told = dict(zip(table.columns[-len(table.total) :], table.total, strict=True))
    return [*body, ["合计", *[told.get(column, "") for column in table.columns[1:]]]]


def _cell(row: Line, column: str, number: int) -> str:
    if column == "#":
        return str(number)
    return column[1:] if column.startswith("=") else row[column] or ""


def as_csv(table: Table, rows: list[list[str]]) -> bytes:
    """Return the table as an office's Excel saves it: GBK, the gaps of merged headings left blank."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([table.title])
    writer.writerows([[text or "" for text in line] for line in table.headings])
    writer.writerows(rows)
    return target.getvalue().encode("gbk")


def as_workbook(table: Table, rows: list[list[str]]) -> bytes:
    """Return the table as a workbook: merged title and headings, figures as numbers."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("公布数据")
        sheet.merge_range(0, 0, 0, len(table.columns) - 1, table.title)
        depth = len(table.headings)
        for index, text in enumerate(table.headings[0]):
            if text is None:
                continue
            follows = table.headings[0][index + 1 : index + 2] == [None]
            if depth > 1 and not table.headings[1][index]:
                sheet.merge_range(1, index, depth, index, text)
            elif follows:
                sheet.merge_range(1, index, 1, index + 1, text)
            else:
                sheet.write_string(1, index, text)
        for index, lower in enumerate(table.headings[1] if depth > 1 else ()):
            if lower:
                sheet.write_string(2, index, lower)
        for number, line in enumerate(rows, start=depth + 1):
            for index, text in enumerate(line):
                _write(sheet, number, index, text)
    return target.getvalue()


def _write(sheet: Any, row: int, index: int, text: str) -> None:
    try:
        sheet.write_number(row, index, Decimal(text))
    except ArithmeticError:
        if text:
            sheet.write_string(row, index, text)


@pytest.fixture
def official(db: None) -> Callable[[Table, list[Line]], User]:
    """Make the places a table names, below one region, and the person in charge of them."""

    def make(table: Table, rows: list[Line]) -> User:
        root = Region.objects.create(
            code="900000", name="公布地区", level=Region.Level.PROVINCE, path="900000/"
        )
        names = dict.fromkeys(row[table.place] for row in rows) if table.place else {"雨花区": None}
        for number, name in enumerate(names, start=1):
            code = f"90{number:04d}"
            Region.objects.create(
                code=code, name=name, level=Region.Level.UNIT, parent=root, path=f"900000/{code}/"
            )
        return make_user("official", "经办人", Role.MANAGER, "900000" if table.place else "900001")

    return make


def send(client: Client, table: Table, content: bytes, name: str) -> ImportBatch:
    """Upload a file as the page does, answering what it asks."""
    form = {"file": SimpleUploadedFile(name, content), "region": "900000", "year": table.year or ""}
    answer = client.post(f"/ledgers/{table.ledger}/import/?year={table.year or ''}", form)
    assert answer.status_code == 302
    batch = ImportBatch.objects.get()
    page = f"/ledgers/imports/{batch.pk}/"
    assert client.get(page).status_code == 200
    if table.answers:
        headings = batch.mapping["headings"]
        assert {h["text"] for h in headings if h["how"] in {"asked", "twice"}} <= table.answers.keys()
        chosen = {
            f"heading-{h['index']}": table.answers[h["text"]] for h in headings if h["text"] in table.answers
        }
        assert len(chosen) == len(table.answers)
        assert client.post(f"{page}mapping/", chosen).status_code == 302
    assert client.get(page).status_code == 200
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.PLANNED, (batch.mapping, batch.refusal)
    return batch


def stored(table: Table) -> list[dict[str, Any]]:
    """Return what the ledger holds, in the file's order."""
    names = [name for name, _worth in table.meaning.values()]
    if table.year is not None:
        return list(AnnualPlan.objects.filter(year=table.year).order_by("pk").values("unit__name", *names))
    return list(Community.objects.order_by("pk").values("unit__name", *names))


def expected(table: Table, row: Line) -> dict[str, Any]:
    """Return what a published row must have become."""
    values: dict[str, Any] = {"unit__name": row[table.place] if table.place else "雨花区"}
    for column, (name, worth) in table.meaning.items():
        text = row[column] or ""
        values[name] = text if worth == 0 else Decimal(text) * worth if text else None
    return values


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file.removesuffix(".csv"))
def test_a_published_table_goes_through_the_upload_page(
    table: Table, kind: str, official: Callable[[Table, list[Line]], User], client_for: ClientFor
) -> None:
    rows = source(table)
    client = client_for(official(table, rows))
    printed = printed_rows(table, rows)
    content = as_workbook(table, printed) if kind == "xlsx" else as_csv(table, printed)
    batch = send(client, table, content, f"{table.title}.{kind}")
    plan = batches.plan_of(batch)
    assert [(row.number, row.problems) for row in plan.rows if row.problems] == []
    assert plan.counts()["new"] == len(rows)
    assert plan.left_out == {"titles": 1, **({"totals": 1} if len(printed) > len(rows) else {})}
    figures = [name for name, worth in table.meaning.values() if worth]
    assert len(plan.totals) == len(figures)
    assert {line["ok"] for line in plan.totals} <= {table.totals_met}
    answer = client.post(f"/ledgers/imports/{batch.pk}/commit/", {"mode": "all"})
    assert answer.status_code == 302
    assert stored(table) == [expected(table, row) for row in rows]
    assert client.get(f"/ledgers/imports/{batch.pk}/").status_code == 200
