"""Checks of the rows of ad-hoc tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from communities.checks import taken_twice
from ledgers.models import DispatchRow
from ledgers.models.dispatch import SLOTS
from records.checks import Finding, Limits, Severity, check, set_check

ROW = "ledgers.dispatchrow"
NUMBERS = (*SLOTS["count"], *SLOTS["decimal"], *SLOTS["money"])


@set_check(ROW, "same_subject", Severity.HARD, fields=("dispatch_id", "subject_id", "is_removed"))
def same_subject(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Finding]]:
    """What is asked about stands in a table once."""
    yield from taken_twice(
        rows,
        DispatchRow.objects.live(),
        ("dispatch_id", "subject_id"),
        Finding("label", _("This row is in the table already."), _("Fill in that row.")),
    )


@check(ROW, "negative", Severity.SOFT, fields=NUMBERS)
def negative(row: Mapping[str, Any], _limits: Limits) -> Iterator[Finding]:
    """A number below 0 is rarely meant."""
    for name in NUMBERS:
        value = row.get(name)
        if isinstance(value, int | Decimal) and value < 0:
            yield Finding(name, _("This number is below 0."), _("Mend it, or say why it is right."))
