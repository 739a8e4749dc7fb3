"""Tables of money as offices send them: what a row means, and what is said where it cannot be told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Region, User
from funding.models import Agreement, Allotment, Contribution, MoneyEvent, Source
from ledgers.importing import batches
from ledgers.importing.plan import ImportPlan
from ledgers.models import ImportBatch
from ledgers.registry import LEDGERS
from projects.models import Contract
from records.services import Mode
from tests.funding.money_rows import a_batch, a_project, a_source, hand_down, wan
from tests.ledgers.fund_rows import source
from tests.ledgers.rows import write

pytestmark = pytest.mark.django_db
CENTRAL = "中央财政补助（保障性安居工程）"


def sent(slug: str, text: str, user: User, unit: str = "222401") -> ImportBatch:
    """Upload a table and let it be read."""
    file = SimpleUploadedFile("资金.csv", text.encode())
    region = Region.objects.get(code=unit)
    batch = batches.upload(user=user, ledger=LEDGERS[slug], region=region, year=2026, file=file)
    batches.check(batch)
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.PLANNED, (batch.refusal, batch.mapping)
    return batch


def planned(slug: str, text: str, user: User) -> ImportPlan:
    return batches.plan_of(sent(slug, text, user))


def saved(slug: str, text: str, user: User) -> None:
    batch = sent(slug, text, user)
    assert [row.problems for row in batches.plan_of(batch).rows if row.problems] == []
    batches.start_commit(batch, mode=Mode.ALL_OR_NOTHING)


def told(found: ImportPlan) -> list[list[str]]:
    return [[code for _key, code, *_rest in row.problems] for row in found.rows]


@pytest.mark.parametrize(
    ("heading", "cell", "fen"),
    [
        ("金额（万元）", "204.00", 204_000_000),
        ("金额（元）", "2040000.01", 204_000_001),
        ("金额(亿元)", "0.0204", 204_000_000),
        ("金额", "204", 204_000_000),
        ("金额", "2,040,000元", 204_000_000),
        ("金额（万元）", "２０４．５", 204_500_000),
        ("金额（万元）", "-0.000001", -1),
    ],
)
def test_money_is_read_in_the_unit_of_its_heading_or_its_cell(
    heading: str, cell: str, fen: int, yanji: User
) -> None:
    a_project("一区", planned_households=212)
    text = f"小区名称,资金来源,环节,日期,凭证号,备注,{heading}\n"
    text += f'一区,{CENTRAL},计划,2026-03-01,1,更正,"{cell}"\n'
    found = planned("money-events", text, yanji)
    assert (told(found)[0], found.rows[0].values.get("amount_fen")) in (
        ([], fen),
        (["money_order"], fen),  # a correction of nothing is refused, but it was read
    )


def test_a_row_of_payments_names_its_contract_and_contribution(yanji: User) -> None:
    project, own = a_project("一区", planned_households=212), source("residents-direct")
    row = {"project_id": project, "kind": "construction", "number": "HT-1", "firm": "某公司"}
    [contract] = write(None, Contract, [row])
    group = {"project_id": project, "payer": "residents", "group": "1栋1单元", "households": 12}
    given, _other = write(
        None,
        Contribution,
        [
            {**group, "source_id": own, "agreed_fen": wan("0.96")},
            {**group, "source_id": source("residents-donation"), "agreed_fen": wan("0.1")},
        ],
    )
    head = "小区名称,资金来源,环节,日期,凭证号,金额（元）,合同编号,出资对象\n"
    saved(
        "money-events",
        head
        + "一区,居民直接出资,下达,2026-03-01,1,9600,,\n"
        + "一区,居民直接出资,到位,2026-03-02,2,9600,,1栋1单元\n"
        + "一区,居民直接出资,拨付,2026-03-03,3,9600,HT-1,\n",
        yanji,
    )
    rows = MoneyEvent.objects.order_by("happened_on")
    assert list(rows.values_list("step", "amount_fen", "contract", "contribution")) == [
        ("issued", 960_000, None, None),
        ("arrived", 960_000, None, given),
        ("paid", 960_000, contract, None),
    ]
    wrong = planned(
        "money-events",
        head + "一区,居民直接出资,拨付,2026-03-03,4,1,HT-9,\n一区,居民直接出资,到位,2026-03-03,5,1,,9栋\n",
        yanji,
    )
    assert [codes[0] for codes in told(wrong)] == ["unknown_contract", "unknown_contribution"]


def test_a_table_of_parts_finds_batch_unit_and_project(province_user: User) -> None:
    first, _foreign = a_project("一区"), a_project("一区", unit="222403")
    batch = a_batch(source("central-subsidy"), wan(100), number="吉财综〔2026〕1号")
    head = "批次文号,市县,小区名称,分配金额（万元）,分解日期\n"
    saved(
        "allotments",
        head + "吉财综[2026]1号,延吉市,,60,2026-02-10\n吉财综（2026）1号,延吉市,一区,40,2026-02-11\n",
        province_user,
    )
    rows = Allotment.objects.order_by("pk").values_list(
        "batch", "unit__code", "project", "amount_fen", "allotted_on"
    )
    assert list(rows) == [
        (batch, "222401", None, wan(60), date(2026, 2, 10)),
        (batch, "222401", first, wan(40), date(2026, 2, 11)),
    ]
    again = planned("allotments", head + "吉财综〔2026〕1号,延吉市,一区,39,2026-02-11\n", province_user)
    assert [row.status for row in again.rows] == ["changed"]


def test_a_number_that_two_batches_share_wants_the_source(province_user: User) -> None:
    a_batch(source("central-subsidy"), wan(100), number="1号")
    provincial = a_batch(source("provincial-subsidy"), wan(50), number="1号")
    head = "批次文号,市县,分配金额（万元）"
    assert told(planned("allotments", f"{head}\n1号,延吉市,10\n2号,延吉市,10\n", province_user)) == [
        ["ambiguous"],
        ["unknown_batch"],
    ]
    saved("allotments", f"{head},资金来源\n1号,延吉市,10,省级补助\n", province_user)
    assert Allotment.objects.get().batch_id == provincial


def test_a_community_of_another_plan_year_is_told_so(province_user: User) -> None:
    a_project("一区", year=2027)
    a_batch(source("central-subsidy"), wan(100), number="1号")
    text = "批次文号,市县,小区名称,分配金额（万元）\n1号,延吉市,一区,1\n"
    assert told(planned("allotments", text, province_user)) == [["unknown_project"]]


def test_an_officer_neither_sees_nor_names_money_of_strangers(yanji: User, dunhua: User) -> None:
    hand_down(a_batch(a_source(), wan(100)), {"222401": wan(60), "222403": wan(30)})
    [own] = Allotment.objects.visible_to(yanji)
    [theirs] = Allotment.objects.visible_to(dunhua)
    assert (own.unit.code, theirs.unit.code) == ("222401", "222403")
    foreign = Region.objects.get(code="222403")
    [mine] = write(
        None,
        Source,
        [
            {
                "code": "dh",
                "name": "敦化专项",
                "region_id": foreign.pk,
                "channel": "county",
                "instrument": "own_budget",
            }
        ],
    )
    a_batch(mine, wan(1), number="敦1号", region_id=foreign.pk, subject="")
    assert not Source.objects.visible_to(yanji).filter(pk=mine).exists()
    text = "批次文号,市县,分配金额（万元）\n敦1号,延吉市,1\n"
    assert told(planned("allotments", text, yanji)) == [["unknown_batch"]]


def test_contributions_and_agreements_are_read_from_plain_tables(yanji: User) -> None:
    a_project("一区", planned_households=212)
    saved(
        "contributions",
        "小区名称,资金来源,出资方,出资对象,户数,计算方式,出资标准（元）,期数,首期应缴日期\n"
        "一区,居民直接出资,居民,1栋,36户,每户,800,3,2026年6月1日\n",
        yanji,
    )
    given = Contribution.objects.get()
    assert (given.agreed_fen, given.instalments, given.first_due_on) == (2_880_000, 3, date(2026, 6, 1))
    saved(
        "agreements",
        "小区名称,协议编号,社会资本方,参与方式,年度付费（万元）,开始日期\n一区,XY-1,某公司,绩效付费,96.5,2026-04-01\n",
        yanji,
    )
    saved(
        "pay-bands",
        "小区名称,协议编号,得分下限,付费比例（%）\n一区,XY-1,90,100\n一区,XY-1,75.5,62.05\n",
        yanji,
    )
    agreed = Agreement.objects.get()
    bands: list[Any] = list(agreed.bands.values_list("from_score", "share_percent"))
    assert (agreed.mode, agreed.base_pay_fen) == ("ppp", wan("96.5"))
    assert bands == [
        (Decimal("90.00"), Decimal("100.00")),
        (Decimal("75.50"), Decimal("62.05")),
    ]
