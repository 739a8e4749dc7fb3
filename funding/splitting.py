"""The screen that splits a batch: to units, or a unit's part to its projects.

Amounts are typed or pasted in 万元, or filled in proportion to the work; what is left over stays in view.
Nothing here writes: ``funding.batches.split`` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Sum
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Region
from accounts.requests import whole_number
from funding.batches import Seen
from funding.models import Allotment, FundBatch
from projects.models import Project, ProjectQuerySet
from records.parsing import CellError, read_number, search_key
from records.shares import Weight, by_largest_remainder
from records.units import FEN_PER_WAN_YUAN, MONEY

# Parts that are filled in come out in 0.01 万元 where what is left over allows it, as documents print them.
ROUND_FEN = 10_000
# So many lines may be pasted at once.
MOST_LINES = 2_000
BASES = {
    "area": gettext_lazy("floor area"),
    "households": gettext_lazy("households"),
    "buildings": gettext_lazy("buildings"),
    "communities": gettext_lazy("communities"),
    "investment": gettext_lazy("planned investment"),
}


@dataclass(slots=True)
class Line:
    """One unit or project that may get a part."""

    key: int
    code: str
    label: str
    names: tuple[str, ...]
    weights: Mapping[str, Weight]
    seen: Seen | None = None
    amount_fen: int | None = None
    handed_on_fen: int = 0
    text: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def work(self) -> dict[str, Decimal]:
        """Return how much work lies here, by basis, as it is shown."""
        return {
            name: Decimal(Fraction(weight).numerator) / Fraction(weight).denominator
            for name, weight in self.weights.items()
        }


@dataclass(slots=True)
class Split:
    """The screen: what there is to split, and who may get how much."""

    batch: FundBatch
    unit: Region | None
    available_fen: int
    lines: list[Line]
    problems: list[str] = field(default_factory=list)

    @property
    def given_fen(self) -> int:
        """Return the sum of the parts on the screen."""
        return sum(line.amount_fen or 0 for line in self.lines)

    @property
    def left_fen(self) -> int:
        """Return what is left over; below zero when the parts typed are more than there is."""
        return self.available_fen - self.given_fen

    @property
    def has_errors(self) -> bool:
        """Tell whether an amount cannot be read."""
        return bool(self.problems) or any(line.errors for line in self.lines)

    @property
    def parts(self) -> dict[int, int | None]:
        """Return the parts as ``batches.split`` takes them."""
        return {line.key: line.amount_fen for line in self.lines}

    @property
    def seen(self) -> dict[int, Seen]:
        """Return the rows the officer saw."""
        return {line.key: line.seen for line in self.lines if line.seen is not None}


def of_batch(batch: FundBatch, unit: Region | None) -> Split:
    """Return the screen as the ledger stands: of a whole batch, or of one unit's part of it."""
    rows = list(Allotment.objects.live().filter(batch=batch).order_by("pk"))
    if unit is None:
        return _to_units(batch, rows)
    part = next((row for row in rows if row.unit_id == unit.pk and row.project_id is None), None)
    return _to_projects(batch, unit, part.amount_fen if part else 0, rows)


def _to_units(batch: FundBatch, rows: Sequence[Allotment]) -> Split:
    handed: dict[int, int] = {}
    parts = {row.unit_id: row for row in rows if row.project_id is None}
    for row in rows:
        if row.project_id is not None:
            handed[row.unit_id] = handed.get(row.unit_id, 0) + row.amount_fen
    work = _work_of_units(batch)
    nothing: dict[str, Weight] = dict.fromkeys(BASES, 0)
    lines = [
        Line(
            key=unit.pk,
            code=unit.code,
            label=unit.label,
            names=(unit.label, unit.name, unit.code),
            weights=work.get(unit.pk, nothing),
            handed_on_fen=handed.get(unit.pk, 0),
        )
        for unit in Region.objects.within(batch.region).units().order_by("path")
    ]
    return Split(batch, None, batch.amount_fen, [_with_part(line, parts.get(line.key)) for line in lines])


def _to_projects(batch: FundBatch, unit: Region, available: int, rows: Sequence[Allotment]) -> Split:
    parts = {row.project_id: row for row in rows if row.project_id is not None and row.unit_id == unit.pk}
    found = _plan(batch).filter(unit=unit) | Project.objects.live().filter(pk__in=[pk for pk in parts if pk])
    lines = [
        Line(
            key=project.pk,
            code=project.code,
            label=project.community.name,
            names=(project.community.name, project.code),
            weights={
                "area": Fraction(project.planned_area or 0),
                "households": project.planned_households or 0,
                "buildings": project.planned_buildings or 0,
                "communities": 1,
                "investment": project.planned_investment_fen or 0,
            },
        )
        for project in found.select_related("community").order_by("code")
    ]
    return Split(batch, unit, available, [_with_part(line, parts.get(line.key)) for line in lines])


def _plan(batch: FundBatch) -> ProjectQuerySet:
    """Return the projects the money is for (专款专用): those of the issued plan of its plan year."""
    return Project.objects.live().counted().of_year(batch.plan_year)


def _work_of_units(batch: FundBatch) -> dict[int, dict[str, Weight]]:
    rows = (
        _plan(batch)
        .order_by()
        .values_list("unit_id")
        .annotate(
            Sum("planned_area"),
            Sum("planned_households"),
            Sum("planned_buildings"),
            Count("pk"),
            Sum("planned_investment_fen"),
        )
    )
    return {
        unit: dict(zip(BASES, (Fraction(str(amount or 0)) for amount in amounts), strict=True))
        for unit, *amounts in rows
    }


