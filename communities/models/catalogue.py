"""The works catalogue: what can be renovated, in whose taxonomy, by which standards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Region
from accounts.roles import Capability
from records.models import SharedQuerySet, VersionedRecord
from records.parsing import search_key


class TaxonomyQuerySet(SharedQuerySet["Taxonomy"]):
    """Taxonomies that hold in a region."""

    edit_capability: ClassVar[Capability] = Capability.CATALOGUE_EDIT


class Taxonomy(VersionedRecord):
    """A way to group works: the province's 四改, or another city's own four; both can stand side by side."""

    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=60)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("holds in"))
    source = models.CharField(_("source"), max_length=200, blank=True)

    objects = models.Manager.from_queryset(TaxonomyQuerySet)()

    class Meta:
        ordering = ["code"]
        verbose_name = _("taxonomy")
        verbose_name_plural = _("taxonomies")
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(is_removed=False), name="taxonomy_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class StandardQuerySet(SharedQuerySet["TechnicalStandard"]):
    """Technical standards that hold in a region."""

    edit_capability: ClassVar[Capability] = Capability.CATALOGUE_EDIT


class TechnicalStandard(VersionedRecord):
    """A technical guide or standard that governs works: its name, whether it is in force, where to read it.

    The text itself is kept as a file (``records.Attachment``) once somebody has it.
    """

    class Status(models.TextChoices):
        """Whether the standard can be relied on."""

        IN_FORCE = "in_force", _("in force")
        IN_PREPARATION = "in_preparation", _("in preparation")
        WITHDRAWN = "withdrawn", _("no longer in force")

    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=120)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("holds in"))
    status = models.CharField(_("status"), max_length=20, choices=Status.choices)
    issued_year = models.PositiveSmallIntegerField(_("year of issue"), null=True, blank=True)
    link = models.CharField(_("link"), max_length=300, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)

    objects = models.Manager.from_queryset(StandardQuerySet)()

    class Meta:
        ordering = ["code"]
        verbose_name = _("technical standard")
        verbose_name_plural = _("technical standards")
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(is_removed=False), name="standard_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class CatalogueItemQuerySet(SharedQuerySet["CatalogueItem"]):
    """Items of the works catalogue that hold in a region."""

    region_field: ClassVar[str] = "taxonomy__region"
    edit_capability: ClassVar[Capability] = Capability.CATALOGUE_EDIT

    def in_use(self) -> CatalogueItemQuerySet:
        """Return the items that can be chosen for new surveys and plans."""
        return self.live().filter(is_active=True)


class CatalogueItem(VersionedRecord):
    """One kind of works that a community may need, such as 屋面防水.

    ``group`` is the item's class in its own taxonomy (改善房屋功能 …), ``level`` its class in document 23 of
    2020 (国办发〔2020〕23号).
    ``counts_as`` ties an item of a local taxonomy to the province's item, so that reports add up.
    """

    class Level(models.TextChoices):
        """The class of 国办发〔2020〕23号: 应改尽改, 能改则改, 积极推进."""

        BASIC = "basic", _("basic")
        IMPROVING = "improving", _("improving")
        ENHANCING = "enhancing", _("enhancing")

    class Indicator(models.TextChoices):
        """The effect indicator of the national statistics that the quantity counts to."""

        PIPES = "pipes", _("pipes renewed")
        ELEVATORS = "elevators", _("elevators added")
        ENERGY_SAVING = "energy_saving", _("energy-saving area")
        PARKING = "parking", _("parking places")
        CAR_CHARGERS = "car_chargers", _("car charging points")
        BIKE_CHARGERS = "bike_chargers", _("e-bike charging points")
        SERVICES = "services", _("service facilities")
        SPORTS_AREA = "sports_area", _("sports and culture area")

    PARENTS: ClassVar[tuple[str, ...]] = ("taxonomy_id",)

    taxonomy = models.ForeignKey(
        Taxonomy, on_delete=models.PROTECT, related_name="items", verbose_name=_("taxonomy")
    )
    code = models.CharField(_("code"), max_length=30)
    name = models.CharField(_("item"), max_length=60)
    name_key = models.CharField(max_length=60, editable=False)
    group = models.CharField(_("class in the taxonomy"), max_length=40)
    level = models.CharField(_("class of document 23"), max_length=20, choices=Level.choices)
    measure = models.CharField(_("unit of quantity"), max_length=20)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("responsible department")
    )
    indicator = models.CharField(_("effect indicator"), max_length=20, choices=Indicator.choices, blank=True)
    # What one unit of this item's quantity is worth in the unit of the indicator: metres to kilometres 0.001.
    indicator_factor = models.DecimalField(
        _("factor to the indicator"), max_digits=10, decimal_places=6, null=True, blank=True
    )
    standards = models.CharField(
        _("technical standards"), max_length=300, blank=True, help_text=_("codes, separated by 、")
    )
    reference_price_fen = models.BigIntegerField(
        _("reference unit price"), null=True, blank=True, help_text=_("in 分")
    )
    is_pipeline = models.BooleanField(_("opens the ground"), default=False)
    counts_as = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("counts as"),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)

    objects = models.Manager.from_queryset(CatalogueItemQuerySet)()

    class Meta:
        ordering = ["taxonomy_id", "position", "code"]
        verbose_name = _("catalogue item")
        verbose_name_plural = _("works catalogue")
        constraints = [
            models.UniqueConstraint(
                fields=["taxonomy", "code"],
                condition=models.Q(is_removed=False),
                name="catalogue_code_once_per_taxonomy",
            ),
            models.UniqueConstraint(
                fields=["taxonomy", "name_key"],
                condition=models.Q(is_removed=False),
                name="catalogue_name_once_per_taxonomy",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def derive_row(cls, row: Any) -> None:
        """Fill the search key of the name."""
        row["name_key"] = search_key(str(row["name"] or ""))[:60]

    @classmethod
    def regions_of(cls, rows: Iterable[Any]) -> list[int | None]:
        """Return the region each item's taxonomy holds in."""
        listed: Sequence[Any] = list(rows)
        wanted = {row["taxonomy_id"] for row in listed if isinstance(row.get("taxonomy_id"), int)}
        regions = dict(Taxonomy.objects.filter(pk__in=wanted).values_list("pk", "region_id"))
        return [regions.get(row.get("taxonomy_id")) for row in listed]
