"""The audit trail: written in full, never rewritten, read by those who may."""

from __future__ import annotations

import csv
import datetime
import hashlib
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openpyxl
import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory

from accounts import audit
from accounts.models import AuditEvent, User
from tests.conftest import ClientFor
from tests.trust.world import body_of

URL = "/accounts/audit/"


# --- writing ----------------------------------------------------------------------------------------


def test_an_event_says_who_what_when_from_where(db: None, yanji: User, rf: RequestFactory) -> None:
    request = rf.get("/", REMOTE_ADDR="10.0.0.7")
    request.user = yanji
    with time_machine.travel("2020-06-01T08:00:00+08:00", tick=False):
        audit.record(audit.Kind.EXPORT, request=request, ledger="projects", rows=1945)

    event = AuditEvent.objects.get()
    assert (event.kind, event.outcome, event.actor, event.address) == ("export", "ok", yanji, "10.0.0.7")
    assert event.detail == {"ledger": "projects", "rows": 1945}
    assert event.at.isoformat() == "2020-06-01T00:00:00+00:00"


def test_what_the_portal_does_itself_has_no_actor(db: None) -> None:
    audit.record(audit.Kind.SNAPSHOT_FREEZE, period="2020-06")

    event = AuditEvent.objects.get()
    assert (event.actor, event.address) == (None, None)


def test_an_event_is_gone_with_the_deed_that_failed(db: None, yanji: User) -> None:
    def fail_after_recording() -> None:
        audit.record(audit.Kind.IMPORT, actor=yanji)
        raise InterruptedError

    with pytest.raises(InterruptedError), transaction.atomic():
        fail_after_recording()

    assert not AuditEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_threads_of_five_events_are_forty_events(yanji: User) -> None:
    def write(_number: int) -> None:
        try:
            for _ in range(5):
                audit.record(audit.Kind.EXPORT, actor=yanji)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))

    assert AuditEvent.objects.count() == 40


# --- never rewritten --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attempt",
    [
        lambda event: AuditEvent.objects.all().update(outcome="ok"),
        lambda event: AuditEvent.objects.all().delete(),
        lambda event: event.delete(),
        lambda event: AuditEvent.objects.filter(pk=event.pk).delete(),
    ],
)
def test_the_program_cannot_change_or_delete_an_event(
    db: None, attempt: Callable[[AuditEvent], object]
) -> None:
    event = audit.record(audit.Kind.DENIED, outcome=audit.Outcome.REFUSED)

    with pytest.raises(TypeError):
        attempt(event)
    assert AuditEvent.objects.get().outcome == "refused"


def test_the_database_refuses_to_change_an_event(db: None) -> None:
    event = audit.record(audit.Kind.DENIED, outcome=audit.Outcome.REFUSED)
    event.outcome = AuditEvent.Outcome.OK

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        event.save()
    assert AuditEvent.objects.get().outcome == "refused"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="on SQLite deletion is open to the database")
def test_postgresql_refuses_to_delete_an_event(db: None) -> None:
    audit.record(audit.Kind.DENIED)

    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM accounts_auditevent")
    assert AuditEvent.objects.count() == 1


# --- refusals ---------------------------------------------------------------------------------------


def test_a_refusal_is_written_down(db: None, yanji: User, client_for: ClientFor) -> None:
    client_for(yanji).get("/accounts/users/?q=secret")

    event = AuditEvent.objects.get()
    assert (event.kind, event.outcome, event.actor) == ("denied", "refused", yanji)
    assert event.detail == {
        "status": 403, "method": "GET", "view": "accounts:users", "path": "/accounts/users/",
    }  # fmt: skip


def test_a_row_that_is_not_found_is_written_down_but_a_mistyped_address_is_not(
    db: None, yanji: User, client_for: ClientFor
) -> None:
    client = client_for(yanji)

    client.post("/accounts/sessions/abc/end/")
    client.get("/no/such/page/")

    assert [event.detail["status"] for event in AuditEvent.objects.all()] == [404]


def test_a_forged_form_is_written_down(db: None, yanji: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(yanji)

    assert strict.post("/accounts/token/").status_code == 403
    assert AuditEvent.objects.get().detail["view"] == "accounts:token_create"


def test_strangers_cannot_fill_the_trail(client: Client, db: None) -> None:
    Client(enforce_csrf_checks=True).post("/accounts/login/", {})
    client.get("/no/such/page/")
    client.get("/accounts/users/")

    assert not AuditEvent.objects.exists()


# --- reading ----------------------------------------------------------------------------------------


@pytest.fixture
def trail(db: None, yanji: User, dunhua: User, province_user: User) -> None:
    """Three events of three people on three days."""
    for day, user, kind in [
        ("2020-06-01", yanji, audit.Kind.EXPORT),
        ("2020-06-02", dunhua, audit.Kind.IMPORT),
        ("2020-06-03", province_user, audit.Kind.EXPORT),
    ]:
        with time_machine.travel(f"{day}T23:30:00+08:00", tick=False):
            audit.record(kind, actor=user)


def read(client: Client, query: str = "") -> list[str]:
    """Return whose events the page shows."""
    page = client.get(f"{URL}?{query}")
    assert page.status_code == 200
    return [event.actor.username for event in page.context["page_obj"]]


def test_the_newest_stands_first(trail: None, audit_admin: User, client_for: ClientFor) -> None:
    assert read(client_for(audit_admin)) == ["province", "dunhua", "yanji"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=export", ["province", "yanji"]),
        ("q=敦化", ["dunhua"]),
        ("q=yan", ["yanji"]),
        ("outcome=refused", []),
        ("since=2020-06-02", ["province", "dunhua"]),
        ("until=2020-06-02", ["dunhua", "yanji"]),
        ("since=2020-06-02&until=2020-06-02", ["dunhua"]),
        ("since=yesterday", ["province", "dunhua", "yanji"]),
        ("kind=nonsense", ["province", "dunhua", "yanji"]),
    ],
)
def test_the_page_can_be_narrowed(
    trail: None, audit_admin: User, client_for: ClientFor, query: str, found: list[str]
) -> None:
    assert read(client_for(audit_admin), query) == found


