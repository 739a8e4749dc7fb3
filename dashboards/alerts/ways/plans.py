"""What the plan and its deadlines ask for: steps by their day, adjustments with papers, sizes as issued."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dashboards.alerts.registry import Found, Night, alerting, overdue, threshold
from dashboards.models import AlertRule
from projects.calendars import Calendars, day_of
from projects.models import Milestone, PlanBaseline, Project
from projects.schedule import waiting_answers
from records.rates import percentage

DAYS = pgettext_lazy("unit of a threshold", "days")


@alerting(
    "step_deadline",
    label=_("Deadline of a step missed"),
    unit=DAYS,
    told=_("%(what)s by %(day)s: %(count)s communities have not, for %(longest)s days"),
)
def step_deadline(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield by deadline the projects that had not done its step by its day (前期工作 3月31日前, …)."""
    calendars = Calendars()
    missed: dict[tuple[str, str, str, date], list[tuple[int, int, int, int]]] = defaultdict(list)
    for year in night.years:
        by_step: dict[str, list[tuple[int, int]]] = {}
        for unit in night.places.units:
            for deadline in calendars.deadlines(unit.path, year):
                day = day_of(year + deadline.year_offset, deadline.month_day)
                days = (night.on - day).days
                if days < threshold(rule):
                    continue
                if deadline.step not in by_step:
                    by_step[deadline.step] = _not_done(night, year, deadline.step)
                late = [(unit.pk, year, pk, days) for at, pk in by_step[deadline.step] if at == unit.pk]
                missed[deadline.code, deadline.label, deadline.step, day].extend(late)
    for (code, label, _step, day), rows in missed.items():
        yield from overdue(rule, rows, detail=code, what=label, day=f"{day:%Y-%m-%d}")


def _not_done(night: Night, year: int, step: str) -> list[tuple[int, int]]:
    """Return (unit, project) of those of a plan year that had not done a step by the end of the day."""
    rows = night.projects.of_year(year).exclude(standing=Project.Standing.SUSPENDED)
    if step == Milestone.Kind.START:
        rows = rows.exclude(started_on__lte=night.on)
    elif step == Milestone.Kind.COMPLETION:
        rows = rows.exclude(completed_on__lte=night.on)
    else:
        done = Milestone.objects.live().filter(project=OuterRef("pk"), kind=step, actual_on__lte=night.on)
        rows = rows.preparing_on(night.on).exclude(Exists(done))
    return list(rows.order_by("pk").values_list("unit_id", "pk"))


@alerting(
    "approvals_late",
    label=_("Approvals over their time limit"),
    unit=pgettext_lazy("unit of a threshold", "working days"),
    told=_("%(count)s communities wait for an office, the longest %(longest)s working days over its limit"),
)
def approvals_late(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield the submissions that an office has not answered within its time limit (审批改革未落实)."""
    waiting = Milestone.objects.live().filter(
        submitted_on__isnull=False, actual_on=None, project__in=night.entered.values("pk")
    )
    late = waiting_answers(waiting.select_related("project__unit").order_by(), night.on)
    rows = (
        (
            answer.milestone.unit_id,
            answer.milestone.project.plan_year,
            answer.milestone.project_id,
            -answer.left,
        )
        for answer in late
    )
    yield from overdue(rule, rows)


@alerting(
    "adjusted_without_document",
    label=_("Plan adjusted without a document"),
    unit=pgettext_lazy("unit of a threshold", "times"),
    told=_("adjusted %(count)s times without a document number, last on %(day)s"),
)
def adjusted_without_document(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield how often an issued plan was adjusted without naming a document (调整不规范)."""
    baselines = PlanBaseline.objects.filter(year__in=night.years, effective_on__lte=night.on, document_no="")
    found: dict[tuple[int, int], list[date]] = defaultdict(list)
    for unit, year, day in baselines.exclude(kind=PlanBaseline.Kind.ISSUE).values_list(
        "unit_id", "year", "effective_on"
    ):
        found[unit, year].append(day)
    for (unit, year), days in found.items():
        facts = {"count": len(days), "day": f"{max(days):%Y-%m-%d}"}
        yield Found(unit=unit, value=Decimal(len(days)), facts=facts, plan_year=year)


@alerting(
    "plan_deviation",
    label=_("Households far from the plan as first issued"),
    unit=pgettext_lazy("unit of a threshold", "%"),
    told=_("%(now)s households now, %(then)s when the plan was issued: %(difference)s%% apart"),
)
def plan_deviation(night: Night, rule: AlertRule) -> Iterator[Found]:
    """Yield how far the households of a unit's plan have moved from those first issued (楚雄)."""
    issued = PlanBaseline.objects.filter(
        year__in=night.years, kind=PlanBaseline.Kind.ISSUE, effective_on__lte=night.on
    )
    then: dict[tuple[int, int], int] = {}
    for unit, year, households in issued.order_by("-number").values_list("unit_id", "year", "households"):
        then[unit, year] = households  # the first issue comes last
    for year in night.years:
        for row in night.progress(year, night.on):
            unit = night.unit_of[row.key]
            before, now = then.get((unit, year), 0), row.figures.planned.households
            share = percentage(abs(now - before), before)
            if share is not None:
                facts = {"now": now, "then": before, "difference": str(share)}
                yield Found(unit=unit, value=share, facts=facts, plan_year=year)
