"""A draft of money is known to whoever splits it and above, on every path; once issued, to all who get it."""

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
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from accounts.roles import Capability
from funding import batches as acts
from funding.models import Allotment, FundBatch
from ledgers.importing import batches
from ledgers.models import ImportBatch
from ledgers.registry import LEDGERS
from records.models import ChangeSet
from records.planning import Status
from records.services import apply
from tests.conftest import ClientFor
from tests.funding.money_rows import a_batch, a_project, a_source, hand_down, wan
from tests.ledgers.rows import region
from tests.ledgers.test_plain_rows import filled

pytestmark = pytest.mark.django_db
NUMBER = "吉财建〔2026〕机密3号"
YEAR = "?year=2026"


@dataclass(frozen=True)
class Draft:
    """A batch with the part of 延吉市 and of one of its projects."""

    batch: int
    part: int
    passed_on: int
    project: int


def made(place: str) -> Draft:
    """Write the draft of a region, with its parts."""
    project = a_project(planned_households=212)
    batch = a_batch(a_source(), wan(100), state="draft", number=NUMBER, region_id=region(place))
    [part] = hand_down(batch, {"222401": wan(60)})
    [passed_on] = hand_down(batch, {project: wan(20)})
    return Draft(batch, part, passed_on, project)


def issued(draft: Draft) -> None:
    """Issue the draft as a program does: not each splitter is among the cast."""
    values = {"state": "issued", "issued_on": date(2026, 2, 1)}
    apply(FundBatch, actor=None, source=ChangeSet.Source.LOAD, pk=draft.batch, values=values)


def told(client: Client, url: str) -> str:
    """Return what a page or the grid tells; nothing where it is not found."""
    answer = client.get(url)
    assert answer.status_code in {200, 404}, (url, answer.status_code)
    if answer.status_code == 404:
        return ""
    is_data = answer["Content-Type"].startswith("application/json")
    return json.dumps(answer.json(), ensure_ascii=False) if is_data else answer.text


def sheet(client: Client, url: str) -> str:
    """Return the cells of a workbook that is handed out."""
    content = b"".join(client.get(url).streaming_content)  # type: ignore[attr-defined]
    book = load_workbook(io.BytesIO(content), read_only=True)
    return str([list(page.iter_rows(values_only=True)) for page in book.worksheets])


def _pages(client: Client, user: User, draft: Draft) -> dict[str, bool]:
    found = {
        "list": NUMBER in told(client, reverse("funding:batches") + YEAR),
        "page": NUMBER in told(client, reverse("funding:batch", args=[draft.batch])),
    }
    if user.may(Capability.FUND_ALLOT):
        unit = "?unit=222401" if user.region.code == "222401" else ""
        found["split"] = NUMBER in told(client, reverse("funding:batch_split", args=[draft.batch]) + unit)
    return found


def _ledger(client: Client, slug: str, pk: int, column: str) -> dict[str, bool]:
    def at(name: str, *keys: int) -> str:
        return reverse(f"ledgers:{name}", args=[slug, *keys]) + YEAR

    return {
        f"{slug} grid": NUMBER in told(client, at("grid_rows")),
        f"{slug} history": client.get(f"{at('grid_history')}&id={pk}&column={column}").status_code == 200,
        f"{slug} changes": NUMBER in told(client, f"{at('grid_changes')}&since=0"),
        f"{slug} rows": NUMBER in told(client, at("rows")),
        f"{slug} search": NUMBER in told(client, f"{at('rows')}&q=机密"),
        f"{slug} row": NUMBER in told(client, at("row", pk)),
    }


def _files(client: Client, user: User, slug: str) -> dict[str, bool]:
    found = {}
    if user.may(Capability.LEDGER_EXPORT):
        found[f"{slug} export"] = NUMBER in sheet(client, reverse("ledgers:export", args=[slug]) + YEAR)
    if user.may(Capability.LEDGER_IMPORT):
        url = reverse("ledgers:template", args=[slug]) + YEAR
        found[f"{slug} template"] = NUMBER in sheet(client, url)
    return found


def _api(client: Client, draft: Draft) -> dict[str, bool]:
    lists = {"batches": "fundbatch-list", "allotments": "allotment-list"}
    found = {f"api {key}": bool(client.get(reverse(name)).json()["results"]) for key, name in lists.items()}
    for key, name, pk in (
        ("batch", "fundbatch-detail", draft.batch),
        ("part", "allotment-detail", draft.part),
        ("project's part", "allotment-detail", draft.passed_on),
    ):
        found[f"api {key}"] = client.get(reverse(name, args=[pk])).status_code == 200
    narrowed = client.get(reverse("allotment-list") + f"?batch={draft.batch}")
    return {**found, "api narrowed": narrowed.status_code == 200 and bool(narrowed.json()["results"])}


def seen(user: User, client: Client, draft: Draft) -> dict[str, bool]:
    """Return on which paths somebody comes upon the batch or its parts."""
    return {
        **_pages(client, user, draft),
        **_ledger(client, "fund-batches", draft.batch, "number"),
        **_ledger(client, "allotments", draft.part, "amount"),
        **_files(client, user, "fund-batches"),
        **_files(client, user, "allotments"),
        **_api(client, draft),
    }


