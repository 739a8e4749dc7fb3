"""The pages of money: every sum leads to rows that add up to it; nobody sees a foreign unit's money."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from accounts.models import AuditEvent, Region, User
from funding import totals
from funding.models import Agreement, Contribution, FundBatch, PayBand
from funding.totals import Measure
from tests.conftest import ClientFor
from tests.funding.money_rows import a_batch, a_project, a_source, hand_down, happened, wan
from tests.ledgers.rows import write

pytestmark = pytest.mark.django_db
ON = date(2026, 10, 31)


@pytest.fixture
def money(db: None) -> dict[str, int]:
    """Two units with central money and residents' own, at every step of the chain."""
    central, own = a_source(), a_source("T-own", "residents", by_batch=False)
    project = a_project(
        "一小区", planned_investment_fen=wan(100), planned_area=Decimal(2000), planned_households=30
    )
    other = a_project("二小区", "222403", planned_investment_fen=wan(50), planned_area=Decimal(1000))
    batch = a_batch(central, wan(200))
    hand_down(batch, {"222401": wan(80), "222403": wan(50), project: wan(70), other: wan(50)})
    happened(project, central, date(2026, 3, 1), planned=wan(70), arrived=wan(40), paid=wan(30))
    happened(project, own, date(2026, 3, 2), planned=wan(10), issued=wan(10), arrived=wan(6), paid=wan(5))
    happened(project, central, date(2026, 9, 1), settled=wan(30))
    happened(other, central, date(2026, 3, 1), planned=wan(50), arrived=wan(50), paid=wan(20))
    return {"central": central, "own": own, "project": project, "other": other, "batch": batch}


def query(region: str, **more: Any) -> str:
    return "&".join([f"region={region}", "year=2026", f"on={ON}", *(f"{k}={v}" for k, v in more.items())])


@pytest.mark.parametrize("region", ["220000", "222400", "222401"])
@pytest.mark.parametrize("measure", Measure.values)
def test_the_rows_behind_a_sum_add_up_to_it(
    client_for: ClientFor, province_user: User, money: dict[str, int], region: str, measure: str
) -> None:
    place = Region.objects.get(code=region)
    sums = totals.of(place, years=[2026], on=ON)[None]
    expected = sums.handed_down_fen if measure == Measure.HANDED_DOWN else sums.of(measure)
    page = client_for(province_user).get(f"/funding/rows/?{query(region, measure=measure)}")
    assert page.status_code == 200
    assert page.context["total_fen"] == expected
    assert sum(line.amount for line in page.context["lines"]) == expected
    assert expected > 0


@pytest.mark.parametrize("measure", [Measure.HANDED_DOWN, Measure.PAID, Measure.ISSUED])
def test_the_rows_of_a_source_and_of_a_project_add_up_too(
    client_for: ClientFor, province_user: User, money: dict[str, int], measure: Measure
) -> None:
    client = client_for(province_user)
    place = Region.objects.get(code="220000")
    of_source = totals.of(place, years=[2026], on=ON, by="source")[money["own"]]
    of_project = totals.of_projects([money["project"]], on=ON)[money["project"]]
    for sums, narrowed in (
        (of_source, {"source": money["own"]}),
        (of_project, {"project": money["project"]}),
    ):
        expected = sums.handed_down_fen if measure == Measure.HANDED_DOWN else sums.of(measure)
        page = client.get(f"/funding/rows/?{query('220000', measure=measure.value, **narrowed)}")
        assert page.context["total_fen"] == expected


def test_the_overview_tells_the_chain_by_source_and_unit(
    client_for: ClientFor, province_user: User, money: dict[str, int]
) -> None:
    page = client_for(province_user).get(f"/funding/?{query('222400')}")
    assert page.status_code == 200
    rows = {
        (row["cells"][0]["text"] if isinstance(row["cells"][0], dict) else row["cells"][0]): row["cells"]
        for row in page.context["source_rows"]
    }
    central = [cell["text"] if isinstance(cell, dict) else cell for cell in rows["测试T-central"]]
    # 80 + 50 handed to the units, 120 on to projects, 90 of 120 arrived, 50 of 130 paid, 80 carried over.
    assert central[1:] == [120, 130, 120, 90, 50, 30, Decimal("75.00"), Decimal("38.46"), 80]
    units = {row["cells"][0]["text"]: row["kind"] for row in page.context["unit_rows"]}
    assert list(units.values()).count("group") == 1
    assert {"延吉市", "敦化市"} <= set(units)
    assert page.context["time_passed"] == Decimal("83.29")  # 304 of 365


def test_gaps_are_listed_widest_first(
    client_for: ClientFor, province_user: User, money: dict[str, int]
) -> None:
    page = client_for(province_user).get(f"/funding/gaps/?{query('220000')}")
    assert [row["cells"][0]["text"] for row in page.context["rows"]] == ["一小区"]
    assert (page.context["sum"].projects, page.context["sum"].gap_fen) == (1, wan(20))


def test_years_say_what_is_carried_over(
    client_for: ClientFor, province_user: User, money: dict[str, int]
) -> None:
    page = client_for(province_user).get(f"/funding/years/?{query('220000')}")
    [row] = page.context["rows"]
    assert (row["kind"], row["cells"][0], row["cells"][-1]) == ("chosen", "2026", 85)


def test_unit_costs_stand_beside_their_peers(
    client_for: ClientFor, province_user: User, money: dict[str, int]
) -> None:
    page = client_for(province_user).get(f"/funding/costs/?{query('222401')}")
    [row] = page.context["rows"]
    assert row["cells"][2]["text"] == 500  # 100 万元 / 2000 ㎡
    assert row["cells"][4]["text"] == Decimal("33333.33")  # 100 万元 / 30 户


