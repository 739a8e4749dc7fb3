"""Numbers, dates and signs as pages show them, and the components built on them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from renovation_portal.templatetags import portal

WORDS = ["不适用", "未知", "＜1"]


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (273859, None, "273,859"),
        (0, None, "0"),
        (None, None, ""),
        ("", None, ""),
        (Decimal("51847.91"), None, "51,847.91"),
        (Decimal("16.05"), 1, "16.1"),
        (Decimal("16.049"), 1, "16.0"),
        (Decimal("-1234.5"), None, "−1,234.5"),
        (Decimal("-0.04"), 1, "0.0"),
        (Decimal("1E+3"), None, "1,000"),
        ("3790.56", 2, "3,790.56"),
        (17, 1, "17.0"),
        (16.05, 1, "16.1"),
        ("NaN", None, "NaN"),
    ],
)
def test_numbers_are_grouped_and_rounded_half_up(
    value: portal.Number, decimals: int | None, shown: str
) -> None:
    assert portal.thousands(value, decimals) == shown


@pytest.mark.parametrize("word", WORDS)
def test_words_pass_every_number_filter_unchanged(word: str) -> None:
    filters = (
        portal.thousands,
        portal.signed,
        portal.area_wan,
        portal.wan_yuan,
        portal.percent,
        portal.points,
        portal.absolute,
    )
    assert [show(word) for show in filters] == [word] * len(filters)


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(41, None, "+41"), (-1, None, "−1"), (0, None, "0"), (Decimal("0.04"), 1, "0.0"), (None, None, "")],
)
def test_differences_carry_their_sign(value: portal.Number, decimals: int | None, shown: str) -> None:
    assert portal.signed(value, decimals) == shown


@pytest.mark.parametrize(
    ("square_metres", "shown"),
    [
        (Decimal("1270000.00"), "127.00"),
        (Decimal("37905600"), "3,790.56"),
        (Decimal("12345.00"), "1.23"),
        (Decimal("12350.00"), "1.24"),
        (Decimal("50"), "0.01"),
        (None, ""),
    ],
)
def test_areas_are_shown_in_ten_thousand_square_metres(square_metres: Decimal | None, shown: str) -> None:
    assert portal.area_wan(square_metres) == shown


@pytest.mark.parametrize(
    ("fen", "decimals", "shown"),
    [
        (4_276_800_000, 1, "4,276.8"),
        (186_400_000, 2, "186.40"),
        (50_000, 1, "0.1"),
        (49_999, 1, "0.0"),
        (-1_000_000, 1, "−1.0"),
        (None, 1, ""),
    ],
)
def test_money_is_shown_in_ten_thousand_yuan(fen: int | None, decimals: int, shown: str) -> None:
    assert portal.wan_yuan(fen, decimals) == shown


@pytest.mark.parametrize("show", [portal.area_wan, portal.wan_yuan])
def test_money_and_area_are_never_floats(show: Any) -> None:
    with pytest.raises(TypeError, match="never float"):
        show(1.5)


def test_a_rate_without_a_base_is_a_dash_and_an_unfilled_number_is_empty() -> None:
    assert portal.percent(None) == "—"
    assert portal.thousands(None) == ""
    assert portal.percent(Decimal("101.49")) == "101.5%"


def test_rates_differ_by_percentage_points() -> None:
    with translation.override("en"):
        assert portal.points(Decimal("8.68")) == "+8.7 percentage points"
        assert portal.points(Decimal("-45.8")) == "−45.8 percentage points"
        assert portal.points(None) == ""
    assert portal.absolute(Decimal("-45.8"), 1) == "45.8"


@pytest.mark.parametrize(
    ("value", "maximum", "length"),
    [
        (Decimal("16.1"), 100, "16.10"),
        (313, 1945, "16.09"),
        (Decimal("101.5"), 100, "100.00"),
        (-3, 100, "0.00"),
        (5, 0, "0"),
        (None, 100, "0"),
        ("未知", 100, "0"),
    ],
)
def test_a_bar_is_never_longer_than_its_ground(
    value: portal.Number, maximum: portal.Number, length: str
) -> None:
    assert portal.share(value, maximum) == length


def test_days_are_counted_from_today_in_the_portals_time_zone() -> None:
    today = date(2020, 11, 22)
    assert portal.days_until(date(2020, 11, 19), today) == -3
    assert portal.days_until(date(2020, 11, 22), today) == 0
    # 16:30 UTC is already the next day in Shanghai.
    assert portal.days_until(datetime(2020, 11, 24, 16, 30, tzinfo=UTC), today) == 3
    assert portal.days_until(datetime(2020, 11, 24, 16, 30), today) == 2
    assert portal.days_until(timezone.localdate()) == 0
    assert portal.days_until(None, today) is None
    assert portal.late(-3) == 3


def test_moments_are_shown_in_the_portals_time_zone() -> None:
    moment = datetime(2020, 12, 2, 6, 6, tzinfo=UTC)
    with translation.override("en"):
        assert portal.minute(moment) == "2020-12-02 14:06"
        assert portal.month_day(date(2020, 6, 30)) == "30 June"
        assert portal.long_day(datetime(2020, 11, 21, 16, 0, tzinfo=UTC)) == "Sunday, 22 November 2020"
    assert [show(None) for show in (portal.minute, portal.month_day, portal.long_day)] == ["", "", ""]


def test_every_state_has_a_sign_a_colour_and_a_drawing() -> None:
    drawings = {
        status: render_to_string("components/sign.html", {"sign": status}) for status in portal.STATUS_SIGNS
    }
    circle = drawings["waiting"]
    plain = {status for status, drawing in drawings.items() if drawing == circle}
    assert plain == {"preparing", "waiting"}
    assert {portal.status_tone(status) for status in drawings} == {"grey", "amber", "blue", "green", "red"}
    assert (portal.status_sign("in_progress"), portal.status_tone("in_progress")) == ("◑", "blue")
    assert (portal.status_sign("unheard of"), portal.status_tone("unheard of")) == ("", "grey")


@pytest.mark.parametrize(
    ("language", "attribute"), [("zh-hans", "zh-Hans"), ("en", "en"), ("en-gb", "en-GB"), ("ko", "ko")]
)
def test_the_lang_attribute_is_well_formed(language: str, attribute: str) -> None:
    with translation.override(language):
        assert portal.html_lang() == attribute


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 13) Chrome/111 MicroMessenger/8.0", "WeChat, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17 Safari/604.1", "Safari, iPhone"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_browsers_are_named_in_plain_words(agent: str, shown: str) -> None:
    assert portal.device(agent) == shown


def test_error_pages_know_the_portals_name_without_a_request(settings: Any) -> None:
    settings.PORTAL_SUPPORT_PHONE = "0431-8888-0000"
    with translation.override("en"):
        page = render_to_string("500.html")
    assert settings.PORTAL_NAME_EN in page
    assert "0431-8888-0000" in page


def rendered(source: str, **context: Any) -> str:
    """Render a piece of template with the portal's tags, white space squeezed."""
    return " ".join(Template("{% load portal %}" + source).render(Context(context)).split())


