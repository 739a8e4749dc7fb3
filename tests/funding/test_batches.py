"""Batches are drafted, issued with their document, and split; nobody decides about other people's money."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Region, User
from funding import batches, totals
from funding.batches import BatchError, Seen, SplitRefused
from funding.models import Allotment, FundBatch, Source
from records.models import ChangeSet
from records.planning import Status
from records.services import apply
from tests.funding.money_rows import a_batch, a_project, a_source, hand_down, happened, wan

pytestmark = pytest.mark.django_db
FORM = ChangeSet.Source.FORM


def unit(code: str) -> Region:
    return Region.objects.get(code=code)


def drafted(actor: User, amount: int = wan(100)) -> FundBatch:
    return batches.draft(
        actor=actor,
        source=Source.objects.get(pk=a_source()),
        number="吉财综〔2026〕8号",
        fiscal_year=2026,
        plan_year=2026,
        amount_fen=amount,
    )


def parts_of(batch: FundBatch) -> dict[str, int]:
    rows = Allotment.objects.live().filter(batch=batch)
    return {str(row.project_id or row.unit.code): row.amount_fen for row in rows.select_related("unit")}


def test_a_draft_becomes_money_on_the_day_of_its_document(province_user: User) -> None:
    batch = drafted(province_user)
    batches.split(batch, {unit("222401").pk: wan(60)}, actor=province_user)
    assert totals.of(unit("220000"), years=[2026], on=date(2026, 12, 31))[None].allotted_fen == 0

    issued = batches.issue(batch, actor=province_user, number="吉财综〔2026〕9号", issued_on=date(2026, 2, 3))

    assert (issued.state, issued.number, issued.issued_on) == (
        "issued",
        "吉财综〔2026〕9号",
        date(2026, 2, 3),
    )
    assert (issued.level, issued.subject) == ("central", "2210108")
    assert totals.of(unit("220000"), years=[2026], on=date(2026, 2, 2))[None].allotted_fen == 0
    assert totals.of(unit("220000"), years=[2026], on=date(2026, 2, 3))[None].allotted_fen == wan(60)


@pytest.mark.parametrize(("number", "day"), [(" ", date(2026, 2, 3)), ("吉财综〔2026〕9号", None)])
def test_nothing_is_issued_without_number_and_date(
    province_user: User, number: str, day: date | None
) -> None:
    batch = drafted(province_user)
    with pytest.raises(BatchError, match="number and the date"):
        batches.issue(batch, actor=province_user, number=number, issued_on=day)
    batch.refresh_from_db()
    assert batch.state == "draft"


def test_a_batch_is_issued_once(province_user: User) -> None:
    batch = drafted(province_user)
    batches.issue(batch, actor=province_user, number="1号", issued_on=date(2026, 2, 3))
    with pytest.raises(BatchError, match="already"):
        batches.issue(batch, actor=province_user, number="2号", issued_on=date(2026, 2, 4))


def test_an_allocation_becomes_a_draft_that_adds_up(province_user: User) -> None:
    shares = {unit("222401").pk: 33_333_34, unit("222403").pk: 66_666_66, unit("220101").pk: 0}
    batch = batches.draft_from(
        shares,
        source=Source.objects.get(pk=a_source()),
        number="吉财综〔2026〕8号",
        title="2026年中央补助",
        fiscal_year=2026,
        plan_year=2026,
        origin="allocation run 7",
        actor=province_user,
    )
    assert (batch.amount_fen, batch.state, batch.origin) == (10_000_000, "draft", "allocation run 7")
    assert parts_of(batch) == {"222401": 33_333_34, "222403": 66_666_66}


@pytest.mark.parametrize("shares", [{}, {"222401": 0}, {"222401": -1}])
def test_an_allocation_of_nothing_drafts_nothing(province_user: User, shares: dict[str, int]) -> None:
    keys = {unit(code).pk: amount for code, amount in shares.items()}
    with pytest.raises(BatchError):
        batches.draft_from(
            keys,
            source=Source.objects.get(pk=a_source()),
            number="1号",
            title="",
            fiscal_year=2026,
            plan_year=2026,
            origin="",
            actor=province_user,
        )
    assert not FundBatch.objects.exists()


def test_a_unit_splits_its_own_part_and_no_other(yanji: User, dunhua: User, province_user: User) -> None:
    project = a_project()
    batch = FundBatch.objects.get(pk=a_batch(a_source(), wan(100)))
    hand_down(batch.pk, {"222401": wan(60)})

    batches.split(batch, {project: wan(20)}, actor=yanji, unit=unit("222401"))
    with pytest.raises(BatchError):
        batches.split(batch, {project: wan(30)}, actor=dunhua, unit=unit("222401"))
    with pytest.raises(BatchError):
        batches.split(batch, {unit("222401").pk: wan(99)}, actor=yanji)
    with pytest.raises(BatchError):
        batches.split(batch, {a_project("江南小区", "222403"): 1}, actor=yanji, unit=unit("222401"))

    assert parts_of(batch) == {"222401": wan(60), str(project): wan(20)}


def test_in_the_ledger_too_a_unit_cannot_raise_its_own_part(yanji: User) -> None:
    batch = a_batch(a_source(), wan(100))
    [part] = hand_down(batch, {"222401": wan(60)})
    outcome = apply(Allotment, actor=yanji, source=FORM, pk=part, values={"amount_fen": wan(70)})
    assert outcome.status is Status.LOCKED
    new = {"batch_id": batch, "unit_id": unit("222401").pk, "amount_fen": 1}
    assert apply(Allotment, actor=yanji, source=FORM, values=new).status in {Status.LOCKED, Status.REJECTED}
    assert Allotment.objects.get(pk=part).amount_fen == wan(60)


def test_of_an_issued_batch_only_the_remark_changes(province_user: User) -> None:
    batch = a_batch(a_source(), wan(100))
    for values in ({"amount_fen": wan(200)}, {"number": "x"}, {"is_removed": True}, {"state": "draft"}):
        outcome = apply(FundBatch, actor=province_user, source=FORM, pk=batch, values=values)
        assert outcome.status is Status.LOCKED, values
    remark = apply(FundBatch, actor=province_user, source=FORM, pk=batch, values={"remark": "已核"})
    assert remark.status is Status.CHANGED


def test_what_was_paid_from_stays_and_the_rest_may_still_change(province_user: User, yanji: User) -> None:
    source = a_source()
    paid, waiting = a_project(), a_project("江北小区")
    batch = FundBatch.objects.get(pk=a_batch(source, wan(100)))
    hand_down(batch.pk, {"222401": wan(60), "222403": wan(10), paid: wan(20), waiting: wan(20)})
    happened(paid, source, date(2026, 3, 1), arrived=wan(5), paid=wan(5))
    here = unit("222401")

    with pytest.raises(SplitRefused) as refused:
        batches.split(batch, {paid: wan(19)}, actor=yanji, unit=here)
    assert list(refused.value.problems) == [paid]
    with pytest.raises(SplitRefused):
        batches.split(batch, {here.pk: wan(61)}, actor=province_user)
    batches.split(batch, {waiting: wan(25)}, actor=yanji, unit=here)
    batches.split(batch, {unit("222403").pk: wan(12)}, actor=province_user)

    assert parts_of(batch) == {
        "222401": wan(60),
        "222403": wan(12),
        str(paid): wan(20),
        str(waiting): wan(25),
    }


def test_two_officers_do_not_write_over_each_other(province_user: User) -> None:
    batch = FundBatch.objects.get(pk=a_batch(a_source(), wan(100)))
    [first] = hand_down(batch.pk, {"222401": wan(10)})
    yanji, dunhua = unit("222401").pk, unit("222403").pk
    seen = {yanji: Seen(first, 1)}

    batches.split(batch, {yanji: wan(20), dunhua: wan(5)}, actor=province_user, seen=seen)
    # The second officer still sees 10 and nothing: what they leave alone stays, what they change is refused.
    batches.split(batch, {yanji: wan(10), dunhua: None}, actor=province_user, seen=seen)
    assert parts_of(batch) == {"222401": wan(20), "222403": wan(5)}
    for parts in ({yanji: wan(30)}, {yanji: None}, {dunhua: wan(6)}):
        with pytest.raises(SplitRefused) as refused:
            batches.split(batch, parts, actor=province_user, seen=seen)
        assert list(refused.value.problems) == list(parts)
    assert parts_of(batch) == {"222401": wan(20), "222403": wan(5)}


def test_a_part_that_is_emptied_is_taken_back(province_user: User) -> None:
    batch = FundBatch.objects.get(pk=a_batch(a_source(), wan(100)))
    [first] = hand_down(batch.pk, {"222401": wan(10)})
    key = unit("222401").pk
    batches.split(batch, {key: None}, actor=province_user, seen={key: Seen(first, 1)})
    assert parts_of(batch) == {}
    assert Allotment.objects.get(pk=first).is_removed


def test_a_reviewer_hands_no_money_out(prefecture_reviewer: User) -> None:
    batch = FundBatch.objects.get(pk=a_batch(a_source(), wan(100)))
    with pytest.raises(BatchError):
        batches.split(batch, {unit("222401").pk: 1}, actor=prefecture_reviewer)
    with pytest.raises(BatchError):
        batches.issue(batch, actor=prefecture_reviewer, number="1", issued_on=date(2026, 1, 1))
