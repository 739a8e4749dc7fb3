"""Checks of steps, contracts and warranties: what is refused, and what is doubted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from projects.checks.contract import warranty_kind
from projects.credit_codes import ALPHABET, check_character, is_valid
from projects.models import Contract, DeadlineRule, Liability, Milestone, SeasonRule
from records.models import ChangeSet
from records.planning import Outcome
from records.services import apply
from tests.projects.stage import make_item, make_project, write

bodies = st.text(ALPHABET, min_size=17, max_size=17)


@pytest.fixture(autouse=True)
def _in_october() -> Iterator[None]:
    with time_machine.travel(date(2026, 10, 20), tick=False):
        yield


def entered(model: Any, **values: Any) -> Outcome:
    return apply(model, actor=None, source=ChangeSet.Source.FORM, values=values)


def findings(found: Outcome) -> list[tuple[str, str, str]]:
    return [(one.code, one.field, one.severity) for one in found.findings]


def test_codes_of_firms_everybody_knows_are_valid() -> None:
    # 国家电网有限公司 and 中国石油天然气集团有限公司, as their licences have them.
    assert is_valid("9111000071093123XX")
    assert is_valid("91110000100010433L")


@given(bodies, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(body: str, place: int, other: str) -> None:
    code = body + check_character(body)
    assert is_valid(code)
    wrong = code[:place] + other + code[place + 1 :]
    assert is_valid(wrong) == (wrong == code)


@given(bodies, st.integers(0, 15))
def test_two_neighbours_swapped_are_always_found(body: str, place: int) -> None:
    code = body + check_character(body)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_valid(swapped) == (swapped == code)


@pytest.mark.parametrize("code", ["", "123", "9111000071093123XI", "O1110000710931230X", "9" * 19])
def test_what_is_no_code_is_not_valid(code: str) -> None:
    assert not is_valid(code)


@pytest.mark.django_db
def test_a_contract_with_a_mistyped_code_is_refused() -> None:
    project = make_project()
    common = {"project_id": project.pk, "kind": "construction", "number": "1号", "firm": "延边建工"}
    assert findings(entered(Contract, **common, firm_code="9111000071093123XY")) == [
        ("credit_code", "firm_code", "hard")
    ]
    assert entered(Contract, **common, firm_code="91110000100010433L").writes
    assert findings(entered(Contract, **common)) == [("same_number", "number", "hard")]
    late = {"starts_on": date(2026, 6, 1), "ends_on": date(2026, 5, 1)}
    assert ("dates_in_order", "ends_on", "hard") in findings(
        entered(Contract, **{**common, "number": "2号"}, **late)
    )


@pytest.mark.django_db
def test_a_step_is_not_done_tomorrow_nor_twice_and_has_its_document() -> None:
    project = make_project(stage="plan")
    common: dict[str, Any] = {"project_id": project.pk, "kind": "approval"}
    future = entered(Milestone, **common, actual_on=date(2026, 10, 21), document_no="1号")
    assert findings(future) == [("future_date", "actual_on", "hard")]
    without = entered(Milestone, **common, actual_on=date(2026, 10, 19))
    assert without.writes
    assert findings(without) == [("document_missing", "document_no", "soft")]
    assert ("same_step", "kind", "hard") in findings(entered(Milestone, **common))
    early = entered(Milestone, project_id=project.pk, kind="notice", actual_on=date(2026, 10, 1))
    assert findings(early) == [("steps_in_order", "actual_on", "soft")]


@pytest.mark.django_db
def test_warranties_are_as_long_as_the_law_has_them() -> None:
    project = make_project()
    roof = {"project_id": project.pk, "item_id": make_item("屋面防水").pk, "person": "王工"}
    start = date(2026, 9, 20)
    short = entered(Liability, **roof, firm="甲", warranty_from=start, warranty_until=date(2031, 9, 19))
    assert findings(short) == [("warranty_least", "warranty_until", "soft")]
    assert "2031-09-20" in short.findings[0].message
    enough = entered(Liability, **roof, firm="乙", warranty_from=start, warranty_until=date(2031, 9, 20))
    assert findings(enough) == []
    turned = entered(Liability, **roof, firm="丙", warranty_from=start, warranty_until=date(2025, 9, 20))
    assert ("warranty_order", "warranty_until", "hard") in findings(turned)


@pytest.mark.django_db
@pytest.mark.parametrize(("until", "doubt"), [(date(2028, 4, 9), True), (date(2028, 4, 10), False)])
def test_heating_is_warranted_for_two_heating_seasons(until: date, doubt: bool) -> None:
    # Yanji heats from 25 October to 10 April: the seasons of 2026/27 and 2027/28.
    project = make_project()
    item = make_item("供热管网改造")
    found = entered(
        Liability,
        project_id=project.pk,
        item_id=item.pk,
        firm="甲",
        person="王工",
        warranty_from=date(2026, 9, 20),
        warranty_until=until,
    )
    assert bool(findings(found)) is doubt


def test_the_kind_of_warranty_follows_from_the_name() -> None:
    names = ("屋面防水", "供热管网", "给水管道", "绿化补植")
    assert [warranty_kind(name) for name in names] == [
        "warranty_waterproofing",
        "warranty_heating",
        "warranty_installation",
        "",
    ]


@pytest.mark.django_db
def test_a_contract_of_another_project_cannot_carry_a_liability() -> None:
    project, other = make_project(), make_project("乙小区")
    [contract] = write(
        Contract, [{"project_id": other.pk, "kind": "construction", "number": "1号", "firm": "甲"}]
    )
    found = entered(
        Liability,
        project_id=project.pk,
        item_id=make_item("屋面防水").pk,
        firm="甲",
        person="王工",
        contract_id=contract.pk,
    )
    assert findings(found) == [("foreign_contract", "contract_id", "hard")]


@pytest.mark.django_db
def test_calendars_hold_real_days_only() -> None:
    season = SeasonRule.objects.live().order_by("pk")[0]
    for day in (1131, 0, 230, 1301):
        found = apply(
            SeasonRule,
            actor=None,
            source=ChangeSet.Source.FORM,
            pk=season.pk,
            values={"winter_stop_from": day},
        )
        assert not found.writes
    rule = DeadlineRule.objects.live().get(code="start")
    twin = {
        "region_id": rule.region_id,
        "code": "start",
        "year_from": rule.year_from,
        "label": "x",
        "step": "start",
        "month_day": 1031,
    }
    assert findings(entered(DeadlineRule, **twin)) == [("same_deadline", "code", "hard")]
