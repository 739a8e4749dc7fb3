"""Do the returns of a year agree with each other, before anything is sent?"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dashboards.models import ReturnDefinition
from dashboards.returns.facts import Facts
from dashboards.returns.filling import Values, values_of

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "<=": operator.le,
    ">=": operator.ge,
}
SIGNS = {"==": "=", "<=": "≤", ">=": "≥"}
# «national-plan:JH_01», «JH_01», «national-projects:DETAIL_ROWS.count», «…DETAIL_ROWS.#3» (a column's sum).
REFERENCE = re.compile(r"(?:(?P<code>[\w-]+):)?(?P<name>\w+)(?:\.(?P<part>count|#[0-9]+))?")


@dataclass(frozen=True, slots=True)
class Agreement:
    """One check between numbers: both sides, and whether they agree (None where one is not there)."""

    definition: ReturnDefinition
    left: str
    right: str
    sign: str
    left_value: Any
    right_value: Any
    holds: bool | None
    why: str


def agreements(
    definitions: Sequence[ReturnDefinition], facts: Facts, known: Mapping[str, Values] | None = None
) -> list[Agreement]:
    """Return the checks of all returns, with the numbers of this place, year and day."""
    filled = {found.code: values_of(found, facts) for found in definitions if found.code not in (known or {})}
    filled |= known or {}
    return [
        _weigh(found, check, filled) for found in definitions for check in found.mapping.get("checks", [])
    ]


def _weigh(definition: ReturnDefinition, check: Mapping[str, str], filled: Mapping[str, Values]) -> Agreement:
    left, right = (_value(check[side], definition.code, filled) for side in ("left", "right"))
    told = isinstance(left, int | Decimal) and isinstance(right, int | Decimal)
    return Agreement(
        definition,
        check["left"],
        check["right"],
        SIGNS[check["op"]],
        left,
        right,
        COMPARE[check["op"]](left, right) if told else None,
        check.get("why", ""),
    )


def _value(reference: str, own: str, filled: Mapping[str, Values]) -> Any:
    found = REFERENCE.fullmatch(reference)
    values = filled.get(found["code"] or own) if found else None
    if found is None or values is None:
        return None
    name, part = found["name"], found["part"]
    if part is None:
        cell = values.cells.get(name)
        return cell.value if cell is not None else None
    area = values.areas.get(name)
    if area is None:
        return None
    if part == "count":
        return len(area.rows)
    number = int(part[1:])
    return area.column(number) if area.rows and 0 < number <= len(area.rows[0]) else None
