"""The arithmetic of sharing a year's money among units by factors (因素法); nothing here reads a database.

A rule is data: a list of terms, each with a factor, a weight, and the coefficients that adjust the factor.
Of the total T, unit i gets

    F_i = T × Σ_t  w_t · X_ti·a_ti / Σ_j X_tj·a_tj

where a_ti is 1, k_i (财政困难程度系数), p_i (绩效调节系数) or k_i·p_i, as the term says.  All known rules are
of this shape: 财综〔2019〕31号 for its first and its later years, the 80/20 rule after 财综〔2024〕15号, the
reward of Hebei.  Everything is exact until the end: shares are fractions, and the amounts are whole 分 that
add up to T by the largest remainder, the unit's code breaking ties.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from records.shares import CannotShareError, as_integers, by_largest_remainder, within_bounds

# The factor that is not a task volume: the assessed score itself, whatever the size of the unit.
SCORE = "score"
DIFFICULTY, PERFORMANCE = "k", "p"
ONE = Fraction(1)


class CannotAllocateError(ValueError):
    """The rule cannot be applied to these units; ``code`` says why, ``detail`` to what."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a rule: a factor, its weight in the whole, and what adjusts it (``k``, ``p``)."""

    factor: str
    weight: Fraction
    by: frozenset[str] = frozenset()
    part: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """From which score on (≥) which performance coefficient holds."""

    score: Fraction
    p: Fraction


@dataclass(frozen=True, slots=True)
class Rule:
    """A version of a rule.

    Without ``bands`` the performance coefficient is the score ÷ 100; with bands it is that of the highest
    band reached, and 0 below the lowest.  Amounts are multiples of ``unit_fen`` (1 = 分, 10,000 = 0.01 万元).
    """

    terms: tuple[Term, ...]
    bands: tuple[Band, ...] = ()
    unit_fen: int = 1

    @property
    def needs_scores(self) -> bool:
        """Tell whether a score enters the rule at all."""
        return any(term.factor == SCORE or PERFORMANCE in term.by for term in self.terms)

    @property
    def needs_difficulty(self) -> bool:
        """Tell whether the coefficient of fiscal difficulty enters the rule."""
        return any(DIFFICULTY in term.by for term in self.terms)

    @property
    def factors(self) -> tuple[str, ...]:
        """Return the task volumes the rule reads, in the order of its terms."""
        return tuple(dict.fromkeys(term.factor for term in self.terms if term.factor != SCORE))

    def p_of(self, score: Fraction) -> Fraction:
        """Return the performance coefficient of a score."""
        if not self.bands:
            return score / 100
        reached = [band for band in self.bands if score >= band.score]
        return max(reached, key=lambda band: band.score).p if reached else Fraction(0)


@dataclass(frozen=True, slots=True)
class Member:
    """A unit as the rule sees it; ``key`` is its code.  ``p`` is given by hand instead of by the score."""

    key: str
    factors: Mapping[str, Fraction] = field(default_factory=dict)
    k: Fraction | None = None
    score: Fraction | None = None
    p: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and most of each unit, in 分; ``highs`` without an entry: no ceiling."""

    lows: Mapping[str, int] = field(default_factory=dict)
    highs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that decides an allocation: the same case always gives the same amounts."""

    rule: Rule
    total_fen: int
    members: tuple[Member, ...]
    bounds: Bounds = Bounds()


@dataclass(frozen=True, slots=True)
class Share:
    """What a unit gets, in 分, and how it came about.

    ``by_term`` are the exact amounts of the terms before floors and ceilings; ``exact`` is the amount before
    rounding.  ``bound`` says whether a floor or a ceiling holds.
    """

    key: str
    amount_fen: int
    exact: Fraction
    by_term: tuple[Fraction, ...]
    bound: str = ""


