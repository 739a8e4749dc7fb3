"""Models of the records app."""

from records.models.attachment import Attachment
from records.models.change import ChangeSet, Confirmation, IdempotencyKey, Limit, LimitChange
from records.models.versioned import SharedQuerySet, VersionedQuerySet, VersionedRecord

__all__ = [
    "Attachment",
    "ChangeSet",
    "Confirmation",
    "IdempotencyKey",
    "Limit",
    "LimitChange",
    "SharedQuerySet",
    "VersionedQuerySet",
    "VersionedRecord",
]
