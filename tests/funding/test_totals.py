"""Sums of money and their rates: real figures of other provinces come out to the 分 and to 0.01 %."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Region
from funding import totals
from funding.totals import Money, against_time, per_cent, rounded
from projects.models import Project
from records.models import ChangeSet
from records.services import apply
from tests.funding.money_rows import a_batch, a_project, a_source, hand_down, happened, wan

pytestmark = pytest.mark.django_db


def province() -> Region:
    return Region.objects.get(code="220000")


def spent(year: int, handed: str, paid: str, on: date) -> Money:
    """Hand money down to one project of 延吉市 and pay some of it; return the province's money on a day."""
    source, project = a_source(), a_project(year=year)
    hand_down(a_batch(source, wan(handed), year=year), {"222401": wan(handed), project: wan(handed)})
    happened(project, source, date(year, 3, 1), arrived=wan(paid), paid=wan(paid))
    return totals.of(province(), years=[year], on=on)[None]


def test_tianjin_on_10_may_2022_is_7_85_points_ahead_of_time() -> None:
    on = date(2022, 5, 10)
    money = spent(2022, "21268", "9245.17", on)

    assert (money.handed_down_fen, money.paid_fen) == (wan(21268), wan("9245.17"))
    assert money.execution_rate is not None
    assert per_cent(money.execution_rate) == Decimal("43.47")
    assert rounded(against_time(money.execution_rate, on)) == Decimal("7.85")


def test_wuhua_2023_uses_51_63_per_cent_and_carries_17872_over() -> None:
    money = spent(2023, "36950", "19078", date(2023, 12, 31))

    assert per_cent(money.execution_rate) == Decimal("51.63")
    assert money.carried_over_fen == wan(17872)


def test_shandong_2017_uses_80_2_per_cent_and_carries_11682_34_over() -> None:
    money = spent(2017, "59000", "47317.66", date(2017, 12, 31))

    assert per_cent(money.execution_rate, 1) == Decimal("80.2")
    assert money.carried_over_fen == wan("11682.34")


def test_a_report_of_100_per_cent_is_33_43_when_it_is_counted() -> None:
    # Lukou: 200 万元 handed down, 66.86 paid, «资金拨付进度100%».
    assert per_cent(spent(2021, "200", "66.86", date(2021, 12, 31)).execution_rate) == Decimal("33.43")


def test_chizhou_2020_adds_up_central_provincial_and_social_money() -> None:
    central, social = a_source(), a_source("T-social", "social", by_batch=False)
    provincial = a_source("T-province", "provincial")
    project = a_project(year=2020, planned_investment_fen=wan(17558))
    for source, amount in ((central, wan(20221)), (provincial, wan(1617))):
        hand_down(a_batch(source, amount, year=2020), {"222401": amount, project: amount})
    happened(project, social, date(2020, 3, 1), issued=wan("303.47"), arrived=wan("303.47"))
    happened(project, central, date(2020, 6, 1), arrived=wan("2184.12"), paid=wan("2184.12"))
    happened(project, social, date(2020, 6, 1), paid=wan("303.47"))

    on = date(2020, 12, 31)
    whole = totals.of(province(), years=[2020], on=on)[None]
    by_channel = totals.of(province(), years=[2020], on=on, by="channel")

    assert whole == Money(
        needed_fen=wan(17558),
        allotted_fen=wan(21838),
        promised_fen=wan("303.47"),
        issued_fen=wan("22141.47"),
        arrived_fen=wan("2487.59"),
        paid_fen=wan("2487.59"),
    )
    assert whole.handed_down_fen == wan("22141.47")
    assert per_cent(whole.execution_rate) == Decimal("11.23")
    assert by_channel == {
        "central": Money(
            allotted_fen=wan(20221),
            issued_fen=wan(20221),
            arrived_fen=wan("2184.12"),
            paid_fen=wan("2184.12"),
        ),
        "provincial": Money(allotted_fen=wan(1617), issued_fen=wan(1617)),
        "social": Money(
            promised_fen=wan("303.47"),
            issued_fen=wan("303.47"),
            arrived_fen=wan("303.47"),
            paid_fen=wan("303.47"),
        ),
    }


