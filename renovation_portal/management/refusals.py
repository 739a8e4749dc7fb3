"""What a command says when rows that it was to write break a check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError

from records.services import NothingWritten

# So many findings are printed.
MOST = 20


@contextmanager
def findings_told() -> Iterator[None]:
    """Turn NothingWritten into a CommandError with one line for each finding: row, field, what is wrong."""
    try:
        yield
    except NothingWritten as broken:
        lines = [
            f"{found.row.get('name') or found.row} {finding.field}: {finding.message}"
            for found in broken.outcomes
            for finding in found.findings
            if not found.writes
        ]
        raise CommandError("\n".join(lines[:MOST])) from broken
