"""From an address to what it asks for: ledger, year and unit, inside the asker's scope."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.models import User
from accounts.requests import current_user
from accounts.selects import unit_select
from ledgers.grid import GridScope
from ledgers.registry import Ledger, ledger_or_404
from projects.models import AnnualPlan, Project
from projects.years import FIRST_YEAR, year_or_404, year_select


def scope_of(request: HttpRequest, slug: str) -> GridScope:
    """Return the ledger, year and unit a request names; raises Http404 for foreign or unknown ones."""
    ledger = ledger_or_404(slug)
    user = current_user(request)
    if ledger.open_to is not None and not ledger.open_to(user):
        raise Http404(slug)
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
        return year_or_404(text)
    # A plan that is only being drawn up is not what somebody comes to see first.
    rows = ledger.resource.rows_for(user).order_by(f"-{ledger.year_field}")
    latest: int | None = rows.values_list(ledger.year_field, flat=True).first()
    return latest or timezone.localdate().year


def known_years(user: User) -> list[int]:
    """Return the plan years the user's view has plans or projects of, latest first."""
    plans = AnnualPlan.objects.visible_to(user).values_list("year", flat=True)
    projects = Project.objects.visible_to(user).values_list("plan_year", flat=True)
    return sorted({*plans.distinct().order_by(), *projects.distinct().order_by()}, reverse=True)


def years_offered(scope: GridScope) -> list[int]:
    """Return the years that can be chosen: those with rows or plans, and the next one, latest first."""
    known = {*known_years(scope.user), timezone.localdate().year + 1}
    return sorted(known | ({scope.year} if scope.year else set()), reverse=True)


def earlier_years(scope: GridScope) -> list[int]:
    """Return the past years nobody has entered anything for yet, latest first."""
    offered = set(years_offered(scope))
    return [year for year in range(timezone.localdate().year, FIRST_YEAR - 1, -1) if year not in offered]


def filter_selects(scope: GridScope) -> list[dict[str, Any]]:
    """Return the selects of a ledger's filter bar; next year's plan can be begun too."""
    selects = [year_select(years_offered(scope), scope.year)] if scope.ledger.by_year else []
    if (units := unit_select(scope.user, scope.unit)) is not None:
        selects.append(units)
    return selects
