"""What follows from rows of other ledgers: a final version ends its consultation."""

from __future__ import annotations

from collections.abc import Sequence

from consultations.proceedings import follow_final_versions
from records.following import follows
from records.models import ChangeSet
from records.planning import Outcome


@follows("projects.planversion")
def final_versions(outcomes: Sequence[Outcome], change_set: ChangeSet) -> None:
    """End the consultation whose version has become final."""
    follow_final_versions(outcomes, change_set)
