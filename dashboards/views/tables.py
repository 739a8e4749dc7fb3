"""A bulletin from a table of what many regions report: text, tables and files, nothing kept."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.downloads import hand_out
from accounts.roles import Capability, requires
from dashboards import national, sheets
from dashboards.documents import FORMATS
from dashboards.forms import TableForm


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.BULLETIN_EDIT)
def table(request: HttpRequest) -> HttpResponseBase:
    """Compose the bulletin of a pasted table; ``show`` asks for one of the files instead of the page."""
    if request.method != "POST":
        return render(request, "dashboards/table_bulletin.html", {"form": TableForm(initial=_first())})
    form = TableForm(request.POST)
    if not form.is_valid():
        return render(request, "dashboards/table_bulletin.html", {"form": form}, status=400)
    values = form.cleaned_data
    document = national.compose(
        values["read"], whole=values["whole"], on=values["on"], dated=timezone.localdate(), to=values["to"]
    )
    kind = request.POST.get("show", "")
    if kind in FORMATS:
        return _file(request, document, kind)
    sheet = {**document, "annexes": [sheets.annex_view(one) for one in document["annexes"]]}
    for block in sheet["blocks"]:
        block["runs"] = [{"text": run["t"], "url": ""} for run in block["runs"]]
    context = {"form": form, "sheet": sheet, "differences": national.differences(values["read"])}
    return render(request, "dashboards/table_bulletin.html", context)


def _first() -> dict[str, str]:
    return {"period": f"{timezone.localdate():%Y-%m}"}


def _file(request: HttpRequest, document: dict[str, Any], kind: str) -> FileResponse:
    name = f"{document['title']}.{kind}"
    return hand_out(request, FORMATS[kind](document), name, what=f"table_bulletin.{kind}", on=document["on"])
