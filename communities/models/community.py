"""The residential community (小区): the one record every report is made from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from records.marks import Mark
from records.models import VersionedQuerySet, VersionedRecord
from records.parsing import search_key


def community_key(name: str) -> str:
    """Return the form in which two spellings of a community's name are equal."""
    return search_key(name)


class CommunityQuerySet(VersionedQuerySet["Community"]):
    """Communities, read in the words of the field."""

    region_field: ClassVar[str] = "region"


CommunityManager = models.Manager.from_queryset(CommunityQuerySet)


class Community(VersionedRecord):
    """An old residential community as it stands on the ground, whichever years it is renovated in.

    Fields follow the survey registers of the provinces (登记造册: 数量、栋数、户数、建筑面积、建成时间).
    """

    class Property(models.TextChoices):
        """How the homes came to be owned (产权性质)."""

        REFORMED = "reformed", _("housing-reform homes")
        POOLED = "pooled", _("pooled-funds homes")
        EMPLOYER = "employer", _("employer-owned homes")
        COMMODITY = "commodity", _("commercial homes")
        MIXED = "mixed", _("mixed ownership")
        OTHER = "other", _("other")

    class Management(models.TextChoices):
        """Who looks after the community now (物业状态)."""

        PROFESSIONAL = "professional", _("professional")
        SELF = "self", _("self-managed")
        ABANDONED = "abandoned", _("abandoned")

    class Fund(models.TextChoices):
        """Whether there is a maintenance fund (维修资金)."""

        ESTABLISHED = "established", _("established")
        PARTIAL = "partial", _("partly established")
        NONE = "none", _("not established")

    class Evidence(models.TextChoices):
        """What proves the year of completion; completion acceptance decides (以竣工验收时间为准)."""

        ACCEPTANCE = "acceptance", _("completion acceptance papers")
        CERTIFICATE = "certificate", _("real-estate certificate")
        ARCHIVE = "archive", _("archive record")
        ESTIMATE = "estimate", _("estimate")

    code = models.CharField(_("code"), max_length=24, unique=True, editable=False)
    name = models.CharField(_("community name"), max_length=120)
    name_key = models.CharField(max_length=120, editable=False)
    aliases = models.CharField(_("other names"), max_length=300, blank=True)
    unit = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("reporting unit")
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="communities", verbose_name=_("city or county")
    )
    street = models.CharField(_("street"), max_length=60, blank=True)
    neighbourhood = models.CharField(_("neighbourhood"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    built_from = models.PositiveSmallIntegerField(_("year built"), null=True, blank=True)
    built_to = models.PositiveSmallIntegerField(_("built until"), null=True, blank=True)
    built_evidence = models.CharField(
        _("evidence of the year"), max_length=20, choices=Evidence.choices, blank=True
    )
    property_kind = models.CharField(_("ownership"), max_length=20, choices=Property.choices, blank=True)
    former_owner = models.CharField(_("former owner unit"), max_length=120, blank=True)
    management = models.CharField(_("management"), max_length=20, choices=Management.choices, blank=True)
    building_count = models.PositiveIntegerField(_("buildings"), null=True, blank=True)
    entrance_count = models.PositiveIntegerField(_("entrances"), null=True, blank=True)
    household_count = models.PositiveIntegerField(_("households"), null=True, blank=True)
    floor_area = models.DecimalField(
        _("floor area"), max_digits=14, decimal_places=2, null=True, blank=True, help_text=_("in ㎡")
    )
    site_area = models.DecimalField(
        _("site area"), max_digits=14, decimal_places=2, null=True, blank=True, help_text=_("in ㎡")
    )
    post2000_area = models.DecimalField(
        _("floor area built after 2000"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    fund_status = models.CharField(_("maintenance fund"), max_length=20, choices=Fund.choices, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    is_simulated = models.BooleanField(_("simulated data"), default=False, editable=False)

    objects = CommunityManager()

    class Meta:
        ordering = ["unit__path", "code"]
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        indexes = [
            models.Index(fields=["unit", "name_key"], name="community_unit_name"),
            models.Index(fields=["region", "is_removed"], name="community_region_live"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "street", "name_key"],
                condition=models.Q(is_removed=False),
                name="community_once_per_street",
            ),
            models.CheckConstraint(
                condition=models.Q(built_to__isnull=True)
                | models.Q(built_from__isnull=True)
                | models.Q(built_to__gte=models.F("built_from")),
                name="community_built_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def derive_row(cls, row: Any) -> None:
        """Fill the search key of the name."""
        row["name_key"] = community_key(str(row["name"] or ""))[:120]

    @classmethod
    def prepare_rows(cls, rows: Sequence[Any]) -> None:
        """Fill the reporting unit above each region."""
        wanted = {row["region_id"] for row in rows if row.get("region_id") is not None}
        units = unit_by_region(wanted)
        for row in rows:
            region = row.get("region_id")
            row["unit_id"] = (
                units.get(region) if region is not None and not isinstance(region, Mark) else None
            )

    @classmethod
    def assign_codes(cls, rows: Sequence[Any]) -> None:
        """Give new communities their codes: the unit's code and a serial of four digits."""
        by_unit: dict[int, list[Any]] = defaultdict(list)
        for row in rows:
            by_unit[row["unit_id"]].append(row)
        # Locking the units serialises two batches that number rows of the same unit.
        units = Region.objects.filter(pk__in=by_unit).order_by("pk").select_for_update(no_key=True)
        codes = dict(units.values_list("pk", "code"))
        for unit, fresh in by_unit.items():
            last = (
                cls._base_manager.filter(unit_id=unit)
                .order_by("-code")
                .values_list("code", flat=True)
                .first()
            )
            serial = int(last.rsplit("-", 1)[1]) if last else 0
            for row in fresh:
                serial += 1
                row["code"] = f"{codes[unit]}-{serial:05d}"


def unit_by_region(regions: set[int]) -> dict[int, int]:
    """Return the reporting unit at or above each region; regions above the units have none."""
    if not regions:
        return {}
    units = {region.code: region.pk for region in Region.objects.units()}
    found: dict[int, int] = {}
    for pk, path in Region.objects.filter(pk__in=regions).values_list("pk", "path"):
        for code in path.rstrip("/").split("/"):
            if code in units:
                found[pk] = units[code]
    return found
