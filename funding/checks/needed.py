"""What every row about money must say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from records.checks import Finding, RowView


def missing(row: RowView, names: dict[str, Any]) -> Iterator[Finding]:
    """Yield a finding for every attribute without a value; ``names`` maps them to what is said."""
    for name, text in names.items():
        if row.get(name) in {None, ""}:
            yield Finding(name, str(text), _("Fill it in."))
