"""Evidence is laid down while the unit assesses itself, and beside an appeal; afterwards it stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from assessments.models import Assessment
from records.locks import ALL, Lock, lock

OPEN_IN = (Assessment.State.SELF, Assessment.State.PUBLISHED)


@lock("assessments.evidence", fields=(ALL,))
def with_the_unit(rows: Sequence[dict[str, Any]], _user: User) -> Iterator[tuple[int, Lock]]:
    """Close the evidence of assessments that are not with the unit."""
    wanted = {row["assessment_id"] for row in rows if row.get("assessment_id")}
    open_ones = set(Assessment.objects.filter(pk__in=wanted, state__in=OPEN_IN).values_list("pk", flat=True))
    for position, row in enumerate(rows):
        if row.get("assessment_id") not in open_ones:
            yield position, Lock(ALL, _("The assessment is not with the unit: its evidence stays."))
