"""The base of every row about the money of one project."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from accounts.roles import Capability
from projects.models.parts import ProjectPart, ProjectPartQuerySet


class FundPartQuerySet(ProjectPartQuerySet):
    """Rows about the money of projects."""

    view_capability: ClassVar[Capability] = Capability.FUND_VIEW
    edit_capability: ClassVar[Capability] = Capability.FUND_EDIT


class FundPart(ProjectPart):
    """A row about the money of one project: read and written by whoever deals with money."""

    # The base class declares its manager without a type of its own.
    objects = models.Manager.from_queryset(FundPartQuerySet)()  # type: ignore[misc]

    class Meta:
        abstract = True
