"""The write path: the only way to create, change, remove or restore ledger rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from records import history
from records.checks import Severity, fingerprint
from records.following import follow
from records.models import ChangeSet, Confirmation, VersionedRecord
from records.planning import Change, Outcome, Status, entering_scope, plan, record_type
from records.rows import load_rows, shape_of
from records.writing import insert_rows, update_rows

if TYPE_CHECKING:
    from accounts.models import User

BATCH = 2000


class Mode(StrEnum):
    """Whether one bad row holds back all, or only itself."""

    ALL_OR_NOTHING = "all"
    VALID_ROWS = "valid"


class NothingWritten(Exception):
    """An all-or-nothing batch had rows that cannot be written; ``outcomes`` says which and why."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        super().__init__("nothing written")
        self.outcomes = outcomes


def apply(
    model: type[VersionedRecord],
    *,
    actor: User | None,
    source: ChangeSet.Source,
    values: Mapping[str, Any],
    pk: int | None = None,
    base_version: int | None = None,
    confirm: Mapping[str, str] | None = None,
    reason: str = "",
    bound: bool = True,
) -> Outcome:
    """Write one row and return what became of it; a conflict or a hard finding writes nothing."""
    change = Change(values=values, pk=pk, base_version=base_version, confirm=confirm or {})
    return apply_many(model, actor=actor, source=source, changes=[change], reason=reason, bound=bound)[0]


def apply_many(
    model: type[VersionedRecord],
    *,
    actor: User | None,
    source: ChangeSet.Source,
    changes: Sequence[Change],
    mode: Mode = Mode.VALID_ROWS,
    reason: str = "",
    label: str = "",
    bound: bool = True,
) -> list[Outcome]:
    """Write many rows and their history in one transaction; return the outcomes in the order of the edits.

    ``bound=False`` is for what an app itself decides on somebody's behalf (a stage moved, a return accepted):
    the actor stands in the history, but their scope and the locks do not bind; checks still do.

    Raises NothingWritten in all-or-nothing mode when any edit is refused or in conflict.
    """

    def act() -> list[Outcome]:
        with transaction.atomic():
            outcomes = plan(model, actor=actor if bound else None, changes=changes, lock=True)
            writing = [found for found in outcomes if found.writes]
            refused = [found for found in outcomes if not found.writes and found.status is not Status.SAME]
            if refused and mode is Mode.ALL_OR_NOTHING:
                raise NothingWritten(outcomes)
            if writing:
                change_set = ChangeSet.objects.create(
                    actor=actor, source=source, reason=reason[:500], label=label[:200]
                )
                write(model, writing, change_set)
            if actor is not None:
                _confirm(model, actor, outcomes)
            return outcomes

    try:
        return act()
    except IntegrityError:
        # Somebody made the same row between our checks and our writing: now the checks see it and say so.
        return act()


def write(model: type[VersionedRecord], outcomes: Sequence[Outcome], change_set: ChangeSet) -> None:
    """Write planned rows and copy them to the history; the caller holds the transaction."""
    new = [found.row for found in outcomes if found.status is Status.CREATED]
    old = [found.row for found in outcomes if found.status is not Status.CREATED]
    model.assign_codes(new)
    for found in outcomes:
        _stamp(found, change_set)
    # Many rows travel by the driver's own ways, past Django's translation of its errors.
    with connection.wrap_database_errors:
        if new:
            insert_rows(model, new, change_set)
        if old:
            update_rows(model, old)
    history.copy_to_history(model, change_set)
    follow(record_type(model), outcomes, change_set)


def carry(model: type[VersionedRecord], changes: Sequence[Change], change_set: ChangeSet) -> list[Outcome]:
    """Write what follows from rows that were just written, into their change set and transaction.

    For rules of ``records.following`` alone, once for each model and change set.  Raises NothingWritten when
    a check forbids what should follow: then nothing of the change set stands.
    """
    outcomes = plan(model, actor=None, changes=changes, lock=True)
    if any(not found.writes and found.status is not Status.SAME for found in outcomes):
        raise NothingWritten(outcomes)
    writing = [found for found in outcomes if found.writes]
    if writing:
        write(model, writing, change_set)
    return outcomes


