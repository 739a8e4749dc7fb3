"""A project: one community in one plan year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from communities.models import Community
from communities.models.building import fill_units, regions_of_communities
from projects.models.waiver import HISTORY, Waiver
from records.models import VersionedQuerySet, VersionedRecord


class ProjectQuerySet(VersionedQuerySet["Project"]):
    """Projects, read in the words of the bulletins.

    Status follows from dates, as of the end of a day: 已完工 when completed, 正在改造 when started and not
    completed, 具备开工条件 when ready and not started, else 前期.
    """

    region_field: ClassVar[str] = "community__region"

    def of_year(self, *years: int) -> Self:
        """Return the projects of plan years (never calendar years)."""
        return self.filter(plan_year__in=years)

    def counted(self) -> Self:
        """Return those in an issued plan that have not been withdrawn: what every figure counts."""
        return self.filter(library=Project.Library.ISSUED).exclude(standing=Project.Standing.WITHDRAWN)

    def planned(self) -> Self:
        """Return those that count as the plan's task (计划任务数)."""
        return self.filter(origin=Project.Origin.PLANNED)

    def in_stage(self, *stages: str) -> Self:
        """Return those that stand in a stage and go on."""
        return self.filter(stage__in=stages, standing=Project.Standing.ACTIVE)

    def completed_by(self, day: date) -> Self:
        """Return those completed (已完工) by the end of a day."""
        return self.filter(completed_on__lte=day)

    def started_by(self, day: date) -> Self:
        """Return those started (已开工, completed ones among them) by the end of a day."""
        return self.filter(started_on__lte=day)

    def under_way_on(self, day: date) -> Self:
        """Return those under way (正在改造) at the end of a day."""
        return self.started_by(day).exclude(completed_on__lte=day)

    def ready_on_day(self, day: date) -> Self:
        """Return those ready to start (具备开工条件) and not started at the end of a day."""
        return self.filter(ready_on__lte=day).exclude(started_on__lte=day)

    def preparing_on(self, day: date) -> Self:
        """Return those still in preparation (前期) at the end of a day."""
        return self.exclude(ready_on__lte=day).exclude(started_on__lte=day)


ProjectManager = models.Manager.from_queryset(ProjectQuerySet)


