"""Rows that hold for a region and all below it, hard to carry through a workbook."""

from __future__ import annotations

from typing import Any

from communities.models import Taxonomy, TechnicalStandard
from projects.models import DeadlineRule, SeasonRule, StepDuration, TimeLimit
from tests.ledgers import rows

PROVINCE, PREFECTURE, UNIT = "220000", "222400", "222401"
SEASON = {"winter_stop_from": 1101, "winter_stop_to": 331, "heating_from": 1020, "heating_to": 410}


def hard_taxonomies() -> list[int]:
    """Write taxonomies of the province and of a unit."""
    listed = [
        {"code": "001", "name": "=四改", "region_id": rows.region(PROVINCE), "source": "@x"},
        {"code": "1-2", "name": "本市分类", "region_id": rows.region(UNIT)},
    ]
    return rows.write(None, Taxonomy, listed)


def hard_standards() -> list[int]:
    """Write standards in every state, with and without year and link."""
    place = rows.region(PROVINCE)
    listed: list[dict[str, Any]] = [
        {"code": f"{number:03d}", "name": f"=标准{number}", "region_id": place, "status": status}
        for number, status in enumerate(TechnicalStandard.Status.values)
    ]
    listed[0] |= {"issued_year": 2018, "link": "https://example.org/a?b=1&c=2", "remark": "1-2"}
    return rows.write(None, TechnicalStandard, listed)


def hard_seasons() -> list[int]:
    """Write seasons of a unit, from a year on and to a year."""
    of = {"region_id": rows.region(UNIT), **SEASON}
    listed: list[dict[str, Any]] = [
        {**of, "year_from": 2030, "source": "=x"},
        {**of, "year_from": 2027, "year_to": 2029},
    ]
    return rows.write(None, SeasonRule, listed)


def hard_deadlines() -> list[int]:
    """Write deadlines of a unit in the plan year and in the next."""
    of = {"region_id": rows.region(UNIT), "step": "tender"}
    listed = [
        {**of, "code": "001", "label": "=前期完成", "month_day": 331, "year_offset": 0},
        {**of, "code": "1-2", "label": "次年", "month_day": 1031, "year_offset": 1, "year_from": 2030},
    ]
    return rows.write(None, DeadlineRule, listed)


def hard_step_times() -> list[int]:
    """Write times of steps in working and in calendar days."""
    of = {"region_id": rows.region(PREFECTURE), "year_from": 2030}
    listed = [
        {**of, "step": "tender", "days": 20, "in_working_days": True},
        {**of, "step": "notice", "days": 0, "in_working_days": False, "source": "1-2"},
    ]
    return rows.write(None, StepDuration, listed)


def hard_time_limits() -> list[int]:
    """Write time limits of approvals."""
    of = {"region_id": rows.region(UNIT), "year_from": 2030}
    listed = [
        {**of, "step": "approval", "days": 5, "in_working_days": True, "source": "本市承诺"},
        {**of, "step": "drawings", "days": 15, "in_working_days": False},
    ]
    return rows.write(None, TimeLimit, listed)


MAKERS = {
    "taxonomies": hard_taxonomies,
    "standards": hard_standards,
    "seasons": hard_seasons,
    "deadlines": hard_deadlines,
    "step-times": hard_step_times,
    "time-limits": hard_time_limits,
}
