"""The page of one project: where it stands, what is missing, and the buttons that move it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.models import User
from projects.models import Milestone, Project
from tests.conftest import ClientFor
from tests.projects.planning import fresh, issued, projects
from tests.projects.test_workflow import grant, prepared

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_for(client_for: ClientFor) -> ClientFor:
    """Give browsers that ask for Chinese pages."""

    def logged_in(user: User) -> Client:
        client = client_for(user)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
        return client

    return logged_in


def page(client: Client, project: Project) -> str:
    """Return the page of a project."""
    answer = client.get(reverse("projects:project", args=[project.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_blocked_project_names_what_is_missing_and_who_owes_it(
    client_for: ClientFor, yanji: User, province_user: User
) -> None:
    [project] = issued(1, province_user)
    html = page(client_for(yanji), project)
    assert "进入项目实施还差 7 项" in html
    for words in ("改造方案未定稿", "立项未完成", "招投标未完成", "已列入下达计划", "延吉市"):
        assert words in html
    assert "disabled" in html.split("进入项目实施</button>")[0].rsplit("<button", 1)[1]


def test_a_waiver_is_shown_where_it_bites(client_for: ClientFor, yanji: User, province_user: User) -> None:
    [project] = issued(1, province_user)
    number = grant(yanji.region, "projects.*")
    html = page(client_for(yanji), project)
    assert "进入项目实施的条件已全部满足" in html
    assert html.count(f"经豁免第 {number} 号放行") == 1 + len(Milestone.PREPARATION)


def test_the_button_moves_an_open_project(client_for: ClientFor, yanji: User, province_user: User) -> None:
    [project] = issued(1, province_user)
    prepared(project)
    answer = client_for(yanji).post(reverse("projects:advance", args=[project.pk]), {"stage": "plan"})
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        reverse("projects:project", args=[project.pk]),
    )
    assert fresh([project])[0].stage == "build"


def test_the_button_of_a_stale_page_moves_nothing(
    client_for: ClientFor, yanji: User, province_user: User
) -> None:
    [project] = issued(1, province_user)
    prepared(project)
    client = client_for(yanji)
    answer = client.post(reverse("projects:advance", args=[project.pk]), {"stage": "survey"}, follow=True)
    assert "项目目前为「制定方案」" in answer.content.decode()
    assert fresh([project])[0].stage == "plan"


def test_sending_back_keeps_the_reason(client_for: ClientFor, yanji: User, province_user: User) -> None:
    [project] = issued(1, province_user)
    prepared(project)
    client = client_for(yanji)
    client.post(reverse("projects:advance", args=[project.pk]), {"stage": "plan"})
    url = reverse("projects:send_back", args=[project.pk])
    answer = client.post(url, {"stage": "build", "reason": ""}, follow=True)
    assert "请写明原因" in answer.content.decode()
    client.post(url, {"stage": "build", "reason": "施工图审查意见未落实"})
    assert fresh([project])[0].stage == "plan"
    assert "施工图审查意见未落实" in page(client, project)


@pytest.mark.parametrize("step", ["advance", "send_back", "suspend", "resume"])
def test_who_may_not_move_a_project(
    client_for: ClientFor, yanji: User, dunhua: User, auditor: User, province_user: User, step: str
) -> None:
    [project] = issued(1, province_user)
    url = reverse(f"projects:{step}", args=[project.pk])
    assert client_for(dunhua).post(url, {"stage": "plan"}).status_code == 404
    assert client_for(auditor).post(url, {"stage": "plan"}).status_code == 403
    assert client_for(yanji).get(url).status_code == 405
    assert fresh([project])[0].version == project.version


def test_the_list_of_projects_is_the_visitors_own(client_for: ClientFor, yanji: User, dunhua: User) -> None:
    mine, theirs = projects(2), projects(1, "222403")
    html = client_for(yanji).get(reverse("projects:index"), {"year": "2027"}).content.decode()
    assert all(project.community.name in html for project in mine)
    assert theirs[0].community.name not in html
    assert client_for(yanji).get(reverse("projects:index"), {"unit": "222403"}).status_code == 404
    assert client_for(yanji).get(reverse("projects:index"), {"year": "x"}).status_code == 404
    assert client_for(yanji).get(reverse("projects:index"), {"stage": "x"}).status_code == 404


def test_trying_all_counts_and_moves_nothing(client_for: ClientFor, yanji: User, province_user: User) -> None:
    found = issued(3, province_user)
    prepared(found[0])
    answer = client_for(yanji).get(reverse("projects:try_all"), {"year": 2027})
    [line] = [entry["line"] for entry in answer.context["lines"] if entry["line"].stage == "plan"]
    assert (line.standing, line.open, line.closed) == (3, [found[0].pk], 2)
    assert [(reason.code, reason.projects) for reason in line.reasons] == [
        ("projects.plan_final", 2),
        ("projects.preparation", 2),
    ]
    assert [project.version for project in fresh(found)] == [project.version for project in found]
    asked = f"{reverse('projects:try_all')}?year=2027&reason=projects.plan_final"
    held = client_for(yanji).get(asked)
    assert {project.pk for project in held.context["held"]} == {found[1].pk, found[2].pk}


def test_moving_all_moves_those_that_may(client_for: ClientFor, yanji: User, province_user: User) -> None:
    found = issued(3, province_user)
    prepared(found[0])
    prepared(found[2])
    url = reverse("projects:move_all")
    answer = client_for(yanji).post(url, {"year": 2027, "stage": "plan"}, follow=True)
    assert "已推进 2 个项目" in answer.content.decode()
    assert [project.stage for project in fresh(found)] == ["build", "plan", "build"]
    assert client_for(yanji).post(url, {"year": 2027}).status_code == 400
    assert client_for(yanji).post(url, {"year": 2027, "stage": "x"}).status_code == 404


def test_moving_all_leaves_foreign_projects_alone(
    client_for: ClientFor, yanji: User, dunhua: User, province_user: User
) -> None:
    [mine] = issued(1, province_user)
    prepared(mine)
    client_for(dunhua).post(reverse("projects:move_all"), {"year": 2027, "stage": "plan"})
    assert fresh([mine])[0].stage == "plan"
