"""Milestones: the steps of a project with planned day, actual day and document."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models.parts import ProjectPart


class Milestone(ProjectPart):
    """One step of one project.

    The steps of the preparation are entered here.  Start and completion are entered once, in the year-plan
    ledger, acceptance and handover with their own sheets; their milestones follow by themselves.
    """

    class Kind(models.TextChoices):
        """The steps officials count (征求意见 → 立项 → … → 移交)."""

        CONSULTATION = "consultation", _("residents consulted")
        APPROVAL = "approval", _("project approved")
        NOTICE = "notice", _("plan put on notice")
        DRAWINGS = "drawings", _("construction drawings")
        BUDGET_REVIEW = "budget_review", _("budget reviewed")
        TENDER = "tender", _("tender awarded")
        START = "start", _("works started")
        COMPLETION = "completion", _("works completed")
        ACCEPTANCE = "acceptance", _("joint acceptance")
        HANDOVER = "handover", _("handed over")

    # Steps of the preparation, in their order (前期工作).
    PREPARATION: ClassVar[tuple[str, ...]] = (
        Kind.CONSULTATION,
        Kind.APPROVAL,
        Kind.NOTICE,
        Kind.DRAWINGS,
        Kind.BUDGET_REVIEW,
        Kind.TENDER,
    )
    # Steps whose days come from another ledger and are closed here.
    FOLLOWING: ClassVar[tuple[str, ...]] = (Kind.START, Kind.COMPLETION, Kind.ACCEPTANCE, Kind.HANDOVER)

    PARENTS: ClassVar[tuple[str, ...]] = ("project_id",)

    kind = models.CharField(_("step"), max_length=20, choices=Kind.choices)
    planned_on = models.DateField(_("planned on"), null=True, blank=True)
    submitted_on = models.DateField(
        _("submitted on"), null=True, blank=True, help_text=_("where an office has a time limit to answer")
    )
    actual_on = models.DateField(_("done on"), null=True, blank=True)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    agency = models.CharField(_("office"), max_length=60, blank=True)

    class Meta:
        ordering = ["project_id", "kind"]
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        indexes = [models.Index(fields=["kind", "actual_on"], name="milestone_funnel")]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=models.Q(is_removed=False),
                name="milestone_once_per_project",
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
