"""The one planner: what a set of edits would do, decided without writing anything.

Preview and commit both run this code, so a preview cannot promise what the commit would not do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from records import history
from records.checks import (
    Finding,
    Severity,
    fingerprint,
    known_limits,
    one_reading,
    run_row_checks,
    run_set_checks,
    waivable_rules,
)
from records.locks import ALL, locks_on
from records.merge import Conflict, merge
from records.models import Confirmation, VersionedRecord
from records.rows import Row, load_rows, shape_of
from records.validation import validate
from records.waiving import pardons_for

if TYPE_CHECKING:
    from accounts.models import User


class Status(StrEnum):
    """What became, or would become, of one edit."""

    CREATED = "created"
    CHANGED = "changed"
    MERGED = "merged"
    SAME = "same"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    LOCKED = "locked"
    GONE = "gone"
    DENIED = "denied"


WRITES = frozenset({Status.CREATED, Status.CHANGED, Status.MERGED})


@dataclass(frozen=True, slots=True)
class Change:
    """One edit: the fields somebody sends for one row.

    ``pk`` is None for a new row.  ``base_version`` is the version the editor saw; None means that no version
    was seen (an ordinary table) and the row as it is now counts as seen.  ``confirm`` maps codes of checks to
    the reasons given for soft findings.
    """

    values: Mapping[str, Any]
    pk: int | None = None
    base_version: int | None = None
    confirm: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Outcome:
    """The answer to one edit."""

    change: Change
    status: Status
    row: Row
    before: Row | None = None
    changed: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def pk(self) -> int | None:
        """Return the primary key, once there is one."""
        return self.row.get("id")

    @property
    def writes(self) -> bool:
        """Tell whether this edit changes the database."""
        return self.status in WRITES

    @property
    def open_soft(self) -> tuple[Finding, ...]:
        """Return the doubts nobody has settled yet."""
        return tuple(
            found for found in self.findings if found.severity is Severity.SOFT and not found.confirmed
        )


def plan(
    model: type[VersionedRecord], *, actor: User | None, changes: Sequence[Change], lock: bool = False
) -> list[Outcome]:
    """Return what each edit would do, in order; with ``lock`` inside a transaction the answer stays true.

    An actor of None is the system itself (initial load), which no scope or lock binds; checks still do.
    """
    outcomes = _merge_all(model, actor, changes, lock)
    writing = [found for found in outcomes if found.writes]
    moved = [
        found for found in writing if found.before is None or not set(model.PARENTS).isdisjoint(found.changed)
    ]
    if moved:
        model.prepare_rows([found.row for found in moved])
    for found in writing:
        model.derive_row(found.row)
    if actor is not None:
        _refuse_foreign(model, actor, moved)
        _refuse_locked(model, actor, writing)
    _check(model, [found for found in outcomes if found.writes or found.status is Status.SAME])
    return outcomes


def review(model: type[VersionedRecord], rows: Sequence[Row]) -> list[tuple[Finding, ...]]:
    """Return the findings on rows as they stand, with what has been confirmed marked so."""
    standing = [Outcome(Change({}, row["id"]), Status.SAME, row, row) for row in rows]
    _check(model, standing)
    return [found.findings for found in standing]


def record_type(model: type[VersionedRecord]) -> str:
    """Return the name checks and locks are registered under, such as ``communities.community``."""
    return model._meta.label_lower


def _merge_all(
    model: type[VersionedRecord], actor: User | None, changes: Sequence[Change], lock: bool
) -> list[Outcome]:
    manager: Any = model._default_manager
    scope = manager.all() if actor is None else entering_scope(manager, actor)
    current = load_rows(scope, [change.pk for change in changes if change.pk is not None], lock=lock)
    stale = [
        (change.pk, change.base_version)
        for change in changes
        if change.pk in current
        and change.base_version is not None
        and change.base_version != current[change.pk]["version"]
    ]
    bases = history.rows_at(model, stale) if stale else {}
    repeated = {pk for pk, count in Counter(change.pk for change in changes).items() if pk and count > 1}
    return [_merge_one(model, change, current, bases, change.pk in repeated) for change in changes]


def entering_scope(manager: Any, actor: User) -> Any:
    """Return the rows the actor may change, and the removed ones: those must be named gone."""
    return manager.all().scope_for_edit(actor)


def _merge_one(
    model: type[VersionedRecord],
    change: Change,
    current: Mapping[int, Row],
    bases: Mapping[tuple[int, int], Row],
    repeated: bool,
) -> Outcome:
    if change.pk is None:
        row = shape_of(model).fresh()
        row.update(change.values)
        return Outcome(change, Status.CREATED, row, None, tuple(change.values))
    now = current.get(change.pk)
    if now is None:
        return Outcome(change, Status.DENIED, {"id": change.pk}, findings=(_not_found(),))
    if repeated:
        twice = Finding("", _("This row is edited twice in the same batch."), code="repeated_row")
        return Outcome(change, Status.REJECTED, dict(now), now, findings=(twice,))
    if now["is_removed"] and "is_removed" not in change.values:
        gone = Finding("", _("This row has been removed meanwhile."), _("Restore it first."), code="gone")
        return Outcome(change, Status.GONE, dict(now), now, findings=(gone,))
    base = now
    if change.base_version is not None and change.base_version != now["version"]:
        base = bases.get((change.pk, change.base_version), now)
    result = merge(base=base, mine=change.values, theirs=now)
    if result.conflicts:
        return Outcome(change, Status.CONFLICT, dict(now), now, conflicts=result.conflicts)
    if not result.changed:
        return Outcome(change, Status.SAME, dict(now), now)
    status = Status.MERGED if result.merged else Status.CHANGED
    return Outcome(change, status, {**now, **result.changed}, now, tuple(result.changed))


def _not_found() -> Finding:
    # One sentence for absent and foreign rows: it must not tell which of the two it is.
    return Finding("", _("There is no such row in your scope."), _("Check the key column."), code="not_found")


def _refuse_foreign(model: type[VersionedRecord], actor: User, outcomes: list[Outcome]) -> None:
    if not outcomes:
        return
    manager: Any = model._default_manager
    may_write = actor.may(manager.all().edit_capability)
    from_scope = set(actor.region.subtree().values_list("pk", flat=True))
    for found, region in zip(outcomes, model.regions_of([found.row for found in outcomes]), strict=True):
        if not may_write or (region is not None and region not in from_scope):
            found.status = Status.DENIED
            found.findings = (
                Finding(
                    "",
                    _("This row would lie outside your scope."),
                    _("Check the unit."),
                    code="foreign_region",
                ),
            )


def _refuse_locked(model: type[VersionedRecord], actor: User, outcomes: list[Outcome]) -> None:
    live = [found for found in outcomes if found.writes]
    touched = frozenset().union(*(found.changed for found in live)) if live else frozenset()
    before = [found.before for found in live]
    closed = locks_on(record_type(model), [found.row for found in live], actor, touched, before)
    for found, locks in zip(live, closed, strict=True):
        held = [name for name in found.changed if name in locks or ALL in locks]
        if held:
            found.status = Status.LOCKED
            found.findings = tuple(
                Finding(name, locks.get(name, locks.get(ALL, "")), code="locked", value=found.row[name])
                for name in held
            )


def _check(model: type[VersionedRecord], outcomes: list[Outcome]) -> None:
    with one_reading():
        _ask_all(model, outcomes)


def _ask_all(model: type[VersionedRecord], outcomes: list[Outcome]) -> None:
    kind = record_type(model)
    limits = known_limits()
    together: dict[int, list[Finding]] = {}
    changed = [frozenset(found.changed) for found in outcomes]
    rows = [found.row for found in outcomes]
    for position, finding in run_set_checks(kind, rows, changed):
        together.setdefault(position, []).append(finding)
    invalid = validate(model, rows, [found.changed for found in outcomes])
    for position, (found, broken) in enumerate(zip(outcomes, invalid, strict=True)):
        findings = [*broken, *together.get(position, ())]
        if not broken:
            # Checks may rely on types; a value its column cannot hold is reported alone.
            findings.extend(run_row_checks(kind, found.row, limits))
        found.findings = tuple(findings)
    _let_pass(model, kind, outcomes)
    for found in outcomes:
        if found.writes and any(finding.severity is Severity.HARD for finding in found.findings):
            found.status = Status.REJECTED
    _check_sums(kind, outcomes)
    _settle(kind, outcomes)


def _check_sums(kind: str, outcomes: list[Outcome]) -> None:
    """Ask the checks of sums about the rows that stand: what a refused row brings is not there."""
    while True:
        standing = [found for found in outcomes if found.writes]
        changed = [frozenset(found.changed) for found in standing]
        told = list(run_set_checks(kind, [found.row for found in standing], changed, last=True))
        for position, finding in told:
            standing[position].findings += (finding,)
            standing[position].status = Status.REJECTED
        if not told:
            return


def _let_pass(model: type[VersionedRecord], kind: str, outcomes: list[Outcome]) -> None:
    """Settle the hard findings that an exception lets pass; they are told all the same."""
    rules = waivable_rules(kind)
    asked = [
        (found, finding)
        for found in outcomes
        for finding in found.findings
        if finding.severity is Severity.HARD and f"{kind}.{finding.code}" in rules
    ]
    if not asked:
        return
    known = pardons_for(model, [(found.row, f"{kind}.{finding.code}") for found, finding in asked])
    for position, (found, finding) in enumerate(asked):
        if position in known:
            pardon = known[position]
            told = replace(
                finding,
                severity=Severity.SOFT,
                confirmed=True,
                waiver=pardon.number,
                message=f"{finding.message} {pardon.words}",
            )
            found.findings = tuple(told if one is finding else one for one in found.findings)


def _settle(kind: str, outcomes: list[Outcome]) -> None:
    """Mark the soft findings that somebody has confirmed, now or before."""
    doubtful = [found for found in outcomes if found.open_soft]
    if not doubtful:
        return
    known = confirmed_prints(kind, [found.pk for found in doubtful if found.pk is not None])
    for found in doubtful:
        found.findings = tuple(
            replace(finding, confirmed=True)
            if finding.severity is Severity.SOFT
            and (finding.code in found.change.confirm or (found.pk, fingerprint(finding, found.row)) in known)
            else finding
            for finding in found.findings
        )


def confirmed_prints(kind: str, pks: Sequence[int]) -> set[tuple[int, str]]:
    """Return (record, fingerprint) of everything confirmed for these records."""
    known: set[tuple[int, str]] = set()
    for start in range(0, len(pks), 5000):
        rows = Confirmation.objects.filter(record_type=kind, record_id__in=pks[start : start + 5000])
        known.update(rows.values_list("record_id", "fingerprint"))
    return known