def test_an_auditor_of_a_prefecture_sees_its_people(
    trail: None, auditor: User, prefecture_reviewer: User, client_for: ClientFor
) -> None:
    yanbian = prefecture_reviewer.region
    User.objects.filter(pk=auditor.pk).update(region=yanbian, view_region=yanbian)
    audit.record(audit.Kind.SNAPSHOT_FREEZE)

    assert read(client_for(auditor)) == ["dunhua", "yanji"]


def test_many_events_take_few_queries(
    db: None, audit_admin: User, yanji: User, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    for _ in range(120):
        audit.record(audit.Kind.EXPORT, actor=yanji)
    client = client_for(audit_admin)

    with django_assert_max_num_queries(5):
        assert len(read(client)) == 100
    assert len(read(client, "page=2")) == 20


# --- taking it away -------------------------------------------------------------------------------


def test_the_trail_is_taken_as_a_workbook_and_that_is_an_event(
    trail: None, audit_admin: User, client_for: ClientFor
) -> None:
    answer = client_for(audit_admin).get(f"{URL}workbook/?kind=export")

    content = body_of(answer)
    book = openpyxl.load_workbook(io.BytesIO(content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[:3] for row in rows[1:]] == [
        ("2020-06-03 23:30:00", "province", "省级管理"),
        ("2020-06-01 23:30:00", "yanji", "延吉市录入员"),
    ]
    event = AuditEvent.objects.all()[0]
    assert (event.kind, event.actor) == ("export", audit_admin)
    assert event.detail == {
        "what": "audit.xlsx",
        "rows": 2,
        "query": "kind=export",
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def test_a_name_never_becomes_a_formula_in_the_table(
    db: None, yanji: User, auditor: User, client_for: ClientFor
) -> None:
    User.objects.filter(pk=yanji.pk).update(display_name='=HYPERLINK("x")')
    audit.record(audit.Kind.EXPORT, actor=yanji)

    answer = client_for(auditor).get(f"{URL}table/")

    [_head, row] = csv.reader(io.StringIO(body_of(answer).decode("utf-8-sig")))
    assert row[1:3] == ["yanji", '\'=HYPERLINK("x")']


def test_an_auditor_of_a_prefecture_takes_away_what_they_see(
    trail: None, auditor: User, prefecture_reviewer: User, client_for: ClientFor
) -> None:
    yanbian = prefecture_reviewer.region
    User.objects.filter(pk=auditor.pk).update(region=yanbian, view_region=yanbian)

    answer = client_for(auditor).get(f"{URL}table/")

    assert [row[1] for row in csv.reader(io.StringIO(body_of(answer).decode("utf-8-sig")))][1:] == [
        "dunhua",
        "yanji",
    ]


def test_the_file_is_for_those_who_read_the_trail(
    db: None, audit_admin: User, yanji: User, client_for: ClientFor
) -> None:
    assert client_for(audit_admin).post(f"{URL}table/").status_code == 405
    assert client_for(yanji).get(f"{URL}table/").status_code == 403
    assert not AuditEvent.objects.filter(kind="export").exists()


@pytest.mark.parametrize(
    "who",
    ["province_user", "yanji", "prefecture_reviewer", "worker", "liaison", "system_admin", "security_admin"],
)
def test_nobody_else_reads_it(
    who: str, client_for: ClientFor, request: pytest.FixtureRequest, db: None
) -> None:
    assert client_for(request.getfixturevalue(who)).get(URL).status_code == 403


def test_it_is_only_read(db: None, audit_admin: User, client_for: ClientFor) -> None:
    client = client_for(audit_admin)

    assert client.post(URL).status_code == 405
    assert client.delete(URL).status_code == 405
    assert client.get("/accounts/users/").status_code == 403


def test_visitors_are_asked_to_log_in(client: Client, db: None) -> None:
    assert client.get(URL).status_code == 302


def test_a_day_is_a_day_in_shanghai(db: None, yanji: User, audit_admin: User, client_for: ClientFor) -> None:
    with time_machine.travel(datetime.datetime(2020, 6, 1, 17, 0, tzinfo=datetime.UTC), tick=False):
        audit.record(audit.Kind.EXPORT, actor=yanji)
    client = client_for(audit_admin)

    assert read(client, "since=2020-06-02&until=2020-06-02") == ["yanji"]
    assert read(client, "until=2020-06-01") == []
