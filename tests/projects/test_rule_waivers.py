"""An approved, dated exception from a rule: by form, grid, workbook and API, for its place and days alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Region, User
from ledgers.grid import GridScope
from ledgers.importing import mapping as headings
from ledgers.importing.planning import Order, plan_import
from ledgers.reader import read_file
from ledgers.registry import LEDGERS
from ledgers.workbooks.export import export
from projects import waivers
from projects.models import Handover, Waiver
from records.models import ChangeSet
from records.planning import Outcome, Status, review
from records.rows import load_rows
from records.services import apply
from tests.conftest import ClientFor
from tests.projects.months import TODAY, built
from tests.projects.stage import write

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 10)
RULE = "projects.handover.before_acceptance"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    """Let the clock stand in November 2026."""
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=False):
        yield


@pytest.fixture
def sheet(yanji: User) -> Handover:
    """Give a handover sheet of a project that has not been accepted."""
    row = {"project_id": built().pk, "kind": "community", "assets": "全部", "giver": "甲", "receiver": "社区"}
    [made] = write(Handover, [row])
    return Handover.objects.get(pk=made.pk)


def waive(yanji: User, province_user: User, **changed: Any) -> Waiver:
    """Let one ask for the exception and another approve it."""
    request: dict[str, Any] = {
        "code": RULE,
        "region": Region.objects.get(code="222401"),
        "valid_from": TODAY,
        "valid_until": date(2026, 12, 31),
        "reason": "供热季前先行移交供热管线",
    }
    asked = waivers.ask(actor=yanji, **(request | changed))
    return waivers.decide(asked, actor=province_user, approve=True)


def by_form(client: Client, _user: User, sheet: Handover, _folder: Path) -> None:
    url = reverse("ledgers:row", args=["handovers", sheet.pk]) + "?year=2026"
    page = client.get(url)
    sent = {field.html_name: field.value() or "" for field in page.context["form"]}
    client.post(url, {**sent, "handed_on": DAY.isoformat()})


def by_grid(client: Client, _user: User, sheet: Handover, _folder: Path) -> None:
    cells = {"handed_on": DAY.isoformat()}
    body = {
        "changes": [
            {"id": sheet.pk, "v": sheet.version, "cells": cells, "key": f"key-{Waiver.objects.count():05d}"}
        ]
    }
    url = reverse("ledgers:grid_save", args=["handovers"]) + "?year=2026"
    client.post(url, json.dumps(body), content_type="application/json")


def by_api(client: Client, _user: User, sheet: Handover, _folder: Path) -> None:
    body = {"version": sheet.version, "handed_on": DAY.isoformat()}
    url = reverse("handover-detail", args=[sheet.pk])
    answer = client.patch(url, body, content_type="application/json")
    told = [(found["code"], found["confirmed"]) for found in answer.json()["findings"]]
    assert ("before_acceptance", answer.status_code == 200) in told


def by_workbook(_client: Client, user: User, sheet: Handover, folder: Path) -> None:
    scope = GridScope(LEDGERS["handovers"], user, year=2026)
    path = folder / "移交.csv"
    with path.open("wb") as target:
        export(scope, target, "csv")
    title = str(scope.ledger.resource.column("handed_on").title)
    head, row = path.read_text(encoding="utf-8-sig").splitlines()[:2]
    cells = row.split(",")
    cells[head.split(",").index(title)] = DAY.isoformat()
    path.write_text("\n".join([head, ",".join(cells)]), encoding="utf-8-sig")
    document = read_file(path, path.name, header_words=headings.vocabulary(scope.ledger))
    found = headings.map_headings(scope.ledger, document, user.region)
    order = Order(ledger=scope.ledger, user=user, region=user.region, year=2026)
    [planned] = plan_import(order, document, found).rows
    if planned.status == "changed":
        apply(Handover, actor=user, source=ChangeSet.Source.WORKBOOK, pk=planned.pk, values=planned.values)


@pytest.mark.parametrize("path", [by_form, by_grid, by_api, by_workbook])
def test_a_rule_holds_on_every_path_until_it_is_waived(
    path: Any, sheet: Handover, yanji: User, province_user: User, client_for: ClientFor, tmp_path: Path
) -> None:
    path(client_for(yanji), yanji, sheet, tmp_path)
    sheet.refresh_from_db()
    assert (sheet.handed_on, sheet.version) == (None, 1)
    waive(yanji, province_user)
    path(client_for(yanji), yanji, sheet, tmp_path)
    sheet.refresh_from_db()
    assert sheet.handed_on == DAY


def edit(sheet: Handover, yanji: User) -> Outcome:
    return apply(Handover, actor=yanji, source=ChangeSet.Source.FORM, pk=sheet.pk, values={"handed_on": DAY})


def test_what_is_let_pass_is_told_with_the_number_of_the_exception(
    sheet: Handover, yanji: User, province_user: User
) -> None:
    found = waive(yanji, province_user)
    done = edit(sheet, yanji)
    [told] = [finding for finding in done.findings if finding.code == "before_acceptance"]
    assert (done.status, told.waiver, told.confirmed) == (Status.CHANGED, found.pk, True)
    assert str(found.pk) in told.message
    assert "2026-12-31" in told.message


@pytest.mark.parametrize(
    "changed",
    [
        {"valid_from": date(2026, 11, 23)},
        {"code": "projects.contract.credit_code"},
        {"year": 2025},
        {"project": True},
    ],
)
def test_an_exception_holds_for_its_rule_days_year_and_project_alone(
    changed: dict[str, Any], sheet: Handover, yanji: User, province_user: User
) -> None:
    year = changed.pop("year", None)
    if changed.pop("project", None):
        changed["project"] = built("乙小区")
    found = waive(yanji, province_user, **changed)
    if year:
        apply(Waiver, actor=None, source=ChangeSet.Source.LOAD, pk=found.pk, values={"year_to": year})
    assert edit(sheet, yanji).status is Status.REJECTED


def test_a_gate_or_an_unapproved_request_lets_no_rule_pass(sheet: Handover, yanji: User) -> None:
    place = Region.objects.get(code="222401")
    waivers.ask(actor=yanji, code=RULE, region=place, valid_from=TODAY, valid_until=TODAY, reason="x")
    days = {"valid_from": TODAY, "valid_until": TODAY}
    row = {"code": RULE, "region_id": place.pk, "reason": "x", **days}
    write(Waiver, [{**row, "kind": "gate", "state": "approved"}])
    assert edit(sheet, yanji).status is Status.REJECTED


def test_after_its_last_day_the_row_is_told_as_wrong_again(
    sheet: Handover, yanji: User, province_user: User
) -> None:
    waive(yanji, province_user)
    edit(sheet, yanji)
    with time_machine.travel("2027-01-01T12:00:00+08:00", tick=False):
        rows = load_rows(Handover.objects.all(), [sheet.pk])
        [findings] = review(Handover, list(rows.values()))
    # A rule over many rows is asked when its fields change; then it is hard again.
    with time_machine.travel("2027-01-01T12:00:00+08:00", tick=False):
        values = {"handed_on": date(2026, 11, 11)}
        again = apply(Handover, actor=yanji, source=ChangeSet.Source.FORM, pk=sheet.pk, values=values)
    assert again.status is Status.REJECTED
    assert [finding.waiver for finding in findings if finding.waiver] == []


def test_only_rules_with_a_name_are_offered(yanji: User) -> None:
    offered = {code for code, (kind, _label) in waivers.known_codes().items() if kind == "rule"}
    assert offered == {
        RULE,
        "funding.agreement.credit_code",
        "projects.contract.credit_code",
        "projects.liability.credit_code",
        "projects.milestone.answered_before_asked",
    }
    with pytest.raises(waivers.WaiverError):
        waivers.ask(
            actor=yanji,
            code="projects.project.same_year",
            region=Region.objects.get(code="222401"),
            valid_from=TODAY,
            valid_until=TODAY,
            reason="x",
        )
