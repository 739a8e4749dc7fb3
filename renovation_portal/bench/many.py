"""A province many times over: projects copied until there are as many as asked for, each with its money."""

from __future__ import annotations

from datetime import date

from django.db import connection, models

from communities.models import Community
from funding.models import MoneyEvent, Source
from projects.models import Project
from records.models import VersionedRecord
from records.units import FEN_PER_WAN_YUAN
from renovation_portal.demo.entering import enter

Step = MoneyEvent.Step
# What one project gets from one source: planned, issued, arrived, paid in parts; each step within the last.
AMOUNTS = ((Step.PLANNED, 100), (Step.ISSUED, 90), (Step.ARRIVED, 50), (Step.ARRIVED, 30))
PAYMENTS = (15, 10, 10, 5)


def multiply(projects: int) -> int:
    """Copy communities and projects by one statement each until there are about so many; return how many.

    Copies carry no history: the dashboards read the ledgers.
    """
    have = Project.objects.count()
    copies = -(-projects // have) - 1
    if copies > 0:
        # Keys of the copies begin beyond the highest there is, the n-th copy of a row n steps further.
        step = Community.objects.order_by("-pk").values_list("pk", flat=True)[0]
        ahead = Project.objects.order_by("-pk").values_list("pk", flat=True)[0]
        _copy(Community, copies, {"id": f"id + n * {step}", **_distinct("code", "name", "name_key")})
        _copy(
            Project,
            copies,
            {
                "id": f"id + n * {ahead}",
                "community_id": f"community_id + n * {step}",
                **_distinct("code"),
            },
        )
    return Project.objects.count()


def give_money(events: int) -> int:
    """Give every project the same events, about so many in all, by one statement; return how many there are.

    The first project's are written as everybody's are; the others' are copies without history or balances.
    """
    first = Project.objects.order_by("pk").values_list("pk", flat=True)[0]
    per_project = -(-events // max(Project.objects.count(), 1))
    made = enter(MoneyEvent, _events(first, per_project))
    _copy_events(first, min(made), len(made))
    return MoneyEvent.objects.count()


def _events(project: int, count: int) -> list[dict[str, object]]:
    """Return so many events of a project, source after source."""
    steps = [*AMOUNTS, *((Step.PAID, amount) for amount in PAYMENTS)]
    sources = list(Source.objects.live().filter(by_batch=False).order_by("position", "pk"))
    rows: list[dict[str, object]] = []
    for number in range(count):
        turn, place = divmod(number, len(steps))
        step, amount = steps[place]
        rows.append(
            {
                "project_id": project,
                "source_id": sources[turn % len(sources)].pk,
                "step": step,
                "happened_on": date(2020, 1 + place, 10),
                "amount_fen": amount * FEN_PER_WAN_YUAN,
                "voucher": f"B{number}",
            }
        )
    return rows


def _copy_events(first: int, begin: int, count: int) -> None:
    quote = connection.ops.quote_name
    table, projects = quote(MoneyEvent._meta.db_table), quote(Project._meta.db_table)
    names = [str(field.column) for field in MoneyEvent._meta.concrete_fields]
    changed = {
        "id": f"{begin + count} + p.id * {count} + e.id - {begin}",
        "project_id": "p.id",
        "unit_id": "p.unit_id",
    }
    taken = ", ".join(changed.get(name, f"e.{quote(name)}") for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(map(quote, names))}) SELECT {taken} "
            f"FROM {projects} p CROSS JOIN {table} e WHERE e.project_id = %s AND p.id <> %s",
            [first, first],
        )


def _distinct(*names: str) -> dict[str, str]:
    return {name: f"{name} || '#' || n" for name in names}


def _copy(model: type[VersionedRecord], copies: int, changed: dict[str, str]) -> None:
    quote = connection.ops.quote_name
    fields: list[models.Field[object, object]] = list(model._meta.concrete_fields)
    names = [str(field.column) for field in fields]
    table = quote(model._meta.db_table)
    taken = ", ".join(changed.get(name, quote(name)) for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(map(quote, names))}) "
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s) "
            f"SELECT {taken} FROM {table} CROSS JOIN numbers",
            [copies],
        )
