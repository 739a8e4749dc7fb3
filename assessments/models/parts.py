"""What people wrote about an assessment: points, deductions, steps, appeals and evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Region
from accounts.roles import Capability
from accounts.scope import ScopedQuerySet
from assessments.models.assessment import Assessment
from records.models import VersionedQuerySet, VersionedRecord


class PartQuerySet(ScopedQuerySet[Any]):
    """What people wrote about an assessment, in the scope of its unit; written once."""

    region_field: ClassVar[str] = "assessment__unit"
    view_capability: ClassVar[Capability] = Capability.ASSESSMENT_VIEW
    edit_capability: ClassVar[Capability] = Capability.ASSESSMENT_SELF


class Part(models.Model):
    """Something a person wrote about an assessment: append-only, later words replace earlier ones."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="%(class)s_rows", verbose_name=_("assessment")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("at"), db_default=Now())

    objects = PartQuerySet.as_manager()

    class Meta:
        abstract = True


class ScoreEntry(Part):
    """Points a person gave to an indicator at a step, with the reason; the latest of the last step counts."""

    class Step(models.TextChoices):
        """On which level the points were given."""

        SELF = "self", _("self-assessment")
        PREFECTURE = "prefecture", _("check by the prefecture")
        PROVINCE = "province", _("review by the province")

    step = models.CharField(_("step"), max_length=12, choices=Step.choices)
    indicator = models.CharField(_("indicator"), max_length=40)
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        ordering = ["assessment_id", "pk"]
        verbose_name = _("score entry")
        verbose_name_plural = _("score entries")
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=0), name="entry_points_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.points}"


class Deduction(Part):
    """Points taken from an indicator for a finding; taken back by a row that names it (``cancels``)."""

    step = models.CharField(_("step"), max_length=12, choices=ScoreEntry.Step.choices)
    indicator = models.CharField(_("indicator"), max_length=40)
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2)
    finding = models.CharField(_("finding"), max_length=500)
    document_no = models.CharField(_("document number"), max_length=80, blank=True)
    cancels = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="cancelled_by", verbose_name=_("takes back")
    )

    class Meta:
        ordering = ["assessment_id", "pk"]
        verbose_name = _("deduction")
        verbose_name_plural = _("deductions")
        constraints = [
            models.CheckConstraint(condition=Q(points__gt=0), name="deduction_takes_points"),
            models.CheckConstraint(condition=~Q(finding=""), name="deduction_has_a_finding"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} −{self.points}"


class Move(Part):
    """One step of an assessment: from whom to whom, by whom, when, and why it went back."""

    from_state = models.CharField(max_length=10, choices=Assessment.State.choices, blank=True)
    to_state = models.CharField(max_length=10, choices=Assessment.State.choices)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    revision = models.PositiveIntegerField(_("revision"))
    total = models.DecimalField(_("score"), max_digits=6, decimal_places=2, null=True)

    class Meta:
        ordering = ["assessment_id", "pk"]
        verbose_name = _("step of an assessment")
        verbose_name_plural = _("steps of an assessment")

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"


class Appeal(models.Model):
    """A unit's word against its published score, and the answer it got."""

    class Outcome(models.TextChoices):
        """What the answer was."""

        OPEN = "open", _("open")
        ACCEPTED = "accepted", pgettext_lazy("appeal", "accepted")
        PARTLY = "partly", pgettext_lazy("appeal", "partly accepted")
        REJECTED = "rejected", pgettext_lazy("appeal", "rejected")

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="appeals", verbose_name=_("assessment")
    )
    indicator = models.CharField(_("indicator"), max_length=40, blank=True)
    text = models.CharField(_("appeal"), max_length=1000)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    answer = models.CharField(_("answer"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        ordering = ["assessment_id", "pk"]
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="open", answer="", answered_at=None)
                | (~Q(outcome="open") & ~Q(answer="") & Q(answered_at__isnull=False)),
                name="appeal_answered_in_words",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="appeal_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.assessment} {self.indicator}"


class EvidenceQuerySet(VersionedQuerySet["Evidence"]):
    """Evidence, in the scope of the unit."""

    region_field: ClassVar[str] = "unit"
    view_capability: ClassVar[Capability] = Capability.ASSESSMENT_VIEW
    edit_capability: ClassVar[Capability] = Capability.ASSESSMENT_SELF


class Evidence(VersionedRecord):
    """What a unit lays beside one indicator: a title or document number, and the files attached to it."""

    PARENTS: ClassVar[tuple[str, ...]] = ("assessment_id", "unit_id")

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="evidence", verbose_name=_("assessment")
    )
    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("reporting unit")
    )
    indicator = models.CharField(_("indicator"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    document_no = models.CharField(_("document number"), max_length=80, blank=True)

    objects = models.Manager.from_queryset(EvidenceQuerySet)()

    class Meta:
        ordering = ["assessment_id", "indicator", "pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return self.title

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the unit of each row."""
        return [row.get("unit_id") for row in rows]
