"""What a visitor asks for: a selection of projects."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Max
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import day_named
from accounts.selects import unit_select
from projects.models import Milestone, Project, ProjectQuerySet
from projects.years import year_or_404, year_select


class ProjectFilter:
    """Projects by plan year, unit, stage and name, in the visitor's view; Http404 for what lies outside."""

    def __init__(self, user: User, asked: QueryDict) -> None:
        self.user = user
        self.visible = Project.objects.visible_to(user)
        self.year = self._year(asked.get("year", ""))
        code = asked.get("unit", "")
        self.region = get_object_or_404(user.view_region.subtree(), code=code) if code else None
        self.stage = asked.get("stage", "")
        if self.stage and self.stage not in (*Project.Stage.values, *Project.Standing.values):
            raise Http404(self.stage)
        self.name = asked.get("q", "").strip()[:60]
        self.step = asked.get("step", "")
        if self.step and self.step not in Milestone.Kind.values:
            raise Http404(self.step)
        self.step_on = _day(asked.get("on", ""))

    def _year(self, text: str) -> int:
        if text:
            return year_or_404(text)
        # The year under way; one that is only being drawn up is not what somebody comes to see first.
        issued: int | None = self.visible.counted().aggregate(latest=Max("plan_year"))["latest"]
        return issued or max(self.years, default=timezone.localdate().year)

    @cached_property
    def years(self) -> list[int]:
        """Return the plan years that have projects, latest first."""
        found = self.visible.order_by("-plan_year").values_list("plan_year", flat=True).distinct()
        return list(found)

    def all_stages(self) -> ProjectQuerySet:
        """Return the projects of year, unit and name, whatever their stage."""
        found = self.visible.of_year(self.year)
        if self.region is not None:
            found = found.in_region(self.region)
        if self.step:
            steps = Milestone.objects.live().filter(kind=self.step, actual_on__lte=self.step_on)
            found = found.counted().filter(pk__in=steps.values("project"))
        return found.filter(community__name__icontains=self.name) if self.name else found

    def projects(self) -> ProjectQuerySet:
        """Return the projects that were asked for."""
        found = self.all_stages()
        if self.stage in Project.Standing.values:
            return found.filter(standing=self.stage)
        return found.in_stage(self.stage) if self.stage else found

    def stage_tabs(self) -> list[dict[str, Any]]:
        """Return the stages and standings with their counts; one query."""
        rows = self.all_stages().order_by().values_list("stage", "standing")
        counts: Counter[str] = Counter()
        for stage, standing in rows:
            counts[stage if standing == Project.Standing.ACTIVE else standing] += 1
        keys = [("", _("All")), *Project.Stage.choices]
        keys += [(key, label) for key, label in Project.Standing.choices if counts[key]]
        return [
            {
                "label": label,
                "url": self.url("projects:index", stage=key),
                "active": key == self.stage,
                "count": f"{sum(counts.values()) if not key else counts[key]:,}",
            }
            for key, label in keys
        ]

    def url(self, name: str, **changed: Any) -> str:
        """Return a page's address with this selection, parts of it changed."""
        asked = {
            "year": self.year,
            "unit": self.region.code if self.region else "",
            "q": self.name,
            "step": self.step,
            "on": self.step_on.isoformat() if self.step else "",
            **changed,
        }
        return f"{reverse(name)}?{urlencode({key: value for key, value in asked.items() if value})}"

    @property
    def step_label(self) -> str:
        """Return the step that the projects have done, where one was asked for."""
        return str(Milestone.Kind(self.step).label) if self.step else ""

    @property
    def hidden(self) -> dict[str, Any]:
        """Return what forms of this page carry along."""
        return {"year": self.year, "unit": self.region.code if self.region else "", "q": self.name}

    @property
    def selects(self) -> list[dict[str, Any]]:
        """Return the selects of the filter bar."""
        found = [year_select(self.years, self.year)]
        if (units := unit_select(self.user, self.region)) is not None:
            found.append(units)
        return found

    @property
    def search(self) -> dict[str, str]:
        """Return the search box of the filter bar."""
        return {"name": "q", "label": _("Find a community"), "value": self.name}


def _day(text: str) -> date:
    """Return a day of an address; today where none is given, Http404 for what is none."""
    if not text:
        return timezone.localdate()
    day = day_named(text)
    if day is None:
        raise Http404(text)
    return day
