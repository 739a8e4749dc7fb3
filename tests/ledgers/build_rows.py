"""Rows of the construction that are hard to carry through a workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from accounts.models import Department
from projects.models import (
    Acceptance,
    AcceptanceSigner,
    Contract,
    Defect,
    Handover,
    Inspection,
    Liability,
    Milestone,
)

Write = Callable[[Any, Any, list[dict[str, Any]]], list[int]]
DAY = date(2020, 9, 20)


def makers(
    write: Write, projects: Callable[[], list[int]], catalogue: Callable[[], Sequence[int]]
) -> dict[str, Callable[[], list[int]]]:
    """Return what writes the rows of each ledger, on projects and a catalogue that somebody else writes."""

    def milestones() -> list[int]:
        first, second, *_rest = projects()
        rows: list[dict[str, Any]] = [
            {"project_id": first, "kind": "approval", "actual_on": date(2020, 3, 1), "document_no": "1-2"},
            {"project_id": first, "kind": "notice", "planned_on": date(2020, 4, 1), "agency": "=1+1"},
            {"project_id": second, "kind": "approval", "submitted_on": date(2020, 3, 1), "remark": "001"},
        ]
        write(None, Milestone, rows)
        # Start and completion of the projects have milestones of their own.
        return list(Milestone.objects.live().values_list("pk", flat=True))

    def contracts() -> list[int]:
        first, second, *_rest = projects()
        rows: list[dict[str, Any]] = [
            {"project_id": first, "kind": "construction", "number": "1-2", "firm": "=延边建工"},
            {"project_id": first, "kind": "design", "number": "0012", "firm": "设计院", "amount_fen": 1},
            {"project_id": second, "kind": "other", "number": "1-2", "firm": "延边建工"},
        ]
        rows[0] |= {"amount_fen": 123_456_789_01, "firm_code": "91110000100010433L", "signed_on": DAY}
        return write(None, Contract, rows)

    def liabilities() -> list[int]:
        [contract, *_others] = contracts()
        project = Contract.objects.get(pk=contract).project_id
        roof, pipe, _formula = catalogue()
        rows: list[dict[str, Any]] = [
            {"project_id": project, "item_id": roof, "firm": "甲", "person": "王工", "contract_id": contract},
            {"project_id": project, "item_id": pipe, "firm": "甲", "person": "-3", "is_lifetime": False},
            {"project_id": project, "item_id": roof, "firm": "乙", "person": "李工", "telephone": "0433-1"},
        ]
        rows[0] |= {"warranty_from": DAY, "warranty_until": date(2025, 9, 20)}
        return write(None, Liability, rows)

    def inspections() -> list[int]:
        first, second, *_rest = projects()
        rows: list[dict[str, Any]] = [
            {"project_id": first, "kind": "routine", "held_on": DAY, "inspector": "李工"},
            {"project_id": first, "kind": "routine", "held_on": DAY, "inspector": "张工", "conclusion": "=1"},
            {"project_id": second, "kind": "hidden", "held_on": DAY, "inspector": "李工"},
        ]
        return write(None, Inspection, rows)

    def defects() -> list[int]:
        first, second, *_rest = projects()
        common = {"origin": "inspection", "found_on": DAY, "due_on": date(2020, 10, 1), "assignee": "甲"}
        rows: list[dict[str, Any]] = [
            {"project_id": first, "description": "=空鼓", "place": "1-2", **common},
            {"project_id": first, "description": "渗漏", "severity": "dangerous", **common},
            {"project_id": second, "description": "渗漏", "remark": "@x", **common},
        ]
        rows[1] |= {"state": "mended", "mended_on": date(2020, 9, 25), "mended_note": "重做"}
        return write(None, Defect, rows)

    def acceptances() -> list[int]:
        first, second, third, *_rest = projects()
        rows: list[dict[str, Any]] = [
            {"project_id": first, "held_on": DAY, "organiser": "住建局", "result": "failed"},
            {"project_id": second, "held_on": DAY, "organiser": "=住建局", "conclusion": "第一行 第二行"},
            {"project_id": third, "held_on": DAY, "organiser": "街道", "result": "passed", "passed_on": DAY},
        ]
        return write(None, Acceptance, rows)

    def signers() -> list[int]:
        _failed, pending, passed = acceptances()
        rows: list[dict[str, Any]] = [
            {"acceptance_id": pending, "party": "residents", "name": "=李红"},
            {"acceptance_id": pending, "party": "builder", "name": "王工", "organisation": "甲"},
            {"acceptance_id": passed, "party": "builder", "name": "王工", "opinion": "agree"},
        ]
        rows[2] |= {"signed_on": DAY}
        return write(None, AcceptanceSigner, rows)

    def handovers() -> list[int]:
        first, second, *_rest = projects()
        catalogue()
        office = Department.objects.get(code="test-office").pk
        rows: list[dict[str, Any]] = [
            {"project_id": first, "kind": "community", "assets": "全部", "giver": "甲", "receiver": "社区"},
            {"project_id": first, "kind": "assets", "assets": "管线", "giver": "甲", "receiver": "-3"},
            {"project_id": second, "kind": "archive", "assets": "1-2", "giver": "甲", "receiver": "档案馆"},
        ]
        rows[1] |= {"department_id": office, "handed_on": DAY, "document_no": "001"}
        return write(None, Handover, rows)

    return {
        "milestones": milestones,
        "contracts": contracts,
        "liabilities": liabilities,
        "inspections": inspections,
        "defects": defects,
        "acceptances": acceptances,
        "signers": signers,
        "handovers": handovers,
    }