def _stamp(found: Outcome, change_set: ChangeSet) -> None:
    row = found.row
    row["version"] = 1 if found.before is None else found.before["version"] + 1
    row["change_set_id"] = change_set.pk
    row["updated_at"] = change_set.created_at
    row["updated_by_id"] = change_set.actor_id
    if found.before is None:
        row["created_at"] = change_set.created_at


def _confirm(model: type[VersionedRecord], actor: User, outcomes: Sequence[Outcome]) -> None:
    kind = record_type(model)
    words = [
        Confirmation(
            record_type=kind,
            record_id=found.row["id"],
            code=finding.code,
            fingerprint=fingerprint(finding, found.row),
            reason=found.change.confirm[finding.code][:500],
            confirmed_by=actor,
        )
        for found in outcomes
        if found.change.confirm and (found.writes or found.status is Status.SAME)
        for finding in found.findings
        if finding.severity is Severity.SOFT and found.change.confirm.get(finding.code)
    ]
    Confirmation.objects.bulk_create(words, ignore_conflicts=True, batch_size=BATCH)


def remove(
    model: type[VersionedRecord],
    *,
    actor: User,
    source: ChangeSet.Source,
    pk: int,
    base_version: int | None,
    reason: str,
) -> Outcome:
    """Take a row out of the ledger; its history stays and it can be restored."""
    return apply(
        model,
        actor=actor,
        source=source,
        pk=pk,
        base_version=base_version,
        values={"is_removed": True},
        reason=reason,
    )


def restore(
    model: type[VersionedRecord], *, actor: User, source: ChangeSet.Source, pk: int, reason: str = ""
) -> Outcome:
    """Bring a removed row back as it was."""
    return apply(model, actor=actor, source=source, pk=pk, values={"is_removed": False}, reason=reason)


@transaction.atomic
def undo(model: type[VersionedRecord], *, actor: User, change_set: ChangeSet) -> tuple[list[Outcome], int]:
    """Take back what a change set wrote to rows nobody has touched since.

    Returns the outcomes and how many rows were left alone because they have moved on.
    """
    written = _written_by(model, change_set)
    scope = entering_scope(model._default_manager, actor)
    current = load_rows(scope, [pk for pk, _version in written], lock=True)
    untouched = [
        (pk, version)
        for pk, version in written
        if pk in current and current[pk]["change_set_id"] == change_set.pk
    ]
    before = history.rows_at(model, [(pk, version - 1) for pk, version in untouched if version > 1])
    content = shape_of(model).content
    changes = []
    for pk, version in untouched:
        former = before.get((pk, version - 1))
        values = {"is_removed": True} if former is None else {name: former[name] for name in content}
        changes.append(Change(values=values, pk=pk, base_version=version))
    outcomes = apply_many(
        model,
        actor=actor,
        source=ChangeSet.Source.UNDO,
        changes=changes,
        reason=_("Undo of change %(number)d") % {"number": change_set.pk},
        label=change_set.label,
    )
    return outcomes, len(written) - len(untouched)


def _written_by(model: type[VersionedRecord], change_set: ChangeSet) -> list[tuple[int, int]]:
    states: Any = model.history.model.objects
    return list(states.filter(change_set_id=change_set.pk).values_list("id", "version"))


def confirm(model: type[VersionedRecord], *, actor: User, pk: int, code: str, reason: str) -> Outcome:
    """Settle a doubt about a row as it is: record that its values are right, and why.

    Raises ObjectDoesNotExist when the row has no open finding of that code.
    """
    with transaction.atomic():
        found = plan(
            model, actor=actor, changes=[Change(values={}, pk=pk, confirm={code: reason})], lock=True
        )[0]
        if found.status is not Status.SAME or not any(finding.code == code for finding in found.findings):
            raise ObjectDoesNotExist(code)
        _confirm(model, actor, [found])
    return found
