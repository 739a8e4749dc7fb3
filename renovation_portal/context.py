"""What every page knows: the portal's name, its sections and what the visitor may do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import CAPABILITIES, Capability, Role
from projects.pages import SECTIONS as PROJECT_PAGES
from renovation_portal.demo.cast import PASSWORD, offered


@dataclass(frozen=True)
class Section:
    """An entry of the navigation: shown to whoever has the capability."""

    key: str
    label: Promise
    view_name: str
    capability: Capability


# In the order of the work.  A section whose address does not exist is not shown.
SECTIONS = (
    Section("ledgers", _("Ledgers"), "ledgers:index", Capability.LEDGER_VIEW),
    Section("surveys", _("Survey"), "communities:surveys", Capability.LEDGER_VIEW),
    Section("projects", _("Projects"), "projects:index", Capability.LEDGER_VIEW),
    Section("consultations", _("Consultations"), "consultations:index", Capability.CONSULTATION_VIEW),
    Section("funding", pgettext_lazy("section", "Money"), "funding:index", Capability.FUND_VIEW),
    Section("assessments", _("Assessments"), "assessments:index", Capability.ASSESSMENT_VIEW),
    Section("allocation", _("Allocation"), "allocation:index", Capability.ALLOCATION_VIEW),
    Section("dashboards", _("Dashboards"), "dashboards:overview", Capability.DASHBOARD_VIEW),
    Section("bulletins", _("Bulletins"), "dashboards:bulletins", Capability.BULLETIN_VIEW),
    Section("jobs", _("Background work"), "jobs:index", Capability.SETTINGS_MANAGE),
    Section("users", _("Accounts"), "accounts:users", Capability.USERS_MANAGE),
    Section("audit", _("Audit trail"), "accounts:audit", Capability.AUDIT_VIEW),
)


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return ``portal`` (names, sections, whether this is a demonstration), ``capabilities`` (names) and what
    the login page of a demonstration offers.
    """
    english = (get_language() or "").startswith("en")
    user = getattr(request, "user", None)
    known = user if isinstance(user, User) else None
    return {
        # A function: only the login page asks, and only there is the database asked.
        "demo_accounts": _demo_accounts,
        "demo_password": PASSWORD,
        "portal": {
            "name": settings.PORTAL_NAME_EN if english else settings.PORTAL_NAME,
            "issuer": settings.PORTAL_ISSUER,
            "support_phone": settings.PORTAL_SUPPORT_PHONE,
            "is_demo": known is not None and known.is_demo,
            "sections": _sections(request, known) if known else [],
            "subsections": _subsections(request, known) if known else [],
        },
        "capabilities": {str(item) for item in CAPABILITIES[Role(known.role)]} if known else set(),
    }


def _demo_accounts() -> list[dict[str, str]]:
    return [
        {"role": str(Role(user.role).label), "username": user.username, "region": user.region.label}
        for user in offered()
    ]


def _sections(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    return _entries(request, user, SECTIONS)


def _subsections(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    """Return the pages beside each other within a section; only the four stages have so many."""
    try:
        within = request.path.startswith(reverse("projects:index"))
    except NoReverseMatch:
        return []
    if not within:
        return []
    return _entries(request, user, (Section(name, label, name, need) for label, name, need in PROJECT_PAGES))


def _entries(request: HttpRequest, user: User, sections: Iterable[Section]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for section in sections:
        if not user.may(section.capability):
            continue
        try:
            url = reverse(section.view_name)
        except NoReverseMatch:
            continue
        found.append({"key": section.key, "label": section.label, "url": url, "active": False})
    # The longest address that the page lies under is where the visitor is.
    within = [entry for entry in found if request.path.startswith(entry["url"])]
    if within:
        max(within, key=lambda entry: len(entry["url"]))["active"] = True
    return found
