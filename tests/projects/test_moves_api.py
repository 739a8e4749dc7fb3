"""Moving a project over the API: as on the pages, repeated requests once, refusals with their report."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Region, User
from accounts.roles import Role
from projects import plans
from projects.models import PlanBaseline, Project, StageTransition
from tests.conftest import ClientFor, make_user
from tests.projects.planning import fresh, issued, places, projects

pytestmark = pytest.mark.django_db
Library = Project.Library


def post(
    client: Client, name: str, project: Project, body: dict[str, Any] | None = None, key: str = ""
) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    url = reverse(f"project-{name}", args=[project.pk])
    return client.post(url, body or {}, content_type="application/json", headers=headers)


def test_a_project_is_declared_passed_and_returned(
    client_for: ClientFor, yanji: User, prefecture_reviewer: User, province_user: User
) -> None:
    [project] = projects(1)
    officer, reviewer, province = (client_for(user) for user in (yanji, prefecture_reviewer, province_user))
    assert post(officer, "declare", project).json()["library"] == Library.DECLARED
    assert post(reviewer, "pass-on", project).json()["library"] == Library.PREFECTURE_PASSED
    answer = post(province, "return-back", project, {"reason": "面积不符"})
    assert (answer.status_code, answer.json()["library"]) == (200, Library.RESERVE)
    steps = StageTransition.objects.filter(project=project).values_list("action", "reason", "actor__username")
    assert list(steps) == [
        ("declare", "", "yanji"),
        ("pass", "", "yanbian"),
        ("return", "面积不符", "province"),
    ]


def test_a_repeated_request_moves_once(client_for: ClientFor, yanji: User) -> None:
    [project] = projects(1)
    officer = client_for(yanji)
    first = post(officer, "declare", project, key="declare-0001")
    second = post(officer, "declare", project, key="declare-0001")
    assert (first.status_code, second.status_code, first.json()) == (200, 200, second.json())
    assert StageTransition.objects.filter(project=project).count() == 1
    third = post(officer, "declare", project, key="declare-0002")
    assert third.status_code == 409
    assert "延吉市录入员" in third.json()["detail"]


def test_a_closed_gate_answers_with_everything_missing(client_for: ClientFor, yanji: User) -> None:
    [project] = projects(1, planned_households=None)
    answer = post(client_for(yanji), "declare", project)
    assert answer.status_code == 409
    assert [(item["code"], bool(item["url"])) for item in answer.json()["unmet"]] == [
        ("projects.planned", True)
    ]
    closed = post(client_for(yanji), "advance", project, {"seen_stage": "plan"})
    assert closed.status_code == 409
    assert "projects.plan_final" in {item["code"] for item in closed.json()["unmet"]}
    assert fresh([project])[0].stage == Project.Stage.PLAN


def test_self_approval_is_forbidden(client_for: ClientFor, yanji: User) -> None:
    [project] = projects(1)
    plans.declare([project], actor=yanji)
    yanji.role, yanji.region = Role.REVIEWER, Region.objects.get(code="222400")
    yanji.view_region = yanji.region
    yanji.save()
    assert post(client_for(yanji), "pass-on", project).status_code == 403
    assert places([project]) == [Library.DECLARED]


def test_strangers_find_nothing_and_others_may_not(
    client_for: ClientFor, yanji: User, dunhua: User, prefecture_reviewer: User, auditor: User, worker: User
) -> None:
    [project] = projects(1)
    told = {"reason": "x", "document_no": "y", "seen_stage": "plan"}
    for name in ("declare", "advance", "send-back", "suspend", "resume", "withdraw"):
        assert post(client_for(dunhua), name, project, told).status_code == 404
        assert post(client_for(prefecture_reviewer), name, project, told).status_code == 403
        assert post(client_for(auditor), name, project, told).status_code == 403
    for name in ("pass-on", "return-back"):
        assert post(client_for(yanji), name, project, told).status_code == 403
        assert post(client_for(worker), name, project, told).status_code == 403
    assert client_for(yanji).get(reverse("project-declare", args=[project.pk])).status_code == 405
    assert StageTransition.objects.filter(project=project).exclude(actor=None).count() == 0


def test_a_project_rests_goes_on_and_is_sent_back(client_for: ClientFor, yanji: User) -> None:
    [project] = projects(1)
    officer = client_for(yanji)
    assert post(officer, "suspend", project).status_code == 400
    assert post(officer, "suspend", project, {"reason": "等规划"}).json()["standing"] == "suspended"
    assert post(officer, "suspend", project, {"reason": "等规划"}).status_code == 409
    assert post(officer, "resume", project).json()["standing"] == "active"
    back = post(officer, "send-back", project, {"seen_stage": "plan", "reason": "补查"})
    assert back.json()["stage"] == "survey"
    late = post(officer, "send-back", project, {"seen_stage": "plan", "reason": "补查"})
    assert late.status_code == 409


def test_an_issued_project_is_withdrawn_by_the_province_with_a_baseline(
    client_for: ClientFor, yanji: User, province_user: User
) -> None:
    [project] = issued(1, province_user)
    told = {"reason": "表决未通过", "document_no": "延市建〔2027〕41号"}
    assert post(client_for(yanji), "withdraw", project, told).status_code == 403
    assert post(client_for(province_user), "withdraw", project, {"reason": "x"}).status_code == 400
    assert post(client_for(province_user), "withdraw", project, told).status_code == 200
    kept = PlanBaseline.objects.order_by("number").values_list("kind", "communities", "reason")
    assert list(kept) == [("issue", 1, ""), ("withdraw", 0, "表决未通过")]


def test_a_reviewer_of_another_prefecture_finds_nothing(client_for: ClientFor, yanji: User) -> None:
    [project] = projects(1)
    plans.declare([project], actor=yanji)
    stranger = make_user("tonghua", "通化市审核员", Role.REVIEWER, "220500")
    assert post(client_for(stranger), "pass-on", project).status_code == 404
    assert places([project]) == [Library.DECLARED]
