"""The grid: its rows as JSON, and the saving of one cell, as the browser asks for them."""

from __future__ import annotations

import json
import uuid
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Region, User
from accounts.roles import Role
from communities.models import Community
from projects.models import Project
from records.models import VersionedRecord
from renovation_portal.bench.meter import BenchError, Clock, Lap, Stopwatch, in_process, race
from renovation_portal.bench.report import Section, at_most, milliseconds
from renovation_portal.bench.scratch import refresh_statistics, scratch_database
from renovation_portal.demo.entering import enter

ROWS, YEAR, UNIT = 2000, 2020, "222401"
TIMES = 7
PAGE_MILLISECONDS, SAVE_QUERIES = 300, 12
BRACKETS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
LEDGERS: dict[str, type[VersionedRecord]] = {"communities": Community, "projects": Project}


def measure(rows: int, clock: Clock) -> Section:
    """Measure the grid of one unit with so many communities and as many projects."""
    with scratch_database():
        unit = Region.objects.get(code=UNIT)
        User.objects.create_user(
            "bench",
            display_name="bench",
            role=Role.ENTRY,
            region=unit,
            view_region=unit,
            must_change_password=False,
        )
        in_process(partial(_fill, rows), clock)
        run = in_process(partial(_ask, rows), clock)
    section = Section(
        f"Grid: {rows:,} rows ({connection.vendor}, fastest of {TIMES})",
        ("request", "wall ms", "CPU ms", "queries", "kB"),
    )
    for lap, (queries, size) in zip(run.laps, run.answer["facts"], strict=True):
        cells = (lap.name, milliseconds(lap.wall), milliseconds(lap.cpu), str(queries), f"{size:,.1f}")
        section.rows.append(cells)
        if lap.name.startswith("rows"):
            section.aims.append(at_most(lap.name, lap.wall * 1000, PAGE_MILLISECONDS, " ms"))
        else:
            section.aims.append(at_most(lap.name, queries, SAVE_QUERIES, " queries"))
    return section


def _fill(rows: int, _watch: Stopwatch) -> dict[str, Any]:
    region = Region.objects.get(code=UNIT).pk
    made = enter(
        Community,
        [
            {
                "name": f"第{number}小区",
                "region_id": region,
                "street": f"{number % 12 + 1}号街道",
                "address": f"建设路{number}号",
                "built_from": 1980 + number % 15,
                "building_count": 4,
                "household_count": 150 + number % 9,
                "floor_area": Decimal(12_000 + number % 700),
            }
            for number in range(rows)
        ],
    )
    enter(
        Project,
        [
            {
                "community_id": pk,
                "plan_year": YEAR,
                "planned_buildings": 4,
                "planned_households": 150,
                "planned_area": Decimal(12_000),
                "planned_investment_fen": 300_000_000,
            }
            for pk in made
        ],
    )
    refresh_statistics()
    return {}


def _ask(rows: int, watch: Stopwatch) -> dict[str, Any]:
    """Ask for both ledgers' rows, then save a cell of each."""
    client = Client()
    client.force_login(User.objects.get(username="bench"))
    facts = [
        *(_ask_rows(client, ledger, rows, watch) for ledger in LEDGERS),
        *(_ask_save(client, ledger, watch) for ledger in LEDGERS),
    ]
    return {"facts": facts}


def _ask_rows(client: Client, ledger: str, rows: int, watch: Stopwatch) -> tuple[int, float]:
    """Note what a ledger's rows take; return their queries and kB."""
    address = f"{reverse('ledgers:grid_rows', args=[ledger])}?year={YEAR}"
    with CaptureQueriesContext(connection) as asked:
        content = client.get(address).content
    queries = len(asked)
    if len(json.loads(content)["rows"]) != rows:
        raise BenchError(f"The grid of {ledger} does not show {rows} rows.")
    (took,) = race(TIMES, partial(client.get, address))
    watch.laps.append(Lap(f"rows of {ledger}", took.wall, took.cpu))
    return queries, len(content) / 1024


def _ask_save(client: Client, ledger: str, watch: Stopwatch) -> tuple[int, float]:
    """Note what saving one cell takes, each time of another row; return the queries and kB."""
    model = LEDGERS[ledger]
    pks = iter(list(model._default_manager.order_by("pk").values_list("pk", flat=True)[: TIMES + 1]))
    address = f"{reverse('ledgers:grid_save', args=[ledger])}?year={YEAR}"
    with CaptureQueriesContext(connection) as asked:
        size = _save(client, address, next(pks))
    # Where a transaction begins and ends is no question to the database.
    queries = sum(not query["sql"].startswith(BRACKETS) for query in asked.captured_queries)
    (took,) = race(TIMES, lambda: _save(client, address, next(pks)))
    watch.laps.append(Lap(f"save a cell of {ledger}", took.wall, took.cpu))
    return queries, size / 1024


def _save(client: Client, address: str, pk: int) -> int:
    edit = {"id": pk, "v": 1, "cells": {"remark": "核过"}, "key": str(uuid.uuid4())}
    answer = client.post(address, json.dumps({"changes": [edit]}), content_type="application/json")
    if answer.status_code != 200 or answer.json()["rows"][0]["status"] != "saved":
        raise BenchError(f"A cell was not saved: {answer.content[:300]!r}")
    return len(answer.content)
