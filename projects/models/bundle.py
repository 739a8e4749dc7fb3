"""Projects approved, tendered or contracted together: 项目 ≠ 小区."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from projects.models.parts import ProjectPart
from records.models import VersionedQuerySet, VersionedRecord


class BundleQuerySet(VersionedQuerySet["Bundle"]):
    """Bundles, in the scope of their unit."""

    region_field: ClassVar[str] = "unit"


class Bundle(VersionedRecord):
    """Several communities under one approval, one tender or one contract."""

    PARENTS: ClassVar[tuple[str, ...]] = ("unit_id",)

    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("reporting unit")
    )
    year = models.PositiveSmallIntegerField(_("plan year"))
    name = models.CharField(_("name"), max_length=120)
    covers_approval = models.BooleanField(_("one approval"), default=False)
    covers_tender = models.BooleanField(_("one tender"), default=False)
    covers_contract = models.BooleanField(_("one contract"), default=False)
    document_no = models.CharField(_("document number"), max_length=60, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = models.Manager.from_queryset(BundleQuerySet)()

    class Meta:
        ordering = ["-year", "unit__path", "name"]
        verbose_name = _("bundle")
        verbose_name_plural = _("bundles")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "name"],
                condition=models.Q(is_removed=False),
                name="bundle_name_once_per_unit_and_year",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the unit of each bundle."""
        return [row.get("unit_id") for row in rows]


class BundleMember(ProjectPart):
    """One project in one bundle."""

    PARENTS: ClassVar[tuple[str, ...]] = ("bundle_id", "project_id")

    bundle = models.ForeignKey(
        Bundle, on_delete=models.PROTECT, related_name="members", verbose_name=_("bundle")
    )

    class Meta:
        ordering = ["bundle_id", "project__code"]
        verbose_name = _("project of a bundle")
        verbose_name_plural = _("projects of bundles")
        constraints = [
            models.UniqueConstraint(
                fields=["bundle", "project"],
                condition=models.Q(is_removed=False),
                name="bundle_member_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.bundle}: {self.project}"
