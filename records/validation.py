"""What a database column can hold, checked in words before the database refuses it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from records.checks import Finding
from records.marks import Mark
from records.models import VersionedRecord

Test = Callable[[Any], str | None]

INTEGER_RANGES: dict[type[models.Field[Any, Any]], tuple[int, int]] = {
    models.PositiveSmallIntegerField: (0, 32767),
    models.PositiveIntegerField: (0, 2147483647),
    models.SmallIntegerField: (-32768, 32767),
    models.IntegerField: (-2147483648, 2147483647),
    models.BigIntegerField: (-9223372036854775808, 9223372036854775807),
}


def _text(field: models.Field[Any, Any]) -> Test:
    longest = field.max_length or 10_000
    choices = {value for value, _label in field.flatchoices} if field.choices else None

    def test(value: Any) -> str | None:
        if not isinstance(value, str):
            return _("This must be text.")
        if choices is not None and value and value not in choices:
            return _("Choose one of the listed values.")
        if len(value) > longest:
            return _("At most %(count)d characters; this has %(length)d.") % {
                "count": longest,
                "length": len(value),
            }
        if not value and not field.blank:
            return _("This must be filled in.")
        return _("Control characters are not allowed.") if "\x00" in value else None

    return test


def _integer(field: models.Field[Any, Any]) -> Test:
    low, high = INTEGER_RANGES.get(type(field), INTEGER_RANGES[models.BigIntegerField])
    if field.attname.endswith("_fen"):
        # Money in 分 is never negative here and stays below ten thousand 亿元.
        low, high = 0, 10**14

    def test(value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int):
            return _("This must be a whole number.")
        if value < low:
            return (
                _("Negative numbers are not possible here.") if low == 0 else _("This number is too small.")
            )
        return _("This number is too large.") if value > high else None

    return test


def _decimal(field: models.DecimalField[Any, Any]) -> Test:
    ceiling = Decimal(10) ** (field.max_digits - field.decimal_places)
    places = field.decimal_places
    step = Decimal(1).scaleb(-places)
    signed = field.attname in {"longitude", "latitude"}

    def test(value: Any) -> str | None:
        if not isinstance(value, Decimal) or not value.is_finite():
            return _("This must be a number.")
        if value < 0 and not signed:
            return _("Negative numbers are not possible here.")
        if abs(value) >= ceiling:
            return _("This number is too large.")
        # Most values have just the places they may have; only others need the exact question.
        exponent = value.as_tuple().exponent
        if isinstance(exponent, int) and exponent < -places and value != value.quantize(step):
            return _("At most %(count)d decimal places.") % {"count": places}
        return None

    return test


def _date(_field: models.Field[Any, Any]) -> Test:
    def test(value: Any) -> str | None:
        if not isinstance(value, date):
            return _("This must be a date.")
        return None if 1900 <= value.year <= 2100 else _("This date lies outside 1900–2100.")

    return test


def _boolean(_field: models.Field[Any, Any]) -> Test:
    return lambda value: None if isinstance(value, bool) else _("This must be yes or no.")


def _anything(_field: models.Field[Any, Any]) -> Test:
    return lambda _value: None


def _test_for(field: models.Field[Any, Any]) -> Test:
    if isinstance(field, models.ForeignKey):
        return _anything(field)
    if isinstance(field, models.CharField | models.TextField):
        return _text(field)
    if isinstance(field, models.DecimalField):
        return _decimal(field)
    if isinstance(field, models.BooleanField):
        return _boolean(field)
    if isinstance(field, models.IntegerField):
        return _integer(field)
    if isinstance(field, models.DateField):
        return _date(field)
    return _anything(field)


@cache
def _tests(model: type[VersionedRecord]) -> dict[str, tuple[bool, Test]]:
    return {
        field.attname: (field.null, _test_for(field))
        for field in model._meta.concrete_fields
        if field.attname not in model.BOOKKEEPING
    }


def validate(model: type[VersionedRecord], row: Mapping[str, Any], names: Iterable[str]) -> list[Finding]:
    """Return a hard finding for every named value of a row that its column cannot hold."""
    found: list[Finding] = []
    tests = _tests(model)
    for name in names:
        known = tests.get(name)
        if known is None:
            found.append(Finding(name, _("There is no such field."), code="unknown_field"))
            continue
        nullable, test = known
        value = row[name]
        if value is None or type(value) is Mark:
            if nullable:
                continue
            problem: str | None = _("This must be filled in.")
        else:
            problem = test(value)
        if problem:
            found.append(Finding(name, problem, code="invalid", fields=(name,), value=value))
    return found
