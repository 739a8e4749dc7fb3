"""Checks of communities and buildings; bounds come from the limits table, never from here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from communities.duplicates import likely
from communities.models import Building, Community
from records.checks import Finding, Limits, RowView, Severity, check, set_check
from records.marks import Mark

COMMUNITY = "communities.community"
BUILDING = "communities.building"


def amount(row: Mapping[str, Any], name: str) -> Decimal | None:
    """Return a positive amount of the row, or None where there is none to compare."""
    value = row.get(name)
    if value is None or type(value) is Mark or value <= 0:
        return None
    return value if type(value) is Decimal else Decimal(value)


def ratio(
    row: RowView, limits: Limits, code: str, over: str, under: str, *, scale: int = 1
) -> Decimal | None:
    """Return over ÷ under where both are known and the quotient lies outside the limits of ``code``."""
    bounds = limits.get(code)
    if bounds is None or (high := amount(row, over)) is None or (low := amount(row, under)) is None:
        return None
    quotient = high / (scale * low)
    return None if bounds.hold(quotient) else quotient


@check(COMMUNITY, "required", Severity.HARD, fields=("name", "region_id"))
def name_and_place(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A community has a name and lies in a reporting unit."""
    if not row.get("name"):
        yield Finding("name", _("The community has no name."), _("Write the name."))
    if row.get("region_id") is None:
        yield Finding("region_id", _("The city or county is missing."), _("Choose it from the list."))
    elif row.get("unit_id") is None:
        yield Finding(
            "region_id",
            _("This region is above the reporting units."),
            _("Choose a city, county or district."),
        )


@check(COMMUNITY, "area_per_household", Severity.SOFT, fields=("floor_area", "household_count"))
def area_per_household(row: RowView, limits: Limits) -> Iterator[Finding]:
    """Floor area per household lies within the band of published ledgers."""
    yield from area_per_household_of(row, limits, "floor_area", "household_count")


def area_per_household_of(row: RowView, limits: Limits, area: str, households: str) -> Iterator[Finding]:
    """Yield a finding when ㎡ per household is implausible, for every ledger with the two figures."""
    value = ratio(row, limits, "area_per_household", area, households)
    if value is not None:
        yield Finding(
            area,
            _("%(value)s ㎡ per household, outside %(band)s.")
            % {"value": f"{value:,.2f}", "band": limits["area_per_household"]},
            _("Check area and households; a digit too many or 万㎡ for ㎡ is common."),
        )


@check(COMMUNITY, "area_per_building", Severity.SOFT, fields=("floor_area", "building_count"))
def area_per_building(row: RowView, limits: Limits) -> Iterator[Finding]:
    """Floor area per building lies within the band of published ledgers."""
    value = ratio(row, limits, "area_per_building", "floor_area", "building_count")
    if value is not None:
        yield Finding(
            "building_count",
            _("%(value)s ㎡ per building, outside %(band)s.")
            % {"value": f"{value:,.2f}", "band": limits["area_per_building"]},
            _("Check area and buildings."),
        )


@check(COMMUNITY, "households_per_building", Severity.SOFT, fields=("household_count", "building_count"))
def households_per_building(row: RowView, limits: Limits) -> Iterator[Finding]:
    """Households per building lie within the band of published ledgers."""
    value = ratio(row, limits, "households_per_building", "household_count", "building_count")
    if value is not None:
        yield Finding(
            "household_count",
            _("%(value)s households per building, outside %(band)s.")
            % {"value": f"{value:,.1f}", "band": limits["households_per_building"]},
            _("Check households and buildings."),
        )


@check(COMMUNITY, "built_late", Severity.SOFT, fields=("built_from", "built_to"))
def built_late(row: RowView, limits: Limits) -> Iterator[Finding]:
    """Communities are renovated that were built by the limit year; later ones need a reason."""
    bounds = limits.get("built_late")
    year = row.get("built_to") or row.get("built_from")
    if bounds is not None and bounds.high is not None and year and year > bounds.high:
        yield Finding(
            "built_from",
            _("Built in %(year)d, after %(limit)d.") % {"year": year, "limit": int(bounds.high)},
            _("Attach the completion papers or the real-estate certificate."),
        )


@check(COMMUNITY, "built_order", Severity.HARD, fields=("built_from", "built_to"))
def built_order(row: RowView, limits: Limits) -> Iterator[Finding]:
    """Building ends after it begins, and neither lies in the future."""
    start, end = row.get("built_from"), row.get("built_to")
    if start and end and end < start:
        yield Finding("built_to", _("The last year lies before the first."), _("Swap or mend the years."))
    for name in ("built_from", "built_to"):
        year = row.get(name)
        if year and not 1900 <= year <= limits.today.year:
            yield Finding(
                name, _("The year %(year)d is not possible.") % {"year": year}, _("Write four digits.")
            )


