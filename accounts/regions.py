"""Loading the tree of places from a table, for the first time or again.

A table has the columns of ``accounts/data/regions.csv``: code, name, short_name, name_en, level, parent
(the parent's code, empty for the province).  Parents may stand in the table or in the database already, so
that streets and neighbourhoods can follow in a file of their own.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from accounts.models import Region

DEFAULT_FILE = Path(__file__).resolve().parent / "data" / "regions.csv"
COLUMNS = ("code", "name", "short_name", "name_en", "level", "parent")
DEPTH = {level: depth for depth, level in enumerate(Region.Level.values)}
_COPIED = ("name", "short_name", "name_en", "level", "path", "parent")


class RegionTableError(ValueError):
    """The table is no tree; ``problems`` names every row that is wrong."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class RegionRow:
    """One line of a region table."""

    line: int
    code: str
    name: str
    short_name: str
    name_en: str
    level: str
    parent: str


@dataclass
class LoadResult:
    """What a load did, by code."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def read_region_table(path: Path) -> list[RegionRow]:
    """Read a UTF-8 CSV with the columns above; raise RegionTableError for a missing column."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or [])]
        if missing:
            raise RegionTableError([_("The table has no column %(names)s.") % {"names": ", ".join(missing)}])
        return [
            RegionRow(line, **{column: (row[column] or "").strip() for column in COLUMNS})
            for line, row in enumerate(reader, start=2)
        ]


@transaction.atomic
def load_regions(rows: Iterable[RegionRow]) -> LoadResult:
    """Create or update the regions of a table; running it twice changes nothing.

    Regions that the table does not name stay as they are: rows of ledgers may hang on them.
    Raise RegionTableError, having written nothing, when the table and the database do not make one tree.
    """
    rows = list(rows)
    known = {region.code: region for region in Region.objects.select_related("parent")}
    _refuse_faults(rows, known)
    result = LoadResult()
    for row in sorted(rows, key=lambda row: DEPTH[row.level]):
        parent = known[row.parent] if row.parent else None
        known[row.code] = _store(row, parent, known.get(row.code), result)
    return result


def _refuse_faults(rows: list[RegionRow], known: dict[str, Region]) -> None:
    levels = {code: region.level for code, region in known.items()} | {row.code: row.level for row in rows}
    problems = [
        _("Line %(line)d, %(code)s: %(problem)s") % {"line": row.line, "code": row.code, "problem": problem}
        for row in rows
        for problem in _faults(row, levels)
    ]
    seen: set[str] = set()
    for row in rows:
        if row.code in seen:
            problems.append(
                _("Line %(line)d: code %(code)s stands twice.") % {"line": row.line, "code": row.code}
            )
        seen.add(row.code)
    if problems:
        raise RegionTableError(problems)


def _faults(row: RegionRow, levels: dict[str, str]) -> Iterable[str]:
    if not row.code.isascii() or not row.code.isalnum():
        yield _("a code is made of letters and digits.")
    if not row.name:
        yield _("the name is missing.")
    if row.level not in DEPTH:
        yield _("the level %(level)s is not known.") % {"level": row.level}
    elif row.level == Region.Level.PROVINCE:
        if row.parent:
            yield _("a province has no parent.")
    elif row.parent not in levels:
        yield _("the parent %(parent)s is not known.") % {"parent": row.parent or "–"}
    # A parent must stand higher, which also makes a circle impossible.
    elif DEPTH.get(levels[row.parent], len(DEPTH)) >= DEPTH[row.level]:
        yield _("the parent %(parent)s does not stand above it.") % {"parent": row.parent}


def _store(row: RegionRow, parent: Region | None, region: Region | None, result: LoadResult) -> Region:
    path = f"{parent.path if parent else ''}{row.code}/"
    wanted = {
        "name": row.name,
        "short_name": row.short_name,
        "name_en": row.name_en,
        "level": row.level,
        "path": path,
        "parent": parent,
    }
    if region is None:
        result.created.append(row.code)
        return Region.objects.create(code=row.code, **wanted)
    if all(getattr(region, name) == value for name, value in wanted.items()):
        result.unchanged.append(row.code)
        return region
    moved_from = region.path
    for name, value in wanted.items():
        setattr(region, name, value)
    region.save(update_fields=_COPIED)
    if moved_from != path:
        # Everything below moves along, also what this table does not name.
        Region.objects.filter(path__startswith=moved_from).exclude(pk=region.pk).update(
            path=Concat(Value(path), Substr(F("path"), len(moved_from) + 1))
        )
    result.changed.append(row.code)
    return region
