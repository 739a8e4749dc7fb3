"""Whatever changes the portal's data leaves a trace: an event, a change set, a row with who and when."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEvent
from tests.trust.access_table import DOORS, Door
from tests.trust.test_access import asked, knock
from tests.trust.world import OWN, World, body_of, taken_back

pytestmark = pytest.mark.django_db
_WRITES = re.compile(r'^(?:INSERT (?:OR \w+ )?INTO|UPDATE|DELETE FROM) "(\w+)"')
# Tables whose rows are themselves the trace: only added to, each with who and when.
TRACES = {
    "accounts_auditevent",
    "records_changeset",
    "records_confirmation",
    "records_attachment",
    "projects_stagetransition",
    "dashboards_alertevent",
    "assessments_move",
    "consultations_commentevent",
    # Who urged whom and when; settling an urge notes the moment beside it.
    "projects_urge",
}
# What moves without being data of the business: sessions, counted tries, keys of requests, background runs,
# what people keep for themselves.
MACHINERY = {
    "accounts_session",
    "accounts_user",
    "accounts_loginguard",
    "records_idempotencykey",
    "records_writelock",
    "jobs_job",
    "ledgers_celldraft",
    "ledgers_savedview",
    "dashboards_subscription",
    # Its file and its answers wait, with who uploaded them; saving and undoing leave events.
    "ledgers_importbatch",
    "ledgers_healthrun",
}
# Steps that keep who and when in the row itself.
SIGNED = {
    "projects:round_close": "closed_by and closed_at of the round",
    # Nobody in the world has a token: the deletion finds nothing.
    "accounts:token_revoke": "an event when there was one",
}


def written(world: World, door: Door) -> set[str]:
    """Return the tables that a request writes to, and take back what it did."""
    with taken_back(), CaptureQueriesContext(connection) as captured:
        body_of(knock(world.client(min(door.allowed)), door, world.targets[OWN]))
    return {found[1] for query in captured if (found := _WRITES.match(query["sql"]))}


def test_every_route_that_changes_something_leaves_a_trace(world: World) -> None:
    silent, telling = {}, 0
    for door in DOORS:
        if door.method == "GET":
            continue
        tables = written(world, door)
        changed = tables - MACHINERY - TRACES
        telling += bool(tables & TRACES)
        if changed and not tables & TRACES and door.route not in SIGNED:
            silent[asked(door)] = sorted(changed)
    assert not silent, "\n".join(f"{door}: {tables}" for door, tables in silent.items())
    assert telling > 50


def test_every_file_that_is_taken_away_leaves_an_event(world: World) -> None:
    silent = []
    for door in DOORS:
        if door.method != "GET" or door.ok != 200 or door.route.startswith(("residents:", "api")):
            continue
        with taken_back():
            before = AuditEvent.objects.count()
            answer = knock(world.client(min(door.allowed)), door, world.targets[OWN])
            body_of(answer)
            taken = answer.headers.get("Content-Disposition", "").startswith("attachment")
            if taken and AuditEvent.objects.count() == before:
                silent.append(asked(door))
    assert silent == []
