"""What of a batch and its parts is closed: what was issued stays, what was paid from is not taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Region, User
from funding.models import Allotment, FundBatch, MoneyEvent
from records.locks import ALL, Lock, change_lock

Rows = Sequence[dict[str, Any]]
Before = Sequence[dict[str, Any] | None]
# What of an issued batch may still be entered: a remark.
OPEN = ("remark",)
DOCUMENT = (
    "number",
    "title",
    "source_id",
    "region_id",
    "level",
    "fiscal_year",
    "plan_year",
    "subject",
    "amount_fen",
    "issued_on",
    "is_removed",
)
PART = ("batch_id", "unit_id", "project_id", "amount_fen", "allotted_on", "is_removed")


@change_lock("funding.fundbatch", fields=(*DOCUMENT, "received_on", "state", "origin"))
def issued_batches(before: Before, rows: Rows, user: User) -> Iterator[tuple[int, Lock]]:
    """An issued batch is a document: of it only the remark changes; the day of receipt is entered once."""
    asked = {row["region_id"] for row in rows if isinstance(row.get("region_id"), int)}
    splitters: dict[Any, str] = {user.region_id: user.region.path}
    if not asked <= set(splitters):
        splitters |= dict(Region.objects.filter(pk__in=asked).values_list("pk", "path"))
    for position, (former, row) in enumerate(zip(before, rows, strict=True)):
        for field in ("state", "origin"):
            yield position, Lock(field, _("A batch is issued on its page."))
        if not splitters.get(row.get("region_id"), "").startswith(user.region.path):
            yield position, Lock("region_id", _("Money of a region above yours is not yours to split."))
        if former is None or former.get("state") != FundBatch.State.ISSUED:
            continue
        words = _(
            "The batch has been issued: only its remark changes. What was wrong is mended by a new one."
        )
        for field in DOCUMENT:
            yield position, Lock(field, words)
        if former.get("received_on") is not None:
            yield position, Lock("received_on", words)


@change_lock("funding.allotment", fields=(ALL,))
def parts_of_batches(before: Before, rows: Rows, user: User) -> Iterator[tuple[int, Lock]]:
    """What a unit gets is decided by whoever splits the batch, what its projects get by the unit.

    A part of an issued batch stays as it is once money of its source was paid from it.
    """
    batches = _batches(before, rows)
    issued = {pk: held for pk, held in batches.items() if held.state == FundBatch.State.ISSUED}
    paid = _paid(issued) if any(one and one.get("batch_id") in issued for one in before) else {}
    foreign = _("What a unit gets is decided by %(region)s, which splits the batch.")
    spent = _("Money was paid from this part: it stays as it is. Hand more out by another batch.")
    for position, (former, row) in enumerate(zip(before, rows, strict=True)):
        for one in (former, row):
            if one is None or one.get("project_id") is not None:
                continue
            held = batches.get(one.get("batch_id"))
            if held is not None and not held.region.path.startswith(user.region.path):
                yield position, Lock(ALL, foreign % {"region": held.region.label})
                break
        if former is not None and paid.get(former.get("batch_id"), set()) & _getters(former):
            for field in PART:
                yield position, Lock(field, spent)


def _getters(part: dict[str, Any]) -> set[tuple[str, Any]]:
    if part.get("project_id") is not None:
        return {("project", part["project_id"])}
    return {("unit", part.get("unit_id"))}


def _paid(issued: Collection[int]) -> dict[Any, set[tuple[str, Any]]]:
    """Return by batch the units and projects that paid money of its source from their part; one query."""
    parts = Allotment.objects.live().filter(
        batch__in=issued,
        project__moneyevent_rows__step=MoneyEvent.Step.PAID,
        project__moneyevent_rows__is_removed=False,
        project__moneyevent_rows__source=F("batch__source"),
    )
    found: dict[Any, set[tuple[str, Any]]] = defaultdict(set)
    for batch, unit, project in parts.order_by().values_list("batch_id", "unit_id", "project_id").distinct():
        found[batch] |= {("unit", unit), ("project", project)}
    return found


def _batches(before: Before, rows: Rows) -> dict[Any, FundBatch]:
    asked: set[Any] = {row.get("batch_id") for row in [*rows, *(one for one in before if one)]} - {None}
    return FundBatch.objects.select_related("region").in_bulk(asked) if asked else {}
