"""What a visitor asks a dashboard for (region, plan years, day, base), and addresses that say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from django.core.exceptions import BadRequest
from django.db.models import Max
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Region
from accounts.requests import day_named, whole_number
from accounts.selects import LEVELS
from dashboards.figures import Base
from dashboards.places import projects_in
from projects.models import AnnualPlan, Project, ProjectQuerySet
from projects.years import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from accounts.models import User

# Years a single page may add up; more is a mistake in the address.
MOST_YEARS = 12
LIVE = "live"


@dataclass(frozen=True)
class Selection:
    """One view of the numbers.  ``live`` asks for the ledgers as they are even where a snapshot exists."""

    region: Region
    years: tuple[int, ...]
    on: date
    base: str = Base.COMMUNITIES
    live: bool = False
    # Above 1: as a correction of a bulletin has frozen the day again.
    edition: int = 1

    def query(self, **extra: str) -> str:
        """Return the query string of this selection without its region.

        Years, dates, codes and the words of this module need no quoting; a page has hundreds of addresses.
        """
        parts = [f"year={year}" for year in self.years]
        parts.append(f"on={self.on.isoformat()}")
        if self.base != Base.COMMUNITIES:
            parts.append(f"base={self.base}")
        if self.live:
            parts.append(f"source={LIVE}")
        if self.edition != 1:
            parts.append(f"edition={self.edition}")
        return "&".join([*parts, *(f"{name}={value}" for name, value in extra.items())])

    def page_url(self, region: str | None = None, **extra: str) -> str:
        """Return the address of the dashboard of a region with this selection."""
        return f"{_board_path(region or self.region.code)}?{self.query(**extra)}"

    def rows_url(self, measure: str, region: str | None = None) -> str:
        """Return the address of the rows behind a number."""
        return f"{self._rows_prefix}&region={region or self.region.code}&measure={measure}"

    @cached_property
    def _rows_prefix(self) -> str:
        """Return what all such addresses of a page begin with: there are hundreds of them."""
        return f"{reverse('dashboards:rows')}?{self.query()}"

    @property
    def base_label(self) -> str:
        """Return the base of the rates in words."""
        return str(Base(self.base).label)

    @property
    def years_label(self) -> str:
        """Return the plan years in words: 2020年度; 2019、2020年度."""
        if len(self.years) == 1:
            return pgettext("one plan year", "plan year %(year)s") % {"year": self.years[0]}
        names = pgettext("between the items of a list", ", ").join(str(year) for year in self.years)
        return pgettext("several plan years", "plan years %(years)s") % {"years": names}

    @property
    def other_base_url(self) -> str:
        """Return the same page with its rates on the other base."""
        other = Base.HOUSEHOLDS if self.base == Base.COMMUNITIES else Base.COMMUNITIES
        return replace(self, base=other).page_url()

    @property
    def live_query(self) -> str:
        """Return the query of the same numbers from the ledgers as they stand now."""
        return replace(self, live=True).query()

    @property
    def frozen_query(self) -> str:
        """Return the query of the same numbers as they were frozen."""
        return replace(self, live=False).query()

    def as_live(self) -> Selection:
        """Return the same selection from the ledgers as they stand; today is live without being asked to."""
        return self if self.on >= timezone.localdate() else replace(self, live=True, edition=1)

    def at(self, on: date) -> Selection:
        """Return the same selection on another day, as it was first frozen."""
        return replace(self, on=on, edition=1)

    def of_years(self, *years: int) -> Selection:
        """Return the same selection for other plan years."""
        return replace(self, years=years)


@lru_cache(maxsize=256)
def _board_path(code: str) -> str:
    return reverse("dashboards:region", args=[code])


def region_seen_by(user: User, code: str) -> Region:
    """Return a region of a dashboard; Http404 when it lies outside what the user may see."""
    region = Region.objects.filter(code=code).first()
    if region is None or not user.view_region.contains(region):
        raise Http404(code)
    if region.level not in LEVELS and region.pk != user.view_region_id:
        raise Http404(code)
    return region


def projects_seen_by(user: User, region: Region) -> ProjectQuerySet:
    """Return the projects of a region that the user may see."""
    return projects_in(Project.objects.visible_to(user), region)


def years_in(projects: ProjectQuerySet) -> list[int]:
    """Return the plan years that have projects, in order."""
    return list(projects.order_by("plan_year").values_list("plan_year", flat=True).distinct())


def read(query: QueryDict, region: Region, known_years: Sequence[int]) -> Selection:
    """Read a selection from an address; raises BadRequest with a sentence for what cannot be meant.

    Without a year the plan year under way is shown, without a day today.
    """
    today = timezone.localdate()
    years = _years(query.getlist("year")) or (current_year(region, known_years),)
    base = query.get("base", Base.COMMUNITIES.value)
    if base not in Base.values:
        raise BadRequest(_("Rates are based on communities or households."))
    # A day typed in by hand goes before the one chosen from the list.
    on = _day(query.get("day") or query.get("on") or "", today)
    return Selection(
        region, years, on, base, query.get("source") == LIVE, _edition(query.get("edition", "1"))
    )


def current_year(region: Region, known_years: Sequence[int]) -> int:
    """Return the plan year people ask about: the last one that was issued and has projects.

    A plan that is still being drawn up does not hide the one under way.  Without an issued plan it is the
    last year with projects, and without projects this year.
    """
    if not known_years:
        return timezone.localdate().year
    issued = AnnualPlan.objects.live().filter(state=AnnualPlan.State.ISSUED, year__in=known_years)
    plans = issued.filter(unit__in=Region.objects.within(region).values("pk"))
    latest: int | None = plans.aggregate(latest=Max("year"))["latest"]
    return latest or max(known_years)


def _edition(text: str) -> int:
    edition = whole_number(text)
    if edition is None or not 1 <= edition <= 1000:
        raise BadRequest(_("An edition of a snapshot is a number such as 2."))
    return edition


def _years(values: Sequence[str]) -> tuple[int, ...]:
    years = set()
    for value in values:
        year = whole_number(value)
        if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
            raise BadRequest(_("A plan year has four digits, such as 2020."))
        years.add(year)
    if len(years) > MOST_YEARS:
        raise BadRequest(_("Choose fewer plan years."))
    return tuple(sorted(years))


def _day(text: str, today: date) -> date:
    if not text:
        return today
    day = day_named(text)
    if day is None or day.year < FIRST_YEAR:
        raise BadRequest(_("A day is written as 2020-06-30."))
    if day > today:
        raise BadRequest(_("The numbers of a day in the future are not known."))
    return day
