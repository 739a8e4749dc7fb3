"""Counting a vote: whole numbers and fractions only, and nothing of Django.

Who counts (民法典 第二百七十八条; 最高人民法院 建筑物区分所有权司法解释 第八、九条):

* A *person* is an owner.  Several places of one owner are one person, with the sum of their areas.
* A person speaks once for all of their places: of the live answers of all places the latest one counts, for
  the whole area.  A person takes part when at least one of their places has answered.
* Who abstains takes part, and does not agree.  Who does not answer neither takes part nor counts with the
  majority: older rules of meetings that added silent owners to it have no basis in 第二百七十八条.
* Both conditions bind twice, for people and for area: enough take part, and of those enough agree.  "以上"
  includes the number itself, "过半数" does not.

Areas are whole hundredths of a square metre (平方分米), so that no sum is ever rounded.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

AGREE = "agree"
AGAINST = "against"
ABSTAIN = "abstain"
CHOICES = (AGREE, AGAINST, ABSTAIN)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a vote must reach.

    ``join`` of the roll must take part, inclusive.  ``agree`` of those taking part must agree, of the whole
    roll when ``agree_of_all``; inclusive, or more than that when ``agree_is_exclusive``.
    """

    join: Fraction
    agree: Fraction
    agree_is_exclusive: bool = False
    agree_of_all: bool = False

    def __post_init__(self) -> None:
        """Refuse shares outside 0 to 1."""
        if not (0 <= self.join <= 1 and 0 <= self.agree <= 1):
            raise ValueError("a share lies between 0 and 1")


@dataclass(frozen=True, slots=True)
class Place:
    """One place on the roll: its owner, its area, and its live answer, if any.

    ``order`` tells which of two answers came later; no two answers have the same.
    """

    person: str
    area: int
    choice: str = ""
    order: int = 0


@dataclass(frozen=True, slots=True)
class Weight:
    """A number of people and their area in hundredths of a square metre."""

    people: int = 0
    area: int = 0

    def __add__(self, other: Weight) -> Weight:
        """Add people to people and area to area."""
        return Weight(self.people + other.people, self.area + other.area)

    def shares_of(self, whole: Weight) -> tuple[Fraction, Fraction]:
        """Return the shares of people and of area in a whole; of nothing the share is 0."""
        return _share(self.people, whole.people), _share(self.area, whole.area)


@dataclass(frozen=True, slots=True)
class Missing:
    """What is missing to a threshold: so many people and so much area (hundredths of a ㎡) more.

    None: it cannot be reached any more unless somebody who has answered changes the answer.
    """

    people: int | None
    area: int | None

    @property
    def is_met(self) -> bool:
        """Say whether nothing is missing."""
        return self.people == 0 and self.area == 0