@pytest.mark.parametrize("who", ["yanji", "dunhua", "prefecture_reviewer"])
def test_nobody_below_comes_upon_a_draft_of_the_province(
    who: str, request: pytest.FixtureRequest, client_for: ClientFor
) -> None:
    user: User = request.getfixturevalue(who)
    found = seen(user, client_for(user), made("220000"))
    assert [path for path, is_seen in found.items() if is_seen] == []


@pytest.mark.parametrize("who", ["province_user", "auditor"])
def test_a_draft_is_seen_on_every_path_by_whoever_splits_it(
    who: str, request: pytest.FixtureRequest, client_for: ClientFor
) -> None:
    user: User = request.getfixturevalue(who)
    found = seen(user, client_for(user), made("220000"))
    assert [path for path, is_seen in found.items() if not is_seen] == []


def test_once_issued_it_is_seen_on_every_path_by_whoever_gets_it(yanji: User, client_for: ClientFor) -> None:
    draft = made("220000")
    issued(draft)
    found = seen(yanji, client_for(yanji), draft)
    # A template holds what its unit may change: a batch of the province is not among it.
    assert [path for path, is_seen in found.items() if not is_seen] == ["fund-batches template"]


def test_a_draft_of_the_prefecture_is_its_own(
    prefecture_reviewer: User, yanji: User, province_user: User, client_for: ClientFor
) -> None:
    draft = made("222400")
    for user, sees in ((prefecture_reviewer, True), (province_user, True), (yanji, False)):
        pages = _pages(client_for(user), user, draft)
        api = _api(client_for(user), draft)
        assert {*pages.values(), *api.values()} == {sees}, user.username


Path = Callable[[Draft, User, ClientFor], str]


def by_form(draft: Draft, user: User, client_for: ClientFor) -> str:
    """Pass a part on by the plain form."""
    client, url = client_for(user), f"{reverse('ledgers:row_new', args=['allotments'])}{YEAR}"
    words = {"batch_number": NUMBER, "unit": "延吉市", "amount": "1"}
    answer = client.post(url, filled(client, url, **words))
    return "saved" if answer.status_code == 302 else str(answer.context["form"].errors)


def by_grid(draft: Draft, user: User, client_for: ClientFor) -> str:
    """Pass a part on in the grid."""
    words = {"batch_number": NUMBER, "unit": "延吉市", "amount": "1"}
    change = {"id": None, "tmp": "n1", "v": None, "cells": words, "key": str(uuid.uuid4())}
    url = reverse("ledgers:grid_save", args=["allotments"]) + YEAR
    answer = client_for(user).post(url, json.dumps({"changes": [change]}), content_type="application/json")
    return json.dumps(answer.json(), ensure_ascii=False)


def by_workbook(draft: Draft, user: User, _client_for: ClientFor) -> str:
    """Upload a table that names the draft."""
    lines = io.StringIO()
    csv.writer(lines).writerows([("下达文号", "市县", "下达金额（万元）"), (NUMBER, "延吉市", "1")])
    file = SimpleUploadedFile("分解.csv", lines.getvalue().encode())
    ledger = LEDGERS["allotments"]
    batch = batches.upload(user=user, ledger=ledger, region=user.region, year=2026, file=file)
    batches.check(batch)
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.PLANNED, (batch.refusal, batch.mapping)
    return "、".join(str(row.problems) for row in batches.plan_of(batch).rows)


def by_api(draft: Draft, user: User, client_for: ClientFor) -> str:
    """Name the draft by its key."""
    body = {"batch": draft.batch, "unit": "222401", "project": draft.project, "amount_fen": wan(1)}
    answer = client_for(user).post(
        reverse("allotment-list"), json.dumps(body), content_type="application/json"
    )
    return answer.content.decode()


@pytest.mark.parametrize("path", [by_form, by_grid, by_workbook, by_api], ids=lambda path: path.__name__)
def test_who_names_a_draft_of_others_is_told_that_there_is_none(
    path: Path, yanji: User, client_for: ClientFor
) -> None:
    draft = made("220000")
    before = list(Allotment.objects.order_by("pk").values_list("pk", "version", "amount_fen"))
    text = path(draft, yanji, client_for)
    assert (
        "There is no batch" in text or "没有文号" in text or "does not exist" in text or "不存在" in text
    ), text
    assert list(Allotment.objects.order_by("pk").values_list("pk", "version", "amount_fen")) == before


def test_a_part_of_a_hidden_draft_is_not_changed_by_its_key(yanji: User, client_for: ClientFor) -> None:
    draft = made("220000")
    values = {"amount_fen": wan(1)}
    for pk in (draft.part, draft.passed_on):
        found = apply(Allotment, actor=yanji, source=ChangeSet.Source.GRID, pk=pk, values=values)
        assert found.status == Status.DENIED
        url = reverse("allotment-detail", args=[pk])
        body = json.dumps({"amount_fen": wan(1), "version": 1})
        assert client_for(yanji).patch(url, body, content_type="application/json").status_code == 404
    assert {row.amount_fen for row in Allotment.objects.all()} == {wan(60), wan(20)}


def test_splitting_a_draft_stays_the_province_s(province_user: User) -> None:
    draft = made("220000")
    batch = FundBatch.objects.get(pk=draft.batch)
    acts.split(batch, {region("222401"): wan(70)}, actor=province_user)
    assert Allotment.objects.get(pk=draft.part).amount_fen == wan(70)
