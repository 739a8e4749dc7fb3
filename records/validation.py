"""What a database column can hold, checked in words before the database refuses it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from records.checks import Finding
from records.marks import Mark
from records.models import VersionedRecord
from records.rows import Row

# Databases refuse the first, text files are refused for the others; tabs and line breaks are fine.
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
Test = Callable[[Any], str | None]
Sweep = Callable[[Sequence[Any]], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a column holds: ``test`` returns what is wrong with one value.

    ``all_hold`` tells of many values at once that nothing is wrong with any; in doubt it says no, and each
    value is tested.
    """

    nullable: bool
    test: Test
    all_hold: Sweep


INTEGER_RANGES: dict[type[models.Field[Any, Any]], tuple[int, int]] = {
    models.PositiveSmallIntegerField: (0, 32767),
    models.PositiveIntegerField: (0, 2147483647),
    models.SmallIntegerField: (-32768, 32767),
    models.IntegerField: (-2147483648, 2147483647),
    models.BigIntegerField: (-9223372036854775808, 9223372036854775807),
}


def _text(field: models.Field[Any, Any]) -> tuple[Test, Sweep]:
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
        return _("Control characters are not allowed.") if CONTROLS.search(value) else None

    def all_hold(values: Sequence[Any]) -> bool:
        return (
            _are(values, str)
            and max(map(len, values)) <= longest
            and (field.blank or all(values))
            and (choices is None or choices.issuperset(filter(None, values)))
            and not CONTROLS.search("".join(values))
        )

    return test, all_hold


def _integer(field: models.Field[Any, Any]) -> tuple[Test, Sweep]:
    low, high = INTEGER_RANGES.get(type(field), INTEGER_RANGES[models.BigIntegerField])
    if field.attname.endswith("_fen"):
        # Money in 分 stays below ten thousand 亿元, and is negative only where it may flow back.
        high = 10**14
        low = -high if field.attname in getattr(field.model, "SIGNED", ()) else 0

    def test(value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int):
            return _("This must be a whole number.")
        if value < low:
            return (
                _("Negative numbers are not possible here.") if low == 0 else _("This number is too small.")
            )
        return _("This number is too large.") if value > high else None

    return test, lambda values: _are(values, int) and low <= min(values) and max(values) <= high


def _decimal(field: models.DecimalField[Any, Any]) -> tuple[Test, Sweep]:
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

    def all_hold(values: Sequence[Any]) -> bool:
        if not (_are(values, Decimal) and all(map(Decimal.is_finite, values))):
            return False
        if max(map(abs, values)) >= ceiling or (min(values) < 0 and not signed):
            return False
        # A sum has as many places as the longest of its parts, far within the 28 digits of the arithmetic.
        exponent = sum(values, Decimal(0)).as_tuple().exponent
        return isinstance(exponent, int) and exponent >= -places

    return test, all_hold


def _date(_field: models.Field[Any, Any]) -> tuple[Test, Sweep]:
    def test(value: Any) -> str | None:
        if not isinstance(value, date):
            return _("This must be a date.")
        return None if 1900 <= value.year <= 2100 else _("This date lies outside 1900–2100.")

    def all_hold(values: Sequence[Any]) -> bool:
        return _are(values, date) and min(values).year >= 1900 and max(values).year <= 2100

    return test, all_hold


def _boolean(_field: models.Field[Any, Any]) -> tuple[Test, Sweep]:
    def test(value: Any) -> str | None:
        return None if isinstance(value, bool) else _("This must be yes or no.")

    return test, lambda values: _are(values, bool)


def _anything(_field: models.Field[Any, Any]) -> tuple[Test, Sweep]:
    return lambda _value: None, lambda _values: True


def _are(values: Sequence[Any], kind: type) -> bool:
    """Tell whether values are of one kind, and not of one derived from it."""
    return set(map(type, values)) == {kind}


def _tests_for(field: models.Field[Any, Any]) -> tuple[Test, Sweep]:
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
def _rules(model: type[VersionedRecord]) -> dict[str, Rule]:
    return {
        field.attname: Rule(field.null, *_tests_for(field))
        for field in model._meta.concrete_fields
        if field.attname not in model.BOOKKEEPING
    }


def validate(
    model: type[VersionedRecord], rows: Sequence[Row], named: Sequence[tuple[str, ...]]
) -> list[list[Finding]]:
    """Return, for each row, a hard finding for every value its column cannot hold; ``named`` are the fields
    of each row that are looked at.
    """
    found: list[list[Finding]] = [[] for _row in rows]
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for position, names in enumerate(named):
        alike[names].append(position)
    rules = _rules(model)
    for names, positions in alike.items():
        for name in names:
            rule, values = rules.get(name), [rows[position][name] for position in positions]
            if rule is None or not _plainly_right(rule, values):
                for position, value in zip(positions, values, strict=True):
                    found[position].extend(_weigh(name, rule, value))
    return found


def _plainly_right(rule: Rule, values: Sequence[Any]) -> bool:
    """Tell whether many values are seen to be right without a look at each."""
    if len(values) == 1:
        return False
    given = values
    if None in values:
        if not rule.nullable:
            return False
        given = [value for value in values if value is not None]
    return not given or rule.all_hold(given)


def _weigh(name: str, rule: Rule | None, value: Any) -> Iterator[Finding]:
    if rule is None:
        yield Finding(name, _("There is no such field."), code="unknown_field")
        return
    if value is None or type(value) is Mark:
        problem = None if rule.nullable else _("This must be filled in.")
    else:
        problem = rule.test(value)
    if problem:
        yield Finding(name, problem, code="invalid", fields=(name,), value=value)
