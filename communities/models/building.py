"""The residential building (楼栋) of a community."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from communities.models.community import Community
from records.models import VersionedQuerySet, VersionedRecord
from records.parsing import search_key


def building_key(number: str) -> str:
    """Return the form in which two spellings of a building number are equal: 3栋, 3号楼 and 3# are one."""
    key = search_key(number)
    for ending in ("号楼", "栋", "幢", "座", "号", "楼", "#"):
        key = key.removesuffix(ending)
    return key[:40]


class BuildingQuerySet(VersionedQuerySet["Building"]):
    """Buildings, in the scope of their community."""

    region_field: ClassVar[str] = "community__region"


BuildingManager = models.Manager.from_queryset(BuildingQuerySet)


class Building(VersionedRecord):
    """One building of a community: what the counts of the community must add up from."""

    class Structure(models.TextChoices):
        """How the building bears its load."""

        BRICK_CONCRETE = "brick_concrete", _("brick and concrete")
        BRICK_WOOD = "brick_wood", _("brick and wood")
        FRAME = "frame", _("frame")
        SHEAR_WALL = "shear_wall", _("shear wall")
        OTHER = "other", _("other")

    PARENTS: ClassVar[tuple[str, ...]] = ("community_id",)

    community = models.ForeignKey(
        Community, on_delete=models.PROTECT, related_name="buildings", verbose_name=_("community")
    )
    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("reporting unit")
    )
    number = models.CharField(_("building number"), max_length=40)
    number_key = models.CharField(max_length=40, editable=False)
    built_year = models.PositiveSmallIntegerField(_("year built"), null=True, blank=True)
    structure = models.CharField(_("structure"), max_length=20, choices=Structure.choices, blank=True)
    floors = models.PositiveSmallIntegerField(_("floors"), null=True, blank=True)
    entrance_count = models.PositiveIntegerField(_("entrances"), null=True, blank=True)
    household_count = models.PositiveIntegerField(_("households"), null=True, blank=True)
    floor_area = models.DecimalField(
        _("floor area"), max_digits=14, decimal_places=2, null=True, blank=True, help_text=_("in ㎡")
    )
    elevator_count = models.PositiveIntegerField(_("elevators"), null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = BuildingManager()

    class Meta:
        ordering = ["community__code", "number_key"]
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "number_key"],
                condition=models.Q(is_removed=False),
                name="building_number_once_per_community",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def derive_row(cls, row: Any) -> None:
        """Fill the search key of the number."""
        row["number_key"] = building_key(str(row["number"] or ""))

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any]) -> None:
        """Fill the reporting unit of each building's community."""
        fill_units(rows)

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the region of each building's community."""
        return regions_of_communities(rows)


def regions_of_communities(rows: Iterable[Any]) -> list[int | None]:
    """Return the region of each row's community; a community that is not there belongs nowhere."""
    listed = list(rows)
    wanted = {row["community_id"] for row in listed if isinstance(row.get("community_id"), int)}
    regions = dict(Community.objects.filter(pk__in=wanted).values_list("pk", "region_id"))
    return [regions.get(row.get("community_id")) for row in listed]


def fill_units(rows: Sequence[Any]) -> None:
    """Fill ``unit_id`` of rows that name a community."""
    wanted = {row["community_id"] for row in rows if isinstance(row.get("community_id"), int)}
    units = dict(Community.objects.filter(pk__in=wanted).values_list("pk", "unit_id"))
    for row in rows:
        row["unit_id"] = units.get(row.get("community_id"))
