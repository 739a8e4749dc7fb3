"""Limits: what comes with the portal, setting them with source and reason, checks that judge by them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation

from accounts.models import AuditEvent, User
from records import limits
from records.checks import load_limits
from records.limit_words import MEANINGS, SUBJECTS
from records.models import Limit, LimitChange
from tests.conftest import ClientFor

pytestmark = pytest.mark.django_db
AREA = "area_per_household"
PAGE = reverse("limits:index")


def sent(code: str, **values: str) -> dict[str, str]:
    """Return what the form of a limit sends."""
    row = Limit.objects.get(code=code)
    return {"seen": str(row.revision), "source": "吉建房〔2026〕9号", "reason": "按本省实际调整", **values}


def test_every_limit_that_comes_with_the_portal_has_a_meaning_a_source_and_a_bound() -> None:
    rows = list(limits.shipped())
    assert [row.code for row in rows if not row.source or (row.low is None and row.high is None)] == []
    assert {row.code for row in rows} == set(MEANINGS)
    assert len(MEANINGS) == sum(len(codes) for _subject, codes in SUBJECTS)


def test_loading_again_adds_nothing_and_leaves_what_was_set(province_user: User) -> None:
    found = Limit.objects.get(code=AREA)
    values = {"low": Decimal(50), "high": Decimal(140)}
    limits.change(found, actor=province_user, seen=1, values=values, source="x", reason="x")
    Limit.objects.filter(code="management_fee").delete()
    Limit.objects.filter(code="built_late").update(source="old words", high=Decimal(2005))

    assert limits.load_limits_file() == 1
    assert limits.load_limits_file() == 0

    found.refresh_from_db()
    assert (found.low, found.high, found.source) == (Decimal(50), Decimal(140), "x")
    late = Limit.objects.get(code="built_late")
    assert (late.source[:4], late.high) == ("国办发〔", Decimal(2005))
    fee = Limit.objects.get(code="management_fee")
    assert fee.label == str(MEANINGS["management_fee"])
    assert (fee.low, fee.high, fee.unit) == (Decimal("0.05"), Decimal(5), "元/㎡·月")


def test_the_page_lists_every_limit_once_with_its_figures(yanji: User, client_for: ClientFor) -> None:
    Limit.objects.create(code="own_means.222401.2026", label="延吉市2026年自有财力", high=Decimal(500))
    answer = client_for(yanji).get(PAGE)

    lines = [line for group in answer.context["groups"] for line in group["lines"]]
    assert len(lines) == Limit.objects.count() == len(MEANINGS) + 1
    shown = {line["limit"].code: (line["low"], line["high"]) for line in lines}
    assert shown[AREA] == ("63", "135")
    assert shown["built_late"] == ("—", "2000")
    assert shown["subsidy_per_household"] == ("10", "50,000")
    assert shown["round_opens_on_day"] == ("25", "25")
    assert lines[-1]["label"] == "延吉市2026年自有财力"


def test_a_limit_is_set_with_source_and_reason_and_kept_with_its_changes(
    province_user: User, client_for: ClientFor
) -> None:
    client, address = client_for(province_user), reverse("limits:set", args=[AREA])
    data = sent(AREA, low="60", high="140.5")

    answer = client.post(address, data)

    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    row = Limit.objects.get(code=AREA)
    assert (row.low, row.high, row.source, row.revision) == (
        Decimal(60),
        Decimal("140.5"),
        "吉建房〔2026〕9号",
        2,
    )
    [change] = row.changes.all()
    assert (change.by, change.reason) == (province_user, "按本省实际调整")
    assert (change.before["low"], change.before["high"]) == ("63", "135")
    assert change.after == {"low": "60", "high": "140.5", "source": "吉建房〔2026〕9号"}
    event = AuditEvent.objects.get(kind=AuditEvent.Kind.SETTINGS_CHANGE)
    assert (event.actor, event.detail["limit"], event.detail["after"]) == (province_user, AREA, change.after)
    assert load_limits()[AREA].high == Decimal("140.5")
    page = client.get(row.get_absolute_url())
    assert "按本省实际调整" in page.content.decode()
    assert "63 → 60" in page.content.decode()
    assert [page.context["form"][name].value() for name in ("low", "high")] == ["60", "140.5"]
    # Whoever has not seen the change is refused; the same figures again are no change.
    assert client.post(address, data).status_code == 400
    assert client.post(address, sent(AREA, low="60", high="140.5")).status_code == 302
    assert LimitChange.objects.count() == 1


def test_one_figure_is_set_in_one_field(province_user: User, client_for: ClientFor) -> None:
    client, address = client_for(province_user), reverse("limits:set", args=["round_opens_on_day"])
    assert client.get(reverse("limits:limit", args=["round_opens_on_day"])).context["form"].names == ("low",)
    assert client.post(address, sent("round_opens_on_day", low="20")).status_code == 302
    row = Limit.objects.get(code="round_opens_on_day")
    assert (row.low, row.high) == (Decimal(20), Decimal(20))


@pytest.mark.parametrize(
    ("code", "values", "field", "words"),
    [
        (AREA, {"low": "140", "high": "60"}, None, "The lower bound is above the upper one."),
        (AREA, {"low": "", "high": "60"}, "low", "This field is required."),
        (AREA, {"low": "x", "high": "60"}, "low", "Enter a number."),
        (AREA, {"low": "-1", "high": "60"}, "low", "Ensure this value is greater than or equal to 0."),
        (AREA, {"low": "1", "high": "60", "source": " "}, "source", "This field is required."),
        (AREA, {"low": "1", "high": "60", "reason": ""}, "reason", "This field is required."),
        ("round_opens_on_day", {"low": "29"}, None, "At most 28: every month has that day."),
        ("alert_explain_days", {"high": "7.5"}, None, "Whole numbers only: it is counted in 天."),
    ],
)
def test_what_cannot_be_set_is_said_where_it_is_wrong(
    code: str,
    values: dict[str, str],
    field: str | None,
    words: str,
    province_user: User,
    client_for: ClientFor,
) -> None:
    before = list(Limit.objects.order_by("pk").values())
    with translation.override("en"):
        answer = client_for(province_user).post(reverse("limits:set", args=[code]), sent(code, **values))
    form: Any = answer.context["form"]
    assert (answer.status_code, form.errors[field or "__all__"]) == (400, [words])
    assert list(Limit.objects.order_by("pk").values()) == before


def test_units_read_the_limits_and_only_the_province_sets_them(
    yanji: User, system_admin: User, client_for: ClientFor
) -> None:
    client, data = client_for(yanji), sent(AREA, low="1", high="2")
    page = client.get(reverse("limits:limit", args=[AREA]))
    assert (page.status_code, page.context["form"]) == (200, None)
    assert client.post(reverse("limits:set", args=[AREA]), data).status_code == 403
    assert client.get(reverse("limits:set", args=[AREA])).status_code == 405
    assert client.get(reverse("limits:limit", args=["nothing"])).status_code == 404
    assert client_for(system_admin).get(PAGE).status_code == 403
    with pytest.raises(PermissionDenied):
        limits.change(
            Limit.objects.get(code=AREA),
            actor=yanji,
            seen=1,
            values={"low": Decimal(1), "high": Decimal(2)},
            source="x",
            reason="x",
        )
    assert LimitChange.objects.count() == 0
