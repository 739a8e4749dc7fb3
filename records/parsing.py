"""From what people type, paste and upload to values: tolerant in form, strict in meaning.

Nothing is guessed: what cannot be read for certain is an error that says how to write it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from records.headers import known_unit
from records.units import Unit

ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"), None)
ERROR_VALUES = frozenset({"#REF!", "#DIV/0!", "#N/A", "#NAME?", "#VALUE!", "#NUM!", "#NULL!"})
# Signs that NFKC keeps apart and people do not.
LOOK_ALIKES = str.maketrans("—–臺〔〕[]", "--台()()")
LOOK_ALIKE_SIGNS = frozenset("—–臺〔〕[]")
THOUSANDS = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$")
NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")
NUMBER_WITH_UNIT = re.compile(r"^([+-]?[\d,]*\.?\d+)\s*([^\d\s.,+-]+[2²]?)$")
DATE_SHAPES = (
    re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$"),
    re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})[日号]$"),
    re.compile(r"^(\d{4})(\d{2})(\d{2})$"),
)
CHINESE_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
CHINESE_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000}


class CellError(Exception):
    """A cell that cannot be read: ``message`` says why, ``mend`` how to write it, ``code`` names the rule."""

    def __init__(self, code: str, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.mend = mend


def visible(text: str) -> str:
    """Return a text without its invisible characters; most have none."""
    # Python counts those, breaks and every space but the plain one as not printable.
    return text if text.isprintable() else text.translate(ZERO_WIDTH)


def tidy(text: str) -> str:
    """Return text in one width, without invisible characters and outer spaces: for numbers and dates."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", visible(text)).replace("−", "-").strip()


def tidy_name(text: str) -> str:
    """Return a name as typed, without invisible characters and outer spaces; width and case stay."""
    if text.isprintable():
        return text.strip(" ")
    return visible(text).replace("\u00a0", " ").strip(" \t\r\n\u3000")


def search_key(text: str) -> str:
    """Return the form in which two spellings of one name are equal: one width, case and kind of bracket."""
    folded = unicodedata.normalize("NFKC", visible(text)).casefold()
    if not LOOK_ALIKE_SIGNS.isdisjoint(folded):
        folded = folded.translate(LOOK_ALIKES)
    return "".join(folded.split())


def read_number(raw: Any, unit: Unit | None, factor: Decimal) -> Decimal:
    """Return a number in stored units; ``factor`` is the worth of the column's unit.

    Accepts full-width digits, thousands separators and a unit the column knows; else raises CellError.
    """
    if isinstance(raw, bool):
        raise CellError("not_a_number", _("Yes or no is not a number."), _("Write the number."))
    if isinstance(raw, int):
        return Decimal(raw) * factor
    if isinstance(raw, float):
        return Decimal(repr(raw)) * factor
    if isinstance(raw, Decimal):
        return raw * factor
    if not isinstance(raw, str):
        raise _not_a_number(str(raw))
    text = tidy(raw)
    if NUMBER.match(text):
        return _decimal(text, raw) * factor
    if THOUSANDS.match(text):
        return _decimal(text.replace(",", ""), raw) * factor
    match = NUMBER_WITH_UNIT.match(text)
    if match and unit is not None:
        spelled = known_unit(match[2])
        worth = unit.factor(spelled) if spelled else None
        if worth is not None:
            return _decimal(match[1].replace(",", ""), raw) * worth
    raise _not_a_number(text)


