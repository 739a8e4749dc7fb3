"""Checks of the household register: a place once, an area that can be, and no person in it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from communities.checks.community import amount, taken_twice
from communities.models import Building, Household
from records.checks import Finding, Limits, RowView, Severity, check, set_check

HOUSEHOLD = "communities.household"
# A key such as G012: a name cannot be written in it.
_GROUP = re.compile(r"[A-Za-z0-9._/-]*")
# Telephone and identity numbers have no place in the register (个人信息保护法 第六条).
_PERSONAL = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")


@check(HOUSEHOLD, "required", Severity.HARD, fields=("room", "building_id"))
def room_and_building(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A household has a room and lies in a building."""
    if not row.get("room"):
        yield Finding("room", _("The household has no room."), _("Write the room as on the door."))
    if row.get("building_id") is None:
        yield Finding("building_id", _("The building is missing."), _("Write community and building."))


@check(HOUSEHOLD, "area_positive", Severity.HARD, fields=("floor_area",))
def area_positive(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """An area is more than nothing; an unknown one is left blank."""
    value = row.get("floor_area")
    if isinstance(value, Decimal) and value <= 0:
        yield Finding("floor_area", _("The area is not above zero."), _("Leave it blank if it is unknown."))


@check(HOUSEHOLD, "household_area", Severity.SOFT, fields=("floor_area", "use"))
def household_area(row: RowView, limits: Limits) -> Iterator[Finding]:
    """The area of a dwelling lies within the band that is set."""
    bounds, value = limits.get("household_area"), amount(row, "floor_area")
    if bounds is None or value is None or row.get("use") != Household.Use.DWELLING or bounds.hold(value):
        return
    yield Finding(
        "floor_area",
        _("%(value)s ㎡ for one dwelling, outside %(band)s.") % {"value": value, "band": bounds},
        _("Check the area; a digit too many is common."),
    )


@check(HOUSEHOLD, "no_person", Severity.HARD, fields=("owner_group", "remark", "entrance", "room"))
def no_person(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """The register holds places: no names, no telephone numbers, no identity numbers."""
    if not _GROUP.fullmatch(str(row.get("owner_group") or "")):
        yield Finding(
            "owner_group",
            _("An owner group is a key, not a name."),
            _("Write letters and digits, such as G012, the same for all places of one owner."),
        )
    for name in ("owner_group", "remark", "entrance", "room"):
        if _PERSONAL.search(str(row.get(name) or "")):
            yield Finding(
                name,
                _("Telephone and identity numbers do not belong into the register."),
                _("Delete the number."),
            )


@set_check(HOUSEHOLD, "same_place", Severity.HARD, fields=("building_id", "entrance", "room"))
def same_place(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A building has each place once."""
    yield from taken_twice(
        rows,
        Household.objects.live(),
        ("building_id", "place_key"),
        Finding("room", _("This building already has this place."), _("Mend entrance or room.")),
    )


@set_check(
    HOUSEHOLD, "against_building", Severity.SOFT, fields=("building_id", "floor_area", "floor", "is_removed")
)
def against_building(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """The households of a building have no more area, places and floors than the building."""
    buildings = Building.objects.in_bulk({row["building_id"] for row in rows if row.get("building_id")})
    sums = _sums(rows, list(buildings))
    for position, row in enumerate(rows):
        building = buildings.get(row.get("building_id") or 0)
        if building is None or row.get("is_removed"):
            continue
        area, places = sums[building.pk]
        whole, floors = building.floor_area, building.floors
        if isinstance(whole, Decimal) and area > whole and amount(row, "floor_area"):
            yield (
                position,
                Finding(
                    "floor_area",
                    _("The households of %(building)s add up to %(sum)s ㎡, the building has %(whole)s ㎡.")
                    % {"building": building.number, "sum": f"{area:,.2f}", "whole": f"{whole:,.2f}"},
                    _("Mend an area here or the building's in its ledger."),
                ),
            )
        counted = building.household_count
        if isinstance(counted, int) and places > counted and row.get("use") == Household.Use.DWELLING:
            yield (
                position,
                Finding(
                    "building_id",
                    _("%(building)s has %(sum)d dwellings here, its ledger says %(whole)d.")
                    % {"building": building.number, "sum": places, "whole": counted},
                    _("Delete what is not there, or mend the count in the building ledger."),
                ),
            )
        if floors and (row.get("floor") or 0) > floors:
            yield (
                position,
                Finding(
                    "floor",
                    _("%(building)s has %(floors)d floors.")
                    % {"building": building.number, "floors": floors},
                    _("Check the floor."),
                ),
            )


def _sums(rows: Sequence[RowView], buildings: Sequence[int]) -> dict[int, tuple[Decimal, int]]:
    """Return area and dwellings by building, as they would be with these rows."""
    here: dict[Any, RowView] = {row["id"]: row for row in rows if row.get("id")}
    area: dict[int, Decimal] = defaultdict(Decimal)
    places: dict[int, int] = defaultdict(int)
    # In no order: the usual one joins three tables, which a database without statistics does badly.
    stored = Household.objects.live().filter(building__in=buildings).order_by()
    for pk, building, size, use in stored.values_list("pk", "building_id", "floor_area", "use"):
        if pk not in here:
            area[building] += size or 0
            places[building] += use == Household.Use.DWELLING
    for row in rows:
        if not row.get("is_removed") and row.get("building_id"):
            area[row["building_id"]] += amount(row, "floor_area") or 0
            places[row["building_id"]] += row.get("use") == Household.Use.DWELLING
    return {pk: (area[pk], places[pk]) for pk in buildings}
