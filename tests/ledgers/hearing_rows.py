"""Rows of consultations that are hard to carry through a workbook."""

from __future__ import annotations

from datetime import date
from typing import Any

from consultations.models import Consultation, CostShare, Notice, NoticeRule
from tests.ledgers import rows


def hard_consultations() -> list[int]:
    """Write consultations of two projects whose titles and numbers spreadsheets like to change."""
    first, second, *_rest = rows.hard_projects()
    common = {"organiser": "北山街道", "closes_on": date(2020, 5, 9), "opens_on": date(2020, 5, 1)}
    listed: list[dict[str, Any]] = [
        {**common, "project_id": first, "title": "1-2", "telephone": "0433-2512345"},
        {**common, "project_id": first, "kind": "needs", "title": "=1+1", "telephone": "001"},
        {
            **common,
            "project_id": second,
            "title": "方案（一）",
            "state": "open",
            "remark": "'x",
            "telephone": "1",
        },
    ]
    return rows.write(None, Consultation, listed)


def hard_notices() -> list[int]:
    """Write notices of two consultations."""
    first, _second, third = hard_consultations()
    days = {"from_on": date(2020, 5, 1), "to_on": date(2020, 5, 9)}
    listed = [
        {**days, "consultation_id": first, "kind": "plan", "title": "=公示", "number": "0012"},
        {**days, "consultation_id": third, "kind": "result", "title": "1-2", "places": "1栋、2栋"},
    ]
    return rows.write(None, Notice, listed)


def hard_costs() -> list[int]:
    """Write costs down to the 分, and one that costs nothing."""
    first, _second, third = hard_consultations()
    listed = [
        {"consultation_id": first, "title": "电梯", "basis": "floor", "amount_fen": 1_234_567},
        {"consultation_id": first, "title": "=防水", "basis": "area", "amount_fen": 1},
        {"consultation_id": third, "title": "001", "amount_fen": 0},
    ]
    return rows.write(None, CostShare, listed)


def hard_rules() -> list[int]:
    """Return the rules that come with the portal: a share with four places among them."""
    return list(NoticeRule.objects.values_list("pk", flat=True))


MAKERS = {
    "consultations": hard_consultations,
    "notices": hard_notices,
    "cost-shares": hard_costs,
    "notice-rules": hard_rules,
}
