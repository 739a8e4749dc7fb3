"""The numbers of a month end, frozen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from records.hashing import canonical_hash


class SnapshotQuerySet(models.QuerySet["Snapshot"]):
    """Snapshots, to be read; the long list of members only where it is asked for."""

    def light(self) -> Self:
        """Leave the members in the database."""
        return self.defer("members")

    def at(self, region: Region, years: Iterable[int], on: date) -> Self:
        """Return the progress of plan years in a region on a day."""
        return self.progress().filter(region=region, plan_year__in=list(years), on=on)

    def progress(self, edition: int = 1) -> Self:
        """Return the frozen progress, as it was first frozen unless a correction's edition is asked for."""
        return self.filter(kind__in=[Snapshot.Kind.PROGRESS, Snapshot.Kind.DAY], edition=edition)

    def month_ends(self) -> Self:
        """Return the progress at the ends of months, as it was first frozen."""
        return self.filter(kind=Snapshot.Kind.PROGRESS, edition=1)

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse: a snapshot stays as it was frozen."""
        raise TypeError("Snapshots are never changed.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse: a snapshot stays as it was frozen."""
        raise TypeError("Snapshots are never changed.")

    def delete(self) -> NoReturn:
        """Refuse: a snapshot stays."""
        raise TypeError("Snapshots are never deleted.")


class Snapshot(models.Model):
    """What the ledgers said about one plan year at the end of a day, and which rows said it.

    Of progress, ``figures`` holds a row for each reporting unit: code, name, its prefecture, figures.
    ``members`` holds a list for each project: id, version, code of the unit, origin, state, households,
    buildings, area in 1/100 ㎡, 1 when a planned figure is blank, 1 when it is simulated.  Money and matters
    are described in ``dashboards.sections``.  Corrections of the ledgers after the
    freezing show in the next month; nothing changes a snapshot, and the database itself refuses it.
    """

    class Kind(models.TextChoices):
        """What is frozen."""

        PROGRESS = "progress", _("progress at the end of a month")
        DAY = "day", _("progress at the end of another day")
        MONEY = "money", _("money")
        MATTERS = "matters", _("alerts and rectification")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.PROGRESS)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="snapshots", verbose_name=_("region")
    )
    plan_year = models.PositiveSmallIntegerField(_("plan year"))
    on = models.DateField(_("as of the end of"))
    edition = models.PositiveSmallIntegerField(
        _("edition"), default=1, help_text=_("Above 1: frozen again, for a correction of a bulletin.")
    )
    figures = models.JSONField(_("figures by unit"))
    members = models.JSONField(_("projects and their versions"))
    sha256 = models.CharField("SHA-256", max_length=64)
    frozen_at = models.DateTimeField(_("frozen at"), db_default=Now())
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("frozen by"),
        help_text=_("Empty when the timetable did it."),
    )

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-plan_year"]
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "region", "plan_year", "on", "edition"], name="snapshot_once_per_day"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["progress", "day", "money", "matters"]),
                name="snapshot_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_year} {self.on:%Y-%m-%d} {self.region}"

    def delete(self, using: Any = None, keep_parents: bool = False) -> NoReturn:
        """Refuse: a snapshot stays."""
        raise TypeError("Snapshots are never deleted.")

    def content_hash(self) -> str:
        """Return the hash of what the snapshot says."""
        content = {
            "kind": self.kind,
            "region": self.region.code,
            "plan_year": self.plan_year,
            "on": f"{self.on:%Y-%m-%d}",
            "figures": self.figures,
            "members": self.members,
        }
        # The hashes of former years know no editions.
        return canonical_hash(content if self.edition == 1 else {**content, "edition": self.edition})

    @property
    def is_intact(self) -> bool:
        """Tell whether the content still is what was frozen."""
        return self.content_hash() == self.sha256

    @property
    def mark(self) -> str:
        """Return the name by which exports and documents cite the snapshot."""
        return f"{self.plan_year}-{self.on:%Y%m%d}-{self.sha256[:8]}"
