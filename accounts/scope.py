"""Scope: which rows a user may see, and which they may change.

Everything begins with ``Model.objects.visible_to(user)`` or ``.editable_by(user)``: pages, choices of forms,
API, exports, rollups and jobs.  A foreign row is not found (404); a visible row without the capability is
refused (403).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.db import models

from accounts.models.region import Region
from accounts.roles import Capability

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

M = TypeVar("M", bound=models.Model, covariant=True)


class ScopedQuerySet(models.QuerySet[M]):
    """Rows that belong to a region, named by ``region_field``."""

    region_field: ClassVar[str] = "region"
    view_capability: ClassVar[Capability] = Capability.LEDGER_VIEW
    edit_capability: ClassVar[Capability] = Capability.LEDGER_EDIT

    def in_region(self, region: Region) -> Self:
        """Return the rows of a region and everything below it."""
        if region.level == Region.Level.PROVINCE and region.parent_id is None:
            return self.all()
        return self.filter(**{f"{self.region_field}__in": Region.objects.within(region).values("pk")})

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Return the rows the user may read; nothing for visitors without an account."""
        if not user.is_authenticated or not user.may(self.view_capability):
            return self.none()
        return self.in_region(user.view_region)

    def editable_by(self, user: User | AnonymousUser) -> Self:
        """Return the rows the user may change."""
        if not user.is_authenticated or not user.may(self.edit_capability):
            return self.none()
        return self.in_region(user.region)
