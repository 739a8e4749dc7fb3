"""A province many times over: the demonstration's projects copied until there are as many as asked for."""

from __future__ import annotations

from django.db import connection, models

from communities.models import Community
from projects.models import Project
from records.models import VersionedRecord


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
