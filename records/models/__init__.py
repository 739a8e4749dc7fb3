"""Models of the records app."""

from records.models.change import ChangeSet, Confirmation, IdempotencyKey, Limit
from records.models.versioned import VersionedQuerySet, VersionedRecord

__all__ = ["ChangeSet", "Confirmation", "IdempotencyKey", "Limit", "VersionedQuerySet", "VersionedRecord"]
