"""What the allocation pages show: rows of a calculation, bars, comparisons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Region
from assessments.allocating import Simulation, amounts_of, case_of
from assessments.allocation import (
    SCORE,
    CannotAllocateError,
    Case,
    Member,
    Share,
    allocate,
    effects,
    performance_of,
)
from assessments.allocation_json import case_from_json
from assessments.allocation_words import EFFECTS, PARTS, factor_label
from assessments.models import AllocationRule, AllocationRun
from assessments.subsidies import CLASSES
from records.units import FEN_PER_WAN_YUAN

HUNDREDTH = Decimal("0.01")
# Columns of task volumes: factor, what it is divided by for the page, decimals, label, unit.
SHOWN = {
    "area": (Decimal(1_000_000), 2),
    "households": (Decimal(1), 0),
    "buildings": (Decimal(1), 0),
    "communities": (Decimal(1), 0),
    "renovated_households": (Decimal(1), 0),
    "invested": (Decimal(FEN_PER_WAN_YUAN), 1),
}


@dataclass
class Line:
    """One unit in the table of a calculation."""

    code: str
    name: str
    volumes: list[tuple[Decimal, int]] = field(default_factory=list)
    k: Fraction | None = None
    score: Fraction | None = None
    p: Fraction | None = None
    typed: frozenset[str] = frozenset()
    amount_fen: int | None = None
    percent: Decimal | None = None
    bars: list[dict[str, Any]] = field(default_factory=list)
    bound: str = ""
    before_fen: int | None = None
    change_fen: int | None = None
    effects: list[int | None] = field(default_factory=list)
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def k_text(self) -> str:
        """Return the difficulty coefficient as shown."""
        return _shown(self.k)

    @property
    def score_text(self) -> str:
        """Return the score as shown."""
        return _shown(self.score)

    @property
    def p_text(self) -> str:
        """Return the performance coefficient as shown."""
        return _shown(self.p)

    @property
    def k_typed(self) -> bool:
        """Tell whether the difficulty coefficient was typed by hand."""
        return "k" in self.typed

    @property
    def score_typed(self) -> bool:
        """Tell whether the score was typed by hand."""
        return "score" in self.typed

    @property
    def p_typed(self) -> bool:
        """Tell whether the performance coefficient was typed by hand."""
        return "p" in self.typed


@dataclass(frozen=True)
class Sheet:
    """The table of a calculation with its head and total."""

    lines: list[Line]
    factors: list[dict[str, str]]
    effects: list[str]
    terms: list[dict[str, Any]]
    total: Line
    has_before: bool
    needs_k: bool
    needs_scores: bool
    needs_p: bool
    # Where p is nothing but the score ÷ 100, a column of it says nothing.
    shows_p: bool = False

    @property
    def width(self) -> int:
        """Return the number of columns."""
        shown = 4 + len(self.factors) + len(self.effects) + (2 if self.has_before else 0)
        return shown + self.needs_k + self.needs_scores + self.needs_p


def _shown(value: Fraction | None) -> str:
    """Return a coefficient with two decimals, so that a column of them lines up; more where they count."""
    if value is None:
        return ""
    shown = decimal_of(value)
    return f"{shown:.2f}" if shown == round(shown, 2) else f"{shown.normalize():f}"


def decimal_of(value: Fraction, places: int = 4) -> Decimal:
    """Return an exact number as a page shows it, rounded half up."""
    shown = Decimal(value.numerator) / Decimal(value.denominator)
    return shown.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def percent_of(part: int | Fraction, whole: int | Fraction) -> Decimal:
    """Return a share in per cent with two decimals."""
    return decimal_of(Fraction(part) * 100 / whole, 2) if whole else Decimal("0.00")


def factor_columns(factors: Sequence[str]) -> list[dict[str, str]]:
    """Return the heads of the columns of task volumes."""
    units = {
        "area": _("10,000 ㎡"),
        "invested": _("10,000 yuan"),
    }
    return [{"label": factor_label(name), "unit": units.get(name, "")} for name in factors]


def sheet_of_run(run: AllocationRun) -> Sheet:
    """Return the table of a run from its frozen inputs."""
    before = amounts_of(run.previous) if run.previous else None
    typed = {code: frozenset(kinds) for code, kinds in run.inputs.get("typed", {}).items()}
    case = case_of(run)
    names: Mapping[str, str] = run.inputs["units"]
    if case is None:
        return _plain(names, amounts_of(run), before)
    return _sheet(names, case, typed, before)


def sheet_of(simulation: Simulation, units: Sequence[Region]) -> Sheet:
    """Return the table of a calculation that was not kept; without amounts where it failed."""
    previous = simulation.order.previous
    before = amounts_of(previous) if previous else None
    names = {unit.code: unit.label for unit in units}
    if "case" not in simulation.inputs:
        amounts = {share["key"]: share["amount_fen"] for share in simulation.result.get("shares", ())}
        return _plain(names, amounts, before)
    typed = {code: frozenset(own) for code, own in simulation.order.typed.items()}
    return _sheet(names, case_from_json(simulation.inputs["case"]), typed, before)


def _plain(names: Mapping[str, str], amounts: Mapping[str, int], before: Mapping[str, int] | None) -> Sheet:
    """Return the table of a subsidy per community: sums of units alone."""
    whole = sum(amounts.values())
    lines = [
        _compared(Line(code, name, amount_fen=amounts.get(code, 0)), whole, before)
        for code, name in sorted(names.items())
        if amounts.get(code)
    ]
    total = _compared(Line("", _("Total"), amount_fen=whole), whole, None)
    return Sheet(lines, [], [], [], total, before is not None, False, False, False)


def _compared(line: Line, whole: int, before: Mapping[str, int] | None) -> Line:
    amount = line.amount_fen or 0
    line.percent = percent_of(amount, whole)
    if before is not None:
        line.before_fen = before.get(line.code)
        line.change_fen = None if line.before_fen is None else amount - line.before_fen
    return line


def _sheet(
    names: Mapping[str, str],
    case: Case,
    typed: Mapping[str, frozenset[str]],
    before: Mapping[str, int] | None,
) -> Sheet:
    rule = case.rule
    try:
        shares = {share.key: share for share in allocate(case)}
    except CannotAllocateError:
        shares = {}
    moved = effects(case) if shares else {}
    largest = max((sum(share.by_term, Fraction(0)) for share in shares.values()), default=Fraction(0))
    lines = [
        _line(member, names.get(member.key, member.key), case, shares.get(member.key), largest)
        for member in case.members
    ]
    for line in lines:
        line.typed = typed.get(line.code, frozenset())
        line.effects = [moved[name].get(line.code) for name in moved]
        if shares:
            _compared(line, case.total_fen, before)
    return Sheet(
        lines=lines,
        factors=factor_columns(rule.factors),
        effects=[str(EFFECTS[name]) for name in moved],
        terms=_terms(case),
        total=_total(case, lines, bool(shares), before),
        has_before=before is not None,
        needs_k=rule.needs_difficulty,
        needs_scores=rule.needs_scores,
        needs_p=any("p" in term.by for term in rule.terms),
        shows_p=bool(rule.bands) or any("p" in line.typed for line in lines),
    )


def _line(member: Member, name: str, case: Case, share: Share | None, largest: Fraction) -> Line:
    line = Line(member.key, name, _volumes(member.factors, case.rule.factors), member.k, member.score)
    if any("p" in term.by for term in case.rule.terms) and (member.p is not None or member.score is not None):
        line.p = performance_of(case.rule, member)
    if share is not None:
        line.amount_fen, line.bound = share.amount_fen, share.bound
        line.bars = _bars(case, share, largest)
    return line


def _volumes(factors: Mapping[str, Fraction], names: Sequence[str]) -> list[tuple[Decimal, int]]:
    found = []
    for name in names:
        divisor, places = SHOWN[name]
        found.append((decimal_of(factors.get(name, Fraction(0)) / Fraction(divisor), places), places))
    return found


def _bars(case: Case, share: Share, largest: Fraction) -> list[dict[str, Any]]:
    """Return the pieces of a unit's bar, in per cent of the largest unit."""
    bars, x = [], Decimal(0)
    for amount, tone in zip(share.by_term, _tones(case), strict=True):
        width = percent_of(amount, largest)
        bars.append({"x": f"{x:f}", "width": f"{width:f}", "tone": tone})
        x += width
    return bars


