"""Closing a finding with a reason: a confirmation as everywhere, that holds for exactly these values."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from accounts.models import Region, User
from ledgers.health.registry import RULES
from ledgers.health.running import hits
from records.checks import fingerprint
from records.models import Confirmation, VersionedRecord
from records.planning import record_type, review
from records.rows import load_rows
from records.services import confirm


def close(
    model: type[VersionedRecord],
    *,
    actor: User,
    pk: int,
    code: str,
    seen: str,
    reason: str,
    region: Region,
    year: int | None,
) -> None:
    """Keep the reason why a finding about a row is to stand; the caller has checked who may change the row.

    ``seen`` is the digest of the values the reason was given for, ``region`` and ``year`` what was checked.
    Raises ObjectDoesNotExist when the row no longer has this finding: it was mended, or its values changed.
    """
    if code not in RULES:
        with transaction.atomic():
            _must_stand(model, pk, code, seen)
            confirm(model, actor=actor, pk=pk, code=code, reason=reason)
        return
    kind = record_type(model)
    with transaction.atomic():
        standing = {
            hit.print_of(code)
            for hit in hits(code, region, year)
            if hit.record_type == kind and hit.row["id"] == pk
        }
        if seen not in standing:
            raise ObjectDoesNotExist(code)
        Confirmation.objects.get_or_create(
            record_type=kind,
            record_id=pk,
            code=code,
            fingerprint=seen,
            defaults={"reason": reason[:500], "confirmed_by": actor},
        )


def _must_stand(model: type[VersionedRecord], pk: int, code: str, seen: str) -> None:
    manager: Any = model._default_manager
    row = load_rows(manager.live(), [pk]).get(pk)
    findings = review(model, [row])[0] if row is not None else ()
    if not any(found.code == code and fingerprint(found, row or {}) == seen for found in findings):
        raise ObjectDoesNotExist(code)
