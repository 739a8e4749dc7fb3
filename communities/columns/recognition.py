"""Recognising places and communities by the words a row uses for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Region
from communities.models import Community, community_key
from records.columns import (
    Context,
    Entry,
    ReferenceWidget,
)
from records.parsing import CellError, search_key


def _region_lookup(regions: QuerySet[Region]) -> tuple[dict[str, int], dict[int, str]]:
    """Return search key → id and id → label.

    A name that two regions share is understood by neither; with the name of the region above before it, as
    its label then has it, it is.
    """
    by_key: dict[str, int] = {}
    labels: dict[int, str] = {}
    above: dict[int, str] = {}
    shared: set[str] = set()
    for region in regions.order_by("path").select_related("parent"):
        labels[region.pk] = region.label
        above[region.pk] = region.parent.label if region.parent else ""
        texts = {region.code, region.name, region.short_name, region.name_en} - {""}
        texts.add(above[region.pk] + region.label)
        for name in {search_key(text) for text in texts}:
            if by_key.setdefault(name, region.pk) != region.pk:
                shared.add(name)
    for pk, label in labels.items():
        if search_key(label) in shared:
            labels[pk] = above[pk] + label
    return {name: pk for name, pk in by_key.items() if name not in shared}, labels


def _regions(context: Context) -> tuple[dict[str, int], dict[int, str]]:
    """Return the units, districts, streets and neighbourhoods the user may see."""
    levels = [Region.Level.UNIT, Region.Level.DISTRICT, Region.Level.STREET, Region.Level.NEIGHBOURHOOD]
    return _region_lookup(_in_sight(context).filter(level__in=levels))


def _units(context: Context) -> tuple[dict[str, int], dict[int, str]]:
    """Return the reporting units the user may see."""
    return _region_lookup(_in_sight(context).units())


def _in_sight(context: Context) -> Any:
    return Region.objects.all() if context.user is None else context.user.view_region.subtree()


def region_widget() -> ReferenceWidget:
    """Return the widget of a column that names a unit, district or street."""
    return ReferenceWidget("regions", _regions, names_regions=True)


def unit_widget() -> ReferenceWidget:
    """Return the widget of a column that names a reporting unit."""
    return ReferenceWidget("units", _units, names_regions=True)


def working_unit(context: Context) -> Region | None:
    """Return the unit rows without one belong to: the chosen unit, else the user's own if it is one."""
    unit = context.unit or (context.user.region if context.user else None)
    return None if unit is None or unit.level in {Region.Level.PROVINCE, Region.Level.PREFECTURE} else unit


@dataclass(frozen=True, slots=True)
class Namesake:
    """A community that bears a name asked for."""

    pk: int
    street: str


def ambiguous(matches: Sequence[Namesake]) -> CellError:
    streets = "、".join(match.street or "—" for match in matches)
    return CellError(
        "ambiguous",
        _("%(count)d communities here have this name (streets: %(streets)s).")
        % {"count": len(matches), "streets": streets},
        _("Fill in the street."),
    )


class Namesakes:
    """Live communities by the names and regions that rows give; three queries for any number of rows."""

    def __init__(self, asked: Iterable[tuple[Any, str]], context: Context) -> None:
        pairs = [(region, community_key(name)) for region, name in asked]
        above = _given_regions_above({region for region, _key in pairs} - {None})
        scope = (
            Community.objects.live() if context.user is None else Community.objects.visible_to(context.user)
        )
        self.found: dict[tuple[Any, str], list[Namesake]] = defaultdict(list)
        keys = sorted({key for _region, key in pairs})
        for start in range(0, len(keys), 5000):
            rows = scope.filter(name_key__in=keys[start : start + 5000])
            for pk, region_id, street, key in rows.values_list("pk", "region_id", "street", "name_key"):
                for region in above.get(region_id, ()):
                    self.found[region, key].append(Namesake(pk, street))

    def find(self, region: Any, name: str, street: Any) -> list[Namesake]:
        """Return the communities of that name in the region; a street that is given must be theirs."""
        matches = self.found.get((region, community_key(name)), [])
        if not street:
            return matches
        exact = [match for match in matches if match.street == street]
        # A community whose street nobody has entered yet may be the one.
        return exact or [match for match in matches if not match.street]


def _given_regions_above(regions: set[Any]) -> dict[int, list[int]]:
    """Return for every region the given regions it lies in (itself included)."""
    above: dict[int, list[int]] = defaultdict(list)
    for region in Region.objects.filter(pk__in=regions):
        for pk in region.subtree().values_list("pk", flat=True):
            above[pk].append(region.pk)
    return above


def resolve_communities(entries: Sequence[Entry], context: Context) -> None:
    """Set ``community_id`` of rows that name a community by name, region and street (all ``related``)."""
    unit = working_unit(context)
    asked = [entry for entry in entries if entry.pk is None]
    for entry in asked:
        if unit and entry.related.get("region") is None and not entry.failed("region"):
            entry.related["region"] = unit.pk
    named = [entry for entry in asked if entry.related.get("community_name")]
    namesakes = Namesakes(
        [(entry.related.get("region"), str(entry.related["community_name"])) for entry in named], context
    )
    for entry in named:
        told = entry.related
        matches = namesakes.find(told.get("region"), str(told["community_name"]), told.get("street"))
        if len(matches) == 1:
            entry.values["community_id"] = matches[0].pk
        else:
            entry.fail("community_name", ambiguous(matches) if matches else _unknown_community())


def _unknown_community() -> CellError:
    return CellError(
        "unknown_community",
        _("There is no such community in the ledger."),
        _("Enter the community first, or mend the name."),
    )


def _shared_regions(context: Context) -> tuple[dict[str, int], dict[int, str]]:
    """Return every region above and within the user's view by name and code; a shared name means neither."""
    regions = Region.objects.all()
    if context.user is not None:
        above = context.user.view_region.ancestor_codes
        regions = context.user.view_region.subtree() | Region.objects.filter(code__in=above)
    known: dict[str, int] = {}
    labels: dict[int, str] = {}
    shared: set[str] = set()
    listed = list(regions.order_by("path").values_list("pk", "code", "name", "short_name"))
    for pk, code, name, short in listed:
        labels[pk] = short or name
        for text in {code, name, short} - {""}:
            if known.setdefault(search_key(text), pk) != pk:
                shared.add(search_key(text))
    for pk, code, _name, _short in listed:
        if search_key(labels[pk]) in shared:
            labels[pk] = code
    return {text: pk for text, pk in known.items() if text not in shared}, labels


def shared_region_widget() -> ReferenceWidget:
    """Return the widget of a column that names where a shared row holds, from the province downwards."""
    return ReferenceWidget("shared_regions", _shared_regions)