def test_batches_show_what_is_left_and_by_when(
    client_for: ClientFor, province_user: User, yanji: User, money: dict[str, int]
) -> None:
    page = client_for(province_user).get("/funding/batches/?year=2026")
    [row] = page.context["rows"]
    assert [row["cells"][at] for at in (4, 5, 6)] == [200, 130, 70]
    assert row["cells"][7]["status"] == "overdue"
    own = client_for(yanji).get("/funding/batches/?year=2026").context["rows"][0]["cells"]
    assert [own[at] for at in (4, 5, 6)] == [80, 70, 10]


def test_a_unit_sees_only_its_own_part_of_a_batch(
    client_for: ClientFor, yanji: User, money: dict[str, int]
) -> None:
    page = client_for(yanji).get(f"/funding/batches/{money['batch']}/")
    assert [row["cells"][0]["text"] for row in page.context["rows"]] == ["延吉市"]
    assert "敦化" not in page.content.decode()
    assert page.context["splitting"].available_fen == wan(80)


def test_a_draft_is_seen_by_whoever_splits_it_alone(
    client_for: ClientFor, province_user: User, yanji: User
) -> None:
    batch = a_batch(a_source(), wan(10), state="draft")
    hand_down(batch, {"222401": wan(5)})
    assert client_for(province_user).get(f"/funding/batches/{batch}/").status_code == 200
    assert client_for(yanji).get(f"/funding/batches/{batch}/").status_code == 404
    assert client_for(yanji).get("/funding/batches/?year=2026").context["rows"] == []


def test_a_batch_is_drafted_and_issued_on_its_pages(client_for: ClientFor, province_user: User) -> None:
    client, source = client_for(province_user), a_source()
    sent = {
        "key": "k1",
        "source": source,
        "number": "吉财综〔2026〕8号",
        "amount_fen": "1,250.5",
        "fiscal_year": 2026,
        "plan_year": 2026,
    }
    assert client.post("/funding/batches/new/", {**sent, "amount_fen": "x"}).status_code == 400
    answers = [client.post("/funding/batches/new/", sent) for _time in range(2)]
    batch = FundBatch.objects.get()
    assert [answer["Location"] for answer in answers] == [f"/funding/batches/{batch.pk}/"] * 2
    assert (batch.amount_fen, batch.state) == (wan("1250.5"), "draft")

    url = f"/funding/batches/{batch.pk}/issue/"
    assert client.post(url, {"number": "", "issued_on": "2026-02-03"}).status_code == 400
    assert (
        client.post(url, {"key": "k2", "number": "吉财综〔2026〕8号", "issued_on": "2026-02-03"}).status_code
        == 302
    )
    batch.refresh_from_db()
    assert (batch.state, batch.issued_on) == ("issued", date(2026, 2, 3))


def test_the_money_of_a_project_with_contributions_and_an_agreement(
    client_for: ClientFor, yanji: User, money: dict[str, int]
) -> None:
    [group] = write(
        None,
        Contribution,
        [
            {
                "project_id": money["project"],
                "source_id": money["own"],
                "payer": "residents",
                "group": "1号楼1单元",
                "basis": "fixed",
                "agreed_fen": 900_000,
                "instalments": 3,
                "first_due_on": date(2026, 1, 31),
                "every_months": 1,
            }
        ],
    )
    [agreement] = write(
        None,
        Agreement,
        [
            {
                "project_id": money["project"],
                "number": "PPP-1",
                "partner": "某公司",
                "mode": "ppp",
                "base_pay_fen": wan(10),
            }
        ],
    )
    write(
        None,
        PayBand,
        [{"agreement_id": agreement, "from_score": Decimal(80), "share_percent": Decimal(90)}],
    )
    page = client_for(yanji).get(f"/funding/of-project/{money['project']}/?score=85")
    assert page.status_code == 200
    [owing] = page.context["owing"]
    assert (owing.contribution.pk, owing.arrears_fen) == (group, 900_000)
    [terms] = page.context["terms"]
    assert terms.pay_fen == wan(9)
    assert client_for(yanji).get(f"/funding/of-project/{money['project']}/?score=x").status_code == 400


def test_export_gives_the_rows_and_is_audited(
    client_for: ClientFor, province_user: User, money: dict[str, int]
) -> None:
    answer = client_for(province_user).get(f"/funding/rows/export/?{query('220000', measure='paid')}")
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    sheet: Any = openpyxl.load_workbook(io.BytesIO(content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[6] for row in cells[2:5]] == [50_000, 300_000, 200_000]
    assert cells[5][6] == 550_000
    assert AuditEvent.objects.filter(kind=AuditEvent.Kind.EXPORT, detail__what="funding.rows").exists()


def test_foreign_money_is_not_found_and_bad_addresses_are_refused(
    client_for: ClientFor, yanji: User, worker: User, money: dict[str, int]
) -> None:
    client = client_for(yanji)
    for path in ("", "gaps/", "years/", "costs/", "rows/", "batches/"):
        assert client.get(f"/funding/{path}?region=222403").status_code == 404, path
        assert client_for(worker).get(f"/funding/{path}").status_code == 403, path
    assert client.get(f"/funding/of-project/{money['other']}/").status_code == 404
    assert client.get(f"/funding/rows/?project={money['other']}").status_code == 404
    assert client.get("/funding/rows/?source=999999").status_code == 404
    assert client.get("/funding/rows/?measure=x").status_code == 400
    assert client.get("/funding/?on=2999-01-01").status_code == 400
    assert client.get("/funding/?year=x").status_code == 404
    assert client.post("/funding/").status_code == 405
