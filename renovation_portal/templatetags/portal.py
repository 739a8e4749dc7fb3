"""Template tags and filters of the interface: numbers, dates, signs and the two components with a body.

Numbers are shown by the rules of government Chinese: Arabic figures, thousands separators, a true minus sign,
rounding half up.  Values pass through unchanged when they are words (不适用, 未知), and None becomes an empty
text: a cell that nobody has filled stays empty and is never shown as 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, TypeAlias

from django import template
from django.conf import settings
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, gettext, pgettext

from projects import day_words
from records.units import FEN_PER_WAN_YUAN

register = template.Library()

Number: TypeAlias = int | Decimal | float | str | None

MINUS = "−"
SQUARE_METRES_PER_WAN = Decimal(10_000)

# The sign of a state as one character, for titles, options and exports.  On pages components/sign.html
# draws the same signs, because fonts disagree about ◔ and ◑.
STATUS_SIGNS: dict[str, str] = {
    "preparing": "○",
    "ready": "◔",
    "in_progress": "◑",
    "completed": "●",
    "overdue": "▲",
    "ok": "✓",
    "soft": "!",
    "hard": "✕",
    "conflict": "⇄",
    "changed": "✎",
    "added": "+",
    "removed": MINUS,
    "waiting": "○",
    "same": "=",
    "locked": "⊘",
}
STATUS_TONES: dict[str, str] = {
    "ready": "amber",
    "soft": "amber",
    "conflict": "amber",
    "in_progress": "blue",
    "changed": "blue",
    "completed": "green",
    "ok": "green",
    "added": "green",
    "overdue": "red",
    "hard": "red",
    "removed": "red",
}

# The first mark found names the browser: every one of them also calls itself Chrome or Safari.
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg/", "Edge"),
    ("QQBrowser", "QQ Browser"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def _decimal(value: Number) -> Decimal | None:
    """Return the value as a finite Decimal, or None when it is empty or a word."""
    if value is None or value == "":
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _exact(value: Number) -> Decimal | None:
    """Like `_decimal`, but refuse a float: money and area are never floats (TypeError)."""
    if isinstance(value, float):
        raise TypeError("Money and area are whole 分 or Decimal, never float.")
    return _decimal(value)


def _text(value: object) -> str:
    """Return a value that is no number as it is shown: words stay, None is empty."""
    return "" if value is None else str(value)


def _figure(number: Decimal, decimals: int | None) -> str:
    """Return 1234.5 as 1,234.5 with a true minus sign; None keeps the number's own decimals."""
    if decimals is not None:
        number = number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(number):,f}"
    return f"{MINUS}{text}" if number < 0 else text


@register.filter
def thousands(value: Number, decimals: int | None = None) -> str:
    """Return a number with thousands separators: 273859 → 273,859; `:1` rounds half up to one decimal."""
    number = _decimal(value)
    return _text(value) if number is None else _figure(number, decimals)


@register.filter
def as_declared(value: Number, declared: Mapping[str, Any]) -> str:
    """Return a number with as many decimals as its column or item declares (`decimals`, optional)."""
    return thousands(value, declared.get("decimals"))


@register.filter
def signed(value: Number, decimals: int | None = None) -> str:
    """Return a difference with its sign: 41 → +41, -1 → −1, 0 → 0."""
    number = _decimal(value)
    if number is None:
        return _text(value)
    figure = _figure(number, decimals)
    return f"+{figure}" if number > 0 and figure.strip("0.,") else figure


@register.filter
def area_wan(value: Number, decimals: int = 2) -> str:
    """Return ㎡ as 万㎡ with two decimals: Decimal("1270000.00") → 127.00: published totals are in 万㎡."""
    number = _exact(value)
    return _text(value) if number is None else _figure(number / SQUARE_METRES_PER_WAN, decimals)


@register.filter
def wan_yuan(value: Number, decimals: int = 1) -> str:
    """Return whole 分 as 万元: 4276800000 → 4,276.8.  One decimal in lists, `:2` in vouchers."""
    number = _exact(value)
    return _text(value) if number is None else _figure(number / FEN_PER_WAN_YUAN, decimals)


@register.filter
def yuan(value: Number, decimals: int | None = None) -> str:
    """Return whole 分 as 元 with as many decimals as needed: 9500 → 95, 9550 → 95.5; `:2` fixes them."""
    number = _exact(value)
    return _text(value) if number is None else _figure((number / 100).normalize(), decimals)


@register.filter
def percent(value: Number, decimals: int = 1) -> str:
    """Return a rate that is already in per cent: 16.09 → 16.1%.  None is a rate without a base: —."""
    if value is None:
        return "—"
    number = _decimal(value)
    return _text(value) if number is None else f"{_figure(number, decimals)}%"


@register.filter
def points(value: Number, decimals: int = 1) -> str:
    """Return a difference of two rates: 8.7 → +8.7 个百分点 (never written as a growth in per cent)."""
    number = _decimal(value)
    if number is None:
        return _text(value)
    return gettext("%(difference)s percentage points") % {"difference": signed(number, decimals)}


@register.filter
def absolute(value: Number, decimals: int | None = None) -> str:
    """Return the size of a difference, for sentences that say the direction in a word: 低 45.8 个百分点."""
    number = _decimal(value)
    return _text(value) if number is None else _figure(abs(number), decimals)


