"""Ad-hoc tables: sent out, filled in by the units in grid and workbook, late, reminded, compiled, closed."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Region, User
from ledgers.dispatching import compiling, service
from ledgers.dispatching.columns import resource_of
from ledgers.dispatching.service import DispatchError
from ledgers.grid import GridScope, page
from ledgers.models import Dispatch, DispatchRow, DispatchUnit
from ledgers.owed import owed
from ledgers.registry import find_ledger
from projects.models import Urge
from records.models import ChangeSet
from records.services import apply
from tests.conftest import ClientFor
from tests.projects.stage import make_project

pytestmark = pytest.mark.django_db
YANJI, DUNHUA = "222401", "222403"
COLUMNS = [
    {"header": "新开工", "kind": "count", "unit": "个", "help": "截至今天", "choices": [], "required": True},
    {"header": "完成投资", "kind": "money", "unit": "万元", "help": "", "choices": [], "required": False},
    {
        "header": "状态",
        "kind": "choice",
        "unit": "",
        "help": "",
        "choices": ["正常", "滞后"],
        "required": False,
    },
    {"header": "说明", "kind": "text", "unit": "", "help": "", "choices": [], "required": False},
]


def table(
    actor: User, source: str = "units", shown: tuple[str, ...] = ("planned", "started"), **more: Any
) -> Dispatch:
    made = service.create(
        actor=actor,
        values={
            "title": "截至今日开工情况",
            "text": "请填写截至今日的开工数。",
            "source": source,
            "year": 2026,
            "due_at": timezone.now() + timedelta(hours=4),
        },
    )
    units = Region.objects.filter(code__in=[YANJI, DUNHUA])
    values = {"shown": list(shown), "asked": service.give_slots(COLUMNS), "conditions": [], **more}
    return service.change(made, actor=actor, values=values, units=units)


@pytest.fixture
def sent(province_user: User, yanji: User, dunhua: User) -> Dispatch:
    """A table of two units, sent out."""
    make_project("向阳小区")
    made = table(province_user)
    assert service.send_out(made, actor=province_user) == 2
    made.refresh_from_db()
    return made


def row_of(dispatch: Dispatch, unit: str) -> DispatchRow:
    return DispatchRow.objects.get(dispatch=dispatch, unit__code=unit)


def save(
    client: Client, dispatch: Dispatch, row: DispatchRow, cells: dict[str, str], key: str
) -> dict[str, Any]:
    body = {"changes": [{"id": row.pk, "v": row.version, "cells": cells, "key": key}]}
    sent = client.post(
        f"/ledgers/{dispatch.slug}/grid/save/", json.dumps(body), content_type="application/json"
    )
    assert sent.status_code == 200, sent.content
    answer: dict[str, Any] = sent.json()["rows"][0]
    return answer


def fill(user: User, dispatch: Dispatch, **values: Any) -> DispatchRow:
    row = row_of(dispatch, user.region.code)
    apply(DispatchRow, actor=user, source=ChangeSet.Source.GRID, pk=row.pk, values=values)
    return row_of(dispatch, user.region.code)


def hand_in(user: User, dispatch: Dispatch) -> DispatchUnit:
    part = dispatch.parts.get(unit=user.region)
    service.submit(part, actor=user, signed_name="金明")
    part.refresh_from_db()
    return part


def test_a_table_is_set_up_and_sent_out_on_two_pages(
    province_user: User, yanji: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    due = timezone.localtime(timezone.now() + timedelta(hours=3))
    begun = client.post(
        "/ledgers/dispatches/new/",
        {
            "title": "开工/摸底",
            "source": "units",
            "year": "2026",
            "due_at": f"{due:%Y-%m-%dT%H:%M}",
            "key": "k" * 9,
        },
    )
    made = Dispatch.objects.get()
    assert begun["Location"] == f"/ledgers/dispatches/{made.pk}/edit/"
    assert (made.title, made.state, made.region) == ("开工／摸底", "draft", province_user.region)
    sent = client.post(
        f"/ledgers/dispatches/{made.pk}/edit/",
        {
            "title": "开工摸底",
            "year": "2026",
            "due_at": f"{due:%Y-%m-%dT%H:%M}",
            "pick-shown": ["planned"],
            "pick-units": [YANJI],
            "ask-TOTAL_FORMS": "8",
            "ask-INITIAL_FORMS": "8",
            "ask-0-header": "新开工",
            "ask-0-kind": "count",
            "ask-0-unit": "个",
            "ask-0-required": "on",
            "send": "1",
        },
    )
    assert sent["Location"] == f"/ledgers/dispatches/{made.pk}/"
    made.refresh_from_db()
    assert made.state == "open"
    assert [(item["slot"], item["header"], item["required"]) for item in made.asked] == [
        ("count_1", "新开工", True)
    ]
    place = yanji.region
    assert list(made.rows.values_list("unit__code", "label", "subject_id")) == [
        (YANJI, place.label, place.pk)
    ]
    assert [item["text"] for item in owed(yanji) if item["url"] == f"/ledgers/dispatches/{made.pk}/"] == [
        "开工摸底"
    ]


def test_the_known_is_shown_filled_and_the_new_is_typed(
    sent: Dispatch, yanji: User, client_for: ClientFor
) -> None:
    client = client_for(yanji)
    shown = client.get(f"/ledgers/{sent.slug}/grid/rows/").json()
    assert [column["key"] for column in shown["columns"]] == [
        "label", "of_planned", "of_started", "count_1", "money_1_fen", "text_1", "text_2",
    ]  # fmt: skip
    [row] = shown["rows"]
    assert row["c"] == [yanji.region.label, "1", "0", "", "", "", ""]
    answer = save(
        client, sent, row_of(sent, YANJI), {"count_1": "１２", "money_1_fen": "1.5亿元"}, "a-key-of-1"
    )
    assert (answer["status"], answer["c"][3:5]) == ("saved", ["12", "15000"])
    wrong = save(client, sent, row_of(sent, YANJI), {"text_1": "很好", "of_planned": "9"}, "a-key-of-2")
    assert wrong["status"] == "error"
    assert wrong["d"] == {"text_1": "很好"}
    found = row_of(sent, YANJI)
    assert (found.count_1, found.money_1_fen, found.text_1) == (12, 15_000_000_000, "")


def test_two_officers_edit_two_cells_of_one_row(sent: Dispatch, yanji: User, province_user: User) -> None:
    row = row_of(sent, YANJI)
    for actor, values in ((yanji, {"count_1": 5}), (province_user, {"text_2": "电话核实"})):
        apply(
            DispatchRow,
            actor=actor,
            source=ChangeSet.Source.GRID,
            pk=row.pk,
            base_version=row.version,
            values=values,
        )
    row.refresh_from_db()
    assert (row.count_1, row.text_2, row.version) == (5, "电话核实", 3)


def test_a_unit_sees_and_changes_its_own_rows_alone(
    sent: Dispatch, yanji: User, dunhua: User, client_for: ClientFor
) -> None:
    foreign = row_of(sent, DUNHUA)
    client = client_for(yanji)
    assert client.get(f"/ledgers/{sent.slug}/rows/{foreign.pk}/").status_code == 404
    answer = save(client, sent, foreign, {"count_1": "3"}, "a-key-of-3")
    assert answer["status"] == "denied"
    page_of = client.get(f"/ledgers/dispatches/{sent.pk}/").content.decode()
    assert dunhua.region.label not in page_of
    foreign.refresh_from_db()
    assert foreign.count_1 is None


def test_a_unit_that_is_not_asked_finds_nothing(
    province_user: User, yanji: User, prefecture_reviewer: User, client_for: ClientFor
) -> None:
    made = table(province_user)
    units = Region.objects.filter(code=DUNHUA)
    made = service.change(made, actor=province_user, values={}, units=units)
    assert find_ledger(made.slug) is None
    assert client_for(prefecture_reviewer).get(f"/ledgers/dispatches/{made.pk}/").status_code == 404
    service.send_out(made, actor=province_user)
    for path in (
        f"/ledgers/dispatches/{made.pk}/",
        f"/ledgers/{made.slug}/",
        f"/ledgers/{made.slug}/template/",
    ):
        assert client_for(yanji).get(path).status_code == 404, path
    assert client_for(prefecture_reviewer).get(f"/ledgers/dispatches/{made.pk}/").status_code == 200


def uploaded(client: Client, dispatch: Dispatch, content: bytes) -> Any:
    file = SimpleUploadedFile("填报.xlsx", content)
    sent = client.post(f"/ledgers/{dispatch.slug}/import/", {"file": file})
    assert sent.status_code == 302, sent.content.decode()
    return sent["Location"]


def test_the_template_comes_back_filled(sent: Dispatch, yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)
    book = load_workbook(io.BytesIO(b"".join(client.get(f"/ledgers/{sent.slug}/template/"))))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert heads[3:7] == ["新开工(个)", "完成投资(万元)", "状态", "说明"]
    # What the portal knows may have moved on since the template was made: that is no edit.
    sheet.cell(2, 2).value = 77
    sheet.cell(2, 4).value = 8
    sheet.cell(2, 5).value = 120.5
    sheet.cell(2, 6).value = "滞后"
    target = io.BytesIO()
    book.save(target)
    where = uploaded(client, sent, target.getvalue())
    assert client.post(f"{where}commit/", {"mode": "all"}).status_code == 302
    row = row_of(sent, YANJI)
    assert (row.count_1, row.money_1_fen, row.text_1, row.version) == (
        8,
        120_500_000,
        "滞后",
        2,
    )


def test_an_ordinary_table_is_recognised_and_its_errors_are_named(
    sent: Dispatch, yanji: User, client_for: ClientFor
) -> None:
    client = client_for(yanji)
    label = str(resource_of(sent).columns()[0].header)
    csv = f"{label},新开工,状态\n{yanji.region.label},两三个,好\n不存在市,4,正常\n"
    file = SimpleUploadedFile("表.csv", csv.encode("utf-8-sig"))
    where = client.post(f"/ledgers/{sent.slug}/import/", {"file": file})["Location"]
    text = client.get(where).content.decode()
    for word in ("两三个", "好", "不存在市"):
        assert word in text
    assert row_of(sent, YANJI).version == 1


@pytest.mark.parametrize("kind", ["template", "xlsx", "csv"])
def test_what_is_handed_out_comes_back_as_no_change(
    sent: Dispatch, yanji: User, province_user: User, client_for: ClientFor, kind: str
) -> None:
    fill(yanji, sent, count_1=0, money_1_fen=12345, text_1="正常", text_2="=1+1")
    for user in (yanji, province_user):
        client = client_for(user)
        path = "template/" if kind == "template" else f"export/?format={kind}"
        content = b"".join(client.get(f"/ledgers/{sent.slug}/{path}"))
        file = SimpleUploadedFile(f"回.{'csv' if kind == 'csv' else 'xlsx'}", content)
        sent_back = client.post(f"/ledgers/{sent.slug}/import/", {"file": file, "region": user.region.code})
        client.post(f"{sent_back['Location']}commit/", {"mode": "all"})
    assert row_of(sent, YANJI).version == 2
    assert row_of(sent, DUNHUA).version == 1


def test_handing_in_asks_for_what_must_be_filled_and_closes_the_rows(
    sent: Dispatch, yanji: User, client_for: ClientFor
) -> None:
    with pytest.raises(DispatchError, match="1"):
        hand_in(yanji, sent)
    fill(yanji, sent, count_1=0)
    client = client_for(yanji)
    part = sent.parts.get(unit=yanji.region)
    client.post(f"/ledgers/dispatches/{sent.pk}/submit/", {"part": part.pk, "signed_name": "金明"})
    part.refresh_from_db()
    assert (part.state, part.signed_name, part.submitted_by) == ("submitted", "金明", yanji)
    assert save(client, sent, row_of(sent, YANJI), {"count_1": "9"}, "a-key-of-4")["status"] == "locked"
    assert [item for item in owed(yanji) if "dispatches" in item["url"]] == []


def test_a_part_is_sent_back_with_a_reason(sent: Dispatch, yanji: User, province_user: User) -> None:
    fill(yanji, sent, count_1=3)
    part = hand_in(yanji, sent)
    with pytest.raises(DispatchError):
        service.send_back(part, actor=province_user, reason=" ")
    service.send_back(part, actor=province_user, reason="与月报不一致")
    part.refresh_from_db()
    assert (part.state, part.return_reason, part.signed_name) == ("returned", "与月报不一致", "")
    assert fill(yanji, sent, count_1=4).count_1 == 4
    [item] = [item for item in owed(yanji) if "dispatches" in item["url"]]
    assert item["text"] == "截至今日开工情况：与月报不一致"


def test_who_is_late_is_told_and_reminded_once_a_day(
    sent: Dispatch, yanji: User, dunhua: User, province_user: User, client_for: ClientFor
) -> None:
    fill(yanji, sent, count_1=3)
    hand_in(yanji, sent)
    with time_machine.travel(sent.due_at + timedelta(minutes=1)):
        states = {part.unit.code: part.late for part in compiling.compile_for(sent, province_user).parts}
        assert states == {YANJI: False, DUNHUA: True}
        client = client_for(province_user)
        for _again in range(2):
            assert client.post(f"/ledgers/dispatches/{sent.pk}/remind/").status_code == 302
        [word] = Urge.objects.filter(code=sent.slug)
        assert (word.region, word.url) == (dunhua.region, f"/ledgers/dispatches/{sent.pk}/")
        fill(dunhua, sent, count_1=1)
        part = hand_in(dunhua, sent)
        assert service.is_late(part, sent, timezone.now())
        word.refresh_from_db()
        assert word.settled_at is not None


def test_the_table_compiles_at_once_and_its_workbook_adds_up(
    sent: Dispatch, yanji: User, dunhua: User, province_user: User, client_for: ClientFor
) -> None:
    fill(yanji, sent, count_1=3, money_1_fen=100_000_000)
    fill(dunhua, sent, count_1=4)
    hand_in(yanji, sent)
    compiled = compiling.compile_for(sent, province_user)
    assert compiled.sums == {"of_planned": 1, "of_started": 0, "count_1": 7, "money_1_fen": 100_000_000}
    client = client_for(province_user)
    text = client.get(f"/ledgers/dispatches/{sent.pk}/table/").content.decode()
    assert dunhua.region.label in text
    answer = client.get(f"/ledgers/dispatches/{sent.pk}/table/export/")
    sheet = load_workbook(io.BytesIO(b"".join(answer))).worksheets[0]
    lines = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=3, max_row=5)]
    assert [line[1:6] for line in lines] == [
        [yanji.region.label, 1, 0, 3, 100],
        [dunhua.region.label, 0, 0, 4, None],
        [lines[2][1], 1, 0, 7, 100],
    ]


def test_a_closed_table_keeps_what_was_shown(
    sent: Dispatch, yanji: User, province_user: User, client_for: ClientFor
) -> None:
    fill(yanji, sent, count_1=3)
    service.close(sent, actor=province_user)
    make_project("和平小区")
    ledger = find_ledger(sent.slug)
    assert ledger is not None
    shown = page(GridScope(ledger, yanji))
    assert shown["rows"][0]["c"][:4] == [yanji.region.label, "1", "0", "3"]
    answer = save(client_for(yanji), sent, row_of(sent, YANJI), {"count_1": "9"}, "a-key-of-5")
    assert answer["status"] == "locked"
    with pytest.raises(DispatchError):
        hand_in(yanji, sent)


def test_rows_of_a_ledger_are_chosen_by_year_unit_and_condition(
    province_user: User, yanji: User, dunhua: User
) -> None:
    make_project("向阳小区", works="供水")
    make_project("和平小区", works="供热")
    make_project("向阳小区", unit=DUNHUA, works="供水")
    make_project("老年小区", year=2025, works="供水")
    make_project("别处小区", unit="222402", works="供水")
    conditions = [{"column": "works", "operator": "contains", "text": "供水"}]
    made = table(province_user, source="projects", shown=("region", "works"), conditions=conditions)
    assert service.send_out(made, actor=province_user) == 2
    made.refresh_from_db()
    assert list(made.rows.values_list("unit__code", "label")) == [(YANJI, "向阳小区"), (DUNHUA, "向阳小区")]
    ledger = find_ledger(made.slug)
    assert ledger is not None
    shown = page(GridScope(ledger, yanji))["rows"][0]["c"]
    assert shown == ["向阳小区", yanji.region.label, yanji.region.label, "供水", "", "", "", ""]


def test_nothing_is_sent_out_empty_late_or_twice(province_user: User, yanji: User) -> None:
    made = table(province_user, asked=[])
    with pytest.raises(DispatchError):
        service.send_out(made, actor=province_user)
    made = table(province_user, source="projects", shown=())
    with pytest.raises(DispatchError):
        service.send_out(made, actor=province_user)
    made = table(province_user)
    with time_machine.travel(made.due_at + timedelta(seconds=1)), pytest.raises(DispatchError):
        service.send_out(made, actor=province_user)
    service.send_out(made, actor=province_user)
    with pytest.raises(DispatchError):
        service.send_out(made, actor=province_user)
    assert made.rows.count() == 2


def test_a_heading_that_is_taken_is_refused(province_user: User, client_for: ClientFor) -> None:
    made = table(province_user)
    due = timezone.localtime(made.due_at)
    sent = client_for(province_user).post(
        f"/ledgers/dispatches/{made.pk}/edit/",
        {
            "title": "x",
            "year": "2026",
            "due_at": f"{due:%Y-%m-%dT%H:%M}",
            "ask-TOTAL_FORMS": "8",
            "ask-INITIAL_FORMS": "8",
            "ask-0-header": "开工",
            "ask-1-header": "开工",
            "ask-2-kind": "choice",
            "ask-2-header": "情况",
            "ask-2-choices": "好",
        },
    )
    assert sent.status_code == 400
    made.refresh_from_db()
    assert made.title == "截至今日开工情况"
    assert [set(form.errors) for form in sent.context["columns"].forms[:3]] == [
        set(),
        {"header"},
        {"choices"},
    ]


def test_more_columns_than_slots_are_refused() -> None:
    with pytest.raises(DispatchError):
        service.give_slots([{"header": f"列{number}", "kind": "date"} for number in range(5)])
