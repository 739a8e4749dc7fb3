"""What gates say alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from records.models import VersionedRecord


def blank_fields(record: VersionedRecord, names: Iterable[str]) -> str:
    """Return the names of the fields that hold neither a value nor a mark, listed in words; often none."""
    fields: Any = record._meta
    blank = [name for name in names if getattr(record, name) is None and name not in record.markers]
    return "、".join(str(fields.get_field(name).verbose_name) for name in blank)
