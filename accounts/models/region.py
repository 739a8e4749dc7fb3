"""The tree of places that report and are reported on."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegionQuerySet(models.QuerySet["Region"]):
    """Regions, read as a tree."""

    def within(self, region: Region) -> Self:
        """Return the region itself and everything below it."""
        return self.filter(path__startswith=region.path)

    def units(self) -> Self:
        """Return the reporting units (市县): those that send ledgers and are ranked."""
        return self.filter(level=Region.Level.UNIT)


class Region(models.Model):
    """A place in the administrative tree, from the province down to the neighbourhood.

    A code prefix cannot carry the tree, since a 市本级 (reporting unit) holds urban districts whose codes are
    its siblings; ``path`` lists the codes from the root and answers every question of scope.
    """

    class Level(models.TextChoices):
        """How deep a region stands in the tree."""

        PROVINCE = "province", _("Province")
        PREFECTURE = "prefecture", _("Prefecture")
        UNIT = "unit", _("Reporting unit")
        DISTRICT = "district", _("District")
        STREET = "street", _("Street")
        NEIGHBOURHOOD = "neighbourhood", _("Neighbourhood")

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    short_name = models.CharField(_("short name"), max_length=30, blank=True)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    level = models.CharField(_("level"), max_length=20, choices=Level.choices)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("parent"),
    )
    path = models.CharField(_("path"), max_length=160, unique=True, editable=False)

    objects = RegionQuerySet.as_manager()

    class Meta:
        ordering = ["path"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        indexes = [models.Index(fields=["level", "path"], name="region_level_path")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level="province", parent__isnull=True)
                | (~models.Q(level="province") & models.Q(parent__isnull=False)),
                name="region_only_the_province_has_no_parent",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """Return the name used in tables: the short one where there is one."""
        return self.short_name or self.name

    def subtree(self) -> RegionQuerySet:
        """Return this region and everything below it."""
        return Region.objects.within(self)

    def contains(self, other: Region) -> bool:
        """Tell whether the other region is this one or lies below it."""
        return other.path.startswith(self.path)

    @property
    def ancestor_codes(self) -> list[str]:
        """Return the codes from the root down to this region."""
        return self.path.rstrip("/").split("/")
