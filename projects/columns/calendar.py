"""Columns of the calendars: seasons, deadlines, times of steps, time limits of approvals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from communities.columns import COUNT, TEXT, YEAR, shared_region_widget
from projects.columns.kinds import YES_NO
from projects.columns.milestone import STEP_NAMES
from projects.models import DeadlineRule, Milestone, SeasonRule, StepDuration, TimeLimit
from records.columns import ChoiceWidget, Column, Context, Entry, LedgerResource


class CalendarLedger(LedgerResource):
    """A ledger of dated rules of regions; the nearest region above a community decides."""

    KEY: tuple[str, ...] = ("region_id", "year_from")
    searched: ClassVar[tuple[str, ...]] = ("region__name", "region__short_name", "source")
    groups = {
        "place": gettext_lazy("Where and when"),
        "rule": gettext_lazy("Rule"),
        "other": gettext_lazy("Other"),
    }

    region = Column(
        "region_id",
        gettext_lazy("Holds in"),
        shared_region_widget(),
        group="place",
        required=True,
        frozen=True,
        width=130,
        total="count",
        aliases=("适用地区", "地区", "市县"),
    )
    year_from = Column(
        "year_from",
        gettext_lazy("Plan years from"),
        YEAR,
        group="place",
        width=90,
        aliases=("适用年度起", "起始年度"),
    )
    year_to = Column(
        "year_to",
        gettext_lazy("Plan years to"),
        YEAR,
        group="place",
        width=90,
        aliases=("适用年度止", "终止年度"),
    )
    source = Column(
        "source", gettext_lazy("Source"), TEXT, group="other", width=300, aliases=("依据", "来源")
    )

    @classmethod
    def identify(cls, entries: Sequence[Entry], context: Context) -> None:
        """Recognise rules by region, first year and what they are about."""
        fresh = [entry for entry in entries if entry.pk is None]
        rows: Any = cls.model._default_manager
        regions = {entry.values.get("region_id") for entry in fresh} - {None}
        found = rows.all().live().filter(region__in=regions).order_by("-pk").values_list("pk", *cls.KEY)
        known = {tuple(key): pk for pk, *key in found}
        for entry in fresh:
            entry.pk = known.get(tuple(entry.values.get(name) for name in cls.KEY))


def _day(attribute: str, label: Any, *aliases: str) -> Column:
    """Return the column of a day of the year, written as month × 100 + day."""
    return Column(
        attribute,
        label,
        COUNT,
        group="rule",
        required=True,
        width=100,
        aliases=aliases,
        help=gettext_lazy("1115 is 15 November"),
    )


def _step() -> Column:
    return Column(
        "step",
        gettext_lazy("Step"),
        ChoiceWidget(Milestone.Kind, STEP_NAMES),
        group="rule",
        required=True,
        width=110,
        aliases=("节点", "环节", "步骤"),
    )


def _days() -> Column:
    return Column(
        "days", gettext_lazy("Days"), COUNT, group="rule", required=True, width=70, aliases=("天数", "时限")
    )


def _in_working_days() -> Column:
    return Column(
        "in_working_days",
        gettext_lazy("Working days"),
        YES_NO,
        group="rule",
        width=80,
        aliases=("按工作日", "工作日"),
    )


class SeasonLedger(CalendarLedger):
    """施工与供热季节: one row a region: when works rest and when houses are heated."""

    model = SeasonRule

    winter_stop_from = _day("winter_stop_from", gettext_lazy("Works stop from"), "停工开始", "冬季停工起")
    winter_stop_to = _day("winter_stop_to", gettext_lazy("Works stop until"), "停工结束", "冬季停工止")
    heating_from = _day("heating_from", gettext_lazy("Heating from"), "供热开始", "供热期起")
    heating_to = _day("heating_to", gettext_lazy("Heating until"), "供热结束", "供热期止")


class DeadlineLedger(CalendarLedger):
    """时间节点要求: one row a deadline of the plan year."""

    model = DeadlineRule
    searched = (*CalendarLedger.searched, "label")
    KEY = ("region_id", "code", "year_from")

    label = Column(
        "label",
        gettext_lazy("What must be done"),
        TEXT,
        group="rule",
        required=True,
        width=180,
        aliases=("要求", "事项", "工作要求"),
    )
    code = Column(
        "code", gettext_lazy("Code"), TEXT, group="rule", required=True, width=110, aliases=("编码", "代码")
    )
    step = _step()
    month_day = _day("month_day", gettext_lazy("By"), "截止日", "期限")
    year_offset = Column(
        "year_offset",
        gettext_lazy("Years after the plan year"),
        COUNT,
        group="rule",
        width=100,
        aliases=("顺延年数",),
    )


class StepTimeLedger(CalendarLedger):
    """环节用时: one row the least time a step takes after the one before it."""

    model = StepDuration
    KEY = ("region_id", "step", "year_from")

    step = _step()
    days = _days()
    in_working_days = _in_working_days()


class TimeLimitLedger(CalendarLedger):
    """审批时限: one row the most time an office may take to answer."""

    model = TimeLimit
    KEY = ("region_id", "step", "year_from")

    step = _step()
    days = _days()
    in_working_days = _in_working_days()
