"""Running an allocation: gathering what decides it, computing, keeping, signing, drafting the batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from accounts.models import Region
from assessments import results, volumes
from assessments.allocation import (
    SCORE,
    Bounds,
    CannotAllocateError,
    Case,
    Member,
    Share,
    allocate,
)
from assessments.allocation_json import case_as_json, case_from_json, result_as_json, rule_from_json, text_of
from assessments.allocation_words import problem
from assessments.communities import communities_of
from assessments.models import AllocationRule, AllocationRun, FiscalFactor
from assessments.subsidies import CLASSES, Subsidy, Works, subsidies, terms_from_json
from records.hashing import canonical_hash

State = AllocationRun.State
TYPED = ("k", "score", "p")


@dataclass(frozen=True)
class Limits:
    """Floors and ceilings as people set them: sums in 分, shares of last year's amount in per cent.

    They hold for every unit that has a task; where two floors are set the higher one binds, of two ceilings
    the lower one.
    """

    floor_fen: int | None = None
    ceiling_fen: int | None = None
    floor_percent: Fraction | None = None
    ceiling_percent: Fraction | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the settings as a run keeps them."""
        return {
            "floor_fen": self.floor_fen,
            "ceiling_fen": self.ceiling_fen,
            "floor_percent": None if self.floor_percent is None else text_of(self.floor_percent),
            "ceiling_percent": None if self.ceiling_percent is None else text_of(self.ceiling_percent),
        }


@dataclass(frozen=True)
class Order:
    """What somebody asks for: which money of which year, by which rule, from which volumes.

    ``typed`` holds what was typed by hand, by unit's code: ``k``, ``score``, ``p``.  ``ratio`` is the share
    of the base that a subsidy per community pays (1 = all).
    """

    region: Region
    rule: AllocationRule
    year: int
    task_year: int
    score_year: int
    total_fen: int = 0
    choice: str = ""
    typed: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    limits: Limits = Limits()
    ratio: Fraction | None = None
    previous: AllocationRun | None = None


@dataclass(frozen=True)
class Simulation:
    """An order with what it was computed from and what came out; ``problem`` says why nothing did."""

    order: Order
    units: tuple[Region, ...]
    inputs: dict[str, Any]
    result: dict[str, Any]
    problem: str = ""

    @property
    def total_fen(self) -> int:
        """Return the sum of the shares, in 分."""
        return sum(share["amount_fen"] for share in self.result.get("shares", ()))


def simulate(order: Order) -> Simulation:
    """Gather the inputs of an order and compute it; nothing is written."""
    units = tuple(order.region.subtree().units().order_by("path"))
    return _by_factors(order, units) if order.rule.by_factors else _by_communities(order, units)


# ---------------------------------------------------------------- a fixed sum, by factors


def _by_factors(order: Order, units: tuple[Region, ...]) -> Simulation:
    rule = rule_from_json(order.rule.parameters)
    counted = volumes.read(order.region, order.task_year, order.choice)
    known = {"k": coefficients(units, order.year), SCORE: _scores(units, order.score_year)}
    tasks = {
        unit.code: {name: Fraction(counted.by_unit.get(unit.code, {}).get(name, 0)) for name in rule.factors}
        for unit in units
    }
    taking_part = [unit for unit in units if any(tasks[unit.code].values())]
    members = tuple(_member(unit.code, tasks[unit.code], known, order.typed) for unit in taking_part)
    case = Case(rule, order.total_fen, members, _bounds(order, taking_part))
    inputs = _frame(order, units) | {
        "case": case_as_json(case),
        "volumes": {"label": counted.label, "mark": counted.mark, "choice": order.choice},
        "typed": {code: sorted(values) for code, values in sorted(order.typed.items()) if values},
        "limits": order.limits.as_json(),
        "simulated": bool(counted.simulated),
    }
    try:
        shares = allocate(case)
    except CannotAllocateError as error:
        return Simulation(order, units, inputs, {}, problem(error, _names(units)))
    return Simulation(order, units, inputs, result_as_json(shares))


def _member(
    code: str,
    tasks: Mapping[str, Fraction],
    known: Mapping[str, Mapping[str, Fraction]],
    typed: Mapping[str, Mapping[str, Fraction]],
) -> Member:
    own = typed.get(code, {})
    return Member(
        code,
        tasks,
        own.get("k", known["k"].get(code)),
        own.get("score", known[SCORE].get(code)),
        own.get("p"),
    )


def coefficients(units: Sequence[Region], year: int) -> dict[str, Fraction]:
    """Return the difficulty coefficients that hold in a year by unit's code: the newest up to then."""
    rows = FiscalFactor.objects.live().filter(unit__in=units, year__lte=year).order_by("year")
    return {code: Fraction(value) for code, value in rows.values_list("unit__code", "coefficient")}


def _scores(units: Sequence[Region], year: int) -> dict[str, Fraction]:
    scores = results.scores(year)
    return {unit.code: Fraction(scores[unit.pk]) for unit in units if unit.pk in scores}


