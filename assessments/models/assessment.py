"""The assessment of one unit for one plan year, from its own view of itself to the issued score."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.roles import Capability
from accounts.scope import ScopedQuerySet
from assessments.models.scheme import Scheme
from records.models import VersionedQuerySet, VersionedRecord

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class FrozenQuerySet(models.QuerySet[Any]):
    """Rows that are written once."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse: such a row stays as it was written."""
        raise TypeError("These rows are never changed.")

    def delete(self) -> NoReturn:
        """Refuse: such a row stays."""
        raise TypeError("These rows are never deleted.")


class FactSheet(models.Model):
    """What the ledgers said about all units at the end of a day, formula by formula; frozen.

    ``data`` holds for each formula and unit (by code) value, numerator, denominator and note as text;
    ``members`` the rows behind each fact with their versions.  A fact sheet taken again for the same day is
    the next number: assessments name the one they were computed from.
    """

    class Kind(models.TextChoices):
        """What it was taken for."""

        ANNUAL = "annual", _("yearly assessment")
        MIDYEAR = "midyear", _("mid-year check")
        MONTHLY = "monthly", _("monthly score")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    year = models.PositiveSmallIntegerField(_("plan year"))
    on = models.DateField(_("as of the end of"))
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    data = models.JSONField(_("facts by formula and unit"))
    members = models.JSONField(_("rows behind the facts"))
    sha256 = models.CharField("SHA-256", max_length=64)
    frozen_at = models.DateTimeField(_("frozen at"), db_default=Now())
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = FrozenQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-on", "-number"]
        verbose_name = _("fact sheet")
        verbose_name_plural = _("fact sheets")
        constraints = [
            models.UniqueConstraint(fields=["kind", "year", "on", "number"], name="fact_sheet_once")
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.on:%Y-%m-%d} #{self.number}"

    @property
    def mark(self) -> str:
        """Return the name by which papers cite the fact sheet."""
        return f"{self.year}-{self.on:%Y%m%d}-{self.sha256[:8]}"


class AssessmentQuerySet(ScopedQuerySet["Assessment"]):
    """Assessments, in the scope of their unit."""

    region_field: ClassVar[str] = "unit"
    view_capability: ClassVar[Capability] = Capability.ASSESSMENT_VIEW
    edit_capability: ClassVar[Capability] = Capability.ASSESSMENT_SELF

    def issued(self) -> Self:
        """Return the assessments whose score stands."""
        return self.filter(state=Assessment.State.ISSUED)

    def checkable_by(self, user: User | AnonymousUser) -> Self:
        """Return those a prefecture's reviewer checks."""
        return self._in_hands_of(user, Capability.ASSESSMENT_CHECK)

    def reviewable_by(self, user: User | AnonymousUser) -> Self:
        """Return those the province reviews."""
        return self._in_hands_of(user, Capability.ASSESSMENT_REVIEW)

    def issuable_by(self, user: User | AnonymousUser) -> Self:
        """Return those somebody publishes and issues."""
        return self._in_hands_of(user, Capability.ASSESSMENT_ISSUE)

    def _in_hands_of(self, user: User | AnonymousUser, capability: Capability) -> Self:
        if not user.is_authenticated or not user.may(capability):
            return self.none()
        return self.in_region(user.region)


class Assessment(models.Model):
    """How well one unit did in one plan year.

    ``document`` is the result of ``assessments.scoring`` from scheme, fact sheet and what people entered;
    total and grade are copied from it and never typed.  Once issued nothing changes; the database refuses it.
    """

    class State(models.TextChoices):
        """Whose turn it is."""

        SELF = "self", _("self-assessment")
        CHECK = "check", _("check by the prefecture")
        REVIEW = "review", _("review by the province")
        PUBLISHED = "published", _("published for appeal")
        ISSUED = "issued", _("issued")

    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="assessments", verbose_name=_("reporting unit")
    )
    year = models.PositiveSmallIntegerField(_("plan year"))
    scheme = models.ForeignKey(
        Scheme, on_delete=models.PROTECT, related_name="assessments", verbose_name=_("assessment scheme")
    )
    fact_sheet = models.ForeignKey(
        FactSheet, on_delete=models.PROTECT, related_name="assessments", verbose_name=_("fact sheet")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.SELF)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    document = models.JSONField(_("result"), default=dict)
    total = models.DecimalField(_("score"), max_digits=6, decimal_places=2, null=True)
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    due_on = models.DateField(_("step due on"), null=True)
    appeal_until = models.DateField(_("appeals until"), null=True)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    issued_at = models.DateTimeField(_("issued at"), null=True)
    is_simulated = models.BooleanField(_("simulated data"), default=False)

    objects = models.Manager.from_queryset(AssessmentQuerySet)()

    class Meta:
        ordering = ["-year", "unit__path"]
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        indexes = [models.Index(fields=["year", "state"], name="assessment_year_state")]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year"], name="assessment_once_per_year"),
            models.CheckConstraint(
                condition=Q(total=None) | Q(total__gte=0, total__lte=100), name="assessment_within_hundred"
            ),
            models.CheckConstraint(
                condition=(~Q(state="issued") & Q(sha256="", issued_at=None))
                | (Q(state="issued", issued_at__isnull=False, total__isnull=False) & ~Q(sha256="")),
                name="assessment_issued_is_hashed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.unit}"

    def get_absolute_url(self) -> str:
        """Return the page that says why the score is what it is."""
        return reverse("assessments:assessment", args=[self.pk])

    @property
    def is_issued(self) -> bool:
        """Tell whether the score stands."""
        return self.state == self.State.ISSUED


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
        ACCEPTED = "accepted", _("accepted")
        PARTLY = "partly", _("partly accepted")
        REJECTED = "rejected", _("rejected")

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


class ReportQuerySet(ScopedQuerySet["AssessmentReport"]):
    """Reports, in the scope of their region."""

    view_capability: ClassVar[Capability] = Capability.ASSESSMENT_VIEW


class AssessmentReport(models.Model):
    """A paper made from frozen facts: monthly scores, mid-year check, the year of a unit or the province."""

    class Kind(models.TextChoices):
        """What the paper is."""

        MONTHLY = "monthly", _("monthly progress score")
        MIDYEAR = "midyear", _("mid-year check")
        UNIT = "unit", _("annual report of a unit")
        PROVINCE = "province", _("annual report of the province")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("region"))
    year = models.PositiveSmallIntegerField(_("plan year"))
    on = models.DateField(_("as of the end of"))
    document = models.JSONField(_("document"))
    files = models.JSONField(_("files"), default=dict)
    sha256 = models.CharField("SHA-256", max_length=64)
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = models.Manager.from_queryset(ReportQuerySet)()

    class Meta:
        ordering = ["-on", "kind", "region__path"]
        verbose_name = _("assessment report")
        verbose_name_plural = _("assessment reports")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "region", "year", "on"], name="assessment_report_once_per_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.year} {self.on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """Return the page of the report."""
        return reverse("assessments:report", args=[self.pk])
