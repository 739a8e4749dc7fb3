"""One project's money: from where, how much of each, and on which days it moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from funding.models import MoneyEvent, Source
from records.units import FEN_PER_YUAN
from renovation_portal.demo.draw import Draw

Step, Channel = MoneyEvent.Step, Source.Channel
# From this plan year on the province adds to the central money.
PROVINCE_ADDS_FROM = 2022
PROVINCE_PERMILLE = 200
# Where the central subsidy of a project is not known.
CENTRAL_PERMILLE = 400
FEN_PER_HOUSEHOLD = 50_000
UTILITY_PERMILLE = 60


@dataclass(frozen=True)
class Purse:
    """A project as its money sees it; ``payable_fen`` is what its contracts come to."""

    project: int
    code: str
    unit: int
    year: int
    needed_fen: int
    central_fen: int | None
    payable_fen: int
    ready_on: date | None
    started_on: date | None
    completed_on: date | None
    is_settled: bool
    today: date
    # Communities shown most closely have residents and a utility that pay their part too.
    households: int = 0

    @property
    def draw(self) -> Draw:
        """Return a fresh stream of chance for this project's money alone."""
        return Draw("money", self.code)

    @property
    def shares(self) -> Mapping[str, int]:
        """Return what each channel bears of the need, in 分; together they are the need."""
        central = min(self.central_fen or self.needed_fen * CENTRAL_PERMILLE // 1000, self.needed_fen)
        central -= central % FEN_PER_YUAN
        provincial = central * PROVINCE_PERMILLE // 1000 if self.year >= PROVINCE_ADDS_FROM else 0
        provincial = min(provincial - provincial % FEN_PER_YUAN, self.needed_fen - central)
        left = self.needed_fen - central - provincial
        residents = min(self.households * FEN_PER_HOUSEHOLD, left)
        utility = left * UTILITY_PERMILLE // 1000 // FEN_PER_YUAN * FEN_PER_YUAN if self.households else 0
        utility = min(utility, left - residents)
        found = {
            Channel.CENTRAL: central,
            Channel.PROVINCIAL: provincial,
            Channel.COUNTY: left - residents - utility,
            Channel.RESIDENTS: residents,
            Channel.UTILITY: utility,
        }
        return {channel: fen for channel, fen in found.items() if fen}

    @property
    def promised_on(self) -> date:
        """Return the day on which the plan of the money was made."""
        return min(self.ready_on or date(self.year, 3, 1), date(self.year, 3, 1), self.today)

    def arrived(self, channel: str, issued: int) -> int:
        """Return what has arrived of the money issued, in 分: all of it at the end, most of it on the way."""
        if self.completed_on is not None:
            return issued
        return _yuan(issued * Draw("arrived", self.code, channel).between(62, 96) // 100)

    def paid(self, channel: str, arrived: int) -> int:
        """Return what is paid of the money arrived, in 分: by the contracts at the end, less on the way."""
        if self.completed_on is not None:
            return min(arrived, self.shares[channel] * self.payable_fen // self.needed_fen)
        return _yuan(arrived * Draw("paid", self.code, channel).between(38, 88) // 100)


def _yuan(fen: int) -> int:
    return fen - fen % FEN_PER_YUAN


def pledges(
    purse: Purse, sources: Mapping[str, Source], department: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what residents and a utility take upon themselves for a project, by channel."""
    common = {"project_id": purse.project, "first_due_on": purse.promised_on, "is_simulated": True}
    shares = purse.shares
    if Channel.RESIDENTS in shares:
        whole = shares[Channel.RESIDENTS] == purse.households * FEN_PER_HOUSEHOLD
        counted = {"households": purse.households, "basis": "household", "rate_fen": FEN_PER_HOUSEHOLD}
        yield (
            Channel.RESIDENTS,
            {
                **common,
                **(counted if whole else {}),
                "source_id": sources[Channel.RESIDENTS].pk,
                "payer": "residents",
                "group": "全体住户",
                "agreed_fen": shares[Channel.RESIDENTS],
                "instalments": 2,
                "every_months": 3,
            },
        )
    if Channel.UTILITY in shares:
        yield (
            Channel.UTILITY,
            {
                **common,
                "source_id": sources[Channel.UTILITY].pk,
                "payer": "utility",
                "group": "专营单位管线改造",
                "department_id": department,
                "agreed_fen": shares[Channel.UTILITY],
            },
        )


def events(
    purse: Purse,
    sources: Mapping[str, Source],
    allotted: Mapping[str, tuple[int, date]],
    pledged: Mapping[str, int],
) -> Iterator[dict[str, Any]]:
    """Yield the money events of one project, in the order in which they happened.

    ``allotted``: what each channel has handed down by batches so far, in 分, and since when.  What arrives of
    a contribution names it: ``pledged`` holds its primary key by channel.
    """
    issued: dict[str, tuple[int, date]] = dict(allotted)
    for channel, share in purse.shares.items():
        source = sources[channel]
        yield _event(purse, source, Step.PLANNED, purse.promised_on, share)
        if not source.by_batch:
            issued[channel] = (share, purse.promised_on)
            yield _event(purse, source, Step.ISSUED, purse.promised_on, share)
    if purse.started_on is None:
        return
    for channel in purse.shares:
        if channel in issued:
            fen, since = issued[channel]
            begin = max(purse.started_on, since)
            arrived = purse.arrived(channel, fen)
            yield from _spent(purse, sources[channel], arrived, begin, pledged.get(channel))


def _spent(
    purse: Purse, source: Source, arrived: int, begin: date, contribution: int | None
) -> Iterator[dict[str, Any]]:
    came_on = begin + timedelta(days=12)
    if not arrived or came_on > purse.today:
        return
    paid = purse.paid(source.channel, arrived)
    yield {**_event(purse, source, Step.ARRIVED, came_on, arrived), "contribution_id": contribution}
    first = paid if purse.completed_on is None else _yuan(paid * 45 // 100)
    day = min(came_on + timedelta(days=28), purse.today)
    if first:
        yield _event(purse, source, Step.PAID, day, first)
    if purse.completed_on is None:
        return
    last = min(max(purse.completed_on + timedelta(days=9), day), purse.today)
    if paid - first:
        yield _event(purse, source, Step.PAID, last, paid - first, number=2)
    if purse.is_settled and paid:
        yield _event(purse, source, Step.SETTLED, last, paid)


def _event(
    purse: Purse, source: Source, step: str, day: date, fen: int, *, number: int = 1
) -> dict[str, Any]:
    letters: Mapping[str, str] = {
        Step.PLANNED: "J",
        Step.ISSUED: "X",
        Step.ARRIVED: "D",
        Step.PAID: "Z",
        Step.SETTLED: "S",
    }
    return {
        "project_id": purse.project,
        "source_id": source.pk,
        "step": step,
        "happened_on": day,
        "amount_fen": fen,
        "voucher": f"{letters[step]}{purse.code}-{source.position}-{number}",
        "is_simulated": True,
    }
