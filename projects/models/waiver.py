"""Waivers: dated, approved exceptions, as data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from records.models import SharedQuerySet, VersionedRecord

# The waiver under which years from before the portal are entered as history: their rows open as issued and
# their stage follows from their dates.
HISTORY = "projects.history"


class WaiverQuerySet(SharedQuerySet["Waiver"]):
    """Waivers that hold in a region."""

    def in_force(self, day: date) -> WaiverQuerySet:
        """Return the approved waivers that hold on a day."""
        return self.live().filter(state=Waiver.State.APPROVED, valid_from__lte=day, valid_until__gte=day)


class Waiver(VersionedRecord):
    """A dated, approved exception from a rule, a gate or a deadline; shown wherever it bites.

    ``code`` names what is waived: a gate item (``projects.plan_final``), a rule (``future_date``) or a
    deadline (``round.2020-11``); an asterisk at its end stands for everything that begins so.  It holds for a
    region and everything below it, for plan years and for the days from ``valid_from`` to ``valid_until``;
    with ``project`` for that project alone.  Who asks does not decide.
    """

    class Kind(models.TextChoices):
        """What is waived."""

        RULE = "rule", _("rule")
        GATE = "gate", _("gate")
        DEADLINE = "deadline", _("deadline")

    class State(models.TextChoices):
        """Whether it holds."""

        ASKED = "asked", _("asked for")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        REVOKED = "revoked", _("revoked")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    code = models.CharField(_("what is waived"), max_length=80)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("holds in"))
    project = models.ForeignKey(
        "projects.Project",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="waivers",
        verbose_name=_("project"),
    )
    year_from = models.PositiveSmallIntegerField(_("plan years from"), null=True, blank=True)
    year_to = models.PositiveSmallIntegerField(_("plan years to"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))
    reason = models.CharField(_("reason"), max_length=500)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.ASKED, editable=False
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    decision_note = models.CharField(_("note of the decision"), max_length=500, blank=True, editable=False)

    objects = models.Manager.from_queryset(WaiverQuerySet)()

    class Meta:
        ordering = ["-valid_from", "pk"]
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_has_a_reason"),
            models.CheckConstraint(
                condition=Q(valid_until__gte=models.F("valid_from")), name="waiver_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(asked_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(asked_by=models.F("decided_by")),
                name="waiver_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.code}"

    def covers(self, code: str) -> bool:
        """Tell whether the waiver names a code."""
        return code.startswith(self.code[:-1]) if self.code.endswith("*") else code == self.code

    def holds_for(self, path: str, plan_year: int, project: int | None = None) -> bool:
        """Tell whether it holds for a place (a region's path), a plan year and a project."""
        return (
            path.startswith(self.region.path)
            and (self.project_id is None or self.project_id == project)
            and (self.year_from is None or self.year_from <= plan_year)
            and (self.year_to is None or plan_year <= self.year_to)
        )

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the region each waiver holds in."""
        return [row.get("region_id") for row in rows]