@dataclass(frozen=True, slots=True)
class Tally:
    """A vote as counted: the roll, who took part, what they answered."""

    rule: Rule
    households: int
    answered: int
    roll: Weight
    agree: Weight
    against: Weight
    abstain: Weight

    @property
    def joined(self) -> Weight:
        """Return who took part."""
        return self.agree + self.against + self.abstain

    @property
    def base(self) -> Weight:
        """Return what the agreement is a share of: who takes part, or the whole roll where the rule says."""
        return self.roll if self.rule.agree_of_all else self.joined

    @property
    def join_shares(self) -> tuple[Fraction, Fraction]:
        """Return the shares of people and of area that took part."""
        return self.joined.shares_of(self.roll)

    @property
    def agree_shares(self) -> tuple[Fraction, Fraction]:
        """Return the shares of people and of area that agree, of ``base``."""
        return self.agree.shares_of(self.base)

    @property
    def is_quorate(self) -> bool:
        """Say whether enough people with enough area took part; an empty vote never is."""
        return self.joined.people > 0 and all(share >= self.rule.join for share in self.join_shares)

    @property
    def is_agreed(self) -> bool:
        """Say whether enough people with enough area agree."""
        return self.agree.people > 0 and all(
            share > self.rule.agree if self.rule.agree_is_exclusive else share >= self.rule.agree
            for share in self.agree_shares
        )

    @property
    def is_passed(self) -> bool:
        """Say whether the matter is decided in favour."""
        return self.is_quorate and self.is_agreed

    @property
    def missing_to_join(self) -> Missing:
        """Return how many more must take part."""
        joined, roll, need = self.joined, self.roll, self.rule.join
        return Missing(
            max(0, _ceiling(need * roll.people) - joined.people, int(joined.people == 0)),
            max(0, _ceiling(need * roll.area) - joined.area),
        )

    @property
    def missing_to_agree(self) -> Missing:
        """Return how many more must take part *and agree*, as those taking part stand now."""
        return Missing(
            self._more(self.agree.people, self.joined.people, self.roll.people, at_least=1),
            self._more(self.agree.area, self.joined.area, self.roll.area, at_least=0),
        )

    def _more(self, agree: int, joined: int, roll: int, at_least: int) -> int | None:
        """Return the least further number, all agreeing, that reaches the share; None beyond the silent.

        Every newcomer enlarges both those who agree and those who take part: (agree + x) / (joined + x).
        """
        need, exclusive = self.rule.agree, self.rule.agree_is_exclusive
        silent = roll - joined
        if self.rule.agree_of_all:
            more = _least(need * roll - agree, exclusive)
        elif need < 1:
            more = _least((need * joined - agree) / (1 - need), exclusive)
        elif agree == joined and not exclusive:
            more = 0
        else:
            return None
        more = max(more, at_least - agree, 0)
        return more if more <= silent else None

    def as_data(self) -> dict[str, Any]:
        """Return the tally as plain data to be kept: whole numbers, fractions as texts."""
        rule = self.rule
        return {
            "rule": {
                "join": str(rule.join),
                "agree": str(rule.agree),
                "agree_is_exclusive": rule.agree_is_exclusive,
                "agree_of_all": rule.agree_of_all,
            },
            "households": self.households,
            "answered": self.answered,
            **{
                name: [weight.people, weight.area]
                for name, weight in (
                    ("roll", self.roll),
                    (AGREE, self.agree),
                    (AGAINST, self.against),
                    (ABSTAIN, self.abstain),
                )
            },
            "is_quorate": self.is_quorate,
            "is_passed": self.is_passed,
        }

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Tally:
        """Return the tally that ``as_data`` has written."""
        rule = data["rule"]
        return cls(
            rule=Rule(
                Fraction(rule["join"]),
                Fraction(rule["agree"]),
                agree_is_exclusive=rule["agree_is_exclusive"],
                agree_of_all=rule["agree_of_all"],
            ),
            households=data["households"],
            answered=data["answered"],
            roll=Weight(*data["roll"]),
            agree=Weight(*data[AGREE]),
            against=Weight(*data[AGAINST]),
            abstain=Weight(*data[ABSTAIN]),
        )


def count(rule: Rule, places: Iterable[Place]) -> Tally:
    """Count the places of a roll with their live answers; raises ValueError for an answer that is none."""
    areas: dict[str, int] = {}
    latest: dict[str, Place] = {}
    households = answered = 0
    for place in places:
        households += 1
        areas[place.person] = areas.get(place.person, 0) + place.area
        if not place.choice:
            continue
        if place.choice not in CHOICES:
            raise ValueError(place.choice)
        answered += 1
        before = latest.get(place.person)
        if before is None or place.order > before.order:
            latest[place.person] = place
    sides = dict.fromkeys(CHOICES, Weight())
    for person, place in latest.items():
        sides[place.choice] += Weight(1, areas[person])
    return Tally(
        rule=rule,
        households=households,
        answered=answered,
        roll=Weight(len(areas), sum(areas.values())),
        agree=sides[AGREE],
        against=sides[AGAINST],
        abstain=sides[ABSTAIN],
    )


def percent(share: Fraction, places: int = 2) -> str:
    """Return a share in per cent, cut off after ``places`` digits.

    Cut off and not rounded: 66.666… % must not read 66.67 % where two thirds are just missed.
    """
    scaled = share.numerator * 100 * 10**places // share.denominator
    whole, rest = divmod(scaled, 10**places)
    return f"{whole}.{rest:0{places}d}" if places else str(whole)


def _share(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else Fraction(0)


def _ceiling(number: Fraction) -> int:
    return -(-number.numerator // number.denominator)


def _least(number: Fraction, exclusive: bool) -> int:
    """Return the least whole number that is at least, or more than, a number."""
    return number.numerator // number.denominator + 1 if exclusive else _ceiling(number)
