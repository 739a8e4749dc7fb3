"""The page of the health check: its result, running it, closing findings, who may, and what it costs."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Region, User
from communities.models import CatalogueItem, Community
from jobs.models import Job
from jobs.services import execute
from ledgers.health import running
from ledgers.health.reading import unit_scores
from ledgers.health.stock import Stock
from ledgers.models import HealthRun
from ledgers.tasks import ask_for_health
from records.models import ChangeSet, Confirmation
from records.services import apply
from tests.conftest import ClientFor
from tests.trust.world import community_row, fill, write

pytestmark = pytest.mark.django_db
PAGE, RUN, CLOSE = "/ledgers/health/", "/ledgers/health/run/", "/ledgers/health/close/"
EXPORT = "/ledgers/health/export/"


@pytest.fixture
def joined() -> Community:
    """A row of 延吉市 that holds two communities, and a sound one beside it."""
    pks = write(
        Community,
        [community_row("222401", name) for name in ("王家冲小区、建设小区", "向阳小区")],
    )
    return Community.objects.get(pk=pks[0])


def listed(client: Client, query: str = "") -> list[tuple[str, str, bool]]:
    """Return rule, row and openness of what the page lists."""
    page = client.get(PAGE + query)
    assert page.status_code == 200
    return [(found.item["code"], found.item["subject"], found.open) for found in page.context["page_obj"]]


def form_of(client: Client) -> dict[str, Any]:
    """Return what the form beside the first finding sends."""
    report = client.get(PAGE).context["report"]
    item = report.findings[0].item
    sent = {name: item[name] for name in ("kind", "pk", "code")}
    return {**sent, "seen": item["print"], "checked": report.run.region.code}


def test_nothing_is_checked_before_somebody_asks(client_for: ClientFor, yanji: User) -> None:
    page = client_for(yanji).get(PAGE)
    assert page.context["report"] is None
    assert (HealthRun.objects.count(), Job.objects.count()) == (0, 0)


def test_a_check_names_the_row_scores_the_unit_and_links_to_the_form(
    client_for: ClientFor, yanji: User, joined: Community
) -> None:
    client = client_for(yanji)
    assert client.post(RUN).status_code == 302
    page = client.get(PAGE)
    report = page.context["report"]
    assert listed(client) == [("several_names", "王家冲小区、建设小区", True)]
    assert [(line.label, line.rows, line.open, str(line.score)) for line in report.units] == [
        ("延吉市", 2, 1, "50.0")
    ]
    assert [(line.code, line.open, line.closed) for line in report.rules] == [("several_names", 1, 0)]
    assert f'href="/ledgers/communities/rows/{joined.pk}/"' in page.text


def test_a_registered_check_is_asked_of_rows_as_they_stand(
    client_for: ClientFor, yanji: User, joined: Community
) -> None:
    write(Community, [community_row("222401", "晚建小区", built_from=2004)])
    client = client_for(yanji)
    client.post(RUN)
    assert ("built_late", "晚建小区", True) in listed(client)
    assert [code for code, _row, _open in listed(client, "?rule=built_late")] == ["built_late"]
    assert listed(client, "?q=没有的") == []


def test_a_finding_closed_with_a_reason_comes_back_when_the_values_change(
    client_for: ClientFor, yanji: User, joined: Community
) -> None:
    client = client_for(yanji)
    client.post(RUN)
    sent = form_of(client)
    assert client.post(CLOSE, {**sent, "reason": "门牌即如此登记"}).status_code == 302
    assert listed(client) == []
    assert listed(client, "?state=closed") == [("several_names", "王家冲小区、建设小区", False)]
    assert str(client.get(PAGE).context["report"].score) == "100.0"
    kept = Confirmation.objects.get()
    assert (kept.record_type, kept.record_id, kept.code, kept.reason, kept.confirmed_by) == (
        "communities.community",
        joined.pk,
        "several_names",
        "门牌即如此登记",
        yanji,
    )
    client.post(RUN)
    assert listed(client) == []
    values = {"name": "王家冲小区、建设小区、红旗小区"}
    apply(Community, actor=yanji, source=ChangeSet.Source.FORM, pk=joined.pk, values=values)
    client.post(RUN)
    assert listed(client) == [("several_names", "王家冲小区、建设小区、红旗小区", True)]


def test_a_doubt_closed_here_is_settled_in_the_grid_too(client_for: ClientFor, yanji: User) -> None:
    [pk] = write(Community, [community_row("222401", "晚建小区", built_from=2004)])
    client = client_for(yanji)
    client.post(RUN)
    client.post(CLOSE, {**form_of(client), "reason": "附竣工验收备案表"})
    assert listed(client) == []
    kept = Confirmation.objects.get()
    assert (kept.record_id, kept.code) == (pk, "built_late")


def test_a_finding_that_was_mended_meanwhile_cannot_be_closed(
    client_for: ClientFor, yanji: User, joined: Community
) -> None:
    client = client_for(yanji)
    client.post(RUN)
    sent = form_of(client)
    values = {"name": "王家冲小区"}
    apply(Community, actor=yanji, source=ChangeSet.Source.FORM, pk=joined.pk, values=values)
    client.post(CLOSE, {**sent, "reason": "x"})
    assert Confirmation.objects.count() == 0


def test_closing_needs_a_reason_a_known_row_and_a_known_kind(
    client_for: ClientFor, yanji: User, joined: Community
) -> None:
    client = client_for(yanji)
    client.post(RUN)
    sent = form_of(client)
    client.post(CLOSE, {**sent, "reason": " "})
    assert Confirmation.objects.count() == 0
    for wrong in ({"pk": "x"}, {"pk": "0"}, {"kind": "accounts.user"}, {"kind": "x"}, {"checked": "222403"}):
        assert client.post(CLOSE, {**sent, "reason": "x", **wrong}).status_code == 404
    assert client.get(CLOSE).status_code == client.get(RUN).status_code == 405


def test_a_foreign_unit_is_not_found_and_readers_cannot_close(
    client_for: ClientFor,
    yanji: User,
    dunhua: User,
    prefecture_reviewer: User,
    security_admin: User,
    joined: Community,
) -> None:
    own = client_for(yanji)
    own.post(RUN)
    sent = {**form_of(own), "reason": "x"}
    stranger = client_for(dunhua)
    assert stranger.get(f"{PAGE}?unit=222401").status_code == 404
    assert stranger.post(RUN, {"unit": "222401"}).status_code == 404
    assert stranger.post(CLOSE, {**sent, "checked": ""}).status_code == 404
    assert stranger.get(PAGE).context["report"] is None
    reviewer = client_for(prefecture_reviewer)
    assert reviewer.get(f"{PAGE}?unit=222401").context["report"].open == 1
    assert reviewer.post(CLOSE, sent).status_code == 403
    assert client_for(security_admin).get(PAGE).status_code == 403
    assert Confirmation.objects.count() == 0


@pytest.mark.parametrize("query", ["?year=x", "?year=1999", "?unit=000000", "?state=x"])
def test_what_cannot_be_meant_is_not_found(client_for: ClientFor, yanji: User, query: str) -> None:
    assert client_for(yanji).get(PAGE + query).status_code == 404


def test_the_result_of_the_province_is_narrowed_to_a_unit(
    client_for: ClientFor, province_user: User, joined: Community
) -> None:
    write(Community, [community_row("222403", "东门小区、西门小区")])
    client = client_for(province_user)
    client.post(RUN)
    assert len(listed(client)) == 2
    assert [row for _code, row, _open in listed(client, "?unit=222403")] == ["东门小区、西门小区"]


def test_the_list_is_taken_away_as_a_workbook_of_texts(
    client_for: ClientFor, yanji: User, joined: Community, worker: User
) -> None:
    client = client_for(yanji)
    assert client.get(EXPORT).status_code == 400
    client.post(RUN)
    sheet: Any = openpyxl.load_workbook(io.BytesIO(client.get(EXPORT).getvalue())).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert len(rows) == 3
    assert (rows[1][0], rows[1][2], rows[1][5]) == ("延吉市", "王家冲小区、建设小区", "王家冲小区、建设小区")
    assert client_for(worker).get(EXPORT).status_code == 403


def test_many_rows_are_checked_in_the_background_once(
    client_for: ClientFor, yanji: User, joined: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MOST_AT_ONCE", 1)
    client = client_for(yanji)
    client.post(RUN)
    client.post(RUN)
    job = Job.objects.get(kind=running.KIND)
    assert (job.state, job.created_by, job.region.code if job.region else "") == ("queued", yanji, "222401")
    assert client.get(PAGE).context["job"] == job
    assert execute(job.pk) == Job.State.DONE
    assert client.get(PAGE).context["job"] is None
    assert listed(client) == [("several_names", "王家冲小区、建设小区", True)]
    client.post(RUN)
    assert Job.objects.filter(kind=running.KIND).count() == 2


def test_a_row_without_a_unit_of_its_own_counts_for_its_community(province_user: User) -> None:
    [pk] = write(Community, [community_row("222401", "向阳小区")])
    stock = Stock(Region.objects.get(code="220000"))
    unit = Region.objects.get(code="222401").pk
    assert stock.unit_of({"id": 1, "community_id": pk}) == unit
    assert stock.unit_of({"id": 1}) is None


def test_what_the_province_shares_with_all_is_no_row_of_a_unit() -> None:
    assert Community in running.checked_models()
    assert CatalogueItem not in running.checked_models()


def test_more_rows_are_not_more_questions(province_user: User) -> None:
    province = Region.objects.get(code="220000")
    fill("222401", 2)
    few = _questions(province, province_user)
    fill("222401", 20, start=50)
    fill("222403", 20, start=50)
    assert _questions(province, province_user) <= few


def test_the_page_asks_little_however_much_is_listed(client_for: ClientFor, province_user: User) -> None:
    client = client_for(province_user)
    for number in range(2):
        names = [f"东{mark}院、西{mark}院" for mark in "甲乙丙丁戊己庚辛"[number * 4 : number * 4 + 4]]
        units = ("222401", "222403")
        write(Community, [community_row(unit, f"{unit}{name}") for unit in units for name in names])
        client.post(RUN)
        with CaptureQueriesContext(connection) as captured:
            assert len(listed(client)) >= 8 * (number + 1)
        assert len(captured) <= 15


def _questions(region: Region, user: User) -> int:
    with CaptureQueriesContext(connection) as captured:
        running.run(region, None, actor=user)
    return len(captured)


def test_the_check_of_the_night_runs_once_and_scores_the_units(
    joined: Community,
) -> None:
    for _beat in range(2):
        ask_for_health()
    job = Job.objects.get(kind=running.KIND)
    execute(job.pk)
    kept = HealthRun.objects.get()
    assert (kept.region.code, kept.made_by, kept.row_count) == ("220000", None, 2)
    unit = joined.region_id
    assert unit_scores({unit}) == {unit: Decimal("50.0")}
    assert unit_scores({Region.objects.get(code="222403").pk}) == {}
    assert {item["pk"] for item in kept.findings} == {joined.pk}