def allocate(case: Case) -> tuple[Share, ...]:
    """Return the shares in the order of the units' codes; the amounts add up to the total.

    Raise CannotAllocateError with one of the codes ``weights``, ``bands``, ``total``, ``nobody``, ``twice``,
    ``negative``, ``factor``, ``k``, ``score`` (what is missing, of which unit) and ``bounds``.
    """
    members = tuple(sorted(case.members, key=lambda member: member.key))
    _examine(case, members)
    parts = [_term_shares(case.rule, term, members) for term in case.rule.terms]
    by_unit = [tuple(case.total_fen * part[at] for part in parts) for at in range(len(members))]
    wishes = [sum(terms, Fraction(0)) for terms in by_unit]
    exact, bounds = _bounded(case, members, wishes)
    amounts = _rounded(case, members, exact)
    return tuple(
        Share(member.key, amount, held, terms, bound)
        for member, amount, held, terms, bound in zip(members, amounts, exact, by_unit, bounds, strict=True)
    )


def _examine(case: Case, members: Sequence[Member]) -> None:
    rule = case.rule
    if not members:
        raise CannotAllocateError("nobody")
    if len({member.key for member in members}) != len(members):
        raise CannotAllocateError("twice")
    if case.total_fen < 0 or rule.unit_fen < 1 or case.total_fen % rule.unit_fen:
        raise CannotAllocateError("total", str(rule.unit_fen))
    if sum((term.weight for term in rule.terms), Fraction(0)) != 1 or any(
        term.weight < 0 for term in rule.terms
    ):
        raise CannotAllocateError("weights")
    ranked = sorted(rule.bands, key=lambda band: band.score)
    if any(low.p > high.p or low.score == high.score for low, high in zip(ranked, ranked[1:], strict=False)):
        raise CannotAllocateError("bands")
    for member in members:
        values = [*member.factors.values(), member.k, member.score, member.p]
        if any(value is not None and value < 0 for value in values):
            raise CannotAllocateError("negative", member.key)


def _term_shares(rule: Rule, term: Term, members: Sequence[Member]) -> list[Fraction]:
    """Return which fraction of the whole each unit gets by one term."""
    if not term.weight:
        return [Fraction(0)] * len(members)
    amounts = as_integers([_adjusted(rule, term, member) for member in members])
    whole = sum(amounts)
    if not whole:
        raise CannotAllocateError("factor", term.factor)
    share = term.weight / whole
    return [share * amount for amount in amounts]


def _adjusted(rule: Rule, term: Term, member: Member) -> Fraction:
    amount = score_of(member) if term.factor == SCORE else member.factors.get(term.factor, Fraction(0))
    if not amount:
        # A unit without the task needs no coefficient for it.
        return Fraction(0)
    if DIFFICULTY in term.by:
        if member.k is None:
            raise CannotAllocateError("k", member.key)
        amount *= member.k
    if PERFORMANCE in term.by:
        amount *= performance_of(rule, member)
    return amount


def score_of(member: Member) -> Fraction:
    """Return the score of a unit; raise CannotAllocateError when it has none."""
    if member.score is None:
        raise CannotAllocateError("score", member.key)
    return member.score


def performance_of(rule: Rule, member: Member) -> Fraction:
    """Return the performance coefficient of a unit: as given by hand, else by its score."""
    return member.p if member.p is not None else rule.p_of(score_of(member))


def _bounded(
    case: Case, members: Sequence[Member], wishes: Sequence[Fraction]
) -> tuple[Sequence[Fraction], list[str]]:
    lows = [_multiple(case.bounds.lows.get(member.key, 0), case.rule.unit_fen, up=True) for member in members]
    tops = [case.bounds.highs.get(member.key) for member in members]
    highs = [None if top is None else _multiple(top, case.rule.unit_fen, up=False) for top in tops]
    if not any(lows) and all(high is None for high in highs):
        return wishes, [""] * len(members)
    try:
        held = within_bounds(case.total_fen, wishes, lows, highs)
    except CannotShareError as error:
        raise CannotAllocateError("bounds", str(error)) from error
    marks = [
        "floor" if part == low and low else "ceiling" if part == high else ""
        for part, low, high in zip(held, lows, highs, strict=True)
    ]
    return held, marks


