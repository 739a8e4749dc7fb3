"""Many people at once: no edit is lost, nothing is made twice, nobody is told of a deadlock.

PostgreSQL gets the full measure; on SQLite, which writes one at a time, a smaller one shows the same.
"""

from __future__ import annotations

import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Count, Max, Sum
from django.test import Client
from django.urls import reverse

from accounts.models import Region, User
from accounts.roles import Role
from communities.models import Community
from ledgers.importing import batches
from ledgers.importing.batches import BatchError
from ledgers.models import ImportBatch
from ledgers.registry import LEDGERS
from projects.models import AnnualPlan, UnitReturn
from records.models import ChangeSet, VersionedRecord
from records.planning import Status
from records.services import Mode, apply
from tests.conftest import ClientFor, make_user
from tests.projects.months import TODAY, built, report, submitted
from tests.trust.world import OWN, community_row, write

# One process: two crowds at once would want more connections than a PostgreSQL as installed gives (100).
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("crowd")]
FIELDS = ("target_projects", "target_communities", "target_buildings", "target_households")
# Fifty people make two hundred edits each, in rounds, so that each keeps within the time a test may take.
ROUNDS = 4


@dataclass(frozen=True)
class Size:
    """How many people do how much to how many rows."""

    people: int
    edits: int
    rows: int


def size() -> Size:
    """Return the measure of one round for the database of the test."""
    return Size(50, 50, 25) if connection.vendor == "postgresql" else Size(8, 7, 5)


