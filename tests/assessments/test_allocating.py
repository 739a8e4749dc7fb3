"""An allocation from its figures to its batch: gathered, kept, signed by a second person, handed over."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import AuditEvent, Region, User
from accounts.roles import Role
from assessments import signing
from assessments.allocating import Limits, Order, amounts_of, is_intact, recompute, simulate
from assessments.allocation_comparing import side_by_side, steps_since
from assessments.allocation_data import load_allocation_rules
from assessments.effects import effect_of
from assessments.models import AllocationRule, AllocationRun, AllocationShare, FiscalFactor
from funding.models import Allotment, FundBatch, Source
from tests.conftest import make_user
from tests.trust.world import fill, write

pytestmark = pytest.mark.django_db
YEAR = 2020
YANJI, SHULAN = "222401", "220283"


@pytest.fixture
def province() -> Region:
    """Give the province with tasks in two units, the packaged rules and coefficients."""
    load_allocation_rules()
    fill(YANJI, 2)
    fill(SHULAN, 1)
    for code, value in ((YANJI, "1.2000"), (SHULAN, "0.9000")):
        unit = Region.objects.get(code=code)
        write(FiscalFactor, [{"unit_id": unit.pk, "year": 2019, "coefficient": Decimal(value)}])
    return Region.objects.get(code="220000")


@pytest.fixture
def maker() -> User:
    """Give whoever makes scenarios."""
    return make_user("maker", "测算人", Role.MANAGER, "220000")


@pytest.fixture
def signer() -> User:
    """Give the second person."""
    return make_user("signer", "签发人", Role.MANAGER, "220000")


def order(region: Region, code: str = "cz2019-31-first", **changed: Any) -> Order:
    values: dict[str, Any] = {
        "region": region,
        "rule": AllocationRule.objects.current().get(code=code),
        "year": YEAR,
        "task_year": YEAR,
        "score_year": YEAR - 1,
        "total_fen": 100_000_001,
        "choice": "live",
    }
    return Order(**(values | changed))


def scored(**scores: str) -> dict[str, dict[str, Fraction]]:
    return {code.removeprefix("u"): {"score": Fraction(value)} for code, value in scores.items()}


def test_figures_come_from_ledgers_and_dashboards_and_the_amounts_add_up(province: Region) -> None:
    found = simulate(order(province))
    assert found.problem == ""
    members = {row["key"]: row for row in found.inputs["case"]["members"]}
    assert set(members) == {YANJI, SHULAN}
    assert members[YANJI] == {
        "key": YANJI,
        "factors": {"area": "4240000", "buildings": "12", "communities": "2", "households": "424"},
        # The coefficient of 2019 holds until a later year has its own.
        "k": "1.2",
        "score": None,
        "p": None,
    }
    # All factors stand 2 : 1, so the shares stand 2 × 1.2 : 1 × 0.9.
    amounts = {share["key"]: share["amount_fen"] for share in found.result["shares"]}
    assert amounts == {YANJI: 72_727_273, SHULAN: 27_272_728}


def test_what_is_missing_is_named_and_nothing_is_shared(province: Region) -> None:
    found = simulate(order(province, "cz2019-31-later"))
    assert found.result == {}
    assert "has no issued score" in found.problem
    typed = simulate(order(province, "cz2019-31-later", typed=scored(u222401="90", u220283="60")))
    assert typed.problem == ""
    assert typed.inputs["typed"] == {YANJI: ["score"], SHULAN: ["score"]}


def test_a_scenario_says_the_same_whatever_the_ledgers_become(province: Region, maker: User) -> None:
    run = signing.keep(simulate(order(province)), title="中央资金", by=maker)
    before = amounts_of(run)
    fill(SHULAN, 3, start=50)
    run.refresh_from_db()
    assert is_intact(run)
    assert recompute(run.inputs) == run.result
    assert amounts_of(run) == before
    assert dict(run.shares.values_list("unit__code", "amount_fen")) == before
    again = signing.keep(simulate(order(province)), title="中央资金", by=maker)
    assert amounts_of(again) != before


def test_two_runs_of_the_same_figures_have_the_same_hash(province: Region, maker: User) -> None:
    first, second = (signing.keep(simulate(order(province)), title=title, by=maker) for title in "甲乙")
    assert first.sha256 == second.sha256


@pytest.mark.parametrize("field", ["total_fen", "sha256", "year"])
def test_the_database_refuses_to_change_a_run(province: Region, maker: User, field: str) -> None:
    run = signing.keep(simulate(order(province)), title="中央资金", by=maker)
    with pytest.raises(DatabaseError), transaction.atomic():
        AllocationRun.objects.filter(pk=run.pk).update(**{field: 1})
    with pytest.raises(TypeError):
        AllocationShare.objects.update(amount_fen=1)


def test_whoever_made_a_scenario_does_not_sign_it(
    province: Region, maker: User, signer: User, settings: Any
) -> None:
    run = signing.keep(simulate(order(province)), title="中央资金", by=maker)
    with pytest.raises(signing.RunError, match="another person signs"):
        signing.sign(run, by=maker)
    run.refresh_from_db()
    assert run.state == AllocationRun.State.SCENARIO
    signed = signing.sign(run, by=signer)
    assert (signed.state, signed.signed_by) == (AllocationRun.State.SIGNED, signer)
    (kept,) = AuditEvent.objects.filter(kind=AuditEvent.Kind.ALLOCATION_SIGN)
    assert kept.actor == signer
    assert kept.detail == {
        "allocation": run.pk,
        "year": run.year,
        "total_fen": run.total_fen,
        "sha256": run.sha256,
    }
    settings.ALLOCATION_FOUR_EYES = False
    other = signing.keep(simulate(order(province)), title="省级资金", by=maker)
    assert signing.sign(other, by=maker).is_signed


def test_one_sum_is_signed_once_and_a_discarded_scenario_not_at_all(
    province: Region, maker: User, signer: User
) -> None:
    first, second, third = (
        signing.keep(simulate(order(province)), title="中央资金", by=maker) for _ in range(3)
    )
    signing.sign(first, by=signer)
    with pytest.raises(signing.RunError, match="was signed before"):
        signing.sign(second, by=signer)
    signing.discard(third, by=maker)
    with pytest.raises(signing.RunError, match="put away"):
        signing.sign(third, by=signer)
    with pytest.raises(signing.RunError):
        signing.discard(first, by=maker)


def test_a_signed_run_becomes_a_draft_batch_of_exactly_its_shares_once(
    province: Region, maker: User, signer: User
) -> None:
    source = Source.objects.live().filter(by_batch=True, region=province).first()
    assert source is not None
    run = signing.keep(simulate(order(province, year=2026)), title="中央资金", by=maker)
    words: Any = {"source": source, "number": "吉财综〔2026〕1号", "title": "下达资金"}
    with pytest.raises(signing.RunError):
        signing.to_batch(run, by=maker, **words)
    signing.sign(run, by=signer)
    made = signing.to_batch(run, by=maker, **words)
    batch = FundBatch.objects.get(pk=made.batch_id or 0)
    assert (batch.state, batch.amount_fen, batch.fiscal_year, batch.plan_year) == (
        FundBatch.State.DRAFT,
        100_000_001,
        2026,
        YEAR,
    )
    parts = Allotment.objects.live().filter(batch=batch, project=None)
    assert dict(parts.values_list("unit__code", "amount_fen")) == amounts_of(run)
    with pytest.raises(signing.RunError):
        signing.to_batch(made, by=maker, **words)


def test_floors_by_last_year_hold_and_what_moved_is_told(province: Region, maker: User, signer: User) -> None:
    last = signing.sign(
        signing.keep(simulate(order(province, year=2019)), title="中央资金", by=maker), by=signer
    )
    limits = Limits(floor_percent=Fraction(95), ceiling_fen=70_000_000)
    found = simulate(order(province, previous=last, limits=limits))
    run = signing.keep(found, title="中央资金", by=maker)
    amounts = amounts_of(run)
    assert sum(amounts.values()) == 100_000_001
    assert amounts[YANJI] == 70_000_000
    assert amounts[SHULAN] >= amounts_of(last)[SHULAN] * 95 // 100
    steps = steps_since(run)
    assert steps is not None
    assert [row["change"] for row in steps["rows"]] == [
        amounts[key] - amounts_of(last)[key] for key in sorted(amounts)
    ]
    assert steps["total"]["change"] == 0
    beside = side_by_side([last, run])
    assert [cell["difference"] for cell in beside["totals"]] == [None, 0]


def test_the_worth_of_a_score_is_the_difference_to_equal_scores(
    province: Region, maker: User, signer: User
) -> None:
    yanji, shulan = (Region.objects.get(code=code) for code in (YANJI, SHULAN))
    assert effect_of(yanji, 2019) is None
    typed = scored(u222401="90", u220283="60")
    run = signing.keep(
        simulate(order(province, "cz2019-31-later", typed=typed, total_fen=100_000_000)), title="甲", by=maker
    )
    assert effect_of(yanji, 2019) is None
    signing.sign(run, by=signer)
    gained, lost = effect_of(yanji, 2019), effect_of(shulan, 2019)
    # A tenth by score: 60 % and 40 % of it instead of a half each.
    assert gained is not None
    assert lost is not None
    assert (gained.by_score_fen, lost.by_score_fen) == (1_000_000, -1_000_000)
    assert gained.amount_fen == amounts_of(run)[YANJI]
    assert effect_of(yanji, 2018) is None


# ---------------------------------------------------------------- pages

ClientFor = Callable[[User], Client]


def fields(**changed: Any) -> dict[str, Any]:
    rule = AllocationRule.objects.current().get(code=changed.pop("code", "cz2019-31-first"))
    return {
        "key": "a-key",
        "title": "中央资金",
        "rule": rule.pk,
        "year": YEAR,
        "total": "100.000001",
        "task_year": YEAR,
        "choice": "live",
        "score_year": YEAR - 1,
        **changed,
    }


def test_calculating_keeps_nothing_and_keeping_twice_keeps_one(
    province: Region, maker: User, client_for: ClientFor
) -> None:
    client = client_for(maker)
    page = client.post("/allocation/new/", fields(calculate="1"))
    assert page.status_code == 200
    assert "72.73" in page.content.decode()
    assert AllocationRun.objects.count() == 0
    for _time in range(2):
        answer = client.post("/allocation/new/", fields(keep="1"))
        run = AllocationRun.objects.get()
        assert answer.headers["Location"] == f"/allocation/{run.pk}/"
    assert (run.total_fen, run.made_by) == (100_000_001, maker)
    assert client.get(f"/allocation/{run.pk}/").status_code == 200


def test_figures_typed_in_the_table_enter_the_calculation_and_slips_are_refused(
    province: Region, maker: User, client_for: ClientFor
) -> None:
    client = client_for(maker)
    client.post("/allocation/new/", fields(keep="1", **{f"k-{YANJI}": "0.9", "k-999999": "5"}))
    run = AllocationRun.objects.get()
    assert amounts_of(run) == {YANJI: 66_666_667, SHULAN: 33_333_334}
    assert run.inputs["typed"] == {YANJI: ["k"]}
    for text in ("abc", "-1", "1e9", "NaN"):
        page = client.post("/allocation/new/", fields(calculate="1", **{f"k-{YANJI}": text}))
        assert page.status_code == 400
    assert AllocationRun.objects.count() == 1


def test_a_rule_that_needs_scores_says_whose_are_missing(
    province: Region, maker: User, client_for: ClientFor
) -> None:
    page = client_for(maker).post("/allocation/new/", fields(code="cz2019-31-later", keep="1"))
    assert "has no issued score" in page.content.decode()
    assert AllocationRun.objects.count() == 0


def test_the_published_version_is_for_signed_runs_and_the_units_they_concern(
    province: Region, maker: User, signer: User, client_for: ClientFor
) -> None:
    run = signing.keep(simulate(order(province)), title="中央资金", note="内部说明", by=maker)
    officer = client_for(make_user("officer", "录入", Role.ENTRY, YANJI))
    address = f"/allocation/published/{run.pk}/"
    assert officer.get(address).status_code == 404
    assert officer.get(f"/allocation/{run.pk}/").status_code == 403
    signing.sign(run, by=signer)
    page = officer.get(address).content.decode()
    assert "72.73" in page
    assert "内部说明" not in page


def test_the_workbook_holds_the_amounts_to_the_fen(
    province: Region, maker: User, client_for: ClientFor
) -> None:
    run = signing.keep(simulate(order(province)), title="=中央资金", by=maker)
    answer = client_for(maker).get(f"/allocation/{run.pk}/export/")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    column = rows[1].index("Amount (10,000 yuan)")
    amounts = {row[0]: Decimal(str(row[column])) for row in rows[2:4]}
    assert amounts == {YANJI: Decimal("72.727273"), SHULAN: Decimal("27.272728")}
    assert sheet["A1"].data_type == "s"


def test_a_revision_is_a_new_row_and_runs_keep_theirs(
    province: Region, maker: User, client_for: ClientFor
) -> None:
    run = signing.keep(simulate(order(province)), title="中央资金", by=maker)
    rule = run.rule
    sent = {
        "name": rule.name,
        "document": rule.document,
        "effective_from": "2026-01-01",
        "source": "试算",
        "unit_fen": "10000",
        "bands": "90 1.1\n60 0.9",
        **{f"weight_{at}": value for at, value in enumerate(("50", "30", "10", "10"))},
        "k_0": "on",
    }
    client = client_for(maker)
    short = client.post(f"/allocation/rules/{rule.pk}/revise/", {**sent, "weight_0": "49.99"})
    assert short.status_code == 400
    assert AllocationRule.objects.filter(code=rule.code).count() == 1
    client.post(f"/allocation/rules/{rule.pk}/revise/", sent)
    made = AllocationRule.objects.current().get(code=rule.code)
    assert (made.revision, made.made_by) == (2, maker)
    assert [(term["weight"], term["by"]) for term in made.parameters["terms"]] == [
        ("0.5", ["k"]),
        ("0.3", []),
        ("0.1", []),
        ("0.1", []),
    ]
    assert made.parameters["bands"] == [{"from": "90", "p": "1.1"}, {"from": "60", "p": "0.9"}]
    run.refresh_from_db()
    assert run.rule_id == rule.pk
    # The older one cannot be revised a second time.
    client.post(f"/allocation/rules/{rule.pk}/revise/", sent)
    assert AllocationRule.objects.filter(code=rule.code).count() == 2


def test_a_subsidy_per_community_needs_its_share_and_runs_from_the_plans(
    province: Region, maker: User
) -> None:
    without = simulate(order(province, "per-community"))
    assert without.problem
    found = simulate(order(province, "per-community", ratio=Fraction(2, 5)))
    # No plan is final yet: there are no works, and so no subsidy.
    assert found.problem == ""
    assert found.total_fen == 0
    assert len(found.result["communities"]) == 3
    run = signing.keep(found, title="按小区", by=maker)
    assert is_intact(run)
