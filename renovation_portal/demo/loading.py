"""Writing the demonstration through the one write path, all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from accounts.models import Region
from communities.models import Building, Community
from projects.models import AnnualPlan, Milestone, Project, Waiver
from projects.models.waiver import HISTORY
from records.models import VersionedRecord
from renovation_portal.demo import timing
from renovation_portal.demo.entering import enter, is_entered
from renovation_portal.demo.province import Province, make_province
from renovation_portal.demo.sites import Site

# Stands in the history of every row; its change sets tell that the demonstration is there.  They are written
# in one transaction, so one of them means that everything is.
LABEL = "模拟数据：演示省"
LAST_HISTORY_YEAR = 2024
MODELS: tuple[type[VersionedRecord], ...] = (Community, Building, AnnualPlan, Project, Milestone)


class Presence(StrEnum):
    """What the ledgers hold before a load."""

    EMPTY = "empty"
    DEMO = "demo"
    OWN = "own"


class RefusedInProductionError(Exception):
    """Production holds the truth only."""


@dataclass(frozen=True)
class Loaded:
    """What a load found, and how many rows it wrote."""

    found: Presence
    communities: int = 0
    buildings: int = 0
    plans: int = 0
    projects: int = 0


def presence() -> Presence:
    """Tell what the ledgers hold: nothing, the demonstration, or rows of somebody's own."""
    if is_entered(LABEL):
        return Presence.DEMO
    return Presence.OWN if any(model._base_manager.exists() for model in MODELS) else Presence.EMPTY


def load() -> Loaded:
    """Write the demonstration into empty ledgers; leave others as they are.

    Raise RefusedInProductionError in production, NothingWritten when a row breaks a check of the portal.
    """
    if settings.PRODUCTION:
        raise RefusedInProductionError
    found = presence()
    if found is not Presence.EMPTY:
        return Loaded(found)
    province = make_province()
    with transaction.atomic():
        # Whoever comes second waits here, and then finds the work done.
        Region.objects.select_for_update(no_key=True).get(code=settings.PORTAL_PROVINCE)
        found = presence()
        return _write(province) if found is Presence.EMPTY else Loaded(found)


def _write(province: Province) -> Loaded:
    regions = dict(Region.objects.values_list("code", "pk"))
    communities = enter(
        Community,
        [{**site.community, "region_id": regions[site.region]} for site in province.sites],
        label=LABEL,
    )
    pairs = list(zip(province.sites, communities, strict=True))
    buildings = enter(
        Building, [{**row, "community_id": pk} for site, pk in pairs for row in site.buildings], label=LABEL
    )
    plans = enter(
        AnnualPlan, [{**plan.values, "unit_id": regions[plan.unit]} for plan in province.plans], label=LABEL
    )
    projects = enter(
        Project,
        [{**(site.project or {}), "community_id": pk} for site, pk in _with_project(pairs)],
        label=LABEL,
    )
    _let_history_be()
    enter(
        Milestone,
        [
            row
            for (site, _pk), project in zip(_with_project(pairs), projects, strict=True)
            for row in timing.preparation(site.project or {}, project)
        ],
        label=LABEL,
    )
    return Loaded(Presence.EMPTY, len(communities), len(buildings), len(plans), len(projects))


def _with_project(pairs: Sequence[tuple[Site, int | None]]) -> list[tuple[Site, int | None]]:
    return [(site, pk) for site, pk in pairs if site.project is not None]


def _let_history_be() -> None:
    """Let the published years be entered as history, as a province does that begins with the portal."""
    if Waiver.objects.filter(code=HISTORY).exists():
        return
    province = Region.objects.get(code=settings.PORTAL_PROVINCE)
    enter(
        Waiver,
        [
            {
                "kind": Waiver.Kind.GATE,
                "code": HISTORY,
                "region_id": province.pk,
                "year_to": LAST_HISTORY_YEAR,
                "valid_from": date(2019, 1, 1),
                "valid_until": date(2099, 12, 31),
                "reason": "启用平台前的年度按历史资料补录，不核查阶段条件",
                "state": Waiver.State.APPROVED,
            }
        ],
        label=LABEL,
    )
