"""Running the health check: every check on rows as they stand, every rule over many rows, in one result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_noop

from accounts.models import Region, User
from ledgers.health.registry import RULES, Hit
from ledgers.health.stock import Stock
from ledgers.models import HealthRun
from ledgers.registry import LEDGERS, Ledger
from records.checks import Severity, fingerprint
from records.columns import Context
from records.models import SharedQuerySet, VersionedRecord
from records.planning import record_type, review
from records.rows import Row

KIND = "ledgers.health"
# So many rows are checked within a request; more are checked in the background.
MOST_AT_ONCE = 2000
CHUNK = 1000
CHECKING = gettext_noop("Checking rows")
Note = Callable[[int, int, str], None]
Item = dict[str, Any]


@dataclass(frozen=True)
class Examined:
    """What a check found: rows looked at, in all and by key of the unit, and the findings."""

    region: Region
    year: int
    rows: int
    units: dict[str, int]
    findings: list[Item]


def ledgers_by_type() -> dict[str, Ledger]:
    """Return the ledger of each record type that has one."""
    return {record_type(known.resource.model): known for known in LEDGERS.values()}


def checked_models() -> list[type[VersionedRecord]]:
    """Return the models of the ledgers that units keep, without what the province shares with all."""
    models = {known.resource.model for known in LEDGERS.values()}
    return sorted((model for model in models if not _is_shared(model)), key=record_type)


def _is_shared(model: type[VersionedRecord]) -> bool:
    return isinstance(model._default_manager.all(), SharedQuerySet)


def count_rows(region: Region, year: int | None) -> int:
    """Return how many rows a check would look at; one query for each ledger."""
    stock = Stock(region, year)
    return sum(stock.query(model).count() for model in checked_models())


def run(region: Region, year: int | None, *, actor: User | None) -> HealthRun:
    """Check a region's rows, keep the result in place of the last one; an actor of None is the timetable."""
    return keep(examine(region, year, actor=actor), actor=actor)


def examine(region: Region, year: int | None, *, actor: User | None, note: Note | None = None) -> Examined:
    """Check a region's rows, of one plan year or all, and return what was found; nothing is written."""
    stock = Stock(region, year)
    tell = note or (lambda done, total, label: None)
    rows = {model: stock.rows(model) for model in checked_models()}
    total = sum(map(len, rows.values()))
    units: Counter[int] = Counter()
    for listed in rows.values():
        units.update(unit for unit in map(stock.unit_of, listed) if unit is not None)
    items: list[Item] = []
    teller = Teller(stock, actor)
    done = 0
    for model, listed in rows.items():
        for start in range(0, len(listed), CHUNK):
            tell(done, total, CHECKING)
            chunk = listed[start : start + CHUNK]
            for row, findings in zip(chunk, review(model, chunk), strict=True):
                items += [teller.of_check(record_type(model), row, found) for found in findings]
            done += len(chunk)
    for rule in RULES.values():
        tell(done, total, CHECKING)
        items += [teller.of_rule(rule.code, hit) for hit in rule.find(stock)]
    return Examined(region, year or 0, total, {str(unit): count for unit, count in units.items()}, items)


def keep(made: Examined, *, actor: User | None) -> HealthRun:
    """Keep a result in place of the last one of the same region, year and language."""
    kept, _created = HealthRun.objects.update_or_create(
        region=made.region,
        year=made.year,
        language=get_language() or "zh-hans",
        defaults={
            "made_at": timezone.now(),
            "made_by": actor,
            "row_count": made.rows,
            "units": made.units,
            "findings": made.findings,
        },
    )
    return kept


def hits(code: str, region: Region, year: int | None) -> Iterator[Hit]:
    """Yield what one rule finds now; raises KeyError for a code that is no rule."""
    yield from RULES[code].find(Stock(region, year))


class Teller:
    """Puts findings into the words of the page: names of rows, headings, values as the ledger prints them."""

    def __init__(self, stock: Stock, actor: User | None) -> None:
        self.stock = stock
        self.context = Context(user=actor)
        self.ledgers = ledgers_by_type()

    def of_check(self, kind: str, row: Row, found: Any) -> Item:
        """Return a finding of a registered check."""
        item = self._item(kind, row, found.field, row.get(found.field), found.message, found.mend)
        hard = found.severity is Severity.HARD
        return item | {
            "code": found.code,
            "hard": hard,
            "print": fingerprint(found, row),
            "rule": False,
            "waiver": found.waiver,
        }

    def of_rule(self, code: str, hit: Hit) -> Item:
        """Return a finding of a health rule."""
        item = self._item(hit.record_type, hit.row, hit.field, hit.value, hit.message, hit.mend)
        return item | {"code": code, "hard": False, "print": hit.print_of(code), "rule": True}

    def _item(
        self, kind: str, row: Mapping[str, Any], field: str, value: Any, message: str, mend: str
    ) -> Item:
        heading, text = self._cell(kind, field, value)
        return {
            "kind": kind,
            "pk": row["id"],
            "project": row["id"] if kind == "projects.project" else row.get("project_id"),
            "unit": self.stock.unit_of(row),
            "year": self.stock.year_of(row),
            "subject": self.stock.subject(row),
            "field": field,
            "heading": heading,
            "value": text,
            "message": message,
            "mend": mend,
        }

    def _cell(self, kind: str, field: str, value: Any) -> tuple[str, str]:
        """Return the heading and the text of a cell: as its ledger prints it, else as the model names it."""
        ledger = self.ledgers.get(kind)
        if ledger is not None:
            column = ledger.resource.column(ledger.resource.key_of(field))
            if column.stored == field:
                return column.title, column.display(value, self.context)
        names = {known.attname: known for known in apps.get_model(kind)._meta.concrete_fields}
        named: Any = names.get(field)
        heading = capfirst(str(named.verbose_name)) if named is not None else ""
        return heading, "" if value is None else str(value)
