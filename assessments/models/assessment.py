"""The assessment of one unit for one plan year, from its own view of itself to the issued score."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Region
from accounts.roles import Capability
from accounts.scope import ScopedQuerySet
from assessments.models.facts import FactSheet
from assessments.models.scheme import Scheme

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


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
        ISSUED = "issued", pgettext_lazy("assessment", "issued")

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
