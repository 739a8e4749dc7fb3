"""Post-management: visits by the calendar, what they find, and the models compared."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from jobs.models import Job
from projects import care, tasks, visits
from projects.models import (
    Acceptance,
    CareModel,
    CareModelTag,
    Defect,
    MaintenanceFund,
    ManagementArrangement,
    Project,
    UpkeepVisit,
)
from projects.months import months_after
from records.models import ChangeSet, Limit
from records.planning import Status
from records.services import apply
from tests.conftest import ClientFor
from tests.projects.months import TODAY, built
from tests.projects.stage import write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> object:
    """Let the clock stand in November 2026."""
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


def accepted(project: Project, day: date = date(2026, 8, 31)) -> None:
    """Enter a joint acceptance that was passed."""
    row = {
        "project_id": project.pk,
        "held_on": day,
        "result": "passed",
        "passed_on": day,
        "organiser": "住建局",
    }
    names = {field.name for field in Acceptance._meta.fields}
    write(Acceptance, [{name: value for name, value in row.items() if name.removesuffix("_id") in names}])


@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)), st.integers(1, 60))
def test_a_day_so_many_months_later_lies_in_that_month(day: date, months: int) -> None:
    later = months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or later.day >= 28


def test_the_last_day_of_a_month_stays_the_last() -> None:
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2027, 8, 31), 6) == date(2028, 2, 29)


def test_visits_follow_acceptance_by_the_intervals_of_the_limits_table_once() -> None:
    project = built(completed_on=date(2026, 8, 20))
    built("未验收小区")
    accepted(project)

    assert visits.plan_visits() == 3
    assert visits.plan_visits() == 0

    assert list(UpkeepVisit.objects.order_by("months").values_list("project_id", "months", "due_on")) == [
        (project.pk, 6, date(2027, 2, 28)),
        (project.pk, 12, date(2027, 8, 31)),
        (project.pk, 24, date(2028, 8, 31)),
    ]
    Limit.objects.filter(code="visit_after_3").update(low=36, high=36)
    assert visits.plan_visits() == 1
    assert UpkeepVisit.objects.filter(months=36).get().due_on == date(2029, 8, 31)


def test_a_visit_somebody_removed_is_not_made_again(yanji: User) -> None:
    project = built(completed_on=date(2026, 8, 20))
    accepted(project)
    visits.plan_visits()
    first = UpkeepVisit.objects.get(months=6)
    apply(UpkeepVisit, actor=yanji, source=ChangeSet.Source.GRID, pk=first.pk, values={"is_removed": True})

    assert visits.plan_visits() == 0
    assert UpkeepVisit.objects.live().count() == 2


def test_the_timetable_asks_for_visits_once_a_day(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.CELERY_TASK_ALWAYS_EAGER = True
    accepted(built(completed_on=date(2026, 8, 20)))
    with django_capture_on_commit_callbacks(execute=True):
        tasks.ask_for_visits()
        tasks.ask_for_visits()
    job = Job.objects.get(kind=tasks.VISITS)
    assert (job.state, job.result, UpkeepVisit.objects.count()) == (Job.State.DONE, {"planned": 3}, 3)


def visit_of(project: Project) -> UpkeepVisit:
    """Write a visit that is due."""
    [made] = write(UpkeepVisit, [{"project_id": project.pk, "months": 6, "due_on": TODAY}])
    return made  # type: ignore[no-any-return]


def sent(client: Any, visit: UpkeepVisit, **changed: str) -> dict[str, str]:
    form = client.get(f"/projects/visits/{visit.pk}/").context["form"]
    filled = {
        "key": form["key"].value(),
        "version": str(visit.version),
        "visited_on": "2026-11-20",
        "visitor": "王某",
        "satisfaction": "92.5",
        "is_managed": "true",
        "conclusion": "保洁到位",
    }
    return filled | changed


def test_a_visit_is_written_down_once_with_the_defect_it_found(yanji: User, client_for: ClientFor) -> None:
    client, found = client_for(yanji), visit_of(built())
    body = sent(client, found, defect="二号楼渗漏", place="二号楼", due_on="2026-12-10")

    answers = [client.post(f"/projects/visits/{found.pk}/", body) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    found.refresh_from_db()
    assert (found.visited_on, found.visitor, found.satisfaction, found.is_managed, found.version) == (
        date(2026, 11, 20),
        "王某",
        Decimal("92.50"),
        True,
        2,
    )
    defect = Defect.objects.get()
    assert (defect.project_id, defect.origin, defect.description, defect.due_on, defect.state) == (
        found.project_id,
        "visit",
        "二号楼渗漏",
        date(2026, 12, 10),
        "open",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"visited_on": "2026-12-01"},
        {"satisfaction": "101"},
        {"visitor": ""},
        {"visited_on": "x"},
        {"defect": "渗漏"},
        {"version": "x"},
    ],
)
def test_a_visit_that_cannot_be_is_refused_with_its_defect(
    wrong: dict[str, str], yanji: User, client_for: ClientFor
) -> None:
    client, found = client_for(yanji), visit_of(built())
    defect = {"defect": "渗漏", "due_on": "2026-12-10"} if "defect" not in wrong else {}

    answer = client.post(f"/projects/visits/{found.pk}/", sent(client, found, **(defect | wrong)))

    found.refresh_from_db()
    assert (answer.status_code, found.version, Defect.objects.count()) == (400, 1, 0)


def test_who_may_only_read_sees_the_visit_and_writes_nothing(
    auditor: User, dunhua: User, client_for: ClientFor
) -> None:
    found = visit_of(built())
    url = f"/projects/visits/{found.pk}/"
    assert client_for(auditor).get(url).context["may_edit"] is False
    assert client_for(auditor).post(url, {"visitor": "x"}).status_code == 403
    assert client_for(dunhua).get(url).status_code == 404


def test_the_five_models_are_known_and_compared_with_their_cases(yanji: User, dunhua: User) -> None:
    models = {model.code: model for model in CareModel.objects.live()}
    assert {model.city for model in models.values()} == {"白城市", "通化市", "四平市", "辽源市", "梅河口市"}
    one, two, other = built("一号小区"), built("二号小区"), built("外地小区", "222403")
    red = models["red-property"].pk
    write(CareModelTag, [{"project_id": p.pk, "care_model_id": red} for p in (one, two, other)])
    write(ManagementArrangement, [{"project_id": two.pk, "fee_rate": Decimal("60.00")}])
    day = {"visited_on": date(2026, 11, 1), "visitor": "王", "due_on": TODAY}
    figures = {"satisfaction": Decimal("90.00"), "fee_rate": Decimal("80.50")}
    write(UpkeepVisit, [{"project_id": one.pk, "months": 6, **day, **figures}])
    found = {"found_on": date(2026, 11, 1), "due_on": date(2026, 12, 1), "origin": "visit"}
    write(Defect, [{"project_id": one.pk, "description": "渗漏", "assignee": "施工单位", **found}])

    rows = {row.model.code: row for row in care.compare(yanji)}

    assert set(rows) == set(models)
    told = rows["red-property"]
    assert (told.communities, told.open_defects, told.with_defects) == (2, 1, 1)
    assert told.satisfaction == care.Mean(Decimal("90.0"), 1)
    assert told.fee_rate == care.Mean(Decimal("70.3"), 2)
    assert rows["sponge"].satisfaction == care.Mean(None, 0)
    assert {row.model.code: row.communities for row in care.compare(dunhua)}["red-property"] == 1


@pytest.mark.parametrize(
    ("model", "values", "status", "codes"),
    [
        (ManagementArrangement, {"fee_rate": Decimal("100.01")}, Status.REJECTED, ["sound"]),
        (ManagementArrangement, {"fee_fen": -1}, Status.REJECTED, ["invalid"]),
        (ManagementArrangement, {"fee_fen": 1200}, Status.CREATED, ["management_fee"]),
        (ManagementArrangement, {"fee_fen": 65}, Status.CREATED, []),
        (ManagementArrangement, {"agreed_on": date(2026, 12, 1)}, Status.REJECTED, ["sound"]),
        (MaintenanceFund, {"due_fen": 100, "paid_fen": 101}, Status.CREATED, ["paid_above_due"]),
        (MaintenanceFund, {"balance_fen": -5}, Status.REJECTED, ["invalid"]),
        (UpkeepVisit, {"months": 6, "due_on": TODAY, "satisfaction": Decimal(1)}, Status.REJECTED, ["sound"]),
        (UpkeepVisit, {"months": 6, "due_on": TODAY, "visited_on": TODAY}, Status.REJECTED, ["sound"]),
    ],
)
def test_what_is_entered_is_checked(
    model: Any, values: dict[str, Any], status: Status, codes: list[str], yanji: User
) -> None:
    row = {"project_id": built().pk, **values}
    outcome = apply(model, actor=yanji, source=ChangeSet.Source.GRID, values=row)
    assert (outcome.status, sorted(found.code for found in outcome.findings)) == (status, codes)


def test_a_second_row_is_refused_in_words(yanji: User) -> None:
    project = built()
    for model in (ManagementArrangement, MaintenanceFund):
        row = {"project_id": project.pk}
        outcomes = [
            apply(model, actor=yanji, source=ChangeSet.Source.GRID, values=row).status for _time in range(2)
        ]
        assert outcomes == [Status.CREATED, Status.REJECTED]
