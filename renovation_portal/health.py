"""Whether the portal lives (/healthz) and whether every part of it works (/readyz).

Both are open to anybody, so they say nothing about versions, addresses or errors.
"""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jobs import broker
from jobs.services import BEAT, WORKER, pulse_report


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer "ok" as long as this process serves, whatever else is broken: restarting it would not help."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Name the state of every part; 200 when all are "ok", else 503."""
    parts = _database_parts()
    parts["broker"] = "ok" if broker.is_reachable() else "unreachable"
    ready = all(state == "ok" for state in parts.values())
    return JsonResponse(parts, status=200 if ready else 503)


def _database_parts() -> dict[str, str]:
    """Return what the database tells; without it nothing is known of the parts that report there."""
    try:
        connection.ensure_connection()
        migrations = "ok" if _Schema.is_current() else "pending"
        signs = pulse_report() if migrations == "ok" else dict.fromkeys((WORKER, BEAT), "unknown")
    except (DatabaseError, InterfaceError):
        connection.close()
        return {"database": "unreachable", "migrations": "unknown", WORKER: "unknown", BEAT: "unknown"}
    return {"database": "ok", "migrations": migrations, **signs}


class _Schema:
    """Whether every migration is applied; once true it stays true for this process's code."""

    current = False

    @classmethod
    def is_current(cls) -> bool:
        """Compare the migrations on disk with those applied, until they agree once."""
        if not cls.current:
            executor = MigrationExecutor(connection)
            cls.current = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        return cls.current
