"""The base of every ledger row."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.scope import ScopedQuerySet
from records.models.change import ChangeSet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import Region, User

R = TypeVar("R", bound="VersionedRecord", covariant=True)

# Row of values by attribute name, marks included; what planning, checks and merging work on.
Row = MutableMapping[str, Any]


class VersionedQuerySet(ScopedQuerySet[R]):
    """Ledger rows; removed ones are history, not rows."""

    def live(self) -> Self:
        """Return the rows that have not been removed."""
        return self.filter(is_removed=False)

    def known_to(self, user: User | AnonymousUser) -> Self:
        """Return the rows the user may read, and those removed since: frozen numbers count them."""
        return super().visible_to(user)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the live rows the user may read."""
        return self.known_to(user).live()

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Return the live rows the user may change."""
        return super().editable_by(user).live()

    def scope_for_edit(self, user: User) -> Self:
        """Return what ``editable_by`` does and removed rows too: the write path must name them."""
        return super().editable_by(user)


class SharedQuerySet(VersionedQuerySet[R]):
    """Rows that hold for a region and everything below it: who works below may read them, not change them."""

    def in_region(self, region: Region) -> Self:
        """Return the rows of the regions above, of the region itself and of everything below."""
        above = Q(**{f"{self.region_field}__code__in": region.ancestor_codes})
        below = Q(**{f"{self.region_field}__path__startswith": region.path})
        return self.filter(above | below)

    def scope_for_edit(self, user: User) -> Self:
        """Return the rows of the user's own region and below it, removed ones too."""
        if not user.may(self.edit_capability):
            return self.none()
        return self.filter(**{f"{self.region_field}__path__startswith": user.region.path})

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Return the live rows of the user's own region and below it."""
        return self.scope_for_edit(user).live() if user.is_authenticated else self.none()


class VersionedRecord(models.Model):
    """A row that counts its versions, knows the change set that last wrote it and keeps its former states.

    Rows are written by ``records.services`` alone; ``save``, ``update`` and ``bulk_create`` would leave no
    version and no history, and a test refuses them in the code.
    """

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    change_set = models.ForeignKey(
        ChangeSet, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("last change")
    )
    created_at = models.DateTimeField(_("created at"), editable=False)
    updated_at = models.DateTimeField(_("changed at"), editable=False)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("changed by"),
    )
    markers = models.JSONField(_("marks"), default=dict, editable=False)
    is_removed = models.BooleanField(_("removed"), default=False, editable=False)

    history = HistoricalRecords(inherit=True, user_db_constraint=False)

    # Attributes that say nothing about the world: never compared, merged or shown as a change.
    BOOKKEEPING: ClassVar[frozenset[str]] = frozenset(
        {"id", "version", "change_set_id", "created_at", "updated_at", "updated_by_id", "markers"}
    )

    # Attributes that name the rows above: scope and copies from above change only with them.
    PARENTS: ClassVar[tuple[str, ...]] = ("region_id",)

    # Amounts of money that may be negative: where money flows back.
    SIGNED: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    @classmethod
    def derive_row(cls, row: Row) -> None:
        """Fill the attributes that follow from others of the same row (search keys and the like)."""

    @classmethod
    def prepare_rows(cls, rows: Sequence[Row]) -> None:
        """Fill what follows from other tables, for many rows with few queries (parents, units above)."""

    @classmethod
    def assign_codes(cls, rows: Sequence[Row]) -> None:
        """Give new rows their codes, inside the transaction that writes them."""

    @classmethod
    def regions_of(cls, rows: Iterable[Row]) -> list[int | None]:
        """Return the region each row belongs to, for the scope of whoever writes it."""
        return [row.get("region_id") for row in rows]
