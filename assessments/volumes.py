"""Where task volumes come from: dashboards count them, and settings name where (``TASK_VOLUMES``).

The numbers are those of the dashboards, so a volume in an allocation is the number on the screen of that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Region

# The volumes a rule may name.  Areas are 0.01 ㎡, money is 分; a rule only looks at proportions.
FACTORS = {
    "area": pgettext_lazy("factor of an allocation", "floor area"),
    "households": pgettext_lazy("factor of an allocation", "households"),
    "buildings": pgettext_lazy("factor of an allocation", "buildings"),
    "communities": pgettext_lazy("factor of an allocation", "communities"),
    "renovated_households": _("households renovated last year"),
    "invested": _("invested last year"),
}


@dataclass(frozen=True, slots=True)
class Volumes:
    """The task volumes of units (by code) and where they were read: label for people, mark for papers."""

    label: str
    mark: str
    by_unit: Mapping[str, Mapping[str, int]]
    simulated: frozenset[str] = field(default_factory=frozenset)


class Provider(Protocol):
    """What can count task volumes."""

    def choices(self, region: Region, year: int) -> list[tuple[str, str]]:
        """Return what the volumes of a plan year can be read from: (key, label), the first by default."""

    def read(self, region: Region, year: int, choice: str) -> Volumes:
        """Return the volumes of a plan year in a region; raises LookupError for an unknown choice."""


def _provider() -> Provider:
    return cast(Provider, import_module(settings.TASK_VOLUMES))


def choices(region: Region, year: int) -> list[tuple[str, str]]:
    """Return what the volumes of a plan year can be read from."""
    return _provider().choices(region, year)


def read(region: Region, year: int, choice: str) -> Volumes:
    """Return the volumes of a plan year in a region; raises LookupError for an unknown choice."""
    return _provider().read(region, year, choice)
