"""The screen that splits a batch: typed, pasted, filled in; what is left over stays in view."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Region, User
from funding import splitting
from funding.models import Allotment, FundBatch
from funding.splitting import Line, Split
from records.parsing import CellError
from tests.conftest import ClientFor
from tests.funding.money_rows import a_batch, a_project, a_source, hand_down, happened, wan


def screen(available: int, areas: list[int], amounts: list[int | None] | None = None) -> Split:
    lines = [
        Line(
            key=at,
            code=f"{at:06d}",
            label=f"单位{at}",
            names=(f"单位{at}", f"{at:06d}"),
            weights={"area": area},
            amount_fen=(amounts or [None] * len(areas))[at],
        )
        for at, area in enumerate(areas)
    ]
    return Split(FundBatch(), None, available, lines)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12.5", 12_500_000),
        ("１２．５万元", 12_500_000),
        ("125,000元", 12_500_000),
        ("0", 0),
        ("0.000001", 1),
    ],
)
def test_an_amount_is_10_000_yuan_unless_it_says_otherwise(text: str, fen: int) -> None:
    assert splitting.read_amount(text) == fen


@pytest.mark.parametrize("text", ["十二", "-1", "0.0000001", "1㎡", "="])
def test_what_is_no_amount_is_refused_in_words(text: str) -> None:
    with pytest.raises(CellError):
        splitting.read_amount(text)


def test_a_pasted_column_with_names_finds_its_lines_in_any_order() -> None:
    split = screen(wan(100), [1, 1, 1], [None, wan(7), None])
    assert splitting.paste(split, "单位2\t1,000.5\r\n\r\n000000\t3万元\n") == 2
    assert [line.amount_fen for line in split.lines] == [wan(3), wan(7), wan("1000.5")]
    assert split.problems == []
    assert split.left_fen == wan("-910.5")


def test_amounts_alone_are_pasted_in_the_order_of_the_screen_and_only_when_they_are_as_many() -> None:
    split = screen(wan(100), [1, 1, 1])
    assert splitting.paste(split, "1\n\n3\n") == 3
    assert [line.amount_fen for line in split.lines] == [wan(1), None, wan(3)]
    assert splitting.paste(split, "1\n2\n") == 0
    assert len(split.problems) == 1
    assert [line.amount_fen for line in split.lines] == [wan(1), None, wan(3)]


def test_what_cannot_be_placed_is_said_and_never_guessed() -> None:
    split = screen(wan(100), [1, 1])
    split.lines[1].names = ("单位0",)
    assert splitting.paste(split, "单位0\t5\n某地\t6\n000000\t7") == 1
    assert [line.amount_fen for line in split.lines] == [wan(7), None]
    assert len(split.problems) == 2
    again = screen(wan(100), [1])
    assert splitting.paste(again, "单位0\t三百") == 1
    assert again.lines[0].errors
    assert again.has_errors


def test_what_is_left_is_shared_by_work_and_nothing_typed_moves() -> None:
    split = screen(wan(100), [1, 2, 5, 0], [None, None, wan(40), None])
    assert splitting.fill(split, "area") == 2
    assert [line.amount_fen for line in split.lines] == [wan(20), wan(40), wan(40), None]
    assert split.left_fen == 0


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    available=st.integers(0, 10**12),
    areas=st.lists(st.integers(0, 10**7), min_size=1, max_size=12),
)
def test_a_fill_adds_up_to_the_fen(available: int, areas: list[int]) -> None:
    split = screen(available, areas)
    splitting.fill(split, "area")
    if available and any(areas):
        assert split.left_fen == 0
        assert all(line.amount_fen is None for line, area in zip(split.lines, areas, strict=True) if not area)
    else:
        assert split.problems


@pytest.fixture
def batch(db: None) -> FundBatch:
    """A batch of 100 万元, of which 延吉市 has 60 and gave 20 on, on projects of 2026."""
    source = a_source()
    first = a_project("一小区", planned_area=Decimal(3000))
    a_project("二小区", planned_area=Decimal(1000))
    pk = a_batch(source, wan(100))
    hand_down(pk, {"222401": wan(60), first: wan(20)})
    return FundBatch.objects.get(pk=pk)


def address(batch: FundBatch, unit: str = "") -> str:
    return f"/funding/batches/{batch.pk}/split/" + (f"?unit={unit}" if unit else "")


def key_of(code: str) -> int:
    return Region.objects.get(code=code).pk


def test_the_province_splits_to_units(client_for: ClientFor, province_user: User, batch: FundBatch) -> None:
    client = client_for(province_user)
    page = client.get(address(batch))
    assert page.status_code == 200
    lines = {line.code: line for line in page.context["split"].lines}
    assert len(lines) == 47
    assert (lines["222401"].text, lines["222401"].handed_on_fen) == ("60.00", wan(20))
    part = Allotment.objects.get(batch=batch, project=None)
    answer = client.post(
        address(batch),
        {
            "key": "k1",
            "do": "save",
            f"amount-{key_of('222401')}": "60",
            f"seen-{key_of('222401')}": f"{part.pk}:1",
            f"amount-{key_of('222403')}": "39.99",
            f"seen-{key_of('222403')}": "",
        },
    )
    assert (answer.status_code, answer["Location"]) == (302, address(batch))
    rows = Allotment.objects.live().filter(batch=batch, project=None).values_list("unit__code", "amount_fen")
    assert dict(rows) == {"222401": wan(60), "222403": wan("39.99")}


def test_more_than_there_is_is_refused_and_stays_on_the_screen(
    client_for: ClientFor, province_user: User, batch: FundBatch
) -> None:
    sent = {"key": "k1", "do": "save", f"amount-{key_of('222403')}": "40.01"}
    answer = client_for(province_user).post(address(batch), sent)
    assert answer.status_code == 409
    line = next(line for line in answer.context["split"].lines if line.code == "222403")
    assert line.text == "40.01"
    assert line.errors
    assert not Allotment.objects.filter(batch=batch, unit__code="222403").exists()


def test_filling_and_pasting_save_nothing(client_for: ClientFor, yanji: User, batch: FundBatch) -> None:
    client = client_for(yanji)
    projects = {line.label: line for line in client.get(address(batch)).context["split"].lines}
    sent = {
        f"amount-{projects['一小区'].key}": "20",
        f"seen-{projects['一小区'].key}": f"{projects['一小区'].seen.pk}:1",
        f"amount-{projects['二小区'].key}": "",
    }
    filled = client.post(address(batch), {**sent, "do": "area"})
    assert [line.text for line in filled.context["split"].lines] == ["20", "40.00"]
    pasted = client.post(address(batch), {**sent, "do": "paste", "pasted": "二小区\t11"})
    assert [line.text for line in pasted.context["split"].lines] == ["20", "11"]
    assert Allotment.objects.filter(batch=batch, project__isnull=False).count() == 1


def test_a_unit_splits_its_part_to_projects_of_the_plan_year(
    client_for: ClientFor, yanji: User, batch: FundBatch
) -> None:
    client = client_for(yanji)
    split = client.get(address(batch)).context["split"]
    assert (split.unit.code, split.available_fen, split.left_fen) == ("222401", wan(60), wan(40))
    second = next(line for line in split.lines if line.label == "二小区")
    too_much = client.post(address(batch), {"key": "a", f"amount-{second.key}": "40.000001"})
    assert too_much.status_code == 409
    fits = client.post(address(batch), {"key": "b", f"amount-{second.key}": "40"})
    assert fits.status_code == 302
    assert Allotment.objects.get(batch=batch, project=second.key).amount_fen == wan(40)


def test_an_amount_that_cannot_be_read_is_shown_with_its_text(
    client_for: ClientFor, province_user: User, batch: FundBatch
) -> None:
    answer = client_for(province_user).post(
        address(batch), {"key": "k", f"amount-{key_of('222403')}": "三百"}
    )
    assert answer.status_code == 400
    assert "三百" in answer.content.decode()


def test_sending_twice_writes_once(client_for: ClientFor, province_user: User, batch: FundBatch) -> None:
    client = client_for(province_user)
    sent = {"key": "same", f"amount-{key_of('222403')}": "5"}
    assert [client.post(address(batch), sent).status_code for _time in range(2)] == [302, 302]
    assert Allotment.objects.filter(batch=batch, unit__code="222403").count() == 1
    other = client.post(address(batch), {**sent, f"amount-{key_of('222403')}": "6"})
    assert other.status_code == 409
    assert Allotment.objects.get(batch=batch, unit__code="222403").amount_fen == wan(5)


def test_who_may_split_what(
    client_for: ClientFor,
    batch: FundBatch,
    yanji: User,
    dunhua: User,
    prefecture_reviewer: User,
    auditor: User,
    province_user: User,
) -> None:
    def status(user: User, unit: str = "") -> int:
        return client_for(user).get(address(batch, unit)).status_code

    assert [status(province_user), status(province_user, "222401"), status(yanji)] == [200, 200, 200]
    assert [status(yanji, "222403"), status(dunhua, "222401"), status(province_user, "999999")] == [404] * 3
    assert [status(prefecture_reviewer), status(auditor)] == [403, 403]
    assert client_for(province_user).get("/funding/batches/99999/split/").status_code == 404
    assert client_for(province_user).delete(address(batch)).status_code == 405
    assert client_for(province_user).post(address(batch), {"do": "dance"}).status_code == 400


def test_a_part_that_was_paid_from_is_refused_by_name(
    client_for: ClientFor, yanji: User, batch: FundBatch
) -> None:
    part = Allotment.objects.get(batch=batch, project__isnull=False)
    assert part.project_id is not None
    happened(part.project_id, batch.source_id, date(2026, 3, 1), arrived=wan(5), paid=wan(5))
    answer = client_for(yanji).post(
        address(batch),
        {"key": "k", f"amount-{part.project_id}": "10", f"seen-{part.project_id}": f"{part.pk}:1"},
    )
    assert answer.status_code == 409
    assert Allotment.objects.get(pk=part.pk).amount_fen == wan(20)