@check(COMMUNITY, "post2000_part", Severity.HARD, fields=("post2000_area", "floor_area"))
def post2000_part(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """The area built after 2000 is a part of the whole."""
    part, whole = amount(row, "post2000_area"), amount(row, "floor_area")
    if part is not None and whole is not None and part > whole:
        yield Finding(
            "post2000_area",
            _("This is more than the whole floor area."),
            _("It is a part of the floor area."),
        )


@set_check(COMMUNITY, "same_name", Severity.HARD, fields=("name", "region_id", "street"))
def same_name(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """Two communities of one region and street cannot have one name."""
    groups: dict[tuple[Any, Any, Any], list[int]] = defaultdict(list)
    for position, row in enumerate(rows):
        if not row.get("is_removed"):
            groups[row.get("region_id"), row.get("street"), row.get("name_key")].append(position)
    taken = _taken_names(rows)
    for key, positions in groups.items():
        others = taken.get(key, set()) - {rows[position].get("id") for position in positions}
        for position in positions:
            if len(positions) > 1 or others:
                yield (
                    position,
                    Finding(
                        "name",
                        _("Another community in this region and street has this name."),
                        _("Delete one if they are the same; otherwise fill in the street."),
                    ),
                )


def _taken_names(rows: Sequence[RowView]) -> dict[tuple[Any, Any, Any], set[Any]]:
    keys = sorted({str(row.get("name_key")) for row in rows})
    taken: dict[tuple[Any, Any, Any], set[Any]] = defaultdict(set)
    for start in range(0, len(keys), 5000):
        known = Community.objects.live().filter(name_key__in=keys[start : start + 5000])
        for pk, region, street, key in known.values_list("pk", "region_id", "street", "name_key"):
            taken[region, street, key].add(pk)
    return taken


@set_check(
    COMMUNITY,
    "likely_duplicate",
    Severity.SOFT,
    fields=("name", "aliases", "address", "household_count", "floor_area", "street"),
)
def likely_duplicate(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A new community may already be in the ledger under another name."""
    for position, other in likely(rows):
        yield (
            position,
            Finding(
                "name",
                _("This may be %(name)s (street: %(street)s): the same %(what)s.")
                % {"name": other.name, "street": other.street or "—", "what": other.what},
                _("If they are one, edit that row; otherwise confirm with the reason."),
            ),
        )


@set_check(COMMUNITY, "buildings_differ", Severity.SOFT, fields=("building_count", "household_count"))
def buildings_differ(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """The household count equals the sum over the buildings, where they have been entered."""
    pks = [row["id"] for row in rows if row.get("id")]
    sums: dict[int, int] = {}
    for start in range(0, len(pks), 5000):
        known = Building.objects.live().filter(community__in=pks[start : start + 5000])
        totals = (
            known.values("community")
            .annotate(households=Sum("household_count"))
            .values_list("community", "households")
        )
        sums.update({pk: total for pk, total in totals if total is not None})
    for position, row in enumerate(rows):
        counted, total = amount(row, "household_count"), sums.get(row.get("id") or 0)
        if counted is not None and total is not None and counted != total:
            yield (
                position,
                Finding(
                    "household_count",
                    _("The ledger says %(ledger)d households, its buildings add up to %(sum)d.")
                    % {"ledger": counted, "sum": total},
                    _("Mend the count here or in the building ledger."),
                ),
            )


@check(BUILDING, "required", Severity.HARD, fields=("number", "community_id"))
def number_and_community(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A building has a number and belongs to a community."""
    if not row.get("number"):
        yield Finding("number", _("The building has no number."), _("Write it as on the house."))
    if row.get("community_id") is None:
        yield Finding("community_id", _("The community is missing."), _("Write the community's name."))


@check(BUILDING, "building_area_per_household", Severity.SOFT, fields=("floor_area", "household_count"))
def building_area_per_household(row: RowView, limits: Limits) -> Iterator[Finding]:
    """Floor area per household of one building lies within the band."""
    yield from area_per_household_of(row, limits, "floor_area", "household_count")


@set_check(BUILDING, "same_number", Severity.HARD, fields=("number", "community_id"))
def same_number(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A community has each building number once."""
    yield from taken_twice(
        rows,
        Building.objects.live(),
        ("community_id", "number_key"),
        Finding("number", _("This community already has a building of this number."), _("Mend the number.")),
    )


def taken_twice(
    rows: Sequence[RowView], known: Any, names: tuple[str, ...], finding: Finding
) -> Iterator[tuple[int, Finding]]:
    """Yield the finding for every row whose values another row already has together, here or stored."""
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for position, row in enumerate(rows):
        if not row.get("is_removed"):
            groups[tuple(row.get(name) for name in names)].append(position)
    taken: dict[tuple[Any, ...], set[Any]] = defaultdict(set)
    firsts = sorted({key[0] for key in groups if key[0] is not None})
    for start in range(0, len(firsts), 5000):
        part = known.filter(**{f"{names[0]}__in": firsts[start : start + 5000]})
        for pk, *values in part.values_list("pk", *names):
            taken[tuple(values)].add(pk)
    for key, positions in groups.items():
        if len(positions) > 1 or taken.get(key, set()) - {rows[position].get("id") for position in positions}:
            for position in positions:
                yield position, finding
