"""The arithmetic of a subsidy per community by floor area and residents' own money (Wenzhou's rule).

市级补助 = 补助基数 × (补助比例 ± 共同缔造绩效系数) × 改造面积.  It is not a share of a fixed sum: each
community has its own amount, and the total is what they add up to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from assessments.allocation import CannotAllocateError
from assessments.allocation_json import number

CLASSES = ("basic", "improving", "enhancing")


@dataclass(frozen=True, slots=True)
class Terms:
    """The parameters of the rule; shares are fractions of 1, money is in 分.

    ``base_fen`` is the most that counts for one ㎡ (300 元), ``ratio`` the share of it that is paid.
    ``least`` is the share of each class of works (基础、完善、提升) that residents must raise themselves.
    Each percentage point above the least share adds ``bonus`` points up to ``most_bonus``, a begun point
    counting whole; each below takes ``malus`` points off.  Whether a begun point below counts is
    ``malus_begun``: the source says so only for points above.
    """

    ratio: Fraction
    base_fen: int
    least: Mapping[str, Fraction]
    bonus: Fraction = Fraction(1)
    most_bonus: Fraction = Fraction(10)
    malus: Fraction = Fraction(2)
    malus_begun: bool = False


@dataclass(frozen=True, slots=True)
class Works:
    """A community: floor area in 0.01 ㎡, investment by class and what residents raise, in 分.

    What residents pay for lifts is in neither figure.
    """

    key: str
    area_cents: int
    invested_fen: Mapping[str, int]
    raised_fen: int


@dataclass(frozen=True, slots=True)
class Subsidy:
    """What a community gets, in 分, and how: 分 per ㎡ that count, the share paid, points by own money."""

    key: str
    amount_fen: int
    base_fen: Fraction
    ratio: Fraction
    points: Fraction
    required_fen: Fraction


def terms_from_json(data: Mapping[str, Any], ratio: Fraction) -> Terms:
    """Return the terms that parameters describe; raise CannotAllocateError (``rule``) when they do not."""
    try:
        return Terms(
            ratio=ratio,
            base_fen=int(data["base_fen"]),
            least={name: number(data["least"][name]) for name in CLASSES},
            bonus=number(data["bonus"]),
            most_bonus=number(data["most_bonus"]),
            malus=number(data["malus"]),
            malus_begun=bool(data.get("malus_begun", False)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise CannotAllocateError("rule", str(error)) from error


def subsidies(terms: Terms, communities: Sequence[Works]) -> tuple[Subsidy, ...]:
    """Return what each community gets, in the order of their keys; each is rounded half up to the 分.

    Raise CannotAllocateError (``negative``, ``twice``) for figures that cannot be.
    """
    if len({works.key for works in communities}) != len(communities):
        raise CannotAllocateError("twice")
    return tuple(_subsidy(terms, works) for works in sorted(communities, key=lambda works: works.key))


def _subsidy(terms: Terms, works: Works) -> Subsidy:
    if works.area_cents < 0 or works.raised_fen < 0 or any(fen < 0 for fen in works.invested_fen.values()):
        raise CannotAllocateError("negative", works.key)
    whole = sum(works.invested_fen.get(name, 0) for name in CLASSES)
    required = sum((terms.least[name] * works.invested_fen.get(name, 0) for name in CLASSES), Fraction(0))
    if not whole or not works.area_cents:
        return Subsidy(works.key, 0, Fraction(0), terms.ratio, Fraction(0), required)
    # The base is what a ㎡ costs, but not more than the cap.
    base = min(Fraction(terms.base_fen), Fraction(whole * 100, works.area_cents))
    surplus = works.raised_fen - required
    points = _points(terms, 100 * surplus / whole)
    ratio = max(terms.ratio + points / 100, Fraction(0))
    amount = base * ratio * works.area_cents / 100
    return Subsidy(works.key, half_up(amount), base, ratio, points, required)


def _points(terms: Terms, above: Fraction) -> Fraction:
    if above >= 0:
        return min(terms.bonus * -(-above // 1), terms.most_bonus)
    missing = -above
    return -terms.malus * (-(-missing // 1) if terms.malus_begun else missing // 1)


def half_up(amount: Fraction) -> int:
    """Return an amount of 分 (not below 0) as a whole number, half rounded up."""
    return int(amount + Fraction(1, 2))
