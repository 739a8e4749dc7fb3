"""What the workflow leaves behind: transitions, and words that push (催办)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.scope import ScopedQuerySet
from projects.models.project import Project


class StageTransitionQuerySet(ScopedQuerySet["StageTransition"]):
    """Transitions, in the scope of the project's community."""

    region_field: ClassVar[str] = "project__community__region"


class StageTransition(models.Model):
    """One step of one project through stages, library or standing; append-only.

    ``waived`` lists the unmet items that a waiver let pass, with the waiver's number, so that the exception
    stays visible where it bit.
    """

    class Action(models.TextChoices):
        """What was done."""

        ADVANCE = "advance", _("moved on")
        SEND_BACK = "send_back", _("sent back")
        SUSPEND = "suspend", _("suspended")
        RESUME = "resume", _("resumed")
        WITHDRAW = "withdraw", _("withdrawn from the plan")
        READMIT = "readmit", _("readmitted")
        DECLARE = "declare", _("declared")
        PASS = "pass", _("passed")
        RETURN = "return", _("returned")
        ISSUE = "issue", _("issued in the plan")
        LOAD = "load", _("taken over")

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="transitions", verbose_name=_("project")
    )
    action = models.CharField(_("action"), max_length=12, choices=Action.choices)
    from_stage = models.CharField(max_length=10, choices=Project.Stage.choices)
    to_stage = models.CharField(max_length=10, choices=Project.Stage.choices)
    from_library = models.CharField(max_length=12, choices=Project.Library.choices)
    to_library = models.CharField(max_length=12, choices=Project.Library.choices)
    to_standing = models.CharField(max_length=10, choices=Project.Standing.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)
    effective_on = models.DateField(_("effective on"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    waived = models.JSONField(_("let pass by waiver"), default=list)
    change_set_id = models.BigIntegerField(_("change set"), null=True)

    objects = models.Manager.from_queryset(StageTransitionQuerySet)()

    class Meta:
        ordering = ["project_id", "pk"]
        verbose_name = _("stage transition")
        verbose_name_plural = _("stage transitions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(action__in=["send_back", "suspend", "withdraw", "return", "readmit"])
                | ~Q(reason=""),
                name="transition_back_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.get_action_display()}"


class UrgeQuerySet(ScopedQuerySet["Urge"]):
    """Words that push, in the scope of their unit."""

    region_field: ClassVar[str] = "region"


class Urge(models.Model):
    """A word that pushes (催办): somebody above asks somebody below for something that is owed."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("whom"))
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    code = models.CharField(_("what is owed"), max_length=80)
    text = models.CharField(_("text"), max_length=300)
    url = models.CharField(max_length=300)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("sent at"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    objects = models.Manager.from_queryset(UrgeQuerySet)()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")

    def __str__(self) -> str:
        return self.text
