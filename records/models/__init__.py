"""Models of the records app."""

from records.models.attachment import Attachment
from records.models.change import ChangeSet, Confirmation, IdempotencyKey, Limit, LimitChange, SettingChange
from records.models.versioned import SharedQuerySet, VersionedQuerySet, VersionedRecord

__all__ = [
    "Attachment",
    "ChangeSet",
    "Confirmation",
    "IdempotencyKey",
    "Limit",
    "LimitChange",
    "SettingChange",
    "SharedQuerySet",
    "VersionedQuerySet",
    "VersionedRecord",
]
