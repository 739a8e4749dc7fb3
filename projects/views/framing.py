"""What the construction pages of one project have in common: where they stand, and forms that count once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.requests import current_user
from accounts.roles import Capability
from projects import pages
from projects.models import Project
from records.idempotency import KeyReused, once


def frame(request: HttpRequest, project: Project, active: str, label: str = "") -> dict[str, Any]:
    """Return the context of a page about one project: its crumbs, tabs and what the visitor may do."""
    user = current_user(request)
    own = user.region.contains(project.community.region)
    crumbs = [
        {"label": _("Projects"), "url": reverse("projects:index")},
        {"label": str(project), "url": reverse("projects:project", args=[project.pk])},
    ]
    tabs = pages.tabs(project, active, user)
    here = label or next((str(tab["label"]) for tab in tabs if tab["active"]), "")
    return {
        "project": project,
        "community": project.community,
        "crumbs": [*crumbs, {"label": here}],
        "tabs": tabs,
        "sign": pages.stage_sign(project),
        "words": pages.stage_words(project),
        "may_enter": own and user.may(Capability.LEDGER_EDIT),
        "may_move": own and user.may(Capability.STAGE_MOVE),
    }


def act_once(request: HttpRequest, key: str, asked: Any, act: Callable[[], Any]) -> bool:
    """Run ``act`` once per key; tell the visitor when the key was used for something else."""

    def answer() -> tuple[int, dict[str, Any]]:
        act()
        return 200, {}

    try:
        once(actor=current_user(request), key=key, request=[request.path, asked], act=answer)
    except KeyReused:
        messages.error(request, _("This form was already sent with other values. Reload it."))
        return False
    return True