def _tones(case: Case) -> list[str]:
    """Return the tone of each term: blues for task volume, greens for rewards, darker first."""
    counted: dict[str, int] = {}
    tones = []
    for term in case.rule.terms:
        part = term.part if term.part in PARTS else "volume"
        counted[part] = counted.get(part, 0) + 1
        tones.append(f"{part}-{min(counted[part], 4)}")
    return tones


def _terms(case: Case) -> list[dict[str, Any]]:
    """Return the terms of the rule as the legend of the bars."""
    return [
        {
            "label": factor_label(term.factor),
            "part": str(PARTS.get(term.part, "")),
            "percent": decimal_of(term.weight * 100, 2).normalize(),
            "by": [letter for letter in ("k", "p") if letter in term.by],
            "fen": int(decimal_of(term.weight * case.total_fen, 0)),
            "tone": tone,
            "is_score": term.factor == SCORE,
        }
        for term, tone in zip(case.rule.terms, _tones(case), strict=True)
    ]


def _total(case: Case, lines: Sequence[Line], done: bool, before: Mapping[str, int] | None) -> Line:
    sums = {
        name: sum((member.factors.get(name, Fraction(0)) for member in case.members), Fraction(0))
        for name in case.rule.factors
    }
    total = Line("", _("Total"), _volumes(sums, case.rule.factors))
    if done:
        total.amount_fen = sum(line.amount_fen or 0 for line in lines)
        total.percent = percent_of(total.amount_fen, case.total_fen)
        total.effects = [
            sum(values[at] or 0 for values in (line.effects for line in lines))
            for at in range(len(lines[0].effects))
        ]
    if done and before is not None:
        total.before_fen = sum(before.values())
        total.change_fen = (total.amount_fen or 0) - total.before_fen
    return total