def all_at_once(number: int, act: Callable[[int], Any]) -> list[Any]:
    """Run an act in so many threads, released together, each with a connection of its own."""
    start = threading.Barrier(number)

    def run(index: int) -> Any:
        start.wait(timeout=60)
        try:
            return act(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


def counters(count: int) -> list[int]:
    """Make rows whose counts stand at zero: plans of one unit, which ask the fewest other tables."""
    unit = Region.objects.get(code=OWN).pk
    rows = [{"unit_id": unit, "year": 2000 + n, **dict.fromkeys(FIELDS, 0)} for n in range(count)]
    return write(AnnualPlan, rows)


def add_one(pk: int, field: str, user: User) -> int:
    """Read a count, write one more, and try again until it was this edit that was written; return the tries.

    SAME means that somebody wrote the very same number meanwhile: this edit is still to be made.
    """
    tries = 0
    while True:
        tries += 1
        seen = AnnualPlan.objects.values("version", field).get(pk=pk)
        found = apply(
            AnnualPlan,
            actor=user,
            source=ChangeSet.Source.API,
            pk=pk,
            base_version=seen["version"],
            values={field: seen[field] + 1},
        )
        if found.status in {Status.CHANGED, Status.MERGED}:
            return tries
        assert found.status in {Status.CONFLICT, Status.SAME}, found.findings


def assert_history_is_whole(model: type[VersionedRecord] = Community) -> None:
    """Check that the versions of all rows are as many as their former states, each version once (I3)."""
    states: Any = model.history.model.objects
    versions = dict(model._base_manager.values_list("pk", "version"))
    known = states.values("id").annotate(
        states=Count("pk"), last=Max("version"), kinds=Count("version", distinct=True)
    )
    assert {row["id"]: (row["states"], row["last"], row["kinds"]) for row in known} == {
        pk: (version, version, version) for pk, version in versions.items()
    }


@pytest.mark.parametrize("part", range(ROUNDS))
def test_no_increment_is_lost_among_many_people(province_user: User, part: int) -> None:
    measure = size()
    rows = counters(measure.rows)

    def work(index: int) -> Counter[tuple[int, str]]:
        chance, done = random.Random(index + part * 1000), Counter[tuple[int, str]]()
        for _edit in range(measure.edits):
            pk, field = chance.choice(rows), chance.choice(FIELDS)
            add_one(pk, field, province_user)
            done[pk, field] += 1
        return done

    expected = sum(all_at_once(measure.people, work), Counter[tuple[int, str]]())
    stored = {
        (row["pk"], field): row[field] for row in AnnualPlan.objects.values("pk", *FIELDS) for field in FIELDS
    }
    assert {key: value for key, value in stored.items() if value} == dict(expected)
    assert expected.total() == measure.people * measure.edits
    versions = AnnualPlan.objects.aggregate(total=Sum("version"))["total"]
    assert versions == measure.rows + measure.people * measure.edits
    assert_history_is_whole(AnnualPlan)


def test_control_without_the_version_edits_are_lost_so_the_test_above_can_see(province_user: User) -> None:
    [pk] = counters(1)
    people, rounds = 8, 5
    step = threading.Barrier(people)

    def work(index: int) -> None:
        for _round in range(rounds):
            seen = AnnualPlan.objects.values_list("target_households", flat=True).get(pk=pk)
            assert seen is not None
            step.wait(timeout=60)
            # Different sums, so that none of them is taken for an edit that was made already.
            values = {"target_households": seen + index + 1}
            apply(AnnualPlan, actor=province_user, source=ChangeSet.Source.API, pk=pk, values=values)
            step.wait(timeout=60)

    all_at_once(people, work)
    assert AnnualPlan.objects.get(pk=pk).target_households != rounds * sum(range(1, people + 1))
    assert_history_is_whole(AnnualPlan)


def test_rows_made_at_once_get_codes_without_gap_or_twin(yanji: User) -> None:
    measure = size()

    def work(index: int) -> list[str]:
        made = [
            apply(
                Community,
                actor=yanji,
                source=ChangeSet.Source.API,
                values=community_row(OWN, f"新{index}之{number}小区"),
            )
            for number in range(3)
        ]
        return [found.row["code"] for found in made]

    codes = sorted(code for made in all_at_once(measure.people, work) for code in made)
    assert codes == [f"{OWN}-{number:05d}" for number in range(1, measure.people * 3 + 1)]
    assert_history_is_whole()


def test_two_people_who_make_the_same_community_make_one(yanji: User) -> None:
    row = community_row(OWN, "同名小区")
    found = all_at_once(
        8, lambda _index: apply(Community, actor=yanji, source=ChangeSet.Source.API, values=row).status
    )
    assert Counter(found) == {Status.CREATED: 1, Status.REJECTED: 7}
    assert Community.objects.count() == 1


def test_of_reviewers_at_once_one_decides_about_a_return(client_for: ClientFor) -> None:
    """Half accept and half send back, over the API: one transition, and 409 for everybody else."""
    with time_machine.travel(f"{TODAY}T12:00:00+08:00", tick=True):
        officer = make_user("yanji", "录入员", Role.ENTRY, OWN)
        report(built(unit=OWN))
        found = submitted(officer, unit=OWN)
        people = [make_user(f"reviewer{n}", f"审核员{n}", Role.REVIEWER, "222400") for n in range(6)]
        clients = [client_for(user) for user in people]

        def decide(index: int) -> int:
            name = "unitreturn-accept" if index % 2 else "unitreturn-send-back"
            url, body = reverse(name, args=[found.pk]), {} if index % 2 else {"reason": "x"}
            return clients[index].post(url, body, content_type="application/json").status_code

        answers = Counter(all_at_once(len(people), decide))
    found.refresh_from_db()
    states: Any = UnitReturn.history.model.objects
    decided = states.filter(id=found.pk, state__in=["accepted", "returned"]).count()
    # Sending back what was just accepted is allowed, accepting what was sent back is not.
    assert answers[200] == decided in {1, 2}
    assert answers[200] + answers[409] == len(people)
    assert found.version == 2 + decided
    assert_history_is_whole(UnitReturn)


def browsers(client_for: ClientFor, user: User, number: int) -> list[Client]:
    """Return so many browsers of one person's session; an error in the portal answers 500 as in life."""
    session = client_for(user).cookies["sessionid"].value
    made = []
    for _one in range(number):
        client = Client(raise_request_exception=False)
        client.cookies["sessionid"] = session
        made.append(client)
    return made


def save(client: Client, pk: int | None, version: int | None, key: str, **cells: str) -> Any:
    """Save a row of the community grid as the page does, again while the database is busy; return the row."""
    change = {"id": pk, "tmp": "n1", "v": version, "cells": cells, "key": key}
    while True:
        answer = client.post(
            "/ledgers/communities/grid/save/", {"changes": [change]}, content_type="application/json"
        )
        if answer.status_code != 503:
            assert answer.status_code == 200, answer.content[:300]
            return answer.json()["rows"][0]


def test_twenty_sendings_of_one_key_make_one_row(client_for: ClientFor, yanji: User) -> None:
    clients = browsers(client_for, yanji, 20)
    key = str(uuid.uuid4())
    answers = all_at_once(
        20, lambda index: save(clients[index], None, None, key, name="一次小区", street="北山街道")
    )
    assert len({answer["id"] for answer in answers}) == 1
    assert [answer["status"] for answer in answers] == ["saved"] * 20
    row = Community.objects.get()
    assert (row.version, row.history.count()) == (1, 1)


def uploaded(user: User, rows: int, name: str, start: int = 0) -> ImportBatch:
    """Upload a table of new communities (300 households each), checked and ready to be saved."""
    lines = "".join(f"{name}{start + number}小区,河南街道,300\n" for number in range(rows))
    batch = batches.upload(
        user=user,
        ledger=LEDGERS["communities"],
        region=user.region,
        year=None,
        file=SimpleUploadedFile("台账.csv", ("小区名称,所在街道,户数\n" + lines).encode()),
    )
    batches.check(batch)
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.PLANNED, (batch.refusal, batch.mapping)
    return batch


def test_saving_an_import_clicked_twice_at_once_saves_it_once(client_for: ClientFor, yanji: User) -> None:
    batch = uploaded(yanji, 20, "连击")
    clients = browsers(client_for, yanji, 4)
    address = f"/ledgers/imports/{batch.pk}/commit/"
    statuses = all_at_once(4, lambda index: clients[index].post(address, {"mode": "valid"}).status_code)
    assert set(statuses) <= {302, 503}
    assert 302 in statuses
    batch.refresh_from_db()
    assert (batch.state, Community.objects.count()) == (ImportBatch.State.COMMITTED, 20)
    assert ChangeSet.objects.filter(source=ChangeSet.Source.WORKBOOK).count() == 1
    assert_history_is_whole()


def test_a_second_click_that_comes_late_leaves_a_saved_import_saved(yanji: User) -> None:
    batch = uploaded(yanji, batches.INLINE_ROWS + 1, "迟到")
    first, second = ImportBatch.objects.get(pk=batch.pk), ImportBatch.objects.get(pk=batch.pk)
    batches.start_commit(first, mode=Mode.VALID_ROWS)
    with pytest.raises(BatchError):
        batches.start_commit(second, mode=Mode.ALL_OR_NOTHING)
    batch.refresh_from_db()
    assert (batch.state, batch.options["mode"]) == (ImportBatch.State.COMMITTED, "valid")
    assert Community.objects.count() == batches.INLINE_ROWS + 1


def test_planning_anew_does_not_reopen_what_was_saved_meanwhile(yanji: User) -> None:
    batch = uploaded(yanji, 5, "两页")
    late = ImportBatch.objects.get(pk=batch.pk)
    document = batches.open_document(late)
    batches.start_commit(ImportBatch.objects.get(pk=batch.pk), mode=Mode.VALID_ROWS)
    with pytest.raises(BatchError):
        batches.examine(late, document)
    late.state = ImportBatch.State.PLANNED
    with pytest.raises(BatchError):
        batches.choose(late, include_hidden=True)
    with pytest.raises(BatchError):
        batches.answer_headings(late, yanji, {})
    batch.refresh_from_db()
    assert (batch.state, batch.options.get("include_hidden")) == (ImportBatch.State.COMMITTED, None)
    assert len(batches.plan_of(batch).rows) == 5


def test_undoing_twice_at_once_undoes_once(client_for: ClientFor, yanji: User) -> None:
    batch = uploaded(yanji, 10, "撤销")
    batches.start_commit(batch, mode=Mode.VALID_ROWS)
    clients = browsers(client_for, yanji, 4)
    address = f"/ledgers/imports/{batch.pk}/undo/"
    statuses = all_at_once(4, lambda index: clients[index].post(address).status_code)
    assert set(statuses) <= {302, 503}
    batch.refresh_from_db()
    assert (batch.state, batch.summary["undone"]) == (ImportBatch.State.UNDONE, 10)
    assert ChangeSet.objects.filter(source=ChangeSet.Source.UNDO).count() == 1
    assert_history_is_whole()


def test_editors_and_an_import_of_the_same_rows_lose_nothing(client_for: ClientFor, yanji: User) -> None:
    """Eight people save cells of rows that an import of 500 changes at the same time."""
    batches.start_commit(uploaded(yanji, 500, "同改"), mode=Mode.VALID_ROWS)
    rows = list(Community.objects.order_by("pk").values_list("pk", "name", "street"))
    table = "小区名称,所在街道,户数,栋数\n" + "".join(
        f"{name},{street},300,9\n" for _pk, name, street in rows
    )
    batch = batches.upload(
        user=yanji,
        ledger=LEDGERS["communities"],
        region=Region.objects.get(code=OWN),
        year=None,
        file=SimpleUploadedFile("再来.csv", table.encode()),
    )
    batches.check(batch)
    editors, edits = 8, 12
    clients = browsers(client_for, yanji, editors + 1)
    acknowledged: dict[int, str] = {}

    def work(index: int) -> None:
        if index == editors:
            answer = clients[index].post(f"/ledgers/imports/{batch.pk}/commit/", {"mode": "valid"})
            while answer.status_code == 503:
                answer = clients[index].post(f"/ledgers/imports/{batch.pk}/commit/", {"mode": "valid"})
            assert answer.status_code == 302
            return
        for number in range(edits):
            pk = rows[(index * edits + number) * 5 % 500][0]
            version = Community.objects.values_list("version", flat=True).get(pk=pk)
            text = f"{index}-{number}"
            answer = save(clients[index], pk, version, str(uuid.uuid4()), remark=text)
            assert answer["status"] in {"saved", "merged"}
            acknowledged[pk] = text

    all_at_once(editors + 1, work)
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.COMMITTED
    assert len(acknowledged) == editors * edits
    assert dict(Community.objects.exclude(remark="").values_list("pk", "remark")) == acknowledged
    assert batch.summary["committed"]["late"] == 0
    assert Community.objects.filter(building_count=9).count() == 500
    assert_history_is_whole()
