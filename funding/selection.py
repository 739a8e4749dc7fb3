"""What a visitor asks the pages of money for: a region, plan years and a day; and addresses that say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Max
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Region, User
from accounts.requests import day_named
from accounts.selects import LEVELS
from funding import totals
from projects.models import Project
from projects.years import year_or_404, year_select

# Years one page may add up; more is a mistake in the address.
MOST_YEARS = 12


@dataclass(frozen=True)
class Selection:
    """One view of the money: a region, plan years, the end of a day."""

    region: Region
    years: tuple[int, ...]
    on: date

    def query(self, **extra: Any) -> str:
        """Return the query of this selection with its region."""
        parts = [f"region={self.region.code}", *(f"year={year}" for year in self.years)]
        parts.append(f"on={self.on.isoformat()}")
        return "&".join([*parts, *(f"{name}={value}" for name, value in extra.items() if value)])

    def url(self, name: str, **extra: Any) -> str:
        """Return the address of a page of money with this selection."""
        return f"{reverse(f'funding:{name}')}?{self.query(**extra)}"

    def rows_url(self, measure: str, *, region: Region | None = None, **extra: Any) -> str:
        """Return the address of the rows behind one of its sums."""
        return totals.rows_url(region or self.region, years=self.years, on=self.on, measure=measure, **extra)

    def of_region(self, region: Region) -> Selection:
        """Return the same selection for another region."""
        return replace(self, region=region)

    @property
    def years_label(self) -> str:
        """Return the plan years in words."""
        return pgettext("between the items of a list", ", ").join(str(year) for year in self.years)


def region_seen_by(user: User, code: str) -> Region:
    """Return a region of the pages of money; Http404 when it lies outside what the user may see."""
    region = Region.objects.filter(code=code).first() if code else user.view_region
    if region is None or not user.view_region.contains(region):
        raise Http404(code)
    if region.level not in LEVELS and region.pk != user.view_region_id:
        raise Http404(code)
    return region


def read(user: User, query: QueryDict) -> Selection:
    """Read a selection from an address; raises Http404 or BadRequest for what cannot be meant.

    Without a year it is the last plan year that was issued, without a day today.
    """
    region = region_seen_by(user, query.get("region", ""))
    years = tuple(sorted({year_or_404(text) for text in query.getlist("year") if text}))
    if len(years) > MOST_YEARS:
        raise BadRequest(_("Choose fewer plan years."))
    return Selection(region, years or (_current_year(user),), _day(query.get("on", "")))


def _current_year(user: User) -> int:
    visible = Project.objects.visible_to(user).counted()
    latest: int | None = visible.aggregate(latest=Max("plan_year"))["latest"]
    return latest or timezone.localdate().year


def _day(text: str) -> date:
    today = timezone.localdate()
    if not text:
        return today
    day = day_named(text)
    if day is None:
        raise BadRequest(_("A day is written as 2020-06-30."))
    if day > today:
        raise BadRequest(_("The numbers of a day in the future are not known."))
    return day


def years_known(user: User) -> list[int]:
    """Return the plan years that have projects in the user's view, latest first."""
    found = Project.objects.visible_to(user).order_by("-plan_year").values_list("plan_year", flat=True)
    return list(found.distinct())


def filter_bar(user: User, chosen: Selection, *, regions: Sequence[Region]) -> list[dict[str, Any]]:
    """Return the selects of the filter bar: the region where there is a choice, and the plan year."""
    one = chosen.years[0] if len(chosen.years) == 1 else None
    selects = [year_select(years_known(user), one)]
    if len(regions) > 1:
        options: list[dict[str, Any]] = [
            {
                "value": region.code,
                "label": ("　" if region.level == Region.Level.UNIT else "") + region.label,
                "selected": region.pk == chosen.region.pk,
            }
            for region in regions
        ]
        selects.insert(0, {"name": "region", "label": _("Region"), "options": options})
    return selects


def regions_offered(user: User) -> list[Region]:
    """Return the regions a user can choose among: their own and what lies below, down to the units."""
    return list(user.view_region.subtree().filter(level__in=LEVELS).order_by("path"))