def known_inputs(units: Sequence[Region], year: int, score_year: int) -> dict[str, dict[str, Fraction]]:
    """Return what ledgers and issued assessments give for k and the score, by unit's code."""
    found: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for code, value in coefficients(units, year).items():
        found[code]["k"] = value
    for code, value in _scores(units, score_year).items():
        found[code]["score"] = value
    return found


def _bounds(order: Order, units: Iterable[Region]) -> Bounds:
    before = amounts_of(order.previous) if order.previous else {}
    limits = order.limits
    lows, highs = {}, {}
    for unit in units:
        last = before.get(unit.code)
        floors = [limits.floor_fen, _part(last, limits.floor_percent, up=True)]
        tops = [limits.ceiling_fen, _part(last, limits.ceiling_percent, up=False)]
        if low := max((fen for fen in floors if fen is not None), default=0):
            lows[unit.code] = low
        if known := [fen for fen in tops if fen is not None]:
            highs[unit.code] = min(known)
    return Bounds(lows, highs)


def _part(amount: int | None, percent: Fraction | None, *, up: bool) -> int | None:
    if amount is None or percent is None:
        return None
    part = amount * percent / 100
    return -(-part // 1) if up else int(part // 1)


# ---------------------------------------------------------------- so much for each community


def _by_communities(order: Order, units: tuple[Region, ...]) -> Simulation:
    found = communities_of(order.region, order.task_year)
    inputs = _frame(order, units) | {
        "ratio": None if order.ratio is None else text_of(order.ratio),
        "parameters": order.rule.parameters,
        "communities": [
            {
                "key": one.works.key,
                "name": one.name,
                "unit": one.unit,
                "area_cents": one.works.area_cents,
                "invested_fen": {name: one.works.invested_fen.get(name, 0) for name in CLASSES},
                "raised_fen": one.works.raised_fen,
            }
            for one in found
        ],
        "simulated": any(one.simulated for one in found),
    }
    try:
        return Simulation(order, units, inputs, _subsidised(inputs))
    except CannotAllocateError as error:
        return Simulation(order, units, inputs, {}, problem(error, _names(units)))


def _subsidised(inputs: Mapping[str, Any]) -> dict[str, Any]:
    if inputs["ratio"] is None:
        raise CannotAllocateError("rule", "ratio")
    terms = terms_from_json(inputs["parameters"], Fraction(inputs["ratio"]))
    rows = inputs["communities"]
    made = subsidies(
        terms, [Works(row["key"], row["area_cents"], row["invested_fen"], row["raised_fen"]) for row in rows]
    )
    sums = dict.fromkeys(sorted(inputs["units"]), 0)
    home = {row["key"]: row["unit"] for row in rows}
    for one in made:
        sums[home[one.key]] += one.amount_fen
    return {
        "shares": [{"key": code, "amount_fen": amount} for code, amount in sums.items()],
        "communities": [_subsidy_json(one) for one in made],
    }


def _subsidy_json(one: Subsidy) -> dict[str, Any]:
    return {
        "key": one.key,
        "amount_fen": one.amount_fen,
        "base_fen": text_of(one.base_fen),
        "ratio": text_of(one.ratio),
        "points": text_of(one.points),
        "required_fen": text_of(one.required_fen),
    }


# ---------------------------------------------------------------- frozen runs


def _names(units: Sequence[Region]) -> dict[str, str]:
    return {unit.code: unit.label for unit in units}


def _frame(order: Order, units: Sequence[Region]) -> dict[str, Any]:
    previous = order.previous
    return {
        "rule": {
            "code": order.rule.code,
            "revision": order.rule.revision,
            "name": order.rule.name,
            "document": order.rule.document,
        },
        "units": _names(units),
        "year": order.year,
        "task_year": order.task_year,
        "score_year": order.score_year,
        "previous": previous.mark if previous else "",
    }


def recompute(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result that frozen inputs give; for an intact run it is the same to the byte."""
    return (
        result_as_json(allocate(case_from_json(inputs["case"]))) if "case" in inputs else _subsidised(inputs)
    )


def hash_of(inputs: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """Return the hash of everything a run says."""
    return canonical_hash({"inputs": inputs, "result": result})


def is_intact(run: AllocationRun) -> bool:
    """Tell whether a run still says what was computed, and would be computed the same today."""
    return hash_of(run.inputs, run.result) == run.sha256 and recompute(run.inputs) == run.result


def case_of(run: AllocationRun) -> Case | None:
    """Return the case of a run that shares a fixed sum; None for subsidies per community."""
    return case_from_json(run.inputs["case"]) if "case" in run.inputs else None


def shares_of(run: AllocationRun) -> tuple[Share, ...]:
    """Return the shares of a run with what they are made of, computed from its frozen inputs."""
    case = case_of(run)
    return () if case is None else allocate(case)


def amounts_of(run: AllocationRun) -> dict[str, int]:
    """Return what each unit gets by a run, in 分, by the unit's code."""
    return {share["key"]: share["amount_fen"] for share in run.result["shares"]}