def _multiple(amount: int, unit: int, *, up: bool) -> int:
    """Return the nearest multiple inside a bound, so that rounding cannot leave it."""
    return -(-amount // unit) * unit if up else amount // unit * unit


def _rounded(case: Case, members: Sequence[Member], exact: Sequence[Fraction]) -> list[int]:
    unit = case.rule.unit_fen
    keys = [member.key for member in members]
    if not case.total_fen:
        return [0] * len(members)
    return [unit * part for part in by_largest_remainder(case.total_fen // unit, exact, keys)]


# ---------------------------------------------------------------- what moved the money


def effects(case: Case) -> dict[str, dict[str, int]]:
    """Return, for each influence the case has, how much more or less each unit gets by it, in 分.

    Each is the difference to the same case without the influence: all scores equal, all k equal, no floors
    and ceilings.  Each adds up to 0: what one unit gains, others bear.
    """
    amounts = amounts_of(case)
    neutral: dict[str, Case] = {}
    if case.rule.needs_scores:
        neutral["score"] = replace(case, members=tuple(_without_score(member) for member in case.members))
    if case.rule.needs_difficulty:
        neutral["difficulty"] = replace(
            case, members=tuple(replace(member, k=ONE) for member in case.members)
        )
    if case.bounds.lows or case.bounds.highs:
        neutral["bounds"] = replace(case, bounds=Bounds())
    found = {}
    for name, other in neutral.items():
        try:
            without = amounts_of(other)
        except CannotAllocateError:
            # Floors that only hold by what a coefficient moves: there is nothing to compare with.
            continue
        found[name] = {key: amounts[key] - without[key] for key in amounts}
    return found


def _without_score(member: Member) -> Member:
    return replace(member, score=Fraction(100), p=ONE)


def amounts_of(case: Case) -> dict[str, int]:
    """Return what each unit gets, in 分, by its code."""
    return {share.key: share.amount_fen for share in allocate(case)}


# The order in which one year's case is turned into the next one's.
STEPS = ("total", "rule", "volumes", "difficulty", "score", "bounds")


def changes(before: Case, after: Case) -> dict[str, dict[str, int]]:
    """Return by how much each step from one case to another moved each unit's amount, in 分.

    The cases differ in up to six things, changed one after another in the order of ``STEPS``; each step is
    the difference to the one before, so that the steps add up to the whole change of the unit.  Units come
    and go with the volumes.  A step that cannot stand by itself (a rule that asks for what the older case
    lacks) is counted with the next that can.
    """
    keys = sorted({member.key for member in (*before.members, *after.members)})
    state = before
    amounts = {**dict.fromkeys(keys, 0), **amounts_of(before)}
    moved: dict[str, dict[str, int]] = {}
    for step in STEPS:
        state = _advance(state, step, after)
        try:
            reached = amounts_of(state) if step != STEPS[-1] else amounts_of(after)
        except CannotAllocateError:
            continue
        now = {**dict.fromkeys(keys, 0), **reached}
        if now != amounts:
            moved[step] = {key: now[key] - amounts[key] for key in keys}
        amounts = now
    return moved


def _advance(state: Case, step: str, after: Case) -> Case:
    if step == "total":
        return replace(state, total_fen=after.total_fen)
    if step == "rule":
        return replace(state, rule=after.rule)
    if step == "bounds":
        return replace(state, bounds=after.bounds)
    known = {member.key: member for member in state.members}
    return replace(
        state, members=tuple(_moved(known.get(goal.key, goal), step, goal) for goal in after.members)
    )


def _moved(member: Member, step: str, goal: Member) -> Member:
    if step == "volumes":
        return replace(member, factors=goal.factors)
    if step == "difficulty":
        return replace(member, k=goal.k)
    return replace(member, score=goal.score, p=goal.p)
