"""The bulletins (通报) and the other reports that come round with the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Region
from accounts.roles import Capability
from dashboards.models.snapshot import Snapshot
from dashboards.periods import Period

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    """Bulletins, as far as somebody may read them."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return issued bulletins of the regions around and within one's own; drafts only for editors."""
        if not user.is_authenticated or not user.may(Capability.BULLETIN_VIEW):
            return self.none()
        within = Q(region__in=Region.objects.within(user.view_region).values("pk"))
        around = Q(region__code__in=user.view_region.ancestor_codes)
        readable = Q(state=Bulletin.State.ISSUED) & (within | around)
        if user.may(Capability.BULLETIN_EDIT):
            readable |= within
        return self.filter(readable)

    def drafts(self) -> Self:
        """Return the bulletins that can still be changed."""
        return self.filter(state=Bulletin.State.DRAFT)

    def delete(self) -> NoReturn:
        """Refuse: bulletins stay."""
        raise TypeError("Bulletins are never deleted.")


class Bulletin(models.Model):
    """A report on one period, made from frozen snapshots and issued once.

    ``narrative`` is what people write; ``document`` is the whole text with every number, composed anew at
    each change of the draft and rendered alike on screen, in Word, PDF and xlsx.  ``moves`` lists what
    moved the numbers since the previous snapshot.  Once issued nothing changes any more: services update
    drafts only, and the database refuses the rest: what was issued is withdrawn by issuing a bulletin that
    ``corrects`` it, and stays as it was.
    """

    class Kind(models.TextChoices):
        """What the bulletin is about."""

        START = "start", _("monthly bulletin")
        WEEK = "week", _("weekly progress report")
        FUNDS = "funds", _("monthly report on money")
        QUARTER = "quarter", _("quarterly bulletin")
        YEAR = "year", _("yearly bulletin")

    class State(models.TextChoices):
        """How far it is on its way."""

        DRAFT = "draft", pgettext_lazy("bulletin", "draft")
        ISSUED = "issued", pgettext_lazy("bulletin", "issued")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.START)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="bulletins", verbose_name=_("region")
    )
    plan_year = models.PositiveSmallIntegerField(_("plan year"))
    year = models.PositiveSmallIntegerField(_("year of the period"))
    period_start = models.DateField(_("first day of the period"))
    period_end = models.DateField(_("last day of the period"))
    number = models.PositiveSmallIntegerField(_("issue"), help_text=_("Counted within the year."))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveSmallIntegerField(_("revision"), default=1)
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, related_name="bulletins", verbose_name=_("snapshot")
    )
    previous = models.ForeignKey(
        Snapshot,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("snapshot of the period before"),
    )
    money = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("snapshot of money")
    )
    money_before = models.ForeignKey(
        Snapshot,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("snapshot of money of the period before"),
    )
    matters = models.ForeignKey(
        Snapshot,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("snapshot of alerts and rectification"),
    )
    corrects = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="correction",
        verbose_name=_("corrects"),
    )
    correction_reason = models.CharField(_("what is corrected"), max_length=500, blank=True)
    narrative = models.JSONField(_("narrative"), default=dict)
    document = models.JSONField(_("document"))
    moves = models.JSONField(_("projects that moved the numbers"), default=list)
    files = models.JSONField(_("files"), default=dict)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("drafted by"),
        help_text=_("Empty when the timetable did it."),
    )
    drafted_at = models.DateTimeField(_("drafted at"), db_default=Now())
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("last edited by"),
    )
    edited_at = models.DateTimeField(_("last edited at"), null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("issued by"),
    )
    issued_at = models.DateTimeField(_("issued at"), null=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)

    objects = BulletinQuerySet.as_manager()

    class Meta:
        ordering = ["-period_end", "-plan_year", "kind", "-pk"]
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "region", "plan_year", "period_end"],
                condition=Q(corrects=None),
                name="bulletin_once_per_period",
            ),
            models.UniqueConstraint(
                fields=["kind", "region", "year", "number"], name="bulletin_number_once_per_year"
            ),
            models.CheckConstraint(
                condition=Q(period_start__lte=F("period_end")), name="bulletin_period_in_order"
            ),
            models.CheckConstraint(
                condition=Q(corrects=None, correction_reason="")
                | (Q(corrects__isnull=False) & ~Q(correction_reason="")),
                name="bulletin_correction_says_what",
            ),
            models.CheckConstraint(condition=Q(plan_year__lte=F("year")), name="bulletin_plan_has_begun"),
            models.CheckConstraint(
                condition=Q(state="draft", issued_by=None, issued_at=None, sha256="")
                | (Q(state="issued", issued_by__isnull=False, issued_at__isnull=False) & ~Q(sha256="")),
                name="bulletin_issued_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period_end:%Y-%m-%d} {self.plan_year}"

    def get_absolute_url(self) -> str:
        """Return the page of the bulletin."""
        return reverse("dashboards:bulletin", args=[self.pk])

    def delete(self, using: Any = None, keep_parents: bool = False) -> NoReturn:
        """Refuse: bulletins stay."""
        raise TypeError("Bulletins are never deleted.")

    @property
    def period(self) -> Period:
        """Return the period it reports on."""
        return Period(self.kind, self.period_start, self.period_end)

    @property
    def is_draft(self) -> bool:
        """Tell whether it can still be changed."""
        return self.state == self.State.DRAFT

    @property
    def replaced_by(self) -> Bulletin | None:
        """Return the issued correction that withdrew it, if there is one."""
        found = getattr(self, "correction", None)
        return found if found is not None and not found.is_draft else None

    @property
    def title(self) -> str:
        """Return the title as it stands in the document."""
        title: str = self.document["title"]
        return title

    @property
    def last_editor_id(self) -> int | None:
        """Return who wrote the text last; None when nobody has touched what the timetable made."""
        return self.edited_by_id or self.drafted_by_id