def communities_of_run(run: AllocationRun) -> list[dict[str, Any]]:
    """Return the communities of a run by community with their figures, for page and workbook."""
    made = {row["key"]: row for row in run.result.get("communities", ())}
    names = run.inputs["units"]
    return [
        {
            "unit": names[row["unit"]],
            "name": row["name"],
            "code": row["key"],
            "area": Decimal(row["area_cents"]).scaleb(-2),
            "invested_fen": sum(row["invested_fen"].values()),
            "raised_fen": row["raised_fen"],
            "required_fen": int(decimal_of(Fraction(made[row["key"]]["required_fen"]), 0)),
            "base_fen": int(decimal_of(Fraction(made[row["key"]]["base_fen"]), 0)),
            "points": decimal_of(Fraction(made[row["key"]]["points"]), 0),
            "percent": decimal_of(Fraction(made[row["key"]]["ratio"]) * 100, 2),
            "amount_fen": made[row["key"]]["amount_fen"],
        }
        for row in run.inputs.get("communities", ())
    ]


def rule_page(rule: AllocationRule) -> dict[str, Any]:
    """Return what a rule says, for its page: terms with weights, bands, or the figures of a subsidy."""
    parameters = rule.parameters
    if not rule.by_factors:
        percents = {
            name: decimal_of(Fraction(parameters["least"][name]) * 100, 2).normalize() for name in CLASSES
        }
        return {
            "least": percents,
            "base_fen": parameters["base_fen"],
            **{name: parameters[name] for name in ("bonus", "most_bonus", "malus", "malus_begun")},
        }
    terms = [
        {
            "label": factor_label(term["factor"]),
            "part": str(PARTS.get(term.get("part", ""), "")),
            "percent": f"{decimal_of(Fraction(term['weight']) * 100, 4).normalize():f}",
            "by": term["by"],
            "is_score": term["factor"] == SCORE,
        }
        for term in parameters["terms"]
    ]
    return {
        "terms": terms,
        "bands": parameters.get("bands", []),
        "needs_p": any("p" in term["by"] for term in parameters["terms"]),
        "unit_fen": parameters.get("unit_fen", 1),
    }
