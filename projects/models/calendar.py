"""Calendars as data: holidays, seasons of building, minimum days of steps, deadlines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.roles import Capability
from projects.models.milestone import Milestone
from records.models import SharedQuerySet, VersionedRecord


class Holiday(models.Model):
    """A day that is not what its weekday says: a holiday, or a working day at a weekend (调休).

    One row a day, from the State Council's yearly notice; whole years are loaded and replaced together.
    """

    day = models.DateField(_("day"), unique=True)
    is_working = models.BooleanField(_("working day"))
    name = models.CharField(_("name"), max_length=30)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        ordering = ["day"]
        verbose_name = _("special day")
        verbose_name_plural = _("holidays and working weekends")

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class CalendarQuerySet(SharedQuerySet[Any]):
    """Calendar rules that hold in a region."""

    edit_capability: ClassVar[Capability] = Capability.CALENDAR_EDIT


class CalendarRule(VersionedRecord):
    """A dated rule of a region's calendar; the nearest region above a community decides."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("holds in"))
    year_from = models.PositiveSmallIntegerField(_("plan years from"), null=True, blank=True)
    year_to = models.PositiveSmallIntegerField(_("plan years to"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = models.Manager.from_queryset(CalendarQuerySet)()

    class Meta:
        abstract = True

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the region each rule holds in."""
        return [row.get("region_id") for row in rows]


def _month_day(name: str) -> Q:
    return Q(**{f"{name}__gte": 101, f"{name}__lte": 1231})


class SeasonRule(CalendarRule):
    """When works rest in winter and when houses are heated; days of the year as month × 100 + day (1115)."""

    winter_stop_from = models.PositiveSmallIntegerField(
        _("works stop from"), help_text=_("1115 is 15 November")
    )
    winter_stop_to = models.PositiveSmallIntegerField(_("works stop until"))
    heating_from = models.PositiveSmallIntegerField(_("heating from"))
    heating_to = models.PositiveSmallIntegerField(_("heating until"))

    class Meta:
        ordering = ["region__path", "year_from"]
        verbose_name = _("season")
        verbose_name_plural = _("building and heating seasons")
        constraints = [
            models.CheckConstraint(
                condition=_month_day("winter_stop_from")
                & _month_day("winter_stop_to")
                & _month_day("heating_from")
                & _month_day("heating_to"),
                name="season_days_are_days",
            )
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.winter_stop_from}–{self.winter_stop_to}"


class StepDuration(CalendarRule):
    """The least time a step takes after the one before it, in working or calendar days."""

    step = models.CharField(_("step"), max_length=20, choices=Milestone.Kind.choices)
    days = models.PositiveSmallIntegerField(_("days"))
    in_working_days = models.BooleanField(_("working days"), default=True)

    class Meta:
        ordering = ["region__path", "step"]
        verbose_name = _("time a step takes")
        verbose_name_plural = _("times steps take")

    def __str__(self) -> str:
        return f"{self.step} {self.days}"


class TimeLimit(CalendarRule):
    """The most time an office may take to answer a submission (审批时限)."""

    step = models.CharField(_("step"), max_length=20, choices=Milestone.Kind.choices)
    days = models.PositiveSmallIntegerField(_("days"))
    in_working_days = models.BooleanField(_("working days"), default=True)

    class Meta:
        ordering = ["region__path", "step"]
        verbose_name = _("time limit of an approval")
        verbose_name_plural = _("time limits of approvals")

    def __str__(self) -> str:
        return f"{self.step} {self.days}"


class DeadlineRule(CalendarRule):
    """A day of the plan year by which something must be done (前期工作 3月31日前)."""

    code = models.CharField(_("code"), max_length=40)
    label = models.CharField(_("what must be done"), max_length=120)
    step = models.CharField(_("step"), max_length=20, choices=Milestone.Kind.choices)
    month_day = models.PositiveSmallIntegerField(_("due day"), help_text=_("331 is 31 March"))
    year_offset = models.SmallIntegerField(_("years after the plan year"), default=0)

    class Meta:
        ordering = ["region__path", "month_day"]
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "code", "year_from"],
                condition=Q(is_removed=False),
                name="deadline_once_per_region_and_year",
            )
        ]

    def __str__(self) -> str:
        return self.label
