"""How long a notice hangs in a place, and how many objections stop a plan: rules as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from consultations.models import Notice, NoticeRule
from projects.calendar_data import load_rules
from projects.calendars import nearest, work_calendar
from projects.models import Project
from projects.workdays import WorkCalendar

DATA = Path(__file__).resolve().parent / "data" / "notice_rules.csv"


def load_notice_rules() -> int:
    """Add the rules that come with the portal and are not there yet; return how many."""
    return load_rules(DATA, NoticeRule, ("region_id", "kind", "year_from"))


@dataclass(frozen=True)
class NoticeRules:
    """Every rule of notices, read once for any number of projects; the projects come with their unit."""

    @cached_property
    def _rules(self) -> list[NoticeRule]:
        return list(NoticeRule.objects.live().select_related("region"))

    @cached_property
    def work(self) -> WorkCalendar:
        """Return the working days."""
        return work_calendar()

    def rule(self, kind: str, project: Project) -> NoticeRule | None:
        """Return the rule of the nearest region above a project; None without any."""
        found = (rule for rule in self._rules if rule.kind == kind)
        return nearest(found, project.unit.path, project.plan_year)

    def earliest_end(self, kind: str, project: Project, first: date) -> date:
        """Return the first day on which a notice put up on ``first`` has hung long enough.

        The day it is put up does not count (民法典第二百零一条); without a rule it is that day itself.
        """
        rule = self.rule(kind, project)
        if rule is None:
            return first
        if rule.in_working_days:
            return self.work.add(first, rule.min_days)
        return first + timedelta(days=rule.min_days)


def reaches_share(objectors: int, people: int, rule: NoticeRule | None) -> bool:
    """Tell whether objections stop a plan: as many of the people on the roll as the rule's share, or more.

    The share itself stops it (丽水: 不足三分之一有效).  A rule without a share lets any number pass.
    """
    if rule is None or rule.objector_share is None or objectors == 0:
        return False
    return objectors * 100 >= rule.objector_share * people


RESULT = Notice.Kind.RESULT
PLAN = Notice.Kind.PLAN
