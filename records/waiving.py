"""The registry of who knows exceptions: dated decisions that let a hard finding of a rule pass.

Only rules that say so can be waived (``check(..., waivable=...)``): not what the database itself holds.  A
finding let pass is told all the same, settled and with the exception's number, wherever findings are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from records.checks import RowView

if TYPE_CHECKING:
    from records.models import VersionedRecord


@dataclass(frozen=True, slots=True)
class Pardon:
    """An exception in force: its number and the words that tell of it beside the finding."""

    number: int
    words: str


# Gets the ledger and, for every finding, its row and the code (``projects.handover.before_acceptance``);
# returns by position what lets the finding pass.
PardonRule = Callable[
    [type["VersionedRecord"], Sequence[tuple[RowView, str]]],
    Mapping[int, Pardon],
]

_rules: list[PardonRule] = []


def pardons(rule: PardonRule) -> PardonRule:
    """Register who knows exceptions; asked only when a finding stands that can be waived."""
    _rules.append(rule)
    return rule


def pardons_for(
    model: type[VersionedRecord], findings: Sequence[tuple[RowView, str]]
) -> Mapping[int, Pardon]:
    """Return by position what lets findings pass; the first rule that knows one decides."""
    found: dict[int, Pardon] = {}
    for rule in _rules:
        found = {**rule(model, findings), **found}
    return found
