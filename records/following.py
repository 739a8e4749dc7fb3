"""The registry of what follows: rows of one ledger that are kept in step with rows of another.

A follower runs inside the transaction of every write of its ledger, whichever way the write came in, and
writes with ``records.services.carry``.  What it raises takes the whole write back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from records.models import ChangeSet

if TYPE_CHECKING:
    from records.planning import Outcome

Follower = Callable[[Sequence["Outcome"], ChangeSet], None]

_followers: dict[str, list[Follower]] = defaultdict(list)


def follows(record_type: str) -> Callable[[Follower], Follower]:
    """Register what must follow when rows of a record type have been written."""

    def register(rule: Follower) -> Follower:
        _followers[record_type].append(rule)
        return rule

    return register


def follow(record_type: str, outcomes: Sequence[Outcome], change_set: ChangeSet) -> None:
    """Run what follows on rows that were just written."""
    for rule in _followers[record_type]:
        rule(outcomes, change_set)