def test_chuxiong_2019_to_2021_is_counted_over_three_plan_years() -> None:
    """Approved 211561.6, arrived 91729.87 of which households 1001.19, paid 51277.08 (万元)."""
    source, own = a_source(), a_source("T-homes", "residents", by_batch=False)
    first = a_project("一小区", year=2019, planned_investment_fen=wan("111561.6"))
    last = a_project("二小区", year=2021, planned_investment_fen=wan(100000))
    for project, year, arrived in ((first, 2019, wan(50000)), (last, 2021, wan("40728.68"))):
        hand_down(a_batch(source, wan(60000), year=year), {"222401": wan(60000), project: wan(60000)})
        happened(project, source, date(year, 3, 1), arrived=arrived)
    happened(first, source, date(2019, 3, 1), planned=wan("110560.41"), paid=wan(30000))
    happened(first, own, date(2019, 3, 1), planned=wan("1001.19"), issued=wan("1001.19"))
    happened(first, own, date(2019, 4, 1), arrived=wan("1001.19"))
    happened(last, source, date(2021, 3, 1), planned=wan(100000), paid=wan("21277.08"))

    on, years = date(2022, 1, 31), [2019, 2020, 2021]
    money = totals.of(province(), years=years, on=on)[None]
    by_year = totals.of(province(), years=years, on=on, by="year")

    assert (money.planned_fen, money.arrived_fen, money.paid_fen) == (
        wan("211561.6"),
        wan("91729.87"),
        wan("51277.08"),
    )
    assert per_cent(money.arrival_rate) == Decimal("43.36")
    assert money.gap_fen == 0
    assert sorted(by_year) == [2019, 2021]
    assert totals.total(by_year.values()) == money


def test_only_what_was_issued_by_the_day_counts_and_a_draft_never_does() -> None:
    source, project = a_source(), a_project()
    hand_down(a_batch(source, wan(100)), {"222401": wan(60), project: wan(40)})
    hand_down(a_batch(source, wan(50), state="draft"), {"222401": wan(50)})
    happened(project, source, date(2026, 3, 1), arrived=wan(30), paid=wan(20))
    happened(project, source, date(2026, 4, 1), paid=wan(-5))

    def on(day: date) -> Money:
        return totals.of(province(), years=[2026], on=day)[None]

    assert on(date(2026, 1, 31)) == Money()
    assert on(date(2026, 2, 28)) == Money(allotted_fen=wan(60), issued_fen=wan(40))
    assert on(date(2026, 3, 31)).paid_fen == wan(20)
    assert on(date(2026, 4, 1)).paid_fen == wan(15)
    assert totals.of(province(), years=[2027], on=date(2027, 1, 1)) == {None: Money()}


def test_units_see_their_own_and_add_up_to_the_prefecture() -> None:
    source = a_source()
    mine, theirs = a_project(planned_investment_fen=wan(90)), a_project("江南小区", "222403")
    hand_down(
        a_batch(source, wan(100)), {"222401": wan(60), "222403": wan(40), mine: wan(50), theirs: wan(1)}
    )
    happened(mine, source, date(2026, 3, 1), planned=wan(70), arrived=wan(30))

    on = date(2026, 6, 30)
    units = dict(Region.objects.units().values_list("code", "pk"))
    yanbian = Region.objects.get(code="222400")
    by_unit = totals.of(yanbian, years=[2026], on=on, by="unit")
    by_project = totals.of(yanbian, years=[2026], on=on, by="project")

    assert by_unit == {
        units["222401"]: Money(wan(90), wan(70), wan(60), 0, wan(50), wan(30)),
        units["222403"]: Money(allotted_fen=wan(40), issued_fen=wan(1)),
    }
    assert by_unit[units["222401"]].gap_fen == wan(20)
    assert by_project == {
        mine: Money(wan(90), wan(70), wan(50), 0, wan(50), wan(30)),
        theirs: Money(allotted_fen=wan(1), issued_fen=wan(1)),
    }
    assert totals.of(yanbian, years=[2026], on=on)[None] == totals.total(by_unit.values())
    assert totals.of(Region.objects.get(code="222401"), years=[2026], on=on)[None] == by_unit[units["222401"]]
    assert totals.of(Region.objects.get(code="220200"), years=[2026], on=on) == {None: Money()}
    assert totals.of(yanbian, years=[2026], on=on, by="source") == {
        source: Money(0, wan(70), wan(100), 0, wan(51), wan(30))
    }


