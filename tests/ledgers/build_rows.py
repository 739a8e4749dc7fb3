"""Rows of the construction that are hard to carry through a workbook."""

from __future__ import annotations

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
from tests.ledgers import rows

DAY = date(2020, 9, 20)


def hard_milestones() -> list[int]:
    """Write steps of two projects; start and completion have steps of their own."""
    first, second, *_rest = rows.hard_projects()
    listed: list[dict[str, Any]] = [
        {"project_id": first, "kind": "approval", "actual_on": date(2020, 3, 1), "document_no": "1-2"},
        {"project_id": first, "kind": "notice", "planned_on": date(2020, 4, 1), "agency": "=1+1"},
        {"project_id": second, "kind": "approval", "submitted_on": date(2020, 3, 1), "remark": "001"},
    ]
    rows.write(None, Milestone, listed)
    # Start and completion of the projects have milestones of their own.
    return list(Milestone.objects.live().values_list("pk", flat=True))


def hard_contracts() -> list[int]:
    """Write contracts whose numbers and names spreadsheets like to change."""
    first, second, *_rest = rows.hard_projects()
    listed: list[dict[str, Any]] = [
        {"project_id": first, "kind": "construction", "number": "1-2", "firm": "=延边建工"},
        {"project_id": first, "kind": "design", "number": "0012", "firm": "设计院", "amount_fen": 1},
        {"project_id": second, "kind": "other", "number": "1-2", "firm": "延边建工"},
    ]
    listed[0] |= {"amount_fen": 123_456_789_01, "firm_code": "91110000100010433L", "signed_on": DAY}
    return rows.write(None, Contract, listed)


def hard_liabilities() -> list[int]:
    """Write who answers for which works, one with a warranty."""
    [contract, *_others] = hard_contracts()
    project = Contract.objects.get(pk=contract).project_id
    roof, pipe, _formula = rows.catalogue()
    listed: list[dict[str, Any]] = [
        {"project_id": project, "item_id": roof, "firm": "甲", "person": "王工", "contract_id": contract},
        {"project_id": project, "item_id": pipe, "firm": "甲", "person": "-3", "is_lifetime": False},
        {"project_id": project, "item_id": roof, "firm": "乙", "person": "李工", "telephone": "0433-1"},
    ]
    listed[0] |= {"warranty_from": DAY, "warranty_until": date(2025, 9, 20)}
    return rows.write(None, Liability, listed)


def hard_inspections() -> list[int]:
    """Write inspections of two projects."""
    first, second, *_rest = rows.hard_projects()
    listed: list[dict[str, Any]] = [
        {"project_id": first, "kind": "routine", "held_on": DAY, "inspector": "李工"},
        {"project_id": first, "kind": "routine", "held_on": DAY, "inspector": "张工", "conclusion": "=1"},
        {"project_id": second, "kind": "hidden", "held_on": DAY, "inspector": "李工"},
    ]
    return rows.write(None, Inspection, listed)


def hard_defects() -> list[int]:
    """Write defects, one mended."""
    first, second, *_rest = rows.hard_projects()
    common = {"origin": "inspection", "found_on": DAY, "due_on": date(2020, 10, 1), "assignee": "甲"}
    listed: list[dict[str, Any]] = [
        {"project_id": first, "description": "=空鼓", "place": "1-2", **common},
        {"project_id": first, "description": "渗漏", "severity": "dangerous", **common},
        {"project_id": second, "description": "渗漏", "remark": "@x", **common},
    ]
    listed[1] |= {"state": "mended", "mended_on": date(2020, 9, 25), "mended_note": "重做"}
    return rows.write(None, Defect, listed)


def hard_acceptances() -> list[int]:
    """Write joint acceptances: failed, pending and passed."""
    first, second, third, *_rest = rows.hard_projects()
    listed: list[dict[str, Any]] = [
        {"project_id": first, "held_on": DAY, "organiser": "住建局", "result": "failed"},
        {"project_id": second, "held_on": DAY, "organiser": "=住建局", "conclusion": "第一行 第二行"},
        {"project_id": third, "held_on": DAY, "organiser": "街道", "result": "passed", "passed_on": DAY},
    ]
    return rows.write(None, Acceptance, listed)


def hard_signers() -> list[int]:
    """Write signatures of a pending and of a passed acceptance."""
    _failed, pending, passed = hard_acceptances()
    listed: list[dict[str, Any]] = [
        {"acceptance_id": pending, "party": "residents", "name": "=李红"},
        {"acceptance_id": pending, "party": "builder", "name": "王工", "organisation": "甲"},
        {"acceptance_id": passed, "party": "builder", "name": "王工", "opinion": "agree"},
    ]
    listed[2] |= {"signed_on": DAY}
    return rows.write(None, AcceptanceSigner, listed)


def hard_handovers() -> list[int]:
    """Write what was handed over to the community, a company and the archive."""
    first, second, *_rest = rows.hard_projects()
    rows.catalogue()
    office = Department.objects.get(code="test-office").pk
    listed: list[dict[str, Any]] = [
        {"project_id": first, "kind": "community", "assets": "全部", "giver": "甲", "receiver": "社区"},
        {"project_id": first, "kind": "assets", "assets": "管线", "giver": "甲", "receiver": "-3"},
        {"project_id": second, "kind": "archive", "assets": "1-2", "giver": "甲", "receiver": "档案馆"},
    ]
    listed[1] |= {"department_id": office, "handed_on": DAY, "document_no": "001"}
    return rows.write(None, Handover, listed)


MAKERS = {
    "milestones": hard_milestones,
    "contracts": hard_contracts,
    "liabilities": hard_liabilities,
    "inspections": hard_inspections,
    "defects": hard_defects,
    "acceptances": hard_acceptances,
    "signers": hard_signers,
    "handovers": hard_handovers,
}