def _decimal(text: str, raw: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as problem:
        raise _not_a_number(raw) from problem


def _not_a_number(text: str) -> CellError:
    if text.startswith("####"):
        return CellError(
            "hashes",
            _("«%(text)s» is a cell too narrow to show.") % {"text": text[:12]},
            _("Widen the column, copy again."),
        )
    guess = chinese_number(text)
    scaled = re.match(r"^([\d.]+)(万|亿)$", text)
    if scaled:
        worth = Decimal(scaled[1]) * (10_000 if scaled[2] == "万" else 100_000_000)
        guess = int(worth) if worth == worth.to_integral_value() else None
    mend = (
        _("Write %(number)s and paste again.") % {"number": guess}
        if guess is not None
        else _("Write digits only.")
    )
    return CellError("not_a_number", _("«%(text)s» is not a number.") % {"text": text[:40]}, mend)


def chinese_number(text: str) -> int | None:
    """Return the number that Chinese numerals spell (三百六 is 360), or None; only ever used in a hint."""
    total = section = digit = 0
    last_scale = 1
    for char in text:
        if char in CHINESE_DIGITS:
            digit = CHINESE_DIGITS[char]
            last_scale = 10 if char in "零〇" else last_scale
        elif char in CHINESE_SCALES:
            scale = CHINESE_SCALES[char]
            if scale == 10_000:
                total, section = (total + section + digit) * scale, 0
            else:
                section += (digit or 1) * scale
            digit, last_scale = 0, scale
        else:
            return None
    if not text:
        return None
    # 三百六 means 360: a last bare digit stands one place below the last scale.
    return total + section + digit * (last_scale // 10 if last_scale >= 10 and digit and len(text) > 2 else 1)


# One unit of the last of so many decimal places.
STEPS = tuple(Decimal(1).scaleb(-places) for places in range(10))


def to_whole(number: Decimal) -> int:
    """Return a whole number; raises CellError when there is a fraction."""
    if not number.is_finite():
        raise CellError("not_a_number", _("This is not a number."))
    whole = number.to_integral_value(ROUND_HALF_UP)
    if abs(number - whole) > Decimal("0.0000001"):
        raise CellError(
            "not_whole",
            _("%(number)s is not a whole number.") % {"number": f"{number:f}"},
            _("Write a whole number."),
        )
    return int(whole)


def to_places(number: Decimal, places: int, *, computed: bool) -> Decimal:
    """Return a number with so many decimal places.

    A computed number (an Excel float) is rounded half up, since its digits beyond are the machine's; typed
    text with more places than the column holds is refused.
    """
    if not number.is_finite():
        raise CellError("not_a_number", _("This is not a number."))
    rounded = number.quantize(STEPS[places], ROUND_HALF_UP)
    if not computed and rounded != number:
        raise CellError(
            "too_precise",
            _("%(number)s has more than %(places)d decimal places.")
            % {"number": f"{number:f}", "places": places},
            _("Write %(number)s.") % {"number": f"{rounded:f}"},
        )
    return rounded


def read_date(raw: Any, *, date1904: bool = False) -> date:
    """Return a date from a date cell, an Excel serial number or one of five typed shapes.

    2020-3-31, 2020/3/31, 2020.3.31, 2020年3月31日, 20200331; anything ambiguous is refused.
    """
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, bool):
        raise _not_a_date(str(raw))
    if isinstance(raw, int | float):
        return _from_serial(raw, date1904) if raw < 19_000_000 else read_date(str(int(raw)))
    text = tidy(str(raw))
    for shape in DATE_SHAPES:
        match = shape.match(text)
        if match:
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError as problem:
                raise CellError(
                    "no_such_day", _("«%(text)s» is not a day of the calendar.") % {"text": text}
                ) from problem
    if re.fullmatch(r"\d{5}", text):
        return _from_serial(int(text), date1904)
    raise _not_a_date(text)


def _not_a_date(text: str) -> CellError:
    return CellError(
        "not_a_date", _("«%(text)s» is not a date.") % {"text": text[:40]}, _("Write it as 2020-03-31.")
    )


def _from_serial(serial: float, date1904: bool) -> date:
    """Return the day of an Excel serial; below 1955 or past 2119 a number is no date somebody meant."""
    if not 20_000 <= serial < 80_000:
        raise CellError(
            "not_a_date",
            _("The number %(number)s is not a date here.") % {"number": f"{serial:g}"},
            _("Write it as 2020-03-31."),
        )
    epoch = date(1904, 1, 1) if date1904 else date(1899, 12, 30)
    return epoch + timedelta(days=int(serial))


def read_year(raw: Any) -> int:
    """Return a year of four digits, from a number, 1998 or 1998年 or a date."""
    if isinstance(raw, date):
        return raw.year
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    text = tidy(str(raw)).removesuffix("年").removesuffix("年建成")
    if re.fullmatch(r"(1[89]|20)\d{2}", text):
        return int(text)
    raise CellError(
        "not_a_year", _("«%(text)s» is not a year.") % {"text": text[:40]}, _("Write four digits, as 1998.")
    )
