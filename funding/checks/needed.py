"""What every row about money must say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from records.checks import Finding, RowView


def missing(row: RowView, names: dict[str, Any]) -> Iterator[Finding]:
    """Yield a finding for every attribute without a value; ``names`` maps them to what is said."""
    for name, text in names.items():
        if row.get(name) in {None, ""}:
            yield Finding(name, str(text), _("Fill it in."))


def still_named(
    rows: Sequence[RowView], of: Sequence[tuple[Any, str]], finding: Finding
) -> Iterator[tuple[int, Finding]]:
    """Yield the finding for every row that is taken out while live rows of other ledgers name it.

    ``of`` are the querysets of those ledgers, each with the field that names the row.
    """
    gone = {
        row["id"]: position for position, row in enumerate(rows) if row.get("id") and row.get("is_removed")
    }
    if not gone:
        return
    named: set[int] = set()
    for ledger, field in of:
        named |= set(ledger.live().filter(**{f"{field}__in": gone}).values_list(field, flat=True).order_by())
    for pk in named:
        yield gone[pk], finding
