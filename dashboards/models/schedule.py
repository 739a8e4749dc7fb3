"""When the periodic reports are made, who gets them by mail, and what was sent."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dashboards.models.bulletin import Bulletin


class ReportSchedule(models.Model):
    """When one kind of report is made (Asia/Shanghai); without a row the kind keeps its usual time.

    Weekly reports fall due on ``weekday``, the others on ``day`` of the month after the period; each reports
    on the period that was over by the day before.
    """

    class Weekday(models.IntegerChoices):
        """A day of the week, as Python counts them."""

        MONDAY = 0, pgettext_lazy("weekday", "Monday")
        TUESDAY = 1, pgettext_lazy("weekday", "Tuesday")
        WEDNESDAY = 2, pgettext_lazy("weekday", "Wednesday")
        THURSDAY = 3, pgettext_lazy("weekday", "Thursday")
        FRIDAY = 4, pgettext_lazy("weekday", "Friday")
        SATURDAY = 5, pgettext_lazy("weekday", "Saturday")
        SUNDAY = 6, pgettext_lazy("weekday", "Sunday")

    kind = models.CharField(_("kind"), max_length=20, choices=Bulletin.Kind.choices, unique=True)
    is_active = models.BooleanField(_("is made by the timetable"), default=True)
    weekday = models.PositiveSmallIntegerField(
        _("day of the week"), choices=Weekday.choices, default=Weekday.FRIDAY
    )
    day = models.PositiveSmallIntegerField(
        _("day of the month"), default=1, validators=[MinValueValidator(1), MaxValueValidator(28)]
    )
    hour = models.PositiveSmallIntegerField(_("from hour"), default=1, validators=[MaxValueValidator(23)])
    revision = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("changed by"),
    )
    updated_at = models.DateTimeField(_("changed at"), db_default=Now())

    class Meta:
        verbose_name = _("time of a report")
        verbose_name_plural = _("times of reports")
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6) & Q(day__gte=1, day__lte=28) & Q(hour__lte=23),
                name="report_schedule_is_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.kind


class Subscription(models.Model):
    """Somebody who gets a kind of report by mail as soon as it is issued."""

    kind = models.CharField(_("kind"), max_length=20, choices=Bulletin.Kind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="report_subscriptions",
        verbose_name=_("subscriber"),
    )

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [models.UniqueConstraint(fields=["kind", "user"], name="subscribed_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id}"


class Delivery(models.Model):
    """A bulletin that was sent to somebody: written before the mail leaves, so that none is sent twice."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.PROTECT, related_name="deliveries")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("sent at"), db_default=Now())

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["bulletin", "user"], name="delivered_once")]

    def __str__(self) -> str:
        return f"{self.bulletin_id} {self.user_id}"

    def delete(self, using: Any = None, keep_parents: bool = False) -> NoReturn:
        """Refuse: what was sent was sent."""
        raise TypeError("Deliveries are never deleted.")
