"""The household register of a community: what a vote counts people and area from.

A row knows a place, an area and which places have one owner.  It knows no name, no number of a person and no
telephone: the neighbourhood office knows who lives where, the portal need not (个人信息保护法 第六条).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.roles import Capability
from communities.models.building import Building
from communities.models.community import Community
from records.models import VersionedQuerySet, VersionedRecord
from records.parsing import search_key

_ENTRANCE = re.compile(r"(单元|门洞|门|梯)$")
_ROOM = re.compile(r"(室|号|户)$")


def entrance_key(entrance: str) -> str:
    """Return the form in which two spellings of an entrance are equal: 1单元 and 1 are one; 01 is 1 too."""
    key = _ENTRANCE.sub("", search_key(entrance))
    return key.lstrip("0") or key


def room_key(room: str) -> str:
    """Return the form in which two spellings of a room are equal: 501室 and 501 are one."""
    return _ROOM.sub("", search_key(room))


class HouseholdQuerySet(VersionedQuerySet["Household"]):
    """Households, in the scope of their community."""

    region_field: ClassVar[str] = "community__region"
    edit_capability: ClassVar[Capability] = Capability.HOUSEHOLD_EDIT


class Household(VersionedRecord):
    """One exclusive part of a building (专有部分), a flat as a rule, and its share of the area.

    ``owner_group`` is the same for all places of one owner: several units of one buyer count as one person
    (建筑物区分所有权司法解释 第九条); empty means an owner of this place alone.  ``area_basis`` is where the
    area is taken from: register, else survey, else contract (the same, 第八条).
    """

    class Use(models.TextChoices):
        """What the place is."""

        DWELLING = "dwelling", _("dwelling")
        SHOP = "shop", _("shop")
        GARAGE = "garage", _("garage")
        OTHER = "other", _("other")

    class AreaBasis(models.TextChoices):
        """Where the area is taken from, the first that exists."""

        REGISTER = "register", _("property register")
        SURVEY = "survey", _("survey on site")
        CONTRACT = "contract", _("contract of sale")

    PARENTS: ClassVar[tuple[str, ...]] = ("building_id",)

    building = models.ForeignKey(
        Building, on_delete=models.PROTECT, related_name="household_rows", verbose_name=_("building")
    )
    community = models.ForeignKey(
        Community,
        on_delete=models.PROTECT,
        related_name="household_rows",
        editable=False,
        verbose_name=_("community"),
    )
    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("reporting unit")
    )
    entrance = models.CharField(_("entrance"), max_length=20, blank=True)
    room = models.CharField(_("room"), max_length=20)
    place_key = models.CharField(max_length=44, editable=False)
    floor = models.SmallIntegerField(_("floor"), null=True, blank=True)
    use = models.CharField(_("use"), max_length=10, choices=Use.choices, default=Use.DWELLING)
    floor_area = models.DecimalField(
        _("floor area"), max_digits=10, decimal_places=2, null=True, blank=True, help_text=_("in ㎡")
    )
    area_basis = models.CharField(_("area from"), max_length=10, choices=AreaBasis.choices, blank=True)
    owner_group = models.CharField(_("owner group"), max_length=40, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = models.Manager.from_queryset(HouseholdQuerySet)()

    class Meta:
        ordering = ["community__code", "building__number_key", "place_key"]
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = [
            models.UniqueConstraint(
                fields=["building", "place_key"],
                condition=models.Q(is_removed=False),
                name="household_once_per_building",
            )
        ]
        indexes = [models.Index(fields=["community", "owner_group"], name="household_owner_group")]

    def __str__(self) -> str:
        return self.place

    @property
    def place(self) -> str:
        """Return the place within its building as people say it: 1单元 501."""
        return f"{self.entrance} {self.room}".strip()

    @classmethod
    def derive_row(cls, row: Any) -> None:
        """Fill the search key of the place."""
        row["place_key"] = f"{entrance_key(str(row['entrance'] or ''))}/{room_key(str(row['room'] or ''))}"

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any]) -> None:
        """Fill community and reporting unit of each household's building."""
        above = Building.objects.filter(pk__in=_buildings_of(rows)).order_by()
        found = {pk: (community, unit) for pk, community, unit in above.values_list("pk", *_ABOVE)}
        for row in rows:
            row["community_id"], row["unit_id"] = found.get(row.get("building_id"), (None, None))

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the region of each household's community."""
        listed = list(rows)
        above = Building.objects.filter(pk__in=_buildings_of(listed)).order_by()
        regions = dict(above.values_list("pk", "community__region_id"))
        return [regions.get(row.get("building_id")) for row in listed]


_ABOVE = ("community_id", "community__unit_id")


def _buildings_of(rows: Iterable[Any]) -> set[int]:
    return {row["building_id"] for row in rows if isinstance(row.get("building_id"), int)}
