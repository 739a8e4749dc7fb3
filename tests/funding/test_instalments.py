"""Instalments add up, fall due month by month, and are in arrears after their day; pay follows the bands."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding.instalments import arrears, schedule, settle
from funding.models import Agreement, PayBand
from funding.performance import performance_pay
from tests.funding.money_rows import a_project, wan
from tests.ledgers.rows import write


def test_638_households_pay_800_yuan_in_three_instalments() -> None:
    # 成都2022: 800元/户; 638 × 800 = 510,400 元.
    parts = schedule(51_040_000, instalments=3, first_due_on=date(2026, 1, 31), every_months=1)
    assert [(part.number, part.due_on, part.amount_fen) for part in parts] == [
        (1, date(2026, 1, 31), 17_013_334),
        (2, date(2026, 2, 28), 17_013_333),
        (3, date(2026, 3, 31), 17_013_333),
    ]
    paid = settle(parts, 20_000_000)
    assert [part.received_fen for part in paid] == [17_013_334, 2_986_666, 0]
    assert [part.is_late(date(2026, 3, 1)) for part in paid] == [False, True, False]
    assert arrears(paid, date(2026, 2, 28)) == 0
    assert arrears(paid, date(2026, 3, 1)) == 14_026_667
    assert arrears(paid, date(2026, 4, 1)) == 31_040_000


def test_without_a_first_day_nothing_is_late() -> None:
    parts = schedule(1000, instalments=2, first_due_on=None, every_months=1)
    assert [part.due_on for part in parts] == [None, None]
    assert arrears(parts, date(2100, 1, 1)) == 0


@given(
    agreed=st.integers(0, 10**12),
    count=st.integers(1, 60),
    received=st.integers(-(10**6), 2 * 10**12),
    every=st.integers(1, 12),
    day=st.dates(date(2026, 1, 1), date(2040, 1, 1)),
)
def test_instalments_add_up_and_arrears_lie_between_nothing_and_all(
    agreed: int, count: int, received: int, every: int, day: date
) -> None:
    parts = schedule(agreed, instalments=count, first_due_on=date(2026, 1, 31), every_months=every)
    settled = settle(parts, received)
    assert sum(part.amount_fen for part in parts) == agreed
    assert sum(part.received_fen for part in settled) == received
    assert max(part.amount_fen for part in parts) - min(part.amount_fen for part in parts) <= 1
    assert 0 <= arrears(settled, day) <= max(agreed - received, 0)
    days = [part.due_on for part in parts if part.due_on]
    assert days == sorted(days)
    assert len(set(days)) == count


@pytest.fixture
def agreement(db: None) -> Agreement:
    [pk] = write(
        None,
        Agreement,
        [
            {
                "project_id": a_project(),
                "number": "PPP-1",
                "partner": "某公司",
                "mode": "ppp",
                "base_pay_fen": wan(100) + 1,
            }
        ],
    )
    bands = (("90", "100"), ("80", "92.50"), ("60", "50"))
    write(
        None,
        PayBand,
        [
            {"agreement_id": pk, "from_score": Decimal(score), "share_percent": Decimal(share)}
            for score, share in bands
        ],
    )
    return Agreement.objects.get(pk=pk)


@pytest.mark.parametrize(
    ("score", "pay"),
    [
        ("100", wan(100) + 1),
        ("90", wan(100) + 1),  # the bound belongs to the band above it
        ("89.99", 92_500_001),  # 92.5 % of 100,000,001 分 is 92,500,000.925
        ("80.00", 92_500_001),
        ("60", 50_000_001),  # half a 分 counts up
        ("59.99", 0),
    ],
)
def test_pay_follows_the_highest_band_the_score_reaches(agreement: Agreement, score: str, pay: int) -> None:
    assert performance_pay(agreement, Decimal(score)) == pay


def test_without_bands_or_a_yearly_pay_there_is_no_pay_to_tell(agreement: Agreement) -> None:
    agreement.base_pay_fen = None
    assert performance_pay(agreement, Decimal(95)) is None
    other = Agreement(base_pay_fen=100, pk=agreement.pk + 1)
    assert performance_pay(other, Decimal(95)) is None