class Project(VersionedRecord):
    """One community in one plan year: what was planned and how far it has come."""

    class Origin(models.TextChoices):
        """Whether the project is part of the plan's task or was added beyond it."""

        PLANNED = "planned", _("in the plan")
        ADDED = "added", _("beyond the plan")

    class Stage(models.TextChoices):
        """The four steps of the province's scheme; written by ``projects.workflow`` alone."""

        SURVEY = "survey", _("survey")
        PLAN = "plan", _("planning")
        BUILD = "build", _("construction")
        AFTERCARE = "aftercare", _("post-management")

    class Standing(models.TextChoices):
        """Whether work goes on: side states of every stage; written by ``projects.workflow`` alone."""

        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        WITHDRAWN = "withdrawn", _("withdrawn from the plan")

    class Library(models.TextChoices):
        """How far the project has come on its way into the year's plan (储备库 → 计划下达)."""

        RESERVE = "reserve", _("in reserve")
        DECLARED = "declared", _("declared")
        PREFECTURE_PASSED = "prefecture", _("passed by the prefecture")
        PROVINCE_PASSED = "province", _("passed by the province")
        ISSUED = "issued", _("in the issued plan")

    PARENTS: ClassVar[tuple[str, ...]] = ("community_id",)

    code = models.CharField(_("code"), max_length=24, unique=True, editable=False)
    community = models.ForeignKey(
        Community, on_delete=models.PROTECT, related_name="projects", verbose_name=_("community")
    )
    plan_year = models.PositiveSmallIntegerField(_("plan year"))
    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("reporting unit")
    )
    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices, default=Origin.PLANNED)
    stage = models.CharField(
        _("stage"), max_length=10, choices=Stage.choices, default=Stage.SURVEY, editable=False
    )
    stage_since = models.DateField(_("in this stage since"), null=True, blank=True, editable=False)
    standing = models.CharField(
        _("standing"), max_length=10, choices=Standing.choices, default=Standing.ACTIVE, editable=False
    )
    library = models.CharField(
        _("place in the plan"),
        max_length=12,
        choices=Library.choices,
        default=Library.RESERVE,
        editable=False,
    )
    is_history = models.BooleanField(_("entered as history"), default=False, editable=False)
    planned_buildings = models.PositiveIntegerField(_("planned buildings"), null=True, blank=True)
    planned_households = models.PositiveIntegerField(_("planned households"), null=True, blank=True)
    planned_area = models.DecimalField(
        _("planned floor area"), max_digits=14, decimal_places=2, null=True, blank=True, help_text=_("in ㎡")
    )
    planned_investment_fen = models.BigIntegerField(
        _("planned investment"), null=True, blank=True, help_text=_("in 分")
    )
    central_subsidy_fen = models.BigIntegerField(
        _("central subsidy"), null=True, blank=True, help_text=_("in 分")
    )
    works = models.CharField(_("works"), max_length=500, blank=True)
    planned_start_on = models.DateField(_("planned start"), null=True, blank=True)
    planned_completion_on = models.DateField(_("planned completion"), null=True, blank=True)
    ready_on = models.DateField(_("ready to start on"), null=True, blank=True)
    started_on = models.DateField(_("started on"), null=True, blank=True)
    completed_on = models.DateField(_("completed on"), null=True, blank=True)
    progress_percent = models.DecimalField(
        _("physical progress"), max_digits=5, decimal_places=2, null=True, blank=True, help_text=_("in %")
    )
    invested_fen = models.BigIntegerField(_("invested so far"), null=True, blank=True, help_text=_("in 分"))
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = ProjectManager()

    class Meta:
        ordering = ["-plan_year", "unit__path", "code"]
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        indexes = [
            # The rollups: everything of a year by unit.
            models.Index(fields=["plan_year", "unit", "is_removed"], name="project_year_unit"),
            # The funnel and the review queues.
            models.Index(fields=["plan_year", "stage", "library"], name="project_year_stage"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "plan_year"],
                condition=models.Q(is_removed=False),
                name="project_once_per_community_and_year",
            ),
            models.CheckConstraint(
                condition=models.Q(plan_year__gte=2000, plan_year__lte=2100), name="project_year_is_a_year"
            ),
            models.CheckConstraint(
                condition=models.Q(planned_investment_fen__isnull=True)
                | models.Q(planned_investment_fen__gte=0),
                name="project_investment_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(progress_percent__isnull=True)
                | models.Q(progress_percent__gte=0, progress_percent__lte=100),
                name="project_progress_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_year} {self.community}"

    @classmethod
    def derive_row(cls, row: Any) -> None:
        """Let the stage of a project entered as history follow from its dates; the workflow moves others."""
        if row["is_history"]:
            row["stage"] = _stage_by_dates(row)

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any]) -> None:
        """Fill the unit of each project's community; new rows of years from before the portal are history."""
        fill_units(rows)
        fresh = [
            row
            for row in rows
            if row.get("id") is None
            and row["library"] == cls.Library.RESERVE
            and isinstance(row.get("plan_year"), int)
        ]
        if not fresh:
            return
        waivers = list(
            Waiver.objects.in_force(timezone.localdate()).filter(code=HISTORY).select_related("region")
        )
        if not waivers:
            return
        paths = dict(
            Region.objects.filter(pk__in={row["unit_id"] for row in fresh}).values_list("pk", "path")
        )
        for row in fresh:
            if any(waiver.holds_for(paths.get(row["unit_id"], ""), row["plan_year"]) for waiver in waivers):
                row.update(is_history=True, library=cls.Library.ISSUED)

    @classmethod
    def assign_codes(cls, rows: Sequence[Any]) -> None:
        """Give new projects their codes: unit, year and a serial, as 222401-2021-0017."""
        groups: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for row in rows:
            groups[row["unit_id"], row["plan_year"]].append(row)
        units = (
            Region.objects.filter(pk__in={unit for unit, _year in groups})
            .order_by("pk")
            .select_for_update(no_key=True)
        )
        codes = dict(units.values_list("pk", "code"))
        for (unit, year), fresh in groups.items():
            known = cls._base_manager.filter(unit_id=unit, plan_year=year)
            last = known.order_by("-code").values_list("code", flat=True).first()
            serial = int(last.rsplit("-", 1)[1]) if last else 0
            for row in fresh:
                serial += 1
                row["code"] = f"{codes[unit]}-{year}-{serial:04d}"

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the region of each project's community."""
        return regions_of_communities(rows)


def _stage_by_dates(row: Any) -> str:
    if row.get("completed_on"):
        return Project.Stage.AFTERCARE
    return Project.Stage.BUILD if row.get("ready_on") or row.get("started_on") else Project.Stage.PLAN
