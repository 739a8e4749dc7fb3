"""The consultation on a plan, its public notices and what it costs a household."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Capability
from projects.models import PlanItem, PlanVersion
from projects.models.calendar import CalendarRule
from projects.models.parts import ProjectPart, ProjectPartQuerySet


class ConsultationQuerySet(ProjectPartQuerySet):
    """Consultations and what hangs on them, in the scope of the project's community."""

    view_capability: ClassVar[Capability] = Capability.CONSULTATION_VIEW
    edit_capability: ClassVar[Capability] = Capability.CONSULTATION_MANAGE


ConsultationManager = models.Manager.from_queryset(ConsultationQuerySet)


class Consultation(ProjectPart):
    """One hearing of the residents of a community: on a version of the plan, on their needs, or afterwards.

    ``state`` is written by ``consultations.proceedings`` alone.  ``closes_on`` is the last day on which
    residents may speak and vote, to 24:00 in the portal's time zone.
    """

    class Kind(models.TextChoices):
        """What the residents are asked about."""

        PLAN = "plan", _("renovation plan")
        NEEDS = "needs", _("willingness and needs")
        SATISFACTION = "satisfaction", _("satisfaction after completion")

    class State(models.TextChoices):
        """How far it has come."""

        DRAFT = "draft", _("being prepared")
        NOTICE = "notice", _("announced")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed, being answered")
        ANSWERED = "answered", _("answered")
        REVISED = "revised", _("plan revised")
        RESULT = "result", _("result on display")
        FINAL = "final", _("final")
        REJECTED = "rejected", _("voted down")
        CANCELLED = "cancelled", _("called off")

    # States in which the residents' page exists, and in which residents may speak and vote.
    PUBLIC: ClassVar[tuple[str, ...]] = (
        State.NOTICE,
        State.OPEN,
        State.CLOSED,
        State.ANSWERED,
        State.REVISED,
        State.RESULT,
        State.FINAL,
        State.REJECTED,
    )
    ENDED: ClassVar[tuple[str, ...]] = (State.FINAL, State.REJECTED, State.CANCELLED)

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.PLAN)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    title = models.CharField(_("title"), max_length=120)
    plan_version = models.ForeignKey(
        PlanVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consultations",
        verbose_name=_("plan version"),
    )
    revised_version = models.ForeignKey(
        PlanVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("revised version"),
    )
    organiser = models.CharField(_("who asks"), max_length=120)
    telephone = models.CharField(_("telephone of the office"), max_length=40, blank=True)
    address = models.CharField(_("where the paper form is"), max_length=120, blank=True)
    intro = models.TextField(_("words to the residents"), max_length=2000, blank=True)
    announced_on = models.DateField(_("announced on"), null=True, blank=True)
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    closes_on = models.DateField(_("closes on"), null=True, blank=True)
    result_from = models.DateField(_("result on display from"), null=True, blank=True, editable=False)
    result_to = models.DateField(_("result on display until"), null=True, blank=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, blank=True, editable=False)

    objects: ClassVar[ConsultationManager[Any]] = ConsultationManager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=models.Q(is_removed=False)
                & ~models.Q(state__in=["final", "rejected", "cancelled"]),
                name="consultation_one_running",
            ),
            models.CheckConstraint(
                condition=models.Q(closes_on__isnull=True)
                | models.Q(opens_on__isnull=True)
                | models.Q(closes_on__gte=models.F("opens_on")),
                name="consultation_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Notice(ProjectPart):
    """One public notice (公示) of a consultation: what hangs on the board, from when to when.

    A vote has three: announced, preliminary count with time for objections (询异), result.
    """

    UPWARD: ClassVar[str] = "consultation"
    PARENTS: ClassVar[tuple[str, ...]] = ("consultation_id", "project_id")

    class Kind(models.TextChoices):
        """What is made public."""

        PLAN = "plan", _("notice of the plan and the vote")
        COUNT = "count", _("preliminary count, open to objections")
        RESULT = "result", _("notice of the result")

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="notices", verbose_name=_("consultation")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=160)
    text = models.TextField(_("text"), max_length=8000, blank=True)
    places = models.CharField(_("where it hangs"), max_length=200, blank=True)
    from_on = models.DateField(_("on display from"))
    to_on = models.DateField(_("on display until"))

    objects: ClassVar[ConsultationManager[Any]] = ConsultationManager()

    class Meta:
        ordering = ["consultation_id", "from_on", "pk"]
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "kind"],
                condition=models.Q(is_removed=False),
                name="notice_once_per_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(to_on__gte=models.F("from_on")), name="notice_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CostShare(ProjectPart):
    """What one thing in the plan costs a household: the answer to 要您家出钱吗."""

    UPWARD: ClassVar[str] = "consultation"
    PARENTS: ClassVar[tuple[str, ...]] = ("consultation_id", "project_id")

    class Basis(models.TextChoices):
        """What the amount is counted by."""

        HOUSEHOLD = "household", _("per household")
        AREA = "area", _("per ㎡ of the flat")
        FLOOR = "floor", _("by floor")

    consultation = models.ForeignKey(
        Consultation, on_delete=models.PROTECT, related_name="costs", verbose_name=_("consultation")
    )
    item = models.ForeignKey(
        PlanItem, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("item")
    )
    title = models.CharField(_("what for"), max_length=80)
    basis = models.CharField(_("counted by"), max_length=10, choices=Basis.choices, default=Basis.HOUSEHOLD)
    amount_fen = models.BigIntegerField(_("amount"), help_text=_("in 分"))
    note = models.CharField(_("explanation"), max_length=200, blank=True)

    objects: ClassVar[ConsultationManager[Any]] = ConsultationManager()

    class Meta:
        ordering = ["consultation_id", "pk"]
        verbose_name = _("cost to a household")
        verbose_name_plural = _("costs to a household")
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_fen__gte=0), name="cost_share_not_negative")
        ]

    def __str__(self) -> str:
        return self.title


class NoticeRule(CalendarRule):
    """How long a notice hangs in a region, and how many objections stop it: data, since cities differ.

    ``objector_share`` is in percent of the people on the roll, exclusive (丽水: fewer than one third).
    """

    kind = models.CharField(_("kind"), max_length=8, choices=Notice.Kind.choices)
    min_days = models.PositiveSmallIntegerField(_("days at least"))
    in_working_days = models.BooleanField(_("working days"), default=False)
    objector_share = models.DecimalField(
        _("objections stop it from"), max_digits=7, decimal_places=4, null=True, blank=True
    )

    class Meta:
        ordering = ["region__path", "kind"]
        verbose_name = _("rule of a notice")
        verbose_name_plural = _("rules of notices")

    def __str__(self) -> str:
        return f"{self.region} {self.get_kind_display()} {self.min_days}"
