"""The roll of a consultation, frozen: who counts, with what area."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Capability
from accounts.scope import ScopedQuerySet
from communities.models import Household
from consultations.models.consultation import Consultation


class RollQuerySet(ScopedQuerySet["Roll"]):
    """Rolls, in the scope of their consultation."""

    region_field: ClassVar[str] = "consultation__project__community__region"
    view_capability: ClassVar[Capability] = Capability.CONSULTATION_VIEW
    edit_capability: ClassVar[Capability] = Capability.CONSULTATION_MANAGE


class Roll(models.Model):
    """The denominator of every vote of one consultation, as the register stood when it was frozen.

    ``people`` counts owners: several places of one owner are one person.  Never changed afterwards: a later
    vote has a roll of its own (403 people and 66 783.97 ㎡, then 401 and 66 067.85 ㎡ in one community).
    """

    consultation = models.OneToOneField(
        Consultation, on_delete=models.PROTECT, related_name="roll", verbose_name=_("consultation")
    )
    households = models.PositiveIntegerField(_("households"))
    people = models.PositiveIntegerField(_("people"))
    area = models.DecimalField(_("area"), max_digits=14, decimal_places=2, help_text=_("in ㎡"))
    frozen_at = models.DateTimeField(_("frozen at"), auto_now_add=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = models.Manager.from_queryset(RollQuerySet)()

    class Meta:
        verbose_name = _("roll")
        verbose_name_plural = _("rolls")

    def __str__(self) -> str:
        return f"{self.people} / {self.area}"


class RollEntry(models.Model):
    """One place on a roll, copied from the register; append-only.

    ``person`` is the same for all places of one owner.
    """

    roll = models.ForeignKey(Roll, on_delete=models.PROTECT, related_name="entries")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="roll_entries")
    building_id = models.BigIntegerField(_("building"))
    building_number = models.CharField(_("building number"), max_length=40)
    entrance = models.CharField(_("entrance"), max_length=20, blank=True)
    room = models.CharField(_("room"), max_length=20)
    area = models.DecimalField(_("area"), max_digits=10, decimal_places=2, help_text=_("in ㎡"))
    area_basis = models.CharField(max_length=10, choices=Household.AreaBasis.choices, blank=True)
    person = models.CharField(_("person"), max_length=60)

    class Meta:
        ordering = ["roll_id", "pk"]
        verbose_name = _("place on a roll")
        verbose_name_plural = _("places on a roll")
        constraints = [
            models.UniqueConstraint(fields=["roll", "household"], name="roll_household_once"),
            models.CheckConstraint(condition=models.Q(area__gte=0), name="roll_area_not_negative"),
        ]

    def __str__(self) -> str:
        return self.place

    @property
    def place(self) -> str:
        """Return the place as people say it: 3栋 1单元 501."""
        return " ".join(filter(None, (self.building_number, self.entrance, self.room)))
