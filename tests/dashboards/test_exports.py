"""The workbooks in the column sets that are published."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest

from accounts import spreadsheets
from accounts.models import User
from dashboards.snapshots import freeze, province
from projects.models import Project
from tests.conftest import ClientFor
from tests.dashboards.conftest import JUNE, enter, started

pytestmark = pytest.mark.django_db

URL = "/dashboards/export/?year=2020&on=2020-06-30&table="


def workbook(client: Any, table: str, extra: str = "") -> Any:
    response = client.get(URL + table + extra)
    assert response.status_code == 200
    return opened(b"".join(response.streaming_content))


def opened(content: bytes) -> Any:
    """Open a workbook; typed loosely, since a cell can hold anything."""
    return openpyxl.load_workbook(io.BytesIO(content))


def rows(sheet: Any) -> list[tuple[Any, ...]]:
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


def test_starts_with_households_best_first_and_finished_in_words(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    book = workbook(client_for(province_user), "starts")
    assert book.sheetnames == ["By prefecture", "By city and county"]
    lines = rows(book["By city and county"])
    assert lines[1][2:8:3] == ("Newly started communities (no.)", "Households concerned (10,000)")
    assert lines[3] == (1, "延吉市", 3, 3, "All started", 0.015, 0.012, 80)
    assert lines[5] == (3, "长春市本级", 2, 0, 0, 0.01, 0, 0)
    assert len(lines) == 3 + 47 + 1 + 3
    assert lines[50][1:] == ("Total", 10, 4, 40, 0.05, 0.022, 44)


def test_the_monthly_form_ends_with_the_total(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    lines = rows(workbook(client_for(province_user), "monthly")["By prefecture"])
    assert lines[1] == ("No.", "Region", "Newly started communities (no.)", "Start rate %")
    assert lines[10] == (9, "延边州", 4, 66.7)
    assert lines[11] == (None, "Total", 4, 40)


def test_the_year_plan_has_subtotals_before_the_counties(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    lines = rows(workbook(client_for(province_user), "plan")["Year plan"])
    assert lines[2] == (1, "长春市", "Subtotal of the city", 4, 4, 150, 0.8)
    assert lines[3] == (None, None, "of which: 1. 长春市本级", 2, 2, 100, 0.4)
    assert lines[4] == (None, None, "2. 农安县", 2, 2, 50, 0.4)
    total = next(line for line in lines if line[1] == "Total")
    assert total[3:] == (10, 10, 500, 3.2)


def test_a_unit_takes_away_its_own_row(year: list[Project], yanji: User, client_for: ClientFor) -> None:
    book = workbook(client_for(yanji), "starts")
    assert book.sheetnames == ["By city and county"]
    assert [line[1] for line in rows(book.active)[3:5]] == ["延吉市", "Total"]


def test_an_export_says_as_of_when_whence_by_whom_and_what_is_invented(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    enter([{"unit": "222401", "is_simulated": True, **started(JUNE)}])
    snapshot, _new = freeze(region=province(), plan_year=2020, on=JUNE)
    notes = [line[0] for line in rows(workbook(client, "monthly").active)[-4:]]
    assert notes[0].startswith("Simulated data")
    assert notes[1] == f"Data as of 2020-06-30, snapshot {snapshot.mark}."
    assert "省级管理" in notes[3]
    live = [line[0] for line in rows(workbook(client, "monthly", "&source=live").active)[-3:]]
    assert live[0] == "Data as of 2020-06-30, ledgers as they stand."


def test_the_file_has_its_chinese_name(
    year: list[Project], province_user: User, client_for: ClientFor
) -> None:
    response = client_for(province_user).get(URL + "plan&region=222400")
    disposition = response.headers["Content-Disposition"]
    assert f"filename*=utf-8''{quote('延边州')}" in disposition
    assert disposition.startswith("attachment")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0"],
)
def test_no_text_becomes_a_formula(text: str) -> None:
    def fill(book: Any) -> None:
        spreadsheets.write(book.add_worksheet(), 0, 0, text)

    cell = opened(spreadsheets.build(fill)).active["A1"]
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert cell.value.replace("_x000D_", "\r") == text


def test_numbers_stay_numbers_and_a_truth_value_is_a_mistake() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        for column, value in enumerate((-3, Decimal("16.1"), JUNE, None)):
            spreadsheets.write(sheet, 0, column, value)
        with pytest.raises(TypeError):
            spreadsheets.write(sheet, 1, 0, True)

    sheet = opened(spreadsheets.build(fill)).active
    values = [cell.value for cell in sheet[1][:3]]
    assert values[:2] == [-3, 16.1]
    assert values[2].date() == JUNE
