"""Every rule of the health check: a row it must name, with its field, and one it must leave alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Region
from communities.duplicates import twins
from communities.models import Building, Community
from ledgers.health.reading import UnitLine
from ledgers.health.registry import RULES
from ledgers.health.running import hits
from projects.models import AnnualPlan, Milestone, PlanBaseline, ProgressReport, Project
from records.models import Attachment, ChangeSet
from records.services import apply
from tests.trust.world import community_row, write

pytestmark = pytest.mark.django_db
UNIT, NEIGHBOUR = "222401", "222403"
COMMUNITY, PROJECT, REPORT = "communities.community", "projects.project", "projects.progressreport"
Named = set[tuple[str, int, str]]


def community(name: str, unit: str = UNIT, **values: Any) -> int:
    """Write a community."""
    return write(Community, [community_row(unit, name, **values)])[0]


def project(name: str, year: int = 2020, **values: Any) -> int:
    """Write a project of a community of its own; to 2022 it counts as history."""
    return write(Project, [{"community_id": community(name), "plan_year": year, **values}])[0]


def issued_plan(year: int = 2020, **values: Any) -> int:
    """Write an issued plan of 延吉市."""
    unit = Region.objects.get(code=UNIT).pk
    return write(AnnualPlan, [{"unit_id": unit, "year": year, "state": "issued", **values}])[0]


def baseline(plan: int, rows: list[dict[str, Any]]) -> None:
    """Keep what a plan was issued with."""
    PlanBaseline.objects.create(
        plan_id=plan,
        unit=Region.objects.get(code=UNIT),
        year=2020,
        number=1,
        kind=PlanBaseline.Kind.ISSUE,
        effective_on=date(2020, 4, 20),
        communities=len(rows),
        buildings=0,
        households=0,
        area=Decimal(0),
        rows=rows,
    )


def claimed_twice(wrong: bool) -> Named:
    first = community("纺织小区", address="解放路12号")
    there = "解放路12号" if wrong else "光明街3号"
    second = community("纺织家属院", NEIGHBOUR, address=there, household_count=180)
    return {(COMMUNITY, first, "name"), (COMMUNITY, second, "name")}


def photo_reused(wrong: bool) -> Named:
    rows = [community("甲小区"), community("乙小区")]
    for number, pk in enumerate(rows):
        Attachment.objects.create(
            record_type=COMMUNITY,
            record_id=pk,
            region=Region.objects.get(code=UNIT),
            kind="photo",
            file=f"x{number}.jpg",
            file_name=f"现场{number}.jpg",
            size=1,
            sha256=f"{number:064d}",
            picture_hash="a" * 64 if wrong else f"{number:064d}",
        )
    return {(COMMUNITY, pk, "attachments") for pk in rows}


def outlier_area_per_household(wrong: bool) -> Named:
    for number in range(9):
        community(f"第{number}小区", floor_area=Decimal(21200 + 100 * number))
    # 132 and 103 ㎡ per household: both within the general band of 63 to 135.
    odd = community("不同小区", floor_area=Decimal(28000 if wrong else 21800))
    return {(COMMUNITY, odd, "floor_area")}


def outlier_households_per_building(wrong: bool) -> Named:
    for number in range(9):
        community(f"第{number}小区", household_count=210 + number)
    odd = community("不同小区", household_count=330 if wrong else 212)
    return {(COMMUNITY, odd, "household_count")}


def outlier_investment_per_area(wrong: bool) -> Named:
    area = Decimal(21200)
    for number in range(9):
        project(f"第{number}小区", planned_area=area, planned_investment_fen=848_000_000 + number * 1_000_000)
    money = 1_484_000_000 if wrong else 850_000_000
    odd = project("不同小区", planned_area=area, planned_investment_fen=money)
    return {(PROJECT, odd, "planned_investment_fen")}


def buildings_against_count(wrong: bool) -> Named:
    place = community("两栋小区", building_count=3 if wrong else 2)
    write(Building, [{"community_id": place, "number": number} for number in ("1栋", "2栋")])
    community("没有录楼栋的小区")
    return {(COMMUNITY, place, "building_count")}


def several_names(wrong: bool) -> Named:
    return {(COMMUNITY, community("王家冲小区、建设小区" if wrong else "操兵巷1、18号"), "name")}


def garbled_name(wrong: bool) -> Named:
    return {(COMMUNITY, community("清楚小区", address="解放路\ufffd号" if wrong else "解放路1号"), "address")}


def steps_out_of_order(wrong: bool) -> Named:
    pk = project("招标小区", 2027)
    reviewed = date(2026, 5, 2) if wrong else date(2026, 4, 30)
    rows = [
        {"project_id": pk, "kind": "budget_review", "actual_on": reviewed},
        {"project_id": pk, "kind": "tender", "actual_on": date(2026, 5, 1)},
    ]
    return {("projects.milestone", write(Milestone, rows)[1], "actual_on")}


def stage_against_dates(wrong: bool) -> Named:
    pk = project("早开工小区", 2027, started_on=date(2026, 10, 1) if wrong else None)
    return {(PROJECT, pk, "started_on")}


def completed_below_100(wrong: bool) -> Named:
    days: dict[str, Any] = {"started_on": date(2020, 5, 1), "completed_on": date(2020, 10, 1)}
    return {
        (
            PROJECT,
            project("完工小区", **days, progress_percent=Decimal(80 if wrong else 100)),
            "progress_percent",
        )
    }


def plan_against_projects(wrong: bool) -> Named:
    project("列入小区", planned_households=212)
    plan = issued_plan(target_households=330 if wrong else 212, target_communities=1)
    return {("projects.annualplan", plan, "target_households")}


def plan_changed_after_issue(wrong: bool) -> Named:
    pk = project("下达小区", planned_households=212)
    baseline(issued_plan(), [{"project": pk, "households": 200 if wrong else 212, "area": None}])
    return {(PROJECT, pk, "planned_households")}


def counts_changed_after_issue(wrong: bool) -> Named:
    pk = project("改数小区")
    place = Project.objects.get(pk=pk).community_id
    baseline(issued_plan(), [{"project": pk}])
    change: dict[str, Any] = {"household_count": 260} if wrong else {"remark": "核过"}
    apply(Community, actor=None, source=ChangeSet.Source.LOAD, pk=place, values=change)
    return {(COMMUNITY, place, "household_count")}


def report(pk: int, month: int, **values: Any) -> int:
    """Write a monthly report of 2020."""
    return write(ProgressReport, [{"project_id": pk, "month": date(2020, month, 1), **values}])[0]


def progress_without_money(wrong: bool) -> Named:
    pk = project("月报小区", started_on=date(2020, 5, 1))
    report(pk, 8, progress_percent=Decimal(20), invested_fen=0 if wrong else 5)
    second = report(pk, 9, progress_percent=Decimal(40), invested_fen=0 if wrong else 9)
    first = ProgressReport.objects.get(project=pk, month=date(2020, 8, 1)).pk
    return {(REPORT, first, "invested_fen"), (REPORT, second, "invested_fen")}


def started_without_money(wrong: bool) -> Named:
    values: dict[str, Any] = {"started_on": date(2020, 5, 1), "progress_percent": Decimal(30)}
    blank = project("投资未填小区", **values)
    assert Project.objects.get(pk=blank).invested_fen is None
    return {(PROJECT, project("零投资小区", **values, invested_fen=0 if wrong else 1), "invested_fen")}


def invested_beyond_plan(wrong: bool) -> Named:
    values: dict[str, Any] = {"planned_investment_fen": 848_000_000, "started_on": date(2020, 5, 1)}
    pk = project("超投小区", **values, invested_fen=848_000_001 if wrong else 848_000_000)
    return {(PROJECT, pk, "invested_fen")}


def report_unchanged(wrong: bool) -> Named:
    pk = project("停滞小区", started_on=date(2020, 5, 1))
    said = {"progress_percent": Decimal(40), "invested_fen": 100, "workers": 12, "note": "外墙"}
    report(pk, 8, **said)
    second = report(pk, 9, **said | ({} if wrong else {"workers": 14}))
    # A gap of a month is no repetition of the last one.
    report(pk, 11, **said | {"workers": 14})
    return {(REPORT, second, "progress_percent")}


CASES: dict[str, Callable[[bool], Named]] = {
    make.__name__: make
    for make in (
        claimed_twice,
        photo_reused,
        outlier_area_per_household,
        outlier_households_per_building,
        outlier_investment_per_area,
        buildings_against_count,
        several_names,
        garbled_name,
        steps_out_of_order,
        stage_against_dates,
        completed_below_100,
        plan_against_projects,
        plan_changed_after_issue,
        counts_changed_after_issue,
        progress_without_money,
        started_without_money,
        invested_beyond_plan,
        report_unchanged,
    )
}


def found(code: str) -> Named:
    """Return what a rule names in the whole province."""
    listed = list(hits(code, Region.objects.get(code="220000"), None))
    assert all(hit.message and hit.mend for hit in listed)
    return {(hit.record_type, hit.row["id"], hit.field) for hit in listed}


def test_every_rule_has_a_case() -> None:
    assert set(CASES) == set(RULES)


@pytest.mark.parametrize("code", CASES)
def test_a_rule_names_the_row_and_the_field(code: str) -> None:
    expected = CASES[code](True)
    assert found(code) == expected


@pytest.mark.parametrize("code", CASES)
def test_a_rule_leaves_sound_rows_alone(code: str) -> None:
    CASES[code](False)
    assert found(code) == set()


def test_a_year_narrows_what_is_looked_at() -> None:
    started_without_money(True)
    province = Region.objects.get(code="220000")
    assert len(list(hits("started_without_money", province, 2020))) == 1
    assert list(hits("started_without_money", province, 2021)) == []


def test_namesakes_in_two_cities_are_two_places() -> None:
    rows = [
        {
            "name_key": "建设小区",
            "name": "建设小区",
            "address": "北街1号",
            "household_count": 10,
            "floor_area": 9,
        },
        {
            "name_key": "建设小区",
            "name": "建设小区",
            "address": "南街2号",
            "household_count": 12,
            "floor_area": 9,
        },
    ]
    assert list(twins(rows)) == []


@given(rows=st.integers(1, 10_000), bad=st.integers(0, 10_000))
def test_a_score_is_100_only_when_every_row_is_clean(rows: int, bad: int) -> None:
    line = UnitLine(1, "", "", rows, open_rows={("x", number) for number in range(min(rows, bad))})
    assert 0 <= line.score <= 100
    assert (line.score == 100) == (not line.open_rows)