@register.filter
def share(value: Number, maximum: Number = 100) -> str:
    """Return value ÷ maximum as a per cent length for SVG, kept within 0–100: the number of a bar."""
    part, whole = _decimal(value), _decimal(maximum)
    if part is None or whole is None or whole <= 0:
        return "0"
    length = min(max(part / whole * 100, Decimal(0)), Decimal(100))
    return f"{length.quantize(Decimal('0.01'), rounding=ROUND_HALF_UP):f}"


@register.filter
def month_day(value: date | None) -> str:
    """Return a day inside a sentence: 6月30日, 30 June."""
    if value is None:
        return ""
    return day_words.month_day(_local(value))


@register.filter
def month_day_number(value: int | None) -> str:
    """Return a day of the year that is written as month × 100 + day: 1115 → 11月15日, 15 November."""
    if not value:
        return ""
    # A leap year, so that 29 February is a day.
    return month_day(date(2028, value // 100, value % 100))


@register.filter
def long_day(value: date | None) -> str:
    """Return a whole date with its weekday: 2020年11月22日 星期日."""
    if value is None:
        return ""
    return formats.date_format(_local(value), pgettext("day with weekday", "l, j F Y"), use_l10n=False)


@register.filter
def minute(value: datetime | None) -> str:
    """Return a moment as tables show it, in the portal's time zone: 2020-12-02 14:06."""
    return "" if value is None else formats.date_format(_local(value), "Y-m-d H:i", use_l10n=False)


def _local(value: date) -> date:
    """Return an aware moment in the portal's time zone; a plain day is left alone."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def days_until(due: date | None, today: date | None = None) -> int | None:
    """Return the days left until `due`; negative is overdue, None is without a date."""
    if due is None:
        return None
    if isinstance(due, datetime):
        due = timezone.localtime(due).date() if timezone.is_aware(due) else due.date()
    return (due - (today or timezone.localdate())).days


@register.filter
def late(days: int) -> int:
    """Return how many days a negative `days_until` is overdue: -3 → 3."""
    return -days


@register.filter
def elided_pages(paginator: Paginator[Any], number: int) -> Iterator[str | int]:
    """Return the page numbers around `number`, gaps elided: 1 2 … 7 8 9 … 20."""
    return paginator.get_elided_page_range(number, on_each_side=2, on_ends=1)


@register.filter
def status_sign(status: str) -> str:
    """Return the one-character sign of a state: in_progress → ◑; unknown states have none."""
    return STATUS_SIGNS.get(str(status), "")


@register.filter
def status_tone(status: str) -> str:
    """Return the colour word of a state: grey, amber, blue, green or red."""
    return STATUS_TONES.get(str(status), "grey")


@register.filter
def cells_of(cells: Iterable[object], columns: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Any, Any]]:
    """Pair the cells of a table row with their columns; a plain value becomes {"text": value}."""
    for column, cell in zip(columns, cells, strict=True):
        yield column, cell if isinstance(cell, Mapping) else {"text": cell}


@register.filter
def device(agent: str) -> str:
    """Return browser and system of a User-Agent header in plain words; unknown ones stay as they are."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return ", ".join(part for part in (browser, system) if part) or agent


@register.simple_tag
def html_lang() -> str:
    """Return the page's language as the lang attribute wants it: zh-hans → zh-Hans."""
    language, _, rest = (get_language() or settings.LANGUAGE_CODE).partition("-")
    return f"{language}-{rest.title() if len(rest) == 4 else rest.upper()}" if rest else language


@register.simple_tag
def staff_languages() -> list[dict[str, Any]]:
    """Return the languages in which the whole portal is written, each with its own name."""
    return [get_language_info(code) for code in settings.STAFF_LANGUAGES]


@register.simple_tag
def resident_languages() -> list[dict[str, Any]]:
    """Return the languages of the residents' pages, each with the name it has among its speakers here."""
    own = {"zh-hans": "中文", "ko": "조선어"}
    found = [get_language_info(code) for code, _label in settings.LANGUAGES]
    return [
        {**language, "name_local": own.get(language["code"], language["name_local"])} for language in found
    ]


@register.simple_tag
def portal_name() -> str:
    """Return the portal's name in the page's language; needs no request, so error pages can use it."""
    chinese = (get_language() or settings.LANGUAGE_CODE).startswith("zh")
    return str(settings.PORTAL_NAME if chinese else settings.PORTAL_NAME_EN)


@register.simple_tag
def support_phone() -> str:
    """Return the telephone of the office that helps users, empty when the site has named none."""
    return str(settings.PORTAL_SUPPORT_PHONE)


@register.simple_block_tag
def panel(content: SafeString, title: str = "", **options: Any) -> SafeString:
    """Wrap the body in a panel with a head; options are those of templates/components/panel.html."""
    return render_to_string("components/panel.html", {"content": content, "title": title, **options})


@register.simple_block_tag
def action_bar(content: SafeString, note: str = "") -> SafeString:
    """Wrap buttons in the bar that stays at the foot of a page (templates/components/action_bar.html)."""
    return render_to_string("components/action_bar.html", {"content": content, "note": note})
