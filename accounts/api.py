"""The API's rows: which of them a caller reaches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, TypeVar

from django.db.models import Model
from rest_framework import exceptions, viewsets
from rest_framework.permissions import SAFE_METHODS
from rest_framework.serializers import BaseSerializer

from accounts.roles import Capability
from accounts.scope import ScopedQuerySet

M = TypeVar("M", bound=Model)


class ScopedViewSet(viewsets.GenericViewSet[M]):
    """Rows of the caller's regions: foreign rows are not found, rows that may only be read are refused.

    ``queryset`` must come from a ScopedQuerySet; every action stands in ``required_capabilities``.
    """

    required_capabilities: ClassVar[Mapping[str, Capability]] = {}
    serializer_class: type[BaseSerializer[M]] | None

    def get_queryset(self) -> ScopedQuerySet[M]:
        """Return the rows the caller may read."""
        queryset = super().get_queryset()
        if not isinstance(queryset, ScopedQuerySet):
            raise TypeError(f"{type(self).__name__}.queryset is not scoped")
        return queryset.visible_to(self.request.user)

    def get_object(self) -> M:
        """Return one row: 404 when it is foreign, 403 when a write meets a row that may only be read."""
        row = super().get_object()
        if self.request.method not in SAFE_METHODS:
            queryset = super().get_queryset()
            assert isinstance(queryset, ScopedQuerySet)
            if not queryset.editable_by(self.request.user).filter(pk=row.pk).exists():
                raise exceptions.PermissionDenied
        return row
