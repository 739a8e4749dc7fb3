"""Money that comes down with a document, and how it is split to units and projects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Region
from accounts.roles import Capability
from funding.models.source import Source
from projects.models import Project
from records.models import SharedQuerySet, VersionedQuerySet, VersionedRecord

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


def _out_or_own(region: Region, batch: str = "") -> Q:
    """Return what is no draft of somebody above: issued, or split in the region itself or below it."""
    issued = Q(**{f"{batch}state": FundBatch.State.ISSUED})
    return issued | Q(**{f"{batch}region__path__startswith": region.path})


class FundBatchQuerySet(SharedQuerySet["FundBatch"]):
    """Batches handed out in a region or above it; a draft is known to whoever splits it and above only."""

    view_capability: ClassVar[Capability] = Capability.FUND_VIEW
    edit_capability: ClassVar[Capability] = Capability.FUND_EDIT

    def known_to(self, user: User | AnonymousUser) -> Self:
        """Return issued batches around the user's region, drafts of it and below it; removed ones too."""
        found = super().known_to(user)
        return found.filter(_out_or_own(user.view_region)) if user.is_authenticated else found


class FundBatch(VersionedRecord):
    """One document by which money of one source comes down for one budget year (下达文件).

    ``region`` is whose money it is to split: the province's for central and provincial money, a prefecture's
    for its own.  A draft holds no money: only an issued batch counts, and only its allotments are 下达.
    """

    class Level(models.TextChoices):
        """Which level of government handed it out."""

        CENTRAL = "central", _("central government")
        PROVINCE = "province", _("province")
        PREFECTURE = "prefecture", _("prefecture")
        UNIT = "unit", _("city or county")

    class State(models.TextChoices):
        """Whether it counts."""

        DRAFT = "draft", pgettext_lazy("fund batch", "draft")
        ISSUED = "issued", pgettext_lazy("fund batch", "issued")

    number = models.CharField(_("document number"), max_length=60)
    title = models.CharField(_("title"), max_length=200, blank=True)
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="batches", verbose_name=_("source of money")
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("to be split by")
    )
    level = models.CharField(_("handed out by"), max_length=12, choices=Level.choices)
    fiscal_year = models.PositiveSmallIntegerField(_("budget year"))
    plan_year = models.PositiveSmallIntegerField(_("plan year"))
    subject = models.CharField(_("budget subject"), max_length=20, blank=True)
    amount_fen = models.BigIntegerField(_("amount"), help_text=_("in 分"))
    issued_on = models.DateField(_("date of the document"), null=True, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    origin = models.CharField(_("drafted from"), max_length=80, blank=True, editable=False)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = models.Manager.from_queryset(FundBatchQuerySet)()

    class Meta:
        ordering = ["-fiscal_year", "-issued_on", "number"]
        verbose_name = _("fund batch")
        verbose_name_plural = _("fund batches")
        constraints = [
            models.UniqueConstraint(
                fields=["number", "source"],
                condition=Q(is_removed=False),
                name="batch_number_once_per_source",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="batch_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(fiscal_year__gte=2000, fiscal_year__lte=2100), name="batch_year_is_a_year"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(issued_on__isnull=False), name="batch_issued_has_a_date"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class AllotmentQuerySet(VersionedQuerySet["Allotment"]):
    """Allotments, in the scope of the unit that gets them, once their batch is no draft of somebody above."""

    region_field: ClassVar[str] = "unit"
    view_capability: ClassVar[Capability] = Capability.FUND_VIEW
    edit_capability: ClassVar[Capability] = Capability.FUND_EDIT

    def known_to(self, user: User | AnonymousUser) -> Self:
        """Return the allotments of batches the user may see, removed ones too."""
        found = super().known_to(user)
        return found.filter(_out_or_own(user.view_region, "batch__")) if user.is_authenticated else found

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Return the allotments of batches the user may see, in the region the user works in."""
        found = super().editable_by(user)
        return found.filter(_out_or_own(user.view_region, "batch__")) if user.is_authenticated else found

    def scope_for_edit(self, user: User) -> Self:
        """Return what ``editable_by`` does and removed ones too."""
        return super().scope_for_edit(user).filter(_out_or_own(user.view_region, "batch__"))

    def to_units(self) -> AllotmentQuerySet:
        """Return what units got from a batch."""
        return self.filter(project=None)

    def to_projects(self) -> AllotmentQuerySet:
        """Return what units passed on to their projects."""
        return self.filter(project__isnull=False)


class Allotment(VersionedRecord):
    """A part of a batch: for a unit (``project`` empty), or what the unit gives on to one of its projects.

    What the units get adds up to the batch at most, what a unit's projects get from a batch to what the unit
    got at most.  ``Balance`` rows hold both sums in the database, whoever writes.
    """

    PARENTS: ClassVar[tuple[str, ...]] = ("batch_id", "unit_id", "project_id")

    batch = models.ForeignKey(
        FundBatch, on_delete=models.PROTECT, related_name="allotments", verbose_name=_("fund batch")
    )
    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("reporting unit")
    )
    project = models.ForeignKey(
        Project,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="allotments",
        verbose_name=_("project"),
    )
    amount_fen = models.BigIntegerField(_("amount"), help_text=_("in 分"))
    number = models.CharField(_("document number"), max_length=60, blank=True)
    allotted_on = models.DateField(_("handed down on"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = models.Manager.from_queryset(AllotmentQuerySet)()

    class Meta:
        ordering = ["batch_id", "unit__path", "project__code"]
        verbose_name = _("allotment")
        verbose_name_plural = _("allotments")
        indexes = [models.Index(fields=["unit", "batch", "is_removed"], name="allotment_unit_batch")]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "unit"],
                condition=Q(is_removed=False, project=None),
                name="allotment_once_per_unit",
            ),
            models.UniqueConstraint(
                fields=["batch", "project"],
                condition=Q(is_removed=False, project__isnull=False),
                name="allotment_once_per_project",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="allotment_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.project or self.unit}"

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any]) -> None:
        """Fill the unit of allotments that name their project alone."""
        bare = [row for row in rows if row.get("unit_id") is None and isinstance(row.get("project_id"), int)]
        if bare:
            projects = Project.objects.filter(pk__in={row["project_id"] for row in bare}).order_by()
            units = dict(projects.values_list("pk", "unit_id"))
            for row in bare:
                row["unit_id"] = units.get(row["project_id"])

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the unit of each allotment."""
        return [row.get("unit_id") for row in rows]


class SplitBalance(models.Model):
    """How much of a batch (``unit`` empty) or of a unit's part is handed on: the wall under the checks.

    Kept by what follows every write of batches and allotments, in their transaction and under the row's lock,
    so that two officers at once cannot hand out more than there is.
    """

    batch = models.ForeignKey(FundBatch, on_delete=models.CASCADE, related_name="balances")
    unit = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, related_name="+")
    available_fen = models.BigIntegerField(default=0)
    handed_on_fen = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch"], condition=Q(unit=None), name="split_balance_once_per_batch"
            ),
            models.UniqueConstraint(
                fields=["batch", "unit"], condition=Q(unit__isnull=False), name="split_balance_once_per_unit"
            ),
            models.CheckConstraint(
                condition=Q(handed_on_fen__lte=F("available_fen")), name="split_never_exceeds"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.unit_id}: {self.handed_on_fen} / {self.available_fen}"