def test_a_panel_escapes_its_title_and_keeps_its_body() -> None:
    page = rendered(
        '{% panel title=title note="n" flush=True %}<p>{{ body }}</p>{% endpanel %}', title="<b>", body="<i>"
    )
    assert '<h2 class="panel-title">&lt;b&gt;</h2>' in page
    assert '<div class="panel-body panel-flush"><p>&lt;i&gt;</p></div>' in page


def test_an_action_bar_says_why_a_button_cannot_be_used() -> None:
    page = rendered('{% action_bar note="2 rows refused" %}<button disabled>Go</button>{% endaction_bar %}')
    assert page == (
        '<div class="action-bar"><button disabled>Go</button><p class="action-note">2 rows refused</p></div>'
    )


def test_a_table_formats_by_column_and_marks_its_row_headers() -> None:
    columns = [{"label": "Unit"}, {"label": "Rate", "unit": "%", "numeric": True, "decimals": 1}]
    rows = [
        {"kind": "", "cells": [{"text": "延吉市", "url": "/u/"}, Decimal("37.5")]},
        {"kind": "total", "cells": ["合计", None]},
    ]
    page = rendered(
        '{% include "components/data_table.html" with caption="c" columns=columns rows=rows only %}',
        columns=columns,
        rows=rows,
    )
    assert '<th scope="row" class=""><a href="/u/">延吉市</a> </th> <td class="num">37.5 </td>' in page
    assert '<tr class="row-total"> <th scope="row" class="">合计 </th> <td class="num"> </td> </tr>' in page


def test_a_row_with_a_missing_cell_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        list(portal.cells_of(["a"], [{"label": "x"}, {"label": "y"}]))


def test_a_list_of_nothing_says_how_to_begin() -> None:
    page = rendered(
        '{% include "components/data_table.html" with empty="No rows." empty_url="/n/" empty_label="Add" %}'
    )
    assert page == (
        '<div class="nothing"> <p>No rows.</p> <a class="btn btn-primary" href="/n/">Add</a> </div>'
    )


def todo(due: date | None, **more: Any) -> str:
    """Render a list with one owed item, on 22 November 2020, in English."""
    item = {"due": due, "kind": "Import", "text": "24 rows", "url": "/i/", "action": "Commit", **more}
    with translation.override("en"):
        return rendered(
            '{% include "components/todo_list.html" with items=items today=today only %}',
            items=[item],
            today=date(2020, 11, 22),
        )


@pytest.mark.parametrize(
    ("due", "words", "state", "button"),
    [
        (date(2020, 11, 19), "3 days overdue", "todo-overdue", "btn btn-primary"),
        (date(2020, 11, 21), "1 day overdue", "todo-overdue", "btn btn-primary"),
        (date(2020, 11, 22), "Today", "todo-soon", "btn btn-outlined"),
        (date(2020, 11, 29), "in 7 days", "todo-soon", "btn btn-outlined"),
        (date(2020, 11, 30), "in 8 days", "todo-later", "btn btn-link"),
        (None, "To do", "todo-later", "btn btn-link"),
    ],
)
def test_the_due_date_is_the_first_word_of_an_owed_item(
    due: date | None, words: str, state: str, button: str
) -> None:
    page = todo(due)
    assert f'<li class="todo-item {state}">' in page
    assert page.index(words) < page.index("Import")
    assert f'<a class="todo-action {button} btn-sm" href="/i/"' in page


def test_an_item_can_be_overdue_without_a_date() -> None:
    page = todo(None, overdue=True)
    assert "todo-overdue" in page
    assert "Overdue" in page


def test_paging_keeps_the_other_parameters() -> None:
    request = RequestFactory().get("/rows/", {"unit": "222401", "page": "2"})
    page_obj = Paginator(range(120), 50).page(2)
    with translation.override("en"):
        page = " ".join(
            render_to_string("components/pagination.html", {"page_obj": page_obj}, request).split()
        )
    assert "51–100 of 120" in page
    assert 'rel="next" href="?unit=222401&amp;page=3"' in page
    assert '<span aria-current="page">2</span>' in page
