"""The works catalogue that comes with the portal, and which part of it holds where."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import Department, Region
from communities.models import CatalogueItem, Community, Taxonomy, TechnicalStandard
from records.models import ChangeSet, VersionedRecord
from records.planning import Change
from records.services import Mode, apply_many

FOLDER = Path(__file__).resolve().parent / "data"


@transaction.atomic
def load_catalogue(folder: Path = FOLDER) -> int:
    """Add the taxonomies, standards and items whose codes are not there yet; return how many rows.

    What a province has changed, removed or put out of use stays as it is.
    """
    region = Region.objects.get(parent=None)
    added = _add(
        Taxonomy, ("code",), [{**row, "region_id": region.pk} for row in _rows(folder, "taxonomies")]
    )
    standards = _rows(folder, "standards")
    added += _add(
        TechnicalStandard,
        ("code",),
        [{**row, "region_id": region.pk, "issued_year": _whole(row["issued_year"])} for row in standards],
    )
    items = list(_item_rows(_rows(folder, "catalogue")))
    first = [(values, counts_as) for values, counts_as in items if not counts_as]
    added += _add(CatalogueItem, ("taxonomy_id", "code"), [values for values, _counts_as in first])
    # Items of other taxonomies count as items of the province's, which are there by now.
    known = dict(CatalogueItem.objects.filter(taxonomy__code="jl4").values_list("code", "pk"))
    later = [{**values, "counts_as_id": known.get(code)} for values, code in items if code]
    return added + _add(CatalogueItem, ("taxonomy_id", "code"), later)


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _item_rows(rows: Sequence[Mapping[str, str]]) -> Iterable[tuple[dict[str, Any], str]]:
    taxonomies = dict(Taxonomy.objects.values_list("code", "pk"))
    departments = dict(Department.objects.values_list("code", "pk"))
    for position, row in enumerate(rows, start=1):
        copied = ("code", "name", "group", "level", "measure", "indicator", "standards", "remark")
        values: dict[str, Any] = {name: row[name] for name in copied}
        values["taxonomy_id"] = taxonomies[row["taxonomy"]]
        values["department_id"] = departments[row["department"]]
        values["indicator_factor"] = Decimal(row["factor"]) if row["factor"] else None
        values["is_pipeline"] = row["is_pipeline"] == "1"
        values["is_active"] = row["is_active"] == "1"
        values["position"] = 10 * position
        yield values, row["counts_as"]


def _add(model: type[VersionedRecord], key: tuple[str, ...], rows: Sequence[dict[str, Any]]) -> int:
    """Write the rows whose key no row has, removed ones included; return how many."""
    known = set(model._default_manager.values_list(*key))
    fresh = [row for row in rows if tuple(row[name] for name in key) not in known]
    if fresh:
        changes = [Change(values=row) for row in fresh]
        apply_many(
            model,
            actor=None,
            source=ChangeSet.Source.LOAD,
            changes=changes,
            mode=Mode.ALL_OR_NOTHING,
            label="works catalogue",
        )
    return len(fresh)


def items_for(communities: Sequence[Community]) -> dict[int, list[CatalogueItem]]:
    """Return the items a survey asks about in each community: those in use of the nearest taxonomy.

    A city's own taxonomy goes before the province's where it has items in use; two queries.
    """
    items = list(
        CatalogueItem.objects.in_use()
        .filter(taxonomy__is_removed=False)
        .select_related("taxonomy__region", "department")
    )
    by_taxonomy: dict[int, list[CatalogueItem]] = {}
    for item in items:
        by_taxonomy.setdefault(item.taxonomy_id, []).append(item)
    taxonomies = {item.taxonomy_id: item.taxonomy for item in items}
    paths = dict(
        Region.objects.filter(pk__in={community.region_id for community in communities}).values_list(
            "pk", "path"
        )
    )
    found = {}
    for community in communities:
        path = paths[community.region_id]
        fitting = [known for known in taxonomies.values() if path.startswith(known.region.path)]
        nearest = min(fitting, key=lambda known: (-len(known.region.path), known.code), default=None)
        found[community.pk] = by_taxonomy[nearest.pk] if nearest else []
    return found
