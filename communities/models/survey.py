"""The survey (调查摸底): what each department found in a community, item by item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Region
from accounts.roles import Capability
from communities.models.building import fill_units, regions_of_communities
from communities.models.catalogue import CatalogueItem
from communities.models.community import Community
from records.models import VersionedQuerySet, VersionedRecord


class SurveyQuerySet(VersionedQuerySet["Survey"]):
    """Surveys, in the scope of their community."""

    region_field: ClassVar[str] = "community__region"

    def open(self) -> SurveyQuerySet:
        """Return the surveys that go on."""
        return self.filter(state=Survey.State.OPEN)


class Survey(VersionedRecord):
    """One survey of one community: opened with a due date, finished when every department has signed."""

    class State(models.TextChoices):
        """Whether findings still come in."""

        OPEN = "open", _("under way")
        FINISHED = "finished", _("finished")

    PARENTS: ClassVar[tuple[str, ...]] = ("community_id",)

    community = models.ForeignKey(
        Community, on_delete=models.PROTECT, related_name="surveys", verbose_name=_("community")
    )
    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("reporting unit")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    finished_on = models.DateField(_("finished on"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = models.Manager.from_queryset(SurveyQuerySet)()

    class Meta:
        ordering = ["unit__path", "community__code", "-opened_on"]
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            models.UniqueConstraint(
                fields=["community"],
                condition=models.Q(is_removed=False, state="open"),
                name="survey_one_open_per_community",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open") | models.Q(finished_on__isnull=False),
                name="survey_finished_has_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community} {self.opened_on or ''}".strip()

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any]) -> None:
        """Fill the reporting unit of each survey's community."""
        fill_units(rows)

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the region of each survey's community."""
        return regions_of_communities(rows)


class SurveyPartQuerySet(VersionedQuerySet[Any]):
    """Findings and sign-offs: entered by whoever surveys, in the scope of the community."""

    region_field: ClassVar[str] = "community__region"
    edit_capability: ClassVar[Capability] = Capability.SURVEY_ENTER


class SurveyFinding(VersionedRecord):
    """What was found about one catalogue item in one survey; no condition means not looked at yet."""

    class Condition(models.TextChoices):
        """What state the thing is in."""

        GOOD = "good", _("good")
        DAMAGED = "damaged", _("damaged")
        MISSING = "missing", _("missing")
        NOT_APPLICABLE = "na", _("not applicable")

    PARENTS: ClassVar[tuple[str, ...]] = ("survey_id", "item_id")

    survey = models.ForeignKey(
        Survey, on_delete=models.PROTECT, related_name="findings", verbose_name=_("survey")
    )
    item = models.ForeignKey(
        CatalogueItem, on_delete=models.PROTECT, related_name="+", verbose_name=_("item")
    )
    community = models.ForeignKey(
        Community, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("community")
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("department")
    )
    condition = models.CharField(_("condition"), max_length=10, choices=Condition.choices, blank=True)
    quantity = models.DecimalField(
        _("quantity"), max_digits=14, decimal_places=2, null=True, blank=True, help_text=_("to be renovated")
    )
    place = models.CharField(_("place"), max_length=120, blank=True)
    found_on = models.DateField(_("found on"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = models.Manager.from_queryset(SurveyPartQuerySet)()

    class Meta:
        ordering = ["community__code", "survey_id", "item__position"]
        verbose_name = _("survey finding")
        verbose_name_plural = _("survey findings")
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "item"],
                condition=models.Q(is_removed=False),
                name="finding_once_per_item",
            )
        ]

    def __str__(self) -> str:
        return f"{self.item}"

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any]) -> None:
        """Fill community and department from survey and catalogue."""
        fill_survey(rows)
        wanted = {row["item_id"] for row in rows if isinstance(row.get("item_id"), int)}
        departments = dict(CatalogueItem.objects.filter(pk__in=wanted).values_list("pk", "department_id"))
        for row in rows:
            row["department_id"] = departments.get(row.get("item_id"))

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the region of each finding's community."""
        return regions_of_communities(rows)


class SurveySignOff(VersionedRecord):
    """One department's word that its findings in a survey are complete (部门签认)."""

    PARENTS: ClassVar[tuple[str, ...]] = ("survey_id",)

    survey = models.ForeignKey(
        Survey, on_delete=models.PROTECT, related_name="sign_offs", verbose_name=_("survey")
    )
    community = models.ForeignKey(
        Community, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("community")
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("department")
    )
    due_on = models.DateField(_("due on"), null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    signed_name = models.CharField(_("signed by"), max_length=60, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = models.Manager.from_queryset(SurveyPartQuerySet)()

    class Meta:
        ordering = ["community__code", "survey_id", "department__position"]
        verbose_name = _("survey sign-off")
        verbose_name_plural = _("survey sign-offs")
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "department"],
                condition=models.Q(is_removed=False),
                name="sign_off_once_per_department",
            ),
            models.CheckConstraint(
                condition=models.Q(signed_on__isnull=True) | ~models.Q(signed_name=""),
                name="sign_off_names_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department}"

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any]) -> None:
        """Fill the community of the survey."""
        fill_survey(rows)

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the region of each sign-off's community."""
        return regions_of_communities(rows)


def fill_survey(rows: Sequence[Any]) -> None:
    """Fill ``community_id`` of rows that name a survey."""
    wanted = {row["survey_id"] for row in rows if isinstance(row.get("survey_id"), int)}
    known = dict(Survey.objects.filter(pk__in=wanted).values_list("pk", "community_id"))
    for row in rows:
        row["community_id"] = known.get(row.get("survey_id"))
