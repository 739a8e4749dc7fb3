"""What residents say, what is answered, and what it changed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import Capability
from accounts.scope import ScopedQuerySet
from communities.models import CatalogueItem, Household
from consultations.models.access import ResidentSession
from consultations.models.consultation import Consultation, Notice
from projects.models import Defect, PlanClause, PlanItem, Project


class CommentQuerySet(ScopedQuerySet["Comment"]):
    """Comments, in the scope of the project's community."""

    region_field: ClassVar[str] = "project__community__region"
    view_capability: ClassVar[Capability] = Capability.CONSULTATION_VIEW
    edit_capability: ClassVar[Capability] = Capability.CONSULTATION_ANSWER


class Cluster(models.Model):
    """Comments that say the same and are answered together."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="clusters")
    title = models.CharField(_("what they say"), max_length=120)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("group of like comments")
        verbose_name_plural = _("groups of like comments")

    def __str__(self) -> str:
        return self.title


class Comment(models.Model):
    """One thing a household said about a clause, an item, the works or the result.

    ``voice`` is all that others see of who spoke: the building.  Telephone and identity numbers are taken out
    of the text before it is stored.  A comment is never deleted: hidden and withdrawn ones leave a stone.
    """

    class Kind(models.TextChoices):
        """What it is."""

        COMMENT = "comment", _("comment")
        PROPOSAL = "proposal", _("proposed item")
        OBJECTION = "objection", _("objection to the result")
        DEFECT = "defect", _("report of a defect")
        ACCEPTANCE = "acceptance", _("word on the finished works")

    class State(models.TextChoices):
        """Who may read it."""

        PENDING = "pending", _("waiting to be shown")
        PUBLISHED = "published", _("shown")
        HIDDEN = "hidden", _("not shown")
        WITHDRAWN = "withdrawn", pgettext_lazy("comment", "withdrawn")
        ERASED = "erased", _("erased at the household's wish")

    class Channel(models.TextChoices):
        """How it came."""

        ONLINE = "online", _("online")
        PAPER = "paper", _("on paper")
        VISIT = "visit", _("at the door")
        MEETING = "meeting", _("at a meeting")

    # States in which a comment has to be answered.
    OWED: ClassVar[tuple[str, ...]] = (State.PENDING, State.PUBLISHED, State.HIDDEN)

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="comments")
    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, null=True, related_name="comments"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.COMMENT)
    clause = models.ForeignKey(PlanClause, on_delete=models.PROTECT, null=True, related_name="comments")
    item = models.ForeignKey(PlanItem, on_delete=models.PROTECT, null=True, related_name="comments")
    proposed = models.ForeignKey(CatalogueItem, on_delete=models.PROTECT, null=True, related_name="+")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="objections")
    defect = models.ForeignKey(Defect, on_delete=models.PROTECT, null=True, related_name="reports")
    text = models.TextField(_("text"), max_length=1000)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="comments")
    voice = models.CharField(_("who speaks"), max_length=60)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, default=Channel.ONLINE)
    session = models.ForeignKey(ResidentSession, on_delete=models.PROTECT, null=True, related_name="+")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    cluster = models.ForeignKey(
        Cluster, on_delete=models.SET_NULL, null=True, blank=True, related_name="comments"
    )
    key = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("said at"), auto_now_add=True)
    moderated_at = models.DateTimeField(_("looked at"), null=True, editable=False)
    moderated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    hidden_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    photo = models.FileField(_("photo"), upload_to="comments/%Y/%m", max_length=200, blank=True)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = models.Manager.from_queryset(CommentQuerySet)()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            # A phone that sends twice (double tap, WeChat's retry) has said it once.
            models.UniqueConstraint(fields=["project", "key"], name="comment_once_per_key"),
            models.CheckConstraint(
                condition=~models.Q(state="hidden") | ~models.Q(hidden_reason=""),
                name="comment_hidden_with_a_reason",
            ),
        ]
        indexes = [models.Index(fields=["consultation", "state"], name="comment_of_consultation")]

    def __str__(self) -> str:
        return self.text[:40]


class CommentEvent(models.Model):
    """What happened to a comment; append-only."""

    class Action(models.TextChoices):
        """What was done."""

        SAID = "said", _("said")
        PUBLISHED = "published", _("shown")
        HIDDEN = "hidden", _("not shown")
        WITHDRAWN = "withdrawn", pgettext_lazy("comment", "withdrawn")
        ANSWERED = "answered", _("answered")
        REOPENED = "reopened", _("answer taken back")
        GROUPED = "grouped", _("put with like comments")
        ERASED = "erased", _("erased")
        PASSED_ON = "passed_on", _("passed on as a defect")

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="events")
    action = models.CharField(_("action"), max_length=10, choices=Action.choices)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        ordering = ["comment_id", "pk"]
        verbose_name = _("event of a comment")
        verbose_name_plural = _("events of comments")

    def __str__(self) -> str:
        return self.get_action_display()


class Support(models.Model):
    """A household that agrees with what another said."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="supports")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("support")
        verbose_name_plural = _("supports")
        constraints = [
            models.UniqueConstraint(fields=["comment", "household"], name="support_once_per_household")
        ]

    def __str__(self) -> str:
        return f"{self.comment_id} {self.household_id}"


class Disposition(models.Model):
    """The answer to a comment: what becomes of it, why, and which clause of the next version it changed.

    An answer that is taken back stays as a row that is no longer current.
    """

    class Outcome(models.TextChoices):
        """What becomes of it."""

        ADOPTED = "adopted", _("adopted")
        PARTLY = "partly", _("adopted in part")
        REFUSED = "refused", _("not adopted")
        DUPLICATE = "duplicate", _("said before")

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="dispositions")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    reason = models.TextField(_("answer"), max_length=1000)
    clause = models.ForeignKey(
        PlanClause,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dispositions",
        verbose_name=_("clause it changed"),
    )
    item = models.ForeignKey(
        PlanItem,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dispositions",
        verbose_name=_("item it changed"),
    )
    same_as = models.ForeignKey(
        Comment, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("same as")
    )
    is_current = models.BooleanField(default=True, editable=False)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(_("answered at"), auto_now_add=True)

    class Meta:
        ordering = ["comment_id", "pk"]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["comment"], condition=models.Q(is_current=True), name="disposition_one_current"
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="disposition_gives_a_reason"),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()