@pytest.mark.parametrize("code", ["220000", "222400", "222401"])
def test_one_pass_gives_units_and_channels_what_two_give(code: str) -> None:
    batched, own = a_source(), a_source("T-own", channel="county", by_batch=False)
    one, two = a_project(), a_project(unit="220101")
    hand_down(a_batch(batched, wan(90)), {"222401": wan(50), one: wan(20), "220101": wan(10)})
    happened(one, batched, date(2026, 3, 1), planned=wan(30), arrived=wan(20), paid=wan(7))
    happened(two, own, date(2026, 3, 1), planned=wan(8), issued=wan(6), arrived=wan(5), paid=wan(4))
    region, on = Region.objects.get(code=code), date(2026, 5, 1)

    units, channels = totals.by_unit_and_channel(region, years=[2026], on=on)

    assert units == totals.of(region, years=[2026], on=on, by="unit")
    assert channels == totals.of(region, years=[2026], on=on, by="channel")
    assert totals.total(channels.values()).paid_fen == {"220000": wan(11)}.get(code, wan(7))


def test_a_withdrawn_project_needs_nothing_more_but_what_it_spent_stays_spent() -> None:
    source, project = a_source(), a_project(planned_investment_fen=wan(90))
    hand_down(a_batch(source, wan(100)), {"222401": wan(60), project: wan(50)})
    happened(project, source, date(2026, 3, 1), planned=wan(70), arrived=wan(30), paid=wan(10))
    apply(Project, actor=None, source=ChangeSet.Source.JOB, pk=project, values={"standing": "withdrawn"})

    money = totals.of(province(), years=[2026], on=date(2026, 12, 31))[None]
    assert money == Money(0, 0, wan(60), 0, wan(50), wan(30), wan(10))
    alone = totals.of_projects([project], on=date(2026, 12, 31))[project]
    assert alone == Money(wan(90), wan(70), wan(50), 0, wan(50), wan(30), wan(10))


@pytest.mark.parametrize("by", [None, "unit", "source", "channel", "project", "year"])
def test_the_number_of_queries_does_not_grow(by: totals.By | None) -> None:
    source = a_source()
    for name in ("一", "二", "三"):
        project = a_project(f"{name}小区")
        hand_down(a_batch(source, wan(10)), {"222401": wan(10), project: wan(10)})
        happened(project, source, date(2026, 3, 1), arrived=wan(1))
    region = province()
    with CaptureQueriesContext(connection) as asked:
        totals.of(region, years=[2026], on=date(2026, 6, 30), by=by)
    assert len(asked) <= 4


def test_money_is_kept_in_frozen_data_and_read_back() -> None:
    money = Money(1, 2, 3, 4, 5, 6, 7, 8)
    assert money.as_json() == {
        "needed_fen": 1,
        "planned_fen": 2,
        "allotted_fen": 3,
        "promised_fen": 4,
        "issued_fen": 5,
        "arrived_fen": 6,
        "paid_fen": 7,
        "settled_fen": 8,
    }
    assert Money.from_json(money.as_json()) == money
    assert Money.from_json({"paid_fen": 3, "something_else": 9}) == Money(paid_fen=3)


def test_rates_without_a_base_are_none_not_zero() -> None:
    assert (Money(paid_fen=5).execution_rate, Money().arrival_rate, per_cent(None)) == (None, None, None)


@given(part=st.integers(-(10**15), 10**15), whole=st.integers(1, 10**15), places=st.integers(0, 4))
def test_rounding_is_half_up_to_the_last_place(part: int, whole: int, places: int) -> None:
    exact = Fraction(part, whole)
    shown = rounded(exact, places)
    error = abs(Fraction(shown) - exact)
    half = Fraction(1, 2 * 10**places)
    assert error < half or (error == half and abs(Fraction(shown)) > abs(exact))
