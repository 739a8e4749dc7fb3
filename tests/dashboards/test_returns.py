"""Returns: one record fills many forms; they agree with the boards, with the ledger and with each other."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName

from accounts.models import User
from dashboards.models import ReturnDefinition
from dashboards.returns.agreeing import agreements
from dashboards.returns.facts import Facts
from dashboards.returns.filling import MappingWrong, form_of, prove, values_of
from dashboards.returns.layouts import LayoutRefused, read_layout
from tests.conftest import ClientFor
from tests.projects.stage import make_project

pytestmark = pytest.mark.django_db
YEAR, ON = 2020, date(2020, 6, 30)


@pytest.fixture
def projects() -> None:
    """Three communities of 延吉市 in the plan, one of them started, and one of 敦化市 added beyond it."""
    common: dict[str, Any] = {"year": YEAR, "planned_buildings": 4, "planned_area": Decimal("12345.60")}
    make_project("向阳小区", planned_households=200, started_on=date(2020, 5, 1), **common)
    make_project("和平小区", planned_households=130, **common)
    make_project("=1+1", planned_households=70, planned_investment_fen=123_450_000, **common)
    make_project("加建小区", unit="222403", planned_households=50, origin="added", **common)


def definition(code: str) -> ReturnDefinition:
    return ReturnDefinition.objects.get(code=code)


def facts(user: User) -> Facts:
    return Facts(user, user.view_region, YEAR, ON)


def cells(code: str, user: User) -> dict[str, Any]:
    return {name: cell.value for name, cell in values_of(definition(code), facts(user)).cells.items()}


def book(named: dict[str, str], **contents: Any) -> bytes:
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.title = "表"
    for address, value in contents.items():
        sheet[address] = value
    for name, address in named.items():
        made.defined_names[name] = DefinedName(name, attr_text=f"'表'!${address[0]}${address[1:]}")
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def test_the_four_groups_of_the_national_survey_come_with_the_portal() -> None:
    found = ReturnDefinition.objects.holding(2026)
    assert [one.name for one in found[:4]] == [
        "城镇老旧小区改造年度计划",
        "城镇老旧小区改造进展情况",
        "城镇老旧小区改造效果情况",
        "城镇老旧小区改造项目基本情况",
    ]
    for one in found:
        prove(one.mapping)
        assert "编码" not in one.source or "可改" in one.source


def test_one_record_fills_many_forms(projects: None, province_user: User) -> None:
    plan = cells("national-plan", province_user)
    assert plan == {
        "JH_01": 3,
        "JH_02": 400,
        "JH_03": 12,
        "JH_04": Decimal("3.70"),
        "JH_05": Decimal("123.45"),
        "JH_06": Decimal("0.00"),
    }
    progress = cells("national-progress", province_user)
    assert (progress["JZ_01"], progress["JZ_03"], progress["JZ_04"], progress["JZ_05"]) == (
        3, 1, 200, Decimal("33.3"),
    )  # fmt: skip
    assert cells("national-effects", province_user)["XG_01"] == 400


def test_the_form_is_the_original_with_the_numbers_in_it(projects: None, yanji: User) -> None:
    found = definition("national-projects")
    form = form_of(found, values_of(found, facts(yanji)), facts(yanji))
    sheet = load_workbook(io.BytesIO(form.content())).worksheets[0]
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=4)]
    assert sorted(str(line[2]) for line in lines[:3]) == ["=1+1", "向阳小区", "和平小区"]
    formulas = [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
    assert formulas == []
    assert (lines[3][5], lines[3][6], lines[3][7], lines[3][9]) == (12, 400, 37036.8, 123.45)
    assert (form.absent, form.unmapped) == ([], [])


def test_everybody_gets_the_numbers_of_their_own_region(
    projects: None, yanji: User, dunhua: User, client_for: ClientFor
) -> None:
    assert cells("national-plan", yanji)["JH_01"] == 3
    assert cells("national-plan", dunhua)["JH_01"] == 0
    found = definition("national-projects")
    answer = client_for(dunhua).get(f"/dashboards/returns/{found.pk}/?unit=222401&year=2020")
    assert answer.status_code == 404
    own = client_for(dunhua).get(f"/dashboards/returns/{found.pk}/?year=2020&on=2020-06-30")
    assert "向阳小区" not in own.content.decode()


def test_a_table_of_projects_tells_what_was_known_on_its_day(projects: None, yanji: User) -> None:
    make_project("后开工小区", year=YEAR, started_on=date(2020, 7, 15), completed_on=date(2020, 10, 1))
    area = values_of(definition("national-projects"), facts(yanji)).areas["DETAIL_ROWS"]
    days = {line[2]: line[10:12] for line in area.rows}
    assert days["后开工小区"] == [None, None]
    assert days["向阳小区"] == [date(2020, 5, 1), None]


def test_returns_agree_or_it_is_told_which_do_not(
    projects: None, province_user: User, client_for: ClientFor
) -> None:
    holding = ReturnDefinition.objects.holding(YEAR)
    assert [one.holds for one in agreements(holding, facts(province_user))] == [True] * 9
    plan = definition("national-plan")
    wrong = {**plan.mapping, "checks": [{"left": "JH_01", "op": "==", "right": "JH_02", "why": "错的"}]}
    wrong["checks"].append({"left": "JH_01", "op": "<=", "right": "nowhere:XX", "why": "没有"})
    ReturnDefinition(
        code=plan.code, name=plan.name, year=2020, source="x", mapping=wrong, layout=plan.layout
    ).save()
    told = agreements(ReturnDefinition.objects.holding(YEAR), facts(province_user))
    mine = {one.why: one.holds for one in told if one.definition.code == plan.code}
    assert mine == {"错的": False, "没有": None}
    page = client_for(province_user).get("/dashboards/returns/?year=2020&on=2020-06-30").content.decode()
    assert "错的" in page
    # An earlier year keeps the revision that held then.
    assert [one.year for one in ReturnDefinition.objects.holding(2019) if one.code == plan.code] == [2019]


def test_staff_map_an_offices_own_form(projects: None, province_user: User, client_for: ClientFor) -> None:
    client = client_for(province_user)
    layout = book({"甲": "B2", "乙": "A4"}, A1="某厅报表", A2="户数", B3="=SUM(B2:B2)")
    mapping = {
        "cells": {"甲": {"measure": "planned.households", "unit": "万户"}},
        "rows": {"乙": {"by": "unit", "columns": [{"measure": "name"}, {"measure": "planned.communities"}]}},
    }
    sent = {"code": "office", "name": "某厅表", "year": "2020", "source": "某函〔2020〕1号", "key": "k" * 10}
    answer = client.post(
        "/dashboards/returns/new/",
        {**sent, "mapping": json.dumps(mapping), "layout": SimpleUploadedFile("表.xlsx", layout)},
    )
    made = definition("office")
    assert answer["Location"] == f"/dashboards/returns/{made.pk}/"
    content = b"".join(client.get(f"/dashboards/returns/{made.pk}/export/?year=2020&on=2020-06-30"))
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert (sheet["A1"].value, sheet["B2"].value, sheet["B3"].value) == ("某厅报表", 0.04, "=SUM(B2:B2)")
    counts = {sheet.cell(row, 1).value: sheet.cell(row, 2).value for row in range(4, 51)}
    assert (len(counts), counts["延吉市"], sum(int(str(count)) for count in counts.values())) == (47, 3, 3)
    revised = client.post(
        f"/dashboards/returns/{made.pk}/revise/",
        {**sent, "name": "某厅表（改）", "mapping": json.dumps(mapping), "key": "l" * 10},
    )
    again = ReturnDefinition.objects.get(code="office", revision=2)
    assert revised["Location"] == f"/dashboards/returns/{again.pk}/"
    assert (again.name, bytes(again.layout), made.name) == ("某厅表（改）", layout, "某厅表")


@pytest.mark.parametrize(
    "content",
    [
        b"PK no workbook",
        book({"甲": "A1"}, A2="=HYPERLINK(B1)"),
        book({"甲": "A1"}, A2="=cmd|'/C calc'!A0"),
        b"0" * 2_000_001,
    ],
    ids=["no workbook", "link", "command", "too large"],
)
def test_a_form_that_is_none_or_could_run_something_is_refused(content: bytes) -> None:
    with pytest.raises(LayoutRefused):
        read_layout(content)


@pytest.mark.parametrize(
    "mapping",
    [
        [],
        {"other": {}},
        {"cells": []},
        {"cells": {"甲": {"measure": "nothing"}}},
        {"cells": {"甲": {"measure": "planned.households", "unit": "㎡"}}},
        {"rows": {"甲": {"by": "street", "columns": [{"measure": "name"}]}}},
        {"rows": {"甲": {"by": "project", "columns": [{"measure": "project.password"}]}}},
        {"rows": {"甲": {"by": "project", "columns": [{"measure": "planned.households"}]}}},
        {"checks": [{"left": "甲", "op": "~", "right": "乙"}]},
    ],
)
def test_a_mapping_to_what_there_is_not_is_refused(mapping: Any) -> None:
    with pytest.raises(MappingWrong):
        prove(mapping)


def test_a_revision_is_never_changed_or_deleted() -> None:
    found = definition("national-plan")
    found.name = "x"
    with pytest.raises(TypeError):
        found.save()
    with pytest.raises(TypeError):
        found.delete()


def test_a_mapping_must_fit_the_names_of_its_form(province_user: User, client_for: ClientFor) -> None:
    answer = client_for(province_user).post(
        "/dashboards/returns/new/",
        {
            "code": "office",
            "name": "某厅表",
            "year": "2020",
            "source": "某函",
            "mapping": json.dumps({"cells": {"丙": {"measure": "planned.households"}}}),
            "layout": SimpleUploadedFile("表.xlsx", book({"甲": "B2"})),
        },
    )
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"mapping"}
    assert not ReturnDefinition.objects.filter(code="office").exists()