def _with_part(line: Line, row: Allotment | None) -> Line:
    if row is not None:
        line.seen, line.amount_fen = Seen(row.pk, row.version), row.amount_fen
        line.text = shown(row.amount_fen)
    return line


def shown(fen: int) -> str:
    """Return 分 as 万元 with two decimals, so that a column of them stands in line, and more where needed."""
    amount = (Decimal(fen) / FEN_PER_WAN_YUAN).normalize()
    return f"{amount:.2f}" if int(amount.as_tuple().exponent) >= -2 else f"{amount:f}"


def take_typed(split: Split, sent: QueryDict) -> None:
    """Put what was typed on the screen; what cannot be read keeps its text and says why."""
    for line in split.lines:
        if f"amount-{line.key}" not in sent:
            continue
        line.seen = _seen(sent.get(f"seen-{line.key}", ""))
        _type(line, sent.get(f"amount-{line.key}", ""))


def _seen(text: str) -> Seen | None:
    left, _colon, right = text.partition(":")
    pk, version = whole_number(left), whole_number(right)
    return None if pk is None or version is None else Seen(pk, version)


def _type(line: Line, text: str) -> None:
    line.text, line.amount_fen, line.errors = text.strip()[:40], None, []
    if not line.text:
        return
    try:
        line.amount_fen = read_amount(line.text)
    except CellError as problem:
        line.errors = [f"{problem.message} {problem.mend}".strip()]


def read_amount(text: str) -> int:
    """Return an amount in 分; without a unit it is 万元.  Raises CellError for what is no amount of money."""
    amount = read_number(text, MONEY, Decimal(FEN_PER_WAN_YUAN))
    if amount != amount.to_integral_value():
        raise CellError("parts_of_fen", _("This is finer than 0.01 yuan."), _("Write whole cents."))
    if amount < 0:
        raise CellError(
            "negative", _("A part is not below zero."), _("Leave it empty to take the part back.")
        )
    return int(amount)


def paste(split: Split, text: str) -> int:
    """Put a pasted column on the screen and return how many parts it filled.

    Lines are a name (or code) and an amount, or amounts alone in the order of the screen, an empty line for
    an empty part.  What cannot be placed is a problem of the screen; nothing is guessed.
    """
    rows = [line.rstrip("\r") for line in text.split("\n")]
    while rows and not rows[-1].strip():
        rows.pop()
    if len(rows) > MOST_LINES:
        split.problems.append(_("Too many lines: at most %(count)d.") % {"count": MOST_LINES})
        return 0
    cells = [[cell.strip() for cell in row.split("\t")] for row in rows]
    if all(len([cell for cell in row if cell]) <= 1 for row in cells) and all(
        _is_amount("".join(row)) for row in cells
    ):
        return _paste_in_order(split, ["".join(row) for row in cells])
    return _paste_by_name(split, cells)


def _paste_in_order(split: Split, amounts: Sequence[str]) -> int:
    if len(amounts) != len(split.lines):
        split.problems.append(
            _("%(sent)d amounts were pasted for %(known)d lines: paste names beside them.")
            % {"sent": len(amounts), "known": len(split.lines)}
        )
        return 0
    for line, text in zip(split.lines, amounts, strict=True):
        _type(line, text)
    return len(amounts)


def _paste_by_name(split: Split, rows: Sequence[Sequence[str]]) -> int:
    places: dict[str, list[Line]] = {}
    for line in split.lines:
        for name in {search_key(name) for name in line.names if name}:
            places.setdefault(name, []).append(line)
    filled = 0
    for at, row in enumerate(rows, 1):
        cells = [cell for cell in row if cell]
        if not cells:
            continue
        found = next((places[key] for cell in cells if (key := search_key(cell)) in places), [])
        if len(found) != 1 or len(cells) < 2:
            words = _("Line %(at)d «%(text)s»: no such name here.")
            if len(found) > 1:
                words = _("Line %(at)d «%(text)s»: several have this name, paste their codes.")
            elif found:
                words = _("Line %(at)d «%(text)s»: no amount.")
            split.problems.append(words % {"at": at, "text": " ".join(cells)[:40]})
            continue
        _type(found[0], cells[-1])
        filled += 1
    return filled


def _is_amount(text: str) -> bool:
    if not text:
        return True
    try:
        read_amount(text)
    except CellError:
        return False
    return True


def fill(split: Split, basis: str) -> int:
    """Share what is left among the lines without a part, in proportion to the work; return how many got one.

    Exact by largest remainder, ties by code; in steps of 0.01 万元 where what is left allows it.
    """
    empty = [line for line in split.lines if line.amount_fen is None and not line.errors]
    weights: list[Weight] = [line.weights[basis] for line in empty]
    left = split.left_fen
    if left <= 0 or not any(weights):
        split.problems.append(
            _("Nothing to fill in: nothing is left over, or nobody without a part has work of this kind.")
        )
        return 0
    step = ROUND_FEN if left % ROUND_FEN == 0 else 1
    shares = by_largest_remainder(left // step, weights, [line.code for line in empty])
    for line, share in zip(empty, shares, strict=True):
        if share:
            line.amount_fen, line.text = share * step, shown(share * step)
    return sum(1 for share in shares if share)
