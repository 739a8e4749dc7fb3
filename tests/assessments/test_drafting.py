"""A draft scheme taken apart and put together: blocks, indicators, and what is refused with which field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from assessments import drafting, schemes
from assessments.models import Block, Indicator, Scheme
from tests.assessments.conftest import default_scheme
from tests.conftest import ClientFor

pytestmark = pytest.mark.django_db

NEW: dict[str, Any] = {
    "block": "output",
    "name": "计划项目完工率",
    "points": "10",
    "method": "share",
    "formula": "progress.completed",
    "direction": "up",
    "target": "95",
    "floor": "",
    "per": "",
    "free": "",
    "least": "",
    "empty": "full",
    "needs_evidence": "on",
    "note": "",
}


@pytest.fixture
def draft(province_user: User) -> Scheme:
    """Copy the scheme that comes with the portal."""
    return schemes.copy(scheme=default_scheme(), year=2030, name="草案", by=province_user)


def page(name: str, *args: object) -> str:
    return reverse(f"assessments:{name}", args=args)


def sent(draft: Scheme, **changed: Any) -> dict[str, Any]:
    draft.refresh_from_db()
    return {**NEW, "revision": draft.revision, "key": "k", **changed}


def test_an_indicator_is_added_once_however_often_it_is_sent(
    draft: Scheme, province_user: User, client_for: ClientFor
) -> None:
    data = sent(draft)
    client = client_for(province_user)
    for _time in range(2):
        answer = client.post(page("indicator_add", draft.pk), data)
        assert (answer.status_code, answer.headers["Location"]) == (302, draft.get_absolute_url())
    made = draft.indicators.get(name="计划项目完工率")
    assert (made.code, made.block.code, made.points, made.formula, made.params, made.needs_evidence) == (
        "completed-2",
        "output",
        Decimal(10),
        "progress.completed",
        {"target": "95", "empty": "full"},
        True,
    )
    assert draft.indicators.count() == 15
    text = client.get(draft.get_absolute_url()).content.decode()
    assert "计划项目完工率" in text
    assert "110.00" in text
    reused = client.post(page("indicator_add", draft.pk), {**data, "points": "4"})
    assert reused.status_code == 400
    assert draft.indicators.count() == 15


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"formula": "progress.nothing"}, "formula"),
        ({"formula": ""}, "formula"),
        ({"method": "manual"}, "formula"),
        ({"formula": "quality.overdue_defects"}, "formula"),
        ({"method": "per_case", "direction": "down"}, "formula"),
        ({"method": "per_case", "formula": "quality.overdue_defects"}, "direction"),
        ({"floor": "95"}, "target"),
        ({"direction": "down"}, "target"),
        ({"floor": "-5"}, "floor"),
        ({"points": "0"}, "points"),
        ({"points": "十"}, "points"),
        ({"block": "nowhere"}, "block"),
        ({"name": "完工率"}, "name"),
        ({"name": ""}, "name"),
        (
            {
                "method": "per_case",
                "formula": "quality.overdue_defects",
                "direction": "down",
                "per": "0",
            },
            "per",
        ),
        (
            {
                "method": "per_case",
                "formula": "quality.overdue_defects",
                "direction": "down",
                "least": "11",
            },
            "least",
        ),
    ],
)
def test_what_contradicts_itself_is_named_by_field(
    draft: Scheme, province_user: User, client_for: ClientFor, changed: dict[str, str], field: str
) -> None:
    answer = client_for(province_user).post(page("indicator_add", draft.pk), sent(draft, **changed))
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert draft.indicators.count() == 14


def test_an_indicator_is_changed_moved_and_removed(
    draft: Scheme, province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    opened = client.get(page("indicator_edit", draft.pk, "execution"))
    assert opened.context["form"].initial["empty"] == "leave_out"
    data = sent(draft, name="支出进度", formula="money.execution", points="5", block="management")
    assert client.post(page("indicator_edit", draft.pk, "execution"), data).status_code == 302
    found = draft.indicators.get(code="execution")
    assert (found.name, found.block.code, found.points, found.params) == (
        "支出进度",
        "management",
        Decimal(5),
        {"target": "95", "empty": "full"},
    )
    stale = client.post(page("indicator_remove", draft.pk, "execution"), {"revision": 1})
    assert stale.status_code == 302
    assert draft.indicators.filter(code="execution").exists()
    draft.refresh_from_db()
    client.post(page("indicator_remove", draft.pk, "execution"), {"revision": draft.revision})
    assert not draft.indicators.filter(code="execution").exists()
    assert client.get(page("indicator_edit", draft.pk, "execution")).status_code == 404


def test_a_block_is_added_and_removed_once_it_is_empty(
    draft: Scheme, province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    data = {"revision": draft.revision, "key": "b", "name": "长效管理"}
    assert client.post(page("block_add", draft.pk), data).status_code == 302
    made = draft.blocks.get(name="长效管理")
    assert (made.code, made.position) == ("block-2", 5)
    assert drafting.faults(draft) == ["The block “长效管理” has no indicator."]
    draft.refresh_from_db()
    twin = client.post(page("block_add", draft.pk), {**data, "revision": draft.revision, "key": "c"})
    assert twin.status_code == 400
    assert list(twin.context["form"].errors) == ["name"]
    client.post(page("block_remove", draft.pk, "money"), {"revision": draft.revision})
    assert Block.objects.filter(scheme=draft, code="money").exists()
    client.post(page("block_remove", draft.pk, made.code), {"revision": draft.revision})
    assert not Block.objects.filter(scheme=draft, name="长效管理").exists()
    draft.refresh_from_db()
    adopted = schemes.adopt(scheme=draft, seen=draft.revision, by=province_user)
    assert adopted.state == Scheme.State.ADOPTED


def test_points_that_do_not_add_up_are_not_adopted(draft: Scheme, province_user: User) -> None:
    drafting.remove_indicator(scheme=draft, seen=1, code="execution")
    draft.refresh_from_db()
    assert drafting.faults(draft) == ["The points add up to 88.00, not to 100."]
    with pytest.raises(drafting.SchemeRefused, match=r"88\.00"):
        schemes.adopt(scheme=draft, seen=draft.revision, by=province_user)


def test_what_was_adopted_stays(province_user: User, client_for: ClientFor) -> None:
    scheme, client = default_scheme(), client_for(province_user)
    before = list(Indicator.objects.filter(scheme=scheme).values())
    doors = [
        ("block_add", (), {"name": "x"}),
        ("block_remove", ("money",), {}),
        ("indicator_add", (), NEW),
        ("indicator_edit", ("execution",), NEW),
        ("indicator_remove", ("execution",), {}),
    ]
    for name, args, data in doors:
        url = page(name, scheme.pk, *args)
        assert client.post(url, {**data, "revision": scheme.revision}).status_code == 404
    with pytest.raises(drafting.SchemeRefused, match="adopted"):
        drafting.remove_indicator(scheme=scheme, seen=scheme.revision, code="execution")
    assert list(Indicator.objects.filter(scheme=scheme).values()) == before


def test_who_edits_no_schemes_is_refused(draft: Scheme, yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)
    assert client.get(page("indicator_add", draft.pk)).status_code == 403
    assert client.post(page("indicator_add", draft.pk), sent(draft)).status_code == 403
    assert client.post(page("indicator_remove", draft.pk, "execution"), {"revision": 1}).status_code == 403
    assert client.post(page("block_remove", draft.pk, "money"), {"revision": 1}).status_code == 403
    assert draft.indicators.count() == 14


def test_removing_is_done_by_post(draft: Scheme, province_user: User, client_for: ClientFor) -> None:
    client = client_for(province_user)
    assert client.get(page("indicator_remove", draft.pk, "execution")).status_code == 405
    assert client.get(page("block_remove", draft.pk, "money")).status_code == 405
    assert draft.indicators.count() == 14


def test_the_sheet_of_all_lines_names_what_contradicts_itself(
    draft: Scheme, province_user: User, client_for: ClientFor
) -> None:
    client = client_for(province_user)
    form = client.get(page("scheme_edit", draft.pk)).context["form"]
    data = {name: "" if form[name].value() is None else form[name].value() for name in form.fields}
    wrong = client.post(page("scheme_edit", draft.pk), {**data, "target-completed": "0"})
    assert wrong.status_code == 400
    assert list(wrong.context["form"].errors) == ["target-completed"]
    assert client.post(page("scheme_edit", draft.pk), {**data, "block-money": "资金"}).status_code == 302
    assert draft.blocks.get(code="money").name == "资金"
