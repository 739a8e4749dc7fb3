"""The register of households, begun by rule from the building ledger and kept true by hand.

A rule gives places, not persons: entrances × floors × flats on a floor, named as the doors are.  The area of
the building is shared out evenly to the 0.01 ㎡, so that the register adds up to the building; it has no
basis in the sense of the Supreme Court's rule (register, survey, contract) until somebody fills that in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from communities.models import Building, Community, Household
from communities.models.household import entrance_key, room_key
from records.marks import Mark
from records.models import ChangeSet
from records.planning import Change, Outcome
from records.services import Mode, apply_many
from records.shares import by_largest_remainder

CENT = Decimal("0.01")
# More flats on one floor of one entrance than any house has: a figure typed into the wrong box.
MOST_ON_A_FLOOR = 40


@dataclass(frozen=True)
class Rule:
    """What a building's places are made from; ``flats`` is how many open on one floor of one entrance."""

    building: Building
    entrances: int
    floors: int
    flats: int

    @property
    def places(self) -> int:
        """Return how many places the rule gives."""
        return self.entrances * self.floors * self.flats

    @property
    def fits(self) -> bool:
        """Tell whether that is what the building ledger counts."""
        counted = self.building.household_count
        return counted is None or counted == self.places


@dataclass(frozen=True)
class Generated:
    """What became of a generation: places made, and places that were there and stayed as they were."""

    made: int = 0
    kept: int = 0
    left_out: tuple[str, ...] = field(default_factory=tuple)


def suggested_rule(building: Building) -> Rule | None:
    """Return the rule that the building ledger suggests, None where entrances or floors are not known."""
    entrances, floors = _number(building.entrance_count), _number(building.floors)
    if not entrances or not floors:
        return None
    counted = _number(building.household_count)
    flats = max(1, round(counted / (entrances * floors))) if counted else 2
    return Rule(building, entrances, floors, min(flats, MOST_ON_A_FLOOR))


def _number(value: Any) -> int:
    return 0 if value is None or type(value) is Mark else int(value)


def evenly(area: Decimal, count: int) -> list[Decimal]:
    """Share out an area in ㎡ to the 0.01 by largest remainder: parts differ by one cent and add up exactly.

    All remainders of equal shares are equal, so the first places get the cents that are left.
    """
    cents = by_largest_remainder(int(area / CENT), [1] * count) if count else []
    return [CENT * part for part in cents]


def generate(community: Community, flats: Mapping[int, int], *, actor: User) -> Generated:
    """Write the places that the rule gives and the register lacks; nothing that exists is touched.

    ``flats`` is the number of flats on a floor by building; buildings without entrances or floors in the
    ledger are left out and named.  New places share what the existing ones leave of the building's area.
    Raises NothingWritten (records.services) when a check refuses a place.
    """
    buildings = list(Building.objects.live().filter(community=community, pk__in=flats).order_by("pk"))
    known: dict[int, list[Household]] = defaultdict(list)
    for household in Household.objects.live().filter(building__in=buildings):
        known[household.building_id].append(household)
    rows: list[dict[str, Any]] = []
    left_out, kept = [], 0
    for building in buildings:
        suggested = suggested_rule(building)
        if suggested is None or not 0 < flats[building.pk] <= MOST_ON_A_FLOOR:
            left_out.append(building.number)
            continue
        rule = Rule(building, suggested.entrances, suggested.floors, flats[building.pk])
        fresh = _fresh(rule, known[building.pk])
        kept += rule.places - len(fresh)
        rows += fresh
    if rows:
        apply_many(
            Household,
            actor=actor,
            source=ChangeSet.Source.FORM,
            changes=[Change(values=row) for row in rows],
            mode=Mode.ALL_OR_NOTHING,
            label=_("Households by rule"),
        )
    return Generated(len(rows), kept, tuple(left_out))


def _fresh(rule: Rule, known: Sequence[Household]) -> list[dict[str, Any]]:
    """Return the rows of the places the building lacks."""
    taken = {household.place_key for household in known}
    rows = []
    for entrance in range(1, rule.entrances + 1):
        for floor in range(1, rule.floors + 1):
            for flat in range(1, rule.flats + 1):
                row = {
                    "building_id": rule.building.pk,
                    "entrance": f"{entrance}单元",
                    "room": f"{floor}{flat:02d}",
                    "floor": floor,
                }
                if f"{entrance_key(str(row['entrance']))}/{room_key(str(row['room']))}" not in taken:
                    rows.append(row)
    whole = rule.building.floor_area
    if isinstance(whole, Decimal) and rows:
        left = whole - sum((household.floor_area or Decimal(0) for household in known), Decimal(0))
        if left > 0:
            for row, share in zip(rows, evenly(left, len(rows)), strict=True):
                row["floor_area"] = share
    return rows


def group_owner(community: Community, households: Iterable[int], *, actor: User) -> list[Outcome]:
    """Say that places have one owner, who then counts as one person; a group one of them has is kept."""
    chosen = list(Household.objects.live().filter(community=community, pk__in=set(households)))
    given = sorted({household.owner_group for household in chosen} - {""})
    group = given[0] if given else _next_group(community)
    return _write_group(chosen, group, actor)


def separate_owners(community: Community, households: Iterable[int], *, actor: User) -> list[Outcome]:
    """Say that places have owners of their own."""
    return _write_group(
        list(Household.objects.live().filter(community=community, pk__in=set(households))), "", actor
    )


def _next_group(community: Community) -> str:
    groups = Household.objects.filter(community=community).values_list("owner_group", flat=True)
    numbers = [int(group[1:]) for group in groups if group[:1] == "G" and group[1:].isdecimal()]
    return f"G{max(numbers, default=0) + 1:03d}"


def _write_group(households: Sequence[Household], group: str, actor: User) -> list[Outcome]:
    return apply_many(
        Household,
        actor=actor,
        source=ChangeSet.Source.FORM,
        changes=[
            Change(pk=household.pk, base_version=household.version, values={"owner_group": group})
            for household in households
        ],
        mode=Mode.ALL_OR_NOTHING,
        label=_("Owner groups"),
    )
