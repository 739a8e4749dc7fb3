"""The clock of batches: how much is split, and by which day the rest must be passed on.

预算法第五十二条: transfers are passed on within 30 days of their receipt; the days are data of each source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Sum, Value, When

from funding.models import Allotment, FundBatch

Step = tuple[int, int | None]


@dataclass(frozen=True, slots=True)
class Splitting:
    """How far a batch, or a unit's part of one, has been split.

    ``due_on`` is None for money that need not be passed on, and for a draft.
    """

    available_fen: int
    handed_on_fen: int
    due_on: date | None

    @property
    def left_fen(self) -> int:
        """Return what is still to be passed on."""
        return self.available_fen - self.handed_on_fen

    @property
    def is_done(self) -> bool:
        """Tell whether all was passed on."""
        return self.left_fen <= 0

    def days_left(self, on: date) -> int | None:
        """Return the days left to pass the rest on; negative when the day has passed, None without one."""
        return None if self.due_on is None or self.is_done else (self.due_on - on).days


def splittings(batches: Sequence[FundBatch]) -> dict[Step, Splitting]:
    """Return how far batches are split: by (batch, None) in all, by (batch, unit) of each unit's part.

    The batches come with their source; one query for any number.  A unit's days run from the day its part was
    handed down.
    """
    rows = (
        Allotment.objects.live()
        .filter(batch__in=batches)
        .order_by()
        .annotate(is_part=Case(When(project=None, then=Value(True)), default=Value(False)))
        .values_list("batch_id", "unit_id", "is_part", "allotted_on")
        .annotate(sum=Sum("amount_fen"))
    )
    parts: dict[tuple[int, int], int] = defaultdict(int)
    passed: dict[tuple[int, int], int] = defaultdict(int)
    days: dict[tuple[int, int], date] = {}
    for batch_id, unit_id, is_part, day, amount in rows:
        key = (batch_id, unit_id)
        (parts if is_part else passed)[key] += int(amount or 0)
        if is_part and day is not None:
            days[key] = day
    found: dict[Step, Splitting] = {}
    known = {batch.pk: batch for batch in batches}
    whole: dict[int, int] = defaultdict(int)
    for (pk, _unit), amount in parts.items():
        whole[pk] += amount
    for batch in batches:
        start = batch.received_on or batch.issued_on
        found[batch.pk, None] = Splitting(batch.amount_fen, whole[batch.pk], _due(batch, start))
    for (pk, unit), amount in parts.items():
        batch = known[pk]
        start = days.get((pk, unit)) or batch.issued_on
        found[pk, unit] = Splitting(amount, passed[pk, unit], _due(batch, start))
    return found


def _due(batch: FundBatch, start: date | None) -> date | None:
    days = batch.source.split_days
    if days is None or start is None or batch.state != FundBatch.State.ISSUED:
        return None
    return start + timedelta(days=days)
