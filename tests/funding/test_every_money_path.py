"""Paid more than arrived, and money outside the plan: refused on form, grid, workbook, API and by service."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import User
from funding.models import MoneyBalance, MoneyEvent, Source
from ledgers.importing import batches
from ledgers.models import ImportBatch
from ledgers.registry import LEDGERS
from projects.models import Project
from records.models import ChangeSet
from records.planning import Status
from records.services import Mode, apply
from tests.conftest import ClientFor
from tests.funding.money_rows import a_project, happened, wan
from tests.ledgers.fund_rows import source
from tests.ledgers.rows import write
from tests.ledgers.test_plain_rows import filled

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
SLUG = "money-events"


@dataclass(frozen=True)
class Payment:
    """A payment somebody wants to enter, in the words of the ledger."""

    project: int
    money: int
    amount: str

    @property
    def words(self) -> dict[str, str]:
        """Return the payment as cells."""
        name = Project.objects.values_list("community__name", flat=True).get(pk=self.project)
        return {
            "community_name": name,
            "region": "延吉市",
            "plan_year": "2026",
            "source": Source.objects.get(pk=self.money).name,
            "step": "paid",
            "happened_on": "2026-03-02",
            "amount": self.amount,
            "voucher": "Z-1",
        }


Path = Callable[[Payment, User, ClientFor], str]


def by_form(payment: Payment, user: User, client_for: ClientFor) -> str:
    """Send the plain form; return the page."""
    client, url = client_for(user), f"/ledgers/{SLUG}/rows/new/?year=2026"
    answer = client.post(url, filled(client, url, **payment.words))
    return "saved" if answer.status_code == 302 else str(answer.context["form"].errors)


def by_grid(payment: Payment, user: User, client_for: ClientFor) -> str:
    """Type the row into the grid."""
    change = {"id": None, "tmp": "n1", "v": None, "cells": payment.words, "key": str(uuid.uuid4())}
    url = reverse("ledgers:grid_save", args=[SLUG]) + "?year=2026"
    answer = client_for(user).post(url, json.dumps({"changes": [change]}), content_type="application/json")
    [row] = answer.json()["rows"]
    return "saved" if row["status"] == "saved" else json.dumps(row, ensure_ascii=False)


def by_workbook(payment: Payment, user: User, _client_for: ClientFor) -> str:
    """Upload a table and save what is right of it."""
    lines = io.StringIO()
    headings = ("小区名称", "市县", "计划年度", "资金来源", "环节", "日期", "金额（万元）", "凭证号")
    writer = csv.writer(lines)
    writer.writerows([headings, list(payment.words.values())])
    file = SimpleUploadedFile("支付.csv", lines.getvalue().encode())
    batch = batches.upload(user=user, ledger=LEDGERS[SLUG], region=user.region, year=2026, file=file)
    batches.check(batch)
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.PLANNED, (batch.refusal, batch.mapping)
    [row] = batches.plan_of(batch).rows
    batches.start_commit(batch, mode=Mode.VALID_ROWS)
    return "saved" if row.status == "new" else str(row.problems)


def by_api(payment: Payment, user: User, client_for: ClientFor) -> str:
    """Send the row to the API."""
    body = {
        "project": payment.project,
        "source": payment.money,
        "step": "paid",
        "happened_on": "2026-03-02",
        "amount_fen": wan(payment.amount),
        "voucher": "Z-1",
    }
    answer = client_for(user).post(
        reverse("moneyevent-list"), json.dumps(body), content_type="application/json"
    )
    return "saved" if answer.status_code == 201 else answer.content.decode()


def by_service(payment: Payment, user: User, _client_for: ClientFor) -> str:
    """Call the write path as an app does on somebody's behalf: no scope and no lock binds."""
    row = {"project_id": payment.project, "source_id": payment.money, "step": "paid", "voucher": "Z-1"}
    row |= {"happened_on": date(2026, 3, 2), "amount_fen": wan(payment.amount)}
    found = apply(MoneyEvent, actor=user, source=ChangeSet.Source.FORM, values=row, bound=False)
    return "saved" if found.status == Status.CREATED else str(found.findings)


PATHS: tuple[Path, ...] = (by_form, by_grid, by_workbook, by_api, by_service)


@pytest.fixture
def arrived(db: None) -> tuple[int, int]:
    """Write a project of 延吉市 to which 50 万元 of the county's money have come."""
    project, money = a_project("铁南小区", planned_households=212), source("county-budget")
    happened(project, money, DAY, issued=wan(80), arrived=wan(50))
    return project, money


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_more_than_arrived_is_not_paid(
    path: Path, yanji: User, client_for: ClientFor, arrived: tuple[int, int]
) -> None:
    project, money = arrived
    told = path(Payment(project, money, "50.000001"), yanji, client_for)
    # Both sums are named: what would be paid, and what has arrived.
    assert "50.000001" in told
    assert "50.00" in told
    assert not MoneyEvent.objects.filter(step="paid").exists()
    assert path(Payment(project, money, "50"), yanji, client_for) == "saved"
    balance = MoneyBalance.objects.get(project=project)
    assert (balance.arrived_fen, balance.paid_fen) == (wan(50), wan(50))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_nothing_is_paid_outside_the_plan(
    path: Path, yanji: User, client_for: ClientFor, arrived: tuple[int, int]
) -> None:
    project, money = arrived
    apply(
        Project,
        actor=None,
        source=ChangeSet.Source.LOAD,
        pk=project,
        values={"standing": Project.Standing.WITHDRAWN},
    )
    told = path(Payment(project, money, "10"), yanji, client_for)
    assert told != "saved"
    assert "铁南小区" in told
    assert not MoneyEvent.objects.filter(step="paid").exists()


def test_money_paid_back_after_the_plan_was_left_is_let_in(arrived: tuple[int, int], yanji: User) -> None:
    project, money = arrived
    values = {"standing": Project.Standing.WITHDRAWN}
    apply(Project, actor=None, source=ChangeSet.Source.LOAD, pk=project, values=values)
    row = {"project_id": project, "source_id": money, "step": "arrived", "happened_on": DAY, "voucher": "退"}
    without = {**row, "amount_fen": -wan(50)}
    found = apply(MoneyEvent, actor=yanji, source=ChangeSet.Source.FORM, values=without)
    assert [finding.code for finding in found.findings] == ["amount"]
    write(None, MoneyEvent, [{**without, "remark": "退出计划，收回"}])
    assert MoneyBalance.objects.get(project=project).arrived_fen == 0
