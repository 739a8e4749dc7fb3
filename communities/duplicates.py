"""Communities that may be one and the same under two names; found by likeness, never merged by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from communities.models import Community
from records.marks import plain
from records.parsing import search_key

# What names of communities end in; two names that differ only in these are alike.
ENDINGS = (
    "家属小区",
    "住宅小区",
    "职工宿舍",
    "家属院",
    "家属楼",
    "宿舍楼",
    "住宅楼",
    "小区",
    "宿舍",
    "大院",
    "公寓",
    "花园",
)
SHORTEST_CORE = 2

Row = Mapping[str, Any]
Traits = Sequence[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Likeness:
    """A row of the ledger (or of the same batch) that another one resembles, and in what."""

    name: str
    street: str
    what: str


def core(name: str) -> str:
    """Return what is left of a name without its ending: 铁路家属院 and 铁路小区 have one core."""
    return core_of_key(search_key(name))


def core_of_key(key: str) -> str:
    """Return the core of a name that is in its search form already."""
    if key.endswith(ENDINGS):
        for ending in ENDINGS:
            shorter = key.removesuffix(ending)
            if shorter != key and len(shorter) >= SHORTEST_CORE:
                return shorter
    return key


def _traits(row: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return (kind, value) of everything by which two rows of one unit may turn out to be alike."""
    found: list[tuple[str, Any]] = [("name", core_of_key(str(row["name_key"] or "")))]
    if aliases := str(row.get("aliases") or ""):
        parts = aliases.replace("，", "、").replace(",", "、").split("、")
        found += [("name", core(alias)) for alias in parts if alias.strip()]
    if address := search_key(str(row.get("address") or "")):
        found.append(("address", address))
    households, area = plain(row.get("household_count")), plain(row.get("floor_area"))
    if households and area:
        found.append(("size", (households, area)))
    return found


def likely(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Likeness]]:
    """Yield (position, likeness) for new rows that resemble a row of their unit; two queries at most."""
    fresh = [(position, row) for position, row in enumerate(rows) if not row.get("id") and row.get("name")]
    if not fresh:
        return
    seen: dict[tuple[Any, str, Any], tuple[str, str]] = {}
    for unit, known in _ledger_rows({row.get("unit_id") for _position, row in fresh}):
        _note(seen, unit, known, _traits(known))
    for position, row in fresh:
        traits = _traits(row)
        found = _find(seen, row, traits)
        if found is not None:
            yield position, found
        _note(seen, row.get("unit_id"), row, traits)


def _ledger_rows(units: Iterable[Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    fields = ("unit_id", "name", "name_key", "street", "aliases", "address", "household_count", "floor_area")
    for row in Community.objects.live().filter(unit__in=set(units) - {None}).values(*fields):
        yield row["unit_id"], row


def _note(seen: dict[tuple[Any, str, Any], tuple[str, str]], unit: Any, row: Row, traits: Traits) -> None:
    called = (str(row["name"]), str(row.get("street") or ""))
    for kind, value in traits:
        seen.setdefault((unit, kind, value), called)


def _find(seen: Mapping[tuple[Any, str, Any], tuple[str, str]], row: Row, traits: Traits) -> Likeness | None:
    shared: dict[tuple[str, str], list[str]] = {}
    unit = row.get("unit_id")
    for kind, value in traits:
        other = seen.get((unit, kind, value))
        if other is not None:
            shared.setdefault(other, []).append(kind)
    if not shared:
        return None
    (name, street), kinds = max(shared.items(), key=lambda item: len(item[1]))
    words = {"name": _("name"), "address": _("address"), "size": _("households and area")}
    return Likeness(name, street, "、".join(words[kind] for kind in dict.fromkeys(kinds)))


# So many of name, address and size must agree before two rows that both stand are called one.
TRAITS_OF_TWINS = 2
MOST_ALIKE = 60


def twins(rows: Sequence[Row]) -> Iterator[tuple[int, int, str]]:
    """Yield (position, position of the twin, what agrees) for standing rows that two traits make alike.

    Looks across units and streets: the same place may have been entered by two of them, or in two years.
    No query; every row is named once, with the first row before or after it that it resembles.
    """
    together: dict[tuple[str, Any], list[int]] = {}
    for position, row in enumerate(rows):
        for trait in dict.fromkeys(_traits(row)):
            together.setdefault(trait, []).append(position)
    shared: dict[int, dict[int, list[str]]] = {}
    for (kind, _value), positions in together.items():
        # A trait that very many rows have tells nothing.
        for position in positions if 1 < len(positions) <= MOST_ALIKE else ():
            for other in positions:
                if other != position:
                    shared.setdefault(position, {}).setdefault(other, []).append(kind)
    words = {"name": _("name"), "address": _("address"), "size": _("households and area")}
    for position, others in sorted(shared.items()):
        other, kinds = max(others.items(), key=lambda item: (len(set(item[1])), -item[0]))
        if len(set(kinds)) >= TRAITS_OF_TWINS:
            yield position, other, "、".join(words[kind] for kind in dict.fromkeys(kinds))
