"""与上期相比: which projects moved the numbers between two snapshots, by whom, when and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db import models
from django.utils import timezone

from dashboards.figures import Measure
from dashboards.models import Snapshot
from dashboards.snapshots import Member, members_of
from projects.models import Project
from records.models import ChangeSet

BATCH = 2000
_BEGUN = {Measure.UNDER_WAY, Measure.COMPLETED}


@dataclass(frozen=True, slots=True)
class Move:
    """A project that counts otherwise than in the snapshot before.

    ``before`` and ``after`` are states, "" where the project was not listed.  ``day`` is the date entered for
    the new state; ``at``, ``by`` and ``reason`` belong to the change that brought it about.
    """

    project: int
    name: str
    unit: str
    before: str
    after: str
    households_before: int
    households_after: int
    day: str
    at: str
    by: str
    source: str
    reason: str

    @property
    def started(self) -> int:
        """Return what the move adds to the number of started communities: 1, −1 or 0."""
        return (self.after in _BEGUN) - (self.before in _BEGUN)

    def as_json(self) -> dict[str, Any]:
        """Return the move as a bulletin keeps it."""
        return asdict(self)


class _State(NamedTuple):
    """A former state of a project, as far as it decides how it counts."""

    pk: int
    version: int
    is_removed: bool
    ready_on: date | None
    started_on: date | None
    completed_on: date | None
    planned_households: int | None
    planned_buildings: int | None
    planned_area: object
    origin: str
    change_set: int

    def state_on(self, on: date) -> str:
        """Return how the project counted on a day; "" when it was not listed."""
        if self.is_removed:
            return ""
        dated = (
            (Measure.COMPLETED, self.completed_on),
            (Measure.UNDER_WAY, self.started_on),
            (Measure.READY, self.ready_on),
        )
        for state, day in dated:
            if day is not None and day <= on:
                return state.value
        return Measure.PREPARING.value

    def day_of(self, state: str) -> date | None:
        """Return the date that put the project into a state."""
        return (
            {
                Measure.COMPLETED: self.completed_on,
                Measure.UNDER_WAY: self.started_on,
                Measure.READY: self.ready_on,
            }.get(Measure(state))
            if state
            else None
        )

    @property
    def amounts(self) -> tuple[object, ...]:
        """Return the figures that are added up."""
        return (self.origin, self.planned_households, self.planned_buildings, self.planned_area)


def between(now: Snapshot, before: Snapshot) -> list[Move]:
    """Return the projects that count otherwise in a snapshot than in the one before, by unit.

    Moves within preparation (前期 → 具备开工条件) move no published number and are left out.
    """
    old, new = members_of(before), members_of(now)
    moved = [pk for pk in old.keys() | new.keys() if _counts_otherwise(old.get(pk), new.get(pk))]
    moved.sort(key=lambda pk: ((new.get(pk) or old[pk]).unit, pk))
    states = _former_states(moved)
    causes = {pk: _cause(states[pk], old.get(pk), new.get(pk), now.on) for pk in moved if pk in states}
    sets = ChangeSet.objects.select_related("actor").in_bulk({cause.change_set for cause in causes.values()})
    names = dict(Project._base_manager.filter(pk__in=moved).values_list("pk", "community__name"))
    return [_move(pk, names[pk], old.get(pk), new.get(pk), causes[pk], sets) for pk in moved if pk in causes]


def _counts_otherwise(before: Member | None, after: Member | None) -> bool:
    if before is None or after is None:
        return before is not after
    stage = {Measure.PREPARING: Measure.READY}
    return (
        stage.get(Measure(before.state), before.state) != stage.get(Measure(after.state), after.state)
        or before.origin != after.origin
        or before.amounts != after.amounts
    )


def _former_states(pks: Sequence[int]) -> dict[int, list[_State]]:
    """Return the former states of projects, oldest first."""
    found: dict[int, list[_State]] = {}
    history: models.QuerySet[Any] = Project.history.model.objects.all()
    for start in range(0, len(pks), BATCH):
        rows = history.filter(id__in=pks[start : start + BATCH]).order_by("id", "version", "history_id")
        for values in rows.values_list("id", *_State._fields[1:]):
            found.setdefault(values[0], []).append(_State(*values))
    return found


def _cause(states: Sequence[_State], before: Member | None, after: Member | None, on: date) -> _State:
    """Return the change since which the project counts as it does now."""
    if after is None:
        return next((state for state in reversed(states) if state.is_removed), states[-1])
    known = [state for state in states if state.version <= after.version] or list(states)
    latest = cause = known[-1]
    same_state = before is not None and before.state == after.state
    for state in reversed(known):
        if same_state and state.amounts != latest.amounts:
            break
        if not same_state and state.state_on(on) != after.state:
            break
        cause = state
    return cause


def _move(
    pk: int,
    name: str,
    before: Member | None,
    after: Member | None,
    cause: _State,
    sets: dict[int, ChangeSet],
) -> Move:
    change = sets[cause.change_set]
    counted = after or before
    assert counted is not None  # a project that is in neither snapshot has not moved
    day = cause.day_of(after.state) if after is not None else None
    return Move(
        project=pk,
        name=name,
        unit=counted.unit,
        before=before.state if before is not None else "",
        after=after.state if after is not None else "",
        households_before=(before.households or 0) if before is not None else 0,
        households_after=(after.households or 0) if after is not None else 0,
        day=f"{day:%Y-%m-%d}" if day else "",
        at=f"{timezone.localtime(change.created_at):%Y-%m-%d %H:%M}",
        by=change.actor.display_name if change.actor else str(change.get_source_display()),
        source=change.source,
        reason=change.reason,
    )


def read(stored: Iterable[dict[str, Any]]) -> list[Move]:
    """Return the moves a bulletin kept."""
    return [Move(**move) for move in stored]
