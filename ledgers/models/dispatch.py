"""Ad-hoc tables (调度): what is asked, of whom, until when; and what each unit answered, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.roles import Capability
from records.models import VersionedQuerySet, VersionedRecord
from records.models.versioned import Row

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    """Ad-hoc tables: whoever manages them sees drafts; whoever is asked sees what has been sent out."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the tables the user may open."""
        if not user.is_authenticated or not user.may(Capability.LEDGER_VIEW):
            return self.none()
        asked = DispatchUnit.objects.filter(unit__path__startswith=user.view_region.path)
        sent = ~models.Q(state=Dispatch.State.DRAFT) & models.Q(pk__in=asked.values("dispatch"))
        return self.filter(sent | models.Q(pk__in=self.editable_by(user).values("pk")))

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Return the tables the user may set up, send out and close."""
        if not user.is_authenticated or not user.may(Capability.DISPATCH_MANAGE):
            return self.none()
        return self.filter(region__path__startswith=user.region.path)


class Dispatch(models.Model):
    """One ad-hoc table: rows of a ledger (or one row a unit), fields shown filled, columns to be filled in.

    ``shown`` are keys of columns of the source; ``asked`` the new columns, each a mapping of slot, header,
    kind, unit, help, choices and whether it must be filled; ``conditions`` narrow the rows of the source.
    ``ledgers.dispatching`` alone writes the state.
    """

    class State(models.TextChoices):
        """Where the table stands."""

        DRAFT = "draft", _("being set up")
        OPEN = "open", _("being filled in")
        CLOSED = "closed", _("closed")

    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("what is asked"), max_length=1000, blank=True)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    source = models.CharField(_("rows"), max_length=20)
    year = models.PositiveSmallIntegerField(_("plan year"), null=True, blank=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("region"))
    units = models.ManyToManyField(Region, related_name="+", blank=True, verbose_name=_("units"))
    shown = models.JSONField(_("fields shown"), default=list, blank=True)
    asked = models.JSONField(_("columns to be filled in"), default=list, blank=True)
    conditions = models.JSONField(_("which rows"), default=list, blank=True)
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("set up by")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(_("sent out at"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = models.Manager.from_queryset(DispatchQuerySet)()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("ad-hoc table")
        verbose_name_plural = _("ad-hoc tables")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(opened_at__isnull=False),
                name="dispatch_sent_out_has_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="closed") | models.Q(closed_at__isnull=False),
                name="dispatch_closed_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def slug(self) -> str:
        """Return the address of its ledger: the grid, the template and the import go by it."""
        return f"dispatch-{self.pk}"


class DispatchUnitQuerySet(models.QuerySet["DispatchUnit"]):
    """The parts of units."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the parts of the units the user may see."""
        if not user.is_authenticated or not user.may(Capability.LEDGER_VIEW):
            return self.none()
        return self.filter(unit__path__startswith=user.view_region.path)


class DispatchUnit(models.Model):
    """One unit's part in an ad-hoc table: being filled in, handed in, sent back with a reason."""

    class State(models.TextChoices):
        """How far the unit has come."""

        WAITING = "waiting", _("being filled in")
        SUBMITTED = "submitted", _("handed in")
        RETURNED = "returned", _("sent back")

    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="parts")
    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("reporting unit")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    submitted_at = models.DateTimeField(_("handed in at"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signed_name = models.CharField(_("signed by"), max_length=60, blank=True)
    # The first time decides whether it was late, whatever is sent back afterwards.
    first_submitted_at = models.DateTimeField(_("first handed in at"), null=True, blank=True)
    return_reason = models.CharField(_("reason of return"), max_length=300, blank=True)

    objects = models.Manager.from_queryset(DispatchUnitQuerySet)()

    class Meta:
        ordering = ["unit__path"]
        verbose_name = _("part of a unit")
        verbose_name_plural = _("parts of units")
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "unit"], name="dispatch_unit_once"),
            models.CheckConstraint(
                condition=~models.Q(state="submitted") | ~models.Q(signed_name=""),
                name="dispatch_part_submitted_is_signed",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="returned") | ~models.Q(return_reason=""),
                name="dispatch_part_returned_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispatch} {self.unit}"


def _text() -> models.CharField[str, str]:
    return models.CharField(max_length=500, blank=True)


def _count() -> models.BigIntegerField[int | None, int | None]:
    return models.BigIntegerField(null=True, blank=True)


def _decimal() -> Any:
    return models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)


def _date() -> Any:
    return models.DateField(null=True, blank=True)


class DispatchRowQuerySet(VersionedQuerySet["DispatchRow"]):
    """Rows of ad-hoc tables, in the scope of their unit."""

    region_field: ClassVar[str] = "unit"


class DispatchRow(VersionedRecord):
    """One row of an ad-hoc table.  Each new column lives in a slot of its kind, so that every cell has its
    own history and merges by itself.

    ``subject_id`` is the key of the source's row (of the unit itself where a row is a unit); ``facts`` are
    the shown fields as they stood when the table was closed, empty before.
    """

    PARENTS: ClassVar[tuple[str, ...]] = ("dispatch_id", "unit_id")

    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="rows")
    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("reporting unit")
    )
    number = models.PositiveIntegerField(_("number"))
    subject_id = models.BigIntegerField()
    label = models.CharField(_("row"), max_length=200)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)
    facts = models.JSONField(default=dict, blank=True, editable=False)
    text_1 = _text()
    text_2 = _text()
    text_3 = _text()
    text_4 = _text()
    text_5 = _text()
    text_6 = _text()
    text_7 = _text()
    text_8 = _text()
    count_1 = _count()
    count_2 = _count()
    count_3 = _count()
    count_4 = _count()
    count_5 = _count()
    count_6 = _count()
    count_7 = _count()
    count_8 = _count()
    decimal_1 = _decimal()
    decimal_2 = _decimal()
    decimal_3 = _decimal()
    decimal_4 = _decimal()
    decimal_5 = _decimal()
    decimal_6 = _decimal()
    money_1_fen = _count()
    money_2_fen = _count()
    money_3_fen = _count()
    money_4_fen = _count()
    money_5_fen = _count()
    money_6_fen = _count()
    date_1 = _date()
    date_2 = _date()
    date_3 = _date()
    date_4 = _date()

    objects = models.Manager.from_queryset(DispatchRowQuerySet)()

    class Meta:
        ordering = ["dispatch", "number"]
        verbose_name = _("row of an ad-hoc table")
        verbose_name_plural = _("rows of ad-hoc tables")
        indexes = [models.Index(fields=["dispatch", "unit"], name="dispatch_row_of_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["dispatch", "subject_id"],
                condition=models.Q(is_removed=False),
                name="dispatch_row_once_a_subject",
            )
        ]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def regions_of(cls, rows: Iterable[Row]) -> list[int | None]:
        """Return the unit of each row."""
        return [row.get("unit_id") for row in rows]


# The slots of each kind of column, in the order they are given out.
SLOTS: dict[str, tuple[str, ...]] = {
    "text": tuple(f"text_{number}" for number in range(1, 9)),
    "count": tuple(f"count_{number}" for number in range(1, 9)),
    "decimal": tuple(f"decimal_{number}" for number in range(1, 7)),
    "money": tuple(f"money_{number}_fen" for number in range(1, 7)),
    "date": tuple(f"date_{number}" for number in range(1, 5)),
}
