"""The dashboards: questions to the database per page, and page time against the bare SQL of the page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Region, User
from accounts.roles import Role
from funding.models import MoneyEvent
from projects.models import Project
from renovation_portal.bench.many import give_money, multiply
from renovation_portal.bench.meter import BenchError, Clock, Stopwatch, in_process, race
from renovation_portal.bench.report import Section, at_most, milliseconds
from renovation_portal.bench.scratch import refresh_statistics, scratch_database
from renovation_portal.demo.loading import load

TIMES, TIMES_PANEL = 7, 3
QUERIES, TIMES_RAW = 15, 2
# What a page costs that has no figures to show: session, menu, filters, frame.
EMPTY = "a year without projects"
PANEL = "panel"
Statement = tuple[str, Any]


def measure(projects: int, events: int, clock: Clock) -> list[Section]:
    """Measure the pages with the demonstration province, and with so many projects and money events."""
    with scratch_database():
        province = Region.objects.get(level=Region.Level.PROVINCE)
        User.objects.create_user(
            "bench",
            display_name="bench",
            role=Role.MANAGER,
            region=province,
            view_region=province,
            must_change_password=False,
        )
        in_process(_fill, clock)
        few = _section(clock)
        in_process(partial(_multiply, projects, events), clock)
        return [few, _section(clock)]


def _fill(_watch: Stopwatch) -> dict[str, Any]:
    load()
    refresh_statistics()
    return {}


def _multiply(projects: int, events: int, _watch: Stopwatch) -> dict[str, Any]:
    made = multiply(projects)
    money = give_money(events)
    refresh_statistics()
    return {"projects": made, "events": money}


def _section(clock: Clock) -> Section:
    run = in_process(_ask, clock)
    section = Section(
        f"Dashboards: {run.answer['projects']:,} projects, {run.answer['events']:,} money events"
        f" ({connection.vendor}, fastest of {TIMES}, panels of {TIMES_PANEL})",
        ("page", "queries", "wall ms", "CPU ms", "its SQL ms", "ratio"),
    )
    for page, (queries, wall, cpu, raw) in run.answer["pages"].items():
        ratio = wall / raw
        cells = (page, str(queries), milliseconds(wall), milliseconds(cpu), milliseconds(raw), f"{ratio:.1f}")
        section.rows.append(cells)
    pages = [page for name, page in run.answer["pages"].items() if name != EMPTY]
    section.aims += [
        at_most("queries of any page", max(page[0] for page in pages), QUERIES),
        at_most("any page against its own SQL", max(page[1] / page[3] for page in pages), TIMES_RAW, " ×"),
        at_most(
            "all pages together against their SQL",
            sum(page[1] for page in pages) / sum(page[3] for page in pages),
            TIMES_RAW,
            " ×",
        ),
    ]
    frame = milliseconds(run.answer["pages"][EMPTY][1])
    section.notes.append(f"{frame} ms of every page are its frame, with or without figures.")
    return section


def _addresses() -> dict[str, str]:
    """Return the pages measured: each kind of region, the rows of a number, and all plan years at once."""
    years = Project.objects.order_by("plan_year").values_list("plan_year", flat=True).distinct()
    all_years = "&".join(f"year={year}" for year in years)
    region, panel = "dashboards:region", "dashboards:panel"
    panels = {
        f"{PANEL} {name}": f"{reverse(panel, args=['220000', name])}?year=2020"
        for name in ("money", "alerts", "works")
    }
    return {
        EMPTY: f"{reverse('dashboards:overview')}?year=2000",
        "province, one plan year": f"{reverse('dashboards:overview')}?year=2020",
        "province, every plan year": f"{reverse('dashboards:overview')}?{all_years}",
        "prefecture": f"{reverse(region, args=['222400'])}?year=2020",
        "unit": f"{reverse(region, args=['222401'])}?year=2020",
        "rows behind a number": f"{reverse('dashboards:rows')}?year=2020&measure=started",
        **panels,
    }


def _ask(_watch: Stopwatch) -> dict[str, Any]:
    client = Client()
    client.force_login(User.objects.get(username="bench"))
    pages = {
        name: _page(partial(_get, client, address), TIMES_PANEL if name.startswith(PANEL) else TIMES)
        for name, address in _addresses().items()
    }
    return {
        "projects": Project.objects.count(),
        "events": MoneyEvent.objects.count(),
        "pages": pages,
    }


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise BenchError(f"{address} answered {answer.status_code}.")


def _page(get: Callable[[], None], times: int) -> tuple[int, float, float, float]:
    """Return a page's queries, its wall and CPU seconds, and the seconds of its statements alone."""
    get()
    statements: list[Statement] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        get()
    page, raw = race(times, get, partial(_execute, statements))
    return len(statements), page.wall, page.cpu, raw.wall


def _execute(statements: list[Statement]) -> None:
    """Ask a page's questions again and fetch the answers, with nothing around them."""
    with connection.cursor() as cursor:
        for sql, params in statements:
            if sql.startswith("SELECT"):
                cursor.execute(sql, params)
                cursor.fetchall()
