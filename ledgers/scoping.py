"""From an address to what it asks for: ledger, year and unit, inside the asker's scope."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Region, User
from accounts.requests import current_user
from ledgers.grid import GridScope
from ledgers.registry import Ledger, ledger_or_404
from projects.models import AnnualPlan, Project

# Plan years that an address may name and a form may offer.
FIRST_YEAR, LAST_YEAR = 2000, 2100


def scope_of(request: HttpRequest, slug: str) -> GridScope:
    """Return the ledger, year and unit a request names; raises Http404 for foreign or unknown ones."""
    ledger = ledger_or_404(slug)
    user = current_user(request)
    unit = None
    if code := request.GET.get("unit", ""):
        unit = get_object_or_404(user.view_region.subtree(), code=code)
    return GridScope(ledger, user, year=chosen_year(request, user, ledger), unit=unit)


def editing_scope(request: HttpRequest, slug: str) -> GridScope:
    """Return what ``scope_of`` does; raises PermissionDenied for whoever may not change the ledger."""
    scope = scope_of(request, slug)
    if not scope.may_edit:
        raise PermissionDenied(str(scope.ledger.resource.edit_capability()))
    return scope


def chosen_year(request: HttpRequest, user: User, ledger: Ledger) -> int | None:
    """Return the plan year of a ledger kept by year: the one asked for, else the latest there is."""
    if not ledger.by_year:
        return None
    text = request.GET.get("year", "")
    if text:
        if not (text.isascii() and text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR):
            raise Http404(text)
        return int(text)
    # A plan that is only being drawn up is not what somebody comes to see first.
    rows = ledger.resource.rows_for(user).order_by(f"-{ledger.year_field}")
    latest: int | None = rows.values_list(ledger.year_field, flat=True).first()
    return latest or timezone.localdate().year


def known_years(user: User) -> list[int]:
    """Return the plan years the user's view has plans or projects of, latest first."""
    plans = AnnualPlan.objects.visible_to(user).values_list("year", flat=True)
    projects = Project.objects.visible_to(user).values_list("plan_year", flat=True)
    return sorted({*plans.distinct().order_by(), *projects.distinct().order_by()}, reverse=True)


def year_select(scope: GridScope) -> dict[str, Any]:
    """Return the choice of plan years for a filter bar; next year's plan can be begun too."""
    return {
        "name": "year",
        "label": _("Plan year"),
        "options": [
            {"value": year, "label": _("Plan year %(year)d") % {"year": year}, "selected": year == scope.year}
            for year in years_offered(scope)
        ],
    }


def years_offered(scope: GridScope) -> list[int]:
    """Return the years that can be chosen: those with rows or plans, and the next one, latest first."""
    known = {*known_years(scope.user), timezone.localdate().year + 1}
    return sorted(known | ({scope.year} if scope.year else set()), reverse=True)


def earlier_years(scope: GridScope) -> list[int]:
    """Return the past years nobody has entered anything for yet, latest first."""
    offered = set(years_offered(scope))
    return [year for year in range(timezone.localdate().year, FIRST_YEAR - 1, -1) if year not in offered]


def unit_select(scope: GridScope) -> dict[str, Any] | None:
    """Return the choice of units for a filter bar, or None for somebody who sees one unit only."""
    within = scope.user.view_region.subtree()
    wanted = [Region.Level.PROVINCE, Region.Level.PREFECTURE, Region.Level.UNIT]
    regions = list(within.filter(level__in=wanted))
    if len(regions) < 2:
        return None
    options: list[dict[str, Any]] = [
        {
            "value": "" if region.pk == scope.user.view_region_id else region.code,
            "label": ("　" if region.level == Region.Level.UNIT else "") + region.label,
            "selected": scope.unit is not None and region.pk == scope.unit.pk,
        }
        for region in regions
    ]
    return {"name": "unit", "label": _("Reporting unit"), "options": options}
