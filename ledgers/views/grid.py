"""The grid over the wire: the page, its rows, and what is done to cells."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import current_user, whole_number
from accounts.roles import Capability, requires
from ledgers import grid, saving
from ledgers.grid import GridScope
from ledgers.grid_texts import grid_texts
from ledgers.models import SavedView
from ledgers.registry import LEDGERS
from ledgers.row_changes import cell_steps
from ledgers.scoping import editing_scope, filter_selects, scope_of
from records import services
from records.idempotency import KeyReused

# A pasted block of 200 × 20 is one request; more rows than this are a workbook's business.
MOST_EDITS = 2000
MOST_CELLS = 40_000


class BadRequest(Exception):
    """The request's content is not what the address expects."""


def body_of(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object of a request; raises BadRequest for anything else."""
    try:
        content = json.loads(request.body)
    except ValueError as problem:
        raise BadRequest(_("The request is not JSON.")) from problem
    if not isinstance(content, dict):
        raise BadRequest(_("The request is not a JSON object."))
    return content


def answered(act: Callable[[], dict[str, Any]]) -> JsonResponse:
    """Run ``act`` and return its answer, or the refusal in the words of HTTP."""
    try:
        return JsonResponse(act())
    except BadRequest as problem:
        return JsonResponse({"message": str(problem)}, status=400)
    except KeyReused:
        return JsonResponse({"message": _("This key was used for another request.")}, status=422)
    except ObjectDoesNotExist:
        return JsonResponse({"message": _("There is nothing to confirm here any more.")}, status=409)
    except OperationalError:
        # The database is busy or restarting: the grid tries again with the same keys.
        return JsonResponse({"message": _("The database is busy.")}, status=503, headers={"Retry-After": "2"})


@require_safe
@requires(Capability.LEDGER_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the ledgers."""
    return render(request, "ledgers/index.html", {"ledgers": LEDGERS.values()})


@require_safe
@requires(Capability.LEDGER_VIEW)
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a ledger's grid."""
    scope = scope_of(request, slug)
    user = current_user(request)
    asked = request.GET.copy()
    if scope.year is not None:
        # What is on screen stays this year's, also when a later year's plan begins meanwhile.
        asked["year"] = str(scope.year)
    query = f"?{asked.urlencode()}" if asked else ""
    own = {
        name: reverse(f"ledgers:{route}", args=[slug]) + query
        for name, route in {
            "rows": "grid_rows",
            "save": "grid_save",
            "preview": "grid_preview",
            "confirm": "grid_confirm",
            "history": "grid_history",
            "changes": "grid_changes",
            "views": "grid_views",
            "list": "rows",
            "add": "row_new",
        }.items()
    }
    own["form"] = reverse("ledgers:row", args=[slug, 0])
    own["login"] = reverse("accounts:login")
    if user.may(Capability.LEDGER_IMPORT) and scope.may_edit:
        own["import"] = reverse("ledgers:upload", args=[slug]) + query
        own["template"] = reverse("ledgers:template", args=[slug]) + query
    if user.may(Capability.LEDGER_EXPORT):
        own["export"] = reverse("ledgers:export", args=[slug]) + query
    context = {
        "ledger": scope.ledger,
        "ledgers": LEDGERS.values(),
        "texts": grid_texts(),
        "urls": own,
        "selects": filter_selects(scope),
        "may_edit": scope.may_edit,
    }
    return render(request, "ledgers/grid.html", context)


@require_safe
@requires(Capability.LEDGER_VIEW)
def rows(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the grid's columns, rows, states and totals."""
    scope = scope_of(request, slug)
    return JsonResponse(grid.page(scope))


@require_POST
@requires(Capability.LEDGER_VIEW)
def save(request: HttpRequest, slug: str) -> HttpResponse:
    """Save edits of rows, each on its own."""
    scope = editing_scope(request, slug)

    def act() -> dict[str, Any]:
        content = body_of(request)
        edits = [_edit(item) for item in _list(content, "changes", MOST_EDITS)]
        if len({edit.key for edit in edits}) != len(edits):
            raise BadRequest(_("Every change needs a key of its own."))
        answers = saving.save(scope, edits, str(content.get("reason", "")))
        return {"rows": answers}

    return answered(act)


def _list(content: dict[str, Any], name: str, most: int) -> list[Any]:
    items = content.get(name)
    if not isinstance(items, list) or len(items) > most:
        raise BadRequest(_("«%(name)s» must be a list of at most %(most)d.") % {"name": name, "most": most})
    return items


def _edit(item: Any) -> saving.Edit:
    cells = item.get("cells") if isinstance(item, dict) else None
    if not isinstance(cells, dict) or not all(isinstance(text, str) for text in cells.values()):
        raise BadRequest(_("Cells must be texts by column."))
    pk, version, key = item.get("id"), item.get("v"), item.get("key")
    if not (pk is None or _whole(pk)) or not (version is None or _whole(version)):
        raise BadRequest(_("Row and version must be whole numbers."))
    if pk is not None and version is None:
        raise BadRequest(_("The version seen is missing."))
    if not isinstance(key, str) or not 8 <= len(key) <= 80:
        raise BadRequest(_("Every change needs a key of its own."))
    return saving.Edit(token=str(item.get("tmp") or ""), pk=pk, version=version, cells=cells, key=key)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


@require_POST
@requires(Capability.LEDGER_VIEW)
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell what pasting a block would do; writes nothing."""
    scope = editing_scope(request, slug)

    def act() -> dict[str, Any]:
        cells = _list(body_of(request), "cells", MOST_CELLS)
        for cell in cells:
            good = isinstance(cell, list) and len(cell) == 3 and (cell[0] is None or _whole(cell[0]))
            if not good or not isinstance(cell[1], str) or not isinstance(cell[2], str):
                raise BadRequest(_("Cells must be [row, column, text]."))
        return grid.preview(scope, [(cell[0], cell[1], cell[2]) for cell in cells])

    return answered(act)


@require_POST
@requires(Capability.LEDGER_VIEW)
def confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """Settle a doubt about a row, with the reason."""
    scope = editing_scope(request, slug)

    def act() -> dict[str, Any]:
        content = body_of(request)
        pk: Any = content.get("id")
        code, reason = content.get("code"), str(content.get("reason") or "").strip()
        if not _whole(pk) or not isinstance(code, str) or not reason:
            raise BadRequest(_("Write the reason: it is kept with the row."))
        model = scope.ledger.resource.model
        services.confirm(model, actor=scope.user, pk=pk, code=code, reason=reason)
        shown = grid.show_rows(scope, scope.rows(pk=pk), scope.context())
        return {"row": shown[0] if shown else None}

    return answered(act)


@require_safe
@requires(Capability.HISTORY_VIEW)
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the life of one cell."""
    scope = scope_of(request, slug)
    pk, key = whole_number(request.GET.get("id")), request.GET.get("column", "")
    if pk is None or key not in scope.ledger.resource.fields:
        return JsonResponse({"message": _("Name a row and a column.")}, status=400)
    record = get_object_or_404(scope.ledger.resource.rows_for(scope.user), pk=pk)
    return JsonResponse({"entries": cell_steps(scope, record.pk, key)})


@require_safe
@requires(Capability.LEDGER_VIEW)
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Return what others wrote since a change set."""
    scope = scope_of(request, slug)
    since = whole_number(request.GET.get("since"))
    if since is None:
        return JsonResponse({"message": _("Name a change set.")}, status=400)
    return JsonResponse(grid.changes_since(scope, since))


@require_http_methods(["GET", "HEAD", "POST", "DELETE"])
@requires(Capability.LEDGER_VIEW)
def views(request: HttpRequest, slug: str) -> HttpResponse:
    """List, keep and forget saved views of a ledger."""
    scope = scope_of(request, slug)
    mine = SavedView.objects.filter(user=scope.user, ledger=slug)

    def act() -> dict[str, Any]:
        if request.method == "POST":
            _keep_view(scope, body_of(request))
        elif request.method == "DELETE":
            name: Any = body_of(request).get("id")
            mine.filter(pk=name if _whole(name) else 0).delete()
        return {"views": [{"id": view.pk, "name": view.name, **view.layout} for view in mine.all()]}

    return answered(act)


def _keep_view(scope: GridScope, content: dict[str, Any]) -> None:
    name = str(content.get("name") or "").strip()[:60]
    if not name:
        raise BadRequest(_("Give the view a name."))
    layout = {key: content[key] for key in ("hidden", "folded", "filter", "sort") if key in content}
    if len(json.dumps(layout)) > 8000:
        raise BadRequest(_("The view is too large."))
    SavedView.objects.update_or_create(
        user=scope.user, ledger=scope.ledger.slug, name=name, defaults={"layout": layout}
    )
