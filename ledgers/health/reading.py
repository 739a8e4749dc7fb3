"""The last health check as its page reads it: narrowed to a region, with the reasons given since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.apps import apps
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Region, User
from ledgers.health.labels import label_of
from ledgers.health.running import Item, ledgers_by_type
from ledgers.models import HealthRun
from records.models import Confirmation

RowKey = tuple[str, int]


@dataclass(frozen=True)
class Closed:
    """The reason a finding was closed with."""

    reason: str
    by: str
    at: datetime


@dataclass
class Found:
    """One finding on the page."""

    item: Item
    label: str
    unit: str
    url: str
    closed: Closed | None
    may_close: bool = False

    @property
    def open(self) -> bool:
        """Tell whether somebody still has to mend or close it."""
        return self.closed is None

    @property
    def sign(self) -> str:
        """Return the sign of its state, a key of components/sign.html."""
        return "ok" if self.closed else "hard" if self.item["hard"] else "soft"

    @property
    def row(self) -> RowKey:
        """Return the row it is about."""
        return self.item["kind"], self.item["pk"]


@dataclass
class RuleLine:
    """How often one rule found something."""

    code: str
    label: str
    open: int = 0
    closed: int = 0


@dataclass
class UnitLine:
    """How one unit's rows are: ``score`` is the share of its rows without an open finding, in %."""

    unit: int
    label: str
    code: str
    rows: int
    open: int = 0
    open_rows: set[RowKey] = field(default_factory=set)

    @property
    def score(self) -> Decimal:
        """Return rows without an open finding ÷ rows, in %; cut off, so that 100 means every row."""
        clean = Decimal(100 * max(self.rows - len(self.open_rows), 0))
        return (clean / max(self.rows, 1)).quantize(Decimal("0.1"), ROUND_DOWN)


@dataclass
class HealthReport:
    """A check's result for one region of it."""

    run: HealthRun
    findings: list[Found]
    rules: list[RuleLine]
    units: list[UnitLine]

    @property
    def rows(self) -> int:
        """Return how many rows were checked."""
        return sum(line.rows for line in self.units)

    @property
    def open(self) -> int:
        """Return how many findings are open."""
        return sum(line.open for line in self.rules)

    @property
    def closed(self) -> int:
        """Return how many findings were closed with a reason."""
        return sum(line.closed for line in self.rules)

    @property
    def score(self) -> Decimal:
        """Return the share of rows without an open finding, in %."""
        whole = UnitLine(0, "", "", self.rows)
        for line in self.units:
            whole.open_rows |= line.open_rows
        return whole.score


def last_run(user: User, region: Region, year: int | None) -> HealthRun | None:
    """Return the newest result that covers a region: its own, or that of a region above within the view."""
    above = Region.objects.filter(code__in=region.ancestor_codes)
    runs = HealthRun.objects.visible_to(user).filter(region__in=above, year=year or 0)
    return runs.filter(language=get_language() or "zh-hans").select_related("region").first()


def report_of(run: HealthRun, region: Region, user: User) -> HealthReport:
    """Return a result narrowed to a region, worst rules and units first; four queries."""
    places = {unit.pk: unit for unit in region.subtree().units()}
    if not places:
        places = {region.pk: region}
    items = [item for item in run.findings if item["unit"] in places]
    closed = _closed(items)
    slugs = {kind: known.slug for kind, known in ledgers_by_type().items()}
    findings = [
        Found(
            item=item,
            label="",
            unit=places[item["unit"]].label,
            url=_url(item, slugs),
            closed=_waived(item, run) or closed.get((item["kind"], item["pk"], item["code"], item["print"])),
        )
        for item in items
    ]
    rules = _rule_lines(findings)
    units = {
        pk: UnitLine(pk, place.label, place.code, int(run.units.get(str(pk), 0)))
        for pk, place in places.items()
        if str(pk) in run.units
    }
    for found in findings:
        line = units.get(found.item["unit"])
        if line is not None and found.open:
            line.open += 1
            line.open_rows.add(found.row)
    worst = sorted(units.values(), key=lambda line: (line.score, -line.open, line.code))
    return HealthReport(run, sorted(findings, key=_order), rules, worst)


def unit_scores(units: Collection[int]) -> dict[int, Decimal]:
    """Return the score of units in the newest check of the whole province; two queries.

    The caller shows the scores of units in the reader's view alone.
    """
    run = HealthRun.objects.filter(region__parent=None, year=0).first()
    if run is None:
        return {}
    items = [item for item in run.findings if item["unit"] in units]
    closed = _closed(items)
    lines = {
        unit: UnitLine(unit, "", "", int(run.units[str(unit)])) for unit in units if str(unit) in run.units
    }
    for item in items:
        settled = _waived(item, run) or closed.get((item["kind"], item["pk"], item["code"], item["print"]))
        if settled is None and item["unit"] in lines:
            lines[item["unit"]].open_rows.add((item["kind"], item["pk"]))
    return {unit: line.score for unit, line in lines.items()}


def _rule_lines(findings: Iterable[Found]) -> list[RuleLine]:
    lines: dict[str, RuleLine] = {}
    for found in findings:
        code = found.item["code"]
        if code not in lines:
            lines[code] = RuleLine(code, label_of(found.item))
        found.label = lines[code].label
        if found.open:
            lines[code].open += 1
        else:
            lines[code].closed += 1
    return sorted(lines.values(), key=lambda line: (-line.open, -line.closed, line.code))


def _order(found: Found) -> tuple[Any, ...]:
    return (not found.open, not found.item["hard"], found.unit, found.item["kind"], found.item["pk"])


def _closed(items: Sequence[Item]) -> dict[tuple[str, int, str, str], Closed]:
    kinds, codes = {item["kind"] for item in items}, {item["code"] for item in items}
    rows = Confirmation.objects.filter(record_type__in=kinds, code__in=codes)
    names = ("record_type", "record_id", "code", "fingerprint", "reason", "confirmed_at")
    return {
        (kind, pk, code, seen): Closed(reason, by, at)
        for kind, pk, code, seen, reason, at, by in rows.values_list(*names, "confirmed_by__display_name")
    }


def _waived(item: Item, run: HealthRun) -> Closed | None:
    """Return what closes a finding that an exception let pass when the ledger was checked."""
    if not item.get("waiver"):
        return None
    return Closed(_("exception no. %(number)d") % {"number": item["waiver"]}, "", run.made_at)


def _url(item: Item, slugs: dict[str, str]) -> str:
    """Return where a row is mended: its form, or the page of its project."""
    if item["kind"] in slugs:
        return reverse("ledgers:row", args=[slugs[item["kind"]], item["pk"]])
    return reverse("projects:project", args=[item["project"]]) if item["project"] else ""


def mark_closable(findings: Sequence[Found], user: User) -> None:
    """Note on the findings of one page which the user may close; a query for each kind of row."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for found in findings:
        if found.open and not found.item["hard"]:
            wanted[found.item["kind"]].add(found.item["pk"])
    for kind, pks in wanted.items():
        manager: Any = apps.get_model(kind)._default_manager
        mine = set(manager.editable_by(user).filter(pk__in=pks).values_list("pk", flat=True).order_by())
        for found in findings:
            if found.item["kind"] == kind and found.open and not found.item["hard"]:
                found.may_close = found.item["pk"] in mine
