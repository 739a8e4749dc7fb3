"""Monthly rounds, the units' returns, and the progress they report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from projects.models.parts import ProjectPart
from projects.models.version import PlanItem
from records.models import VersionedQuerySet, VersionedRecord


class ReportingRound(models.Model):
    """One month's reporting by all units: opened, due, closed.

    ``month`` is the first day of the month reported on.  What a closed month says is locked on every path;
    an exception is a dated waiver (``projects.Waiver`` of kind deadline).
    """

    month = models.DateField(_("month"), unique=True)
    opens_on = models.DateField(_("opens on"))
    due_on = models.DateField(_("due on"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-month"]
        verbose_name = _("reporting round")
        verbose_name_plural = _("reporting rounds")
        constraints = [
            models.CheckConstraint(condition=models.Q(month__day=1), name="round_is_a_month"),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("opens_on")), name="round_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class UnitReturnQuerySet(VersionedQuerySet["UnitReturn"]):
    """Returns, in the scope of their unit."""

    region_field: ClassVar[str] = "unit"


class UnitReturn(VersionedRecord):
    """One unit's return of one round; its state is written by ``projects.rounds`` alone."""

    class State(models.TextChoices):
        """Draft → submitted → returned with a reason, or accepted → closed with its round."""

        DRAFT = "draft", _("being filled in")
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("returned")
        ACCEPTED = "accepted", _("accepted")
        CLOSED = "closed", _("closed")

    PARENTS: ClassVar[tuple[str, ...]] = ("unit_id",)

    round = models.ForeignKey(
        ReportingRound, on_delete=models.PROTECT, related_name="returns", verbose_name=_("round")
    )
    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("reporting unit")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    signed_name = models.CharField(_("signed by"), max_length=60, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    return_reason = models.CharField(_("reason of return"), max_length=500, blank=True, editable=False)
    # The first submission decides about punctuality, whatever is returned later.
    first_submitted_at = models.DateTimeField(_("first submitted at"), null=True, blank=True, editable=False)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = models.Manager.from_queryset(UnitReturnQuerySet)()

    class Meta:
        ordering = ["-round__month", "unit__path"]
        verbose_name = _("unit return")
        verbose_name_plural = _("unit returns")
        constraints = [
            models.UniqueConstraint(
                fields=["round", "unit"], condition=models.Q(is_removed=False), name="return_once_per_unit"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="returned") | ~models.Q(return_reason=""),
                name="return_sent_back_has_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "returned"]) | ~models.Q(signed_name=""),
                name="return_submitted_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.unit}"

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the unit of each return."""
        return [row.get("unit_id") for row in rows]


class ProgressReport(ProjectPart):
    """How far one project had come at the end of one month (月报); figures are cumulative."""

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)

    month = models.DateField(_("month"), help_text=_("the first day of the month reported on"))
    progress_percent = models.DecimalField(
        _("physical progress"), max_digits=5, decimal_places=2, null=True, blank=True, help_text=_("in %")
    )
    invested_fen = models.BigIntegerField(_("invested so far"), null=True, blank=True, help_text=_("in 分"))
    workers = models.PositiveIntegerField(_("people on site"), null=True, blank=True)
    note = models.CharField(_("works of the month"), max_length=500, blank=True)

    class Meta:
        ordering = ["-month", "project__code"]
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        indexes = [models.Index(fields=["month", "unit"], name="progress_month_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "month"],
                condition=models.Q(is_removed=False),
                name="progress_once_per_month",
            ),
            models.CheckConstraint(condition=models.Q(month__day=1), name="progress_is_of_a_month"),
            models.CheckConstraint(
                condition=models.Q(progress_percent__isnull=True)
                | models.Q(progress_percent__gte=0, progress_percent__lte=100),
                name="progress_report_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class ProgressQuantity(ProjectPart):
    """How much of one plan item was done at the end of one month; cumulative, in the item's unit."""

    UPWARD: ClassVar[str] = "report"
    PARENTS: ClassVar[tuple[str, ...]] = ("report_id", "project_id")

    report = models.ForeignKey(
        ProgressReport, on_delete=models.PROTECT, related_name="quantities", verbose_name=_("progress report")
    )
    plan_item = models.ForeignKey(
        PlanItem, on_delete=models.PROTECT, related_name="quantities", verbose_name=_("plan item")
    )
    done = models.DecimalField(_("done so far"), max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["report_id", "plan_item__item__position"]
        verbose_name = _("quantity done")
        verbose_name_plural = _("quantities done")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "plan_item"],
                condition=models.Q(is_removed=False),
                name="quantity_once_per_report",
            )
        ]

    def __str__(self) -> str:
        return f"{self.plan_item}"
