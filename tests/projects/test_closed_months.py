"""A reported month refuses a change on every path; a dated exception admits exactly its unit and days."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Region, User
from ledgers.importing import batches
from ledgers.registry import LEDGERS
from projects import rounds
from projects.locks.reporting import code_of
from projects.models import ProgressReport, Project, Waiver
from records.locks import locks_on
from records.models import ChangeSet
from records.planning import Status
from records.rows import load_rows
from records.services import Mode, apply, remove
from tests.conftest import ClientFor
from tests.projects.months import MONTH, TODAY, built, edit, opened, report, submitted
from tests.projects.stage import write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> object:
    """Let the clock stand in November 2026."""
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


@pytest.fixture
def client_of(client_for: ClientFor) -> ClientFor:
    """Give a browser of somebody."""
    return client_for


def by_form(found: ProgressReport, user: User, client_of: ClientFor) -> None:
    page = client_of(user).get(f"/ledgers/progress/rows/{found.pk}/")
    fields = page.context["form"]
    sent = {name: fields[name].value() or "" for name in fields.fields} | {"progress_percent": "70"}
    client_of(user).post(f"/ledgers/progress/rows/{found.pk}/", sent)


def by_grid(found: ProgressReport, user: User, client_of: ClientFor) -> None:
    change = {
        "id": found.pk,
        "v": found.version,
        "cells": {"progress_percent": "70"},
        "key": str(uuid.uuid4()),
    }
    url = "/ledgers/progress/grid/save/?year=2026"
    answer = client_of(user).post(url, {"changes": [change]}, content_type="application/json")
    assert answer.status_code == 200


def by_workbook(found: ProgressReport, user: User, _client_of: ClientFor) -> None:
    name = found.project.community.name
    table = f"小区名称,所在街道,计划年度,月份,形象进度\n{name},北山街道,2026,{found.month:%Y-%m},70\n"
    file = SimpleUploadedFile("x.csv", table.encode())
    batch = batches.upload(user=user, ledger=LEDGERS["progress"], region=user.region, year=2026, file=file)
    batches.check(batch)
    batches.start_commit(batch, mode=Mode.VALID_ROWS)


def by_api(found: ProgressReport, user: User, client_of: ClientFor) -> None:
    body = {"version": found.version, "progress_percent": "70.00"}
    answer = client_of(user).patch(f"/api/v1/progress/{found.pk}/", body, content_type="application/json")
    assert answer.status_code in {200, 423}


def by_job(found: ProgressReport, user: User, _client_of: ClientFor) -> None:
    edit(found, user, ChangeSet.Source.JOB, progress_percent=Decimal("70.00"))


PATHS = [by_form, by_grid, by_workbook, by_api, by_job]
Way = Callable[[ProgressReport, User, ClientFor], None]


def said(found: ProgressReport) -> tuple[Any, int]:
    """Return the progress a report names now, and its version."""
    found.refresh_from_db()
    return found.progress_percent, found.version


@pytest.mark.parametrize("way", PATHS)
def test_a_submitted_month_refuses_a_change_on_every_path(
    way: Way, yanji: User, client_of: ClientFor
) -> None:
    found = report(built())
    submitted(yanji)

    way(found, yanji, client_of)

    assert said(found) == (Decimal("60.00"), 1)
    assert Project.objects.get(pk=found.project_id).progress_percent == Decimal("60.00")


@pytest.mark.parametrize("way", PATHS)
def test_an_open_month_takes_the_same_change_on_every_path(
    way: Way, yanji: User, client_of: ClientFor
) -> None:
    found = report(built())
    opened()

    way(found, yanji, client_of)

    assert said(found) == (Decimal("70.00"), 2)
    assert Project.objects.get(pk=found.project_id).progress_percent == Decimal("70.00")


@pytest.mark.parametrize("way", PATHS)
def test_a_dated_exception_opens_the_month_again_on_every_path(
    way: Way, yanji: User, client_of: ClientFor
) -> None:
    found = report(built())
    submitted(yanji)
    exception()

    way(found, yanji, client_of)

    assert said(found) == (Decimal("70.00"), 2)


def exception(
    unit: str = "222401", month: date = MONTH, since: date = TODAY, until: date = TODAY, **values: Any
) -> Waiver:
    row = {
        "kind": Waiver.Kind.DEADLINE,
        "code": code_of(month),
        "region_id": Region.objects.get(code=unit).pk,
        "valid_from": since,
        "valid_until": until,
        "reason": "凭证补正",
        "state": Waiver.State.APPROVED,
    }
    [made] = write(Waiver, [row | values])
    return made  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "others",
    [
        {"unit": "222403"},
        {"month": date(2026, 9, 1)},
        {"since": date(2026, 11, 23), "until": date(2026, 11, 30)},
        {"since": date(2026, 11, 1), "until": date(2026, 11, 21)},
        {"state": Waiver.State.ASKED},
        {"state": Waiver.State.REVOKED},
        {"kind": Waiver.Kind.GATE},
        {"year_to": 2025},
    ],
)
def test_an_exception_for_another_unit_month_day_or_year_admits_nothing(
    others: dict[str, Any], yanji: User
) -> None:
    found = report(built())
    submitted(yanji)
    exception(**others)

    outcome = edit(found, yanji, progress_percent=Decimal("70.00"))

    assert (outcome.status, said(found)) == (Status.LOCKED, (Decimal("60.00"), 1))
    assert outcome.findings[0].code == "locked"


def test_an_exception_for_one_project_opens_that_one_alone(yanji: User) -> None:
    one, two = report(built()), report(built("铁南小区"))
    submitted(yanji)
    exception(project_id=one.project_id)

    told = [edit(found, yanji, progress_percent=Decimal("70.00")).status for found in (one, two)]

    assert told == [Status.CHANGED, Status.LOCKED]


def test_a_returned_month_is_open_and_an_accepted_one_is_not(yanji: User, prefecture_reviewer: User) -> None:
    found = report(built())
    handed = submitted(yanji)
    rounds.return_(handed, actor=prefecture_reviewer, reason="再核")
    assert edit(found, yanji, progress_percent=Decimal("70.00")).status == Status.CHANGED

    rounds.submit(handed, actor=yanji, signed_name="王某")
    rounds.accept(handed, actor=prefecture_reviewer)

    assert edit(found, yanji, progress_percent=Decimal("80.00")).status == Status.LOCKED
    assert said(found) == (Decimal("70.00"), 2)


def test_a_reported_month_takes_no_new_report_no_move_and_no_removal(yanji: User) -> None:
    found, other = report(built()), built("铁南小区", started_on=date(2026, 11, 2))
    later = report(other, date(2026, 11, 1))
    submitted(yanji)

    row = {"project_id": other.pk, "month": MONTH, "progress_percent": Decimal("0.00")}
    fresh = apply(ProgressReport, actor=yanji, source=ChangeSet.Source.GRID, values=row)
    out = edit(found, yanji, month=date(2026, 11, 1))
    into = edit(later, yanji, month=MONTH)
    gone = remove(
        ProgressReport, actor=yanji, source=ChangeSet.Source.GRID, pk=found.pk, base_version=1, reason="x"
    )

    assert [told.status for told in (fresh, out, into, gone)] == [Status.LOCKED] * 4
    assert list(ProgressReport.objects.live().order_by("pk").values_list("month", "version")) == [
        (MONTH, 1),
        (date(2026, 11, 1), 1),
    ]


def test_no_start_or_completion_enters_or_leaves_a_reported_month(yanji: User) -> None:
    inside = built("向阳小区", started_on=date(2026, 10, 12), ready_on=date(2026, 4, 1))
    outside = built("铁南小区", started_on=date(2026, 5, 4))
    report(inside), report(outside)
    submitted(yanji)

    told = [
        edit(inside, yanji, started_on=date(2026, 9, 30)).status,
        edit(outside, yanji, started_on=date(2026, 10, 1)).status,
        edit(outside, yanji, completed_on=date(2026, 10, 31)).status,
        edit(outside, yanji, started_on=date(2026, 5, 5)).status,
        edit(outside, yanji, completed_on=date(2026, 11, 2)).status,
        edit(inside, yanji, remark="备注").status,
    ]

    assert told == [Status.LOCKED] * 3 + [Status.CHANGED] * 3


def test_history_is_not_exempt_from_a_closed_round(province_user: User, yanji: User) -> None:
    old = built("老小区", unit="222403", started_on=None)
    history = write(Project, [{"community_id": old.community_id, "plan_year": 2020}])[0]
    assert history.is_history
    held = rounds.open_round(MONTH, actor=None)
    rounds.close_round(held, actor=province_user)

    closed = edit(history, province_user, started_on=date(2026, 10, 5))
    before = edit(history, province_user, started_on=date(2020, 6, 5))

    assert (closed.status, before.status) == (Status.LOCKED, Status.CHANGED)


def test_a_late_return_keeps_its_month_open_after_the_round_is_closed(
    yanji: User, province_user: User
) -> None:
    project = built()
    held = opened().round
    rounds.close_round(held, actor=province_user)

    row = {"project_id": project.pk, "month": MONTH, "progress_percent": Decimal("60.00")}
    outcome = apply(ProgressReport, actor=yanji, source=ChangeSet.Source.GRID, values=row)

    assert outcome.status == Status.CREATED


def test_a_closed_month_is_shown_locked_in_the_ledger(yanji: User, client_of: ClientFor) -> None:
    found = report(built())
    submitted(yanji)

    rows = client_of(yanji).get("/ledgers/progress/grid/rows/?year=2026").json()["rows"]

    assert [(row["id"], list(row["l"])) for row in rows] == [(found.pk, ["*"])]


def test_asking_about_many_rows_takes_a_constant_number_of_queries(
    yanji: User, django_assert_max_num_queries: Any
) -> None:
    found = [report(built(f"{number}号小区")) for number in range(12)]
    submitted(yanji)
    exception()
    rows = list(load_rows(ProgressReport.objects.all(), [row.pk for row in found]).values())
    with django_assert_max_num_queries(5):
        assert locks_on("projects.progressreport", rows, yanji) == [{}] * 12
