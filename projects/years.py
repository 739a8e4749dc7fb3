"""Plan years in addresses and filter bars."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.requests import whole_number

# Plan years that an address may name and a form may offer.
FIRST_YEAR, LAST_YEAR = 2000, 2100


def year_or_404(text: str) -> int:
    """Return the plan year that an address names; raises Http404 for what is none."""
    year = whole_number(text)
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404(text)
    return year


def year_select(years: Iterable[int], chosen: int | None, *, all_years: bool = False) -> dict[str, Any]:
    """Return the choice of plan years for a filter bar, latest first, the chosen one always among them."""
    offered = sorted({*years, *([chosen] if chosen else [])}, reverse=True)
    options: list[dict[str, Any]] = [
        {"value": year, "label": _("Plan year %(year)d") % {"year": year}, "selected": year == chosen}
        for year in offered
    ]
    if all_years:
        options.insert(0, {"value": "", "label": _("All years"), "selected": chosen is None})
    return {"name": "year", "label": _("Plan year"), "options": options}
