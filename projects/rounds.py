"""Monthly rounds of reporting: opened by the calendar, filled in and signed by units, accepted, closed.

A leader does not alter what a unit has submitted (统计法 Art. 7): whoever disagrees returns it with the
reason, and the unit mends and signs again.  What was signed is kept with name and moment (Art. 24).  Late
and missing returns stay open beside the new one (补报), with their delay on record (Art. 45).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Capability
from projects.models import ProgressReport, Project, ReportingRound, UnitReturn
from projects.months import month_end, month_of
from records.checks import Severity
from records.models import ChangeSet, Limit
from records.planning import Change, review
from records.rows import load_rows
from records.services import Mode, apply_many

State = UnitReturn.State

# Rows of the limits table that say when rounds open and are due.
OPENS, DUE = "round_opens_on_day", "round_due_after_days"


class RoundError(Exception):
    """A step of a round that cannot be taken; the message says why, in the reader's language."""


class MovedOn(RoundError):
    """Somebody else has taken the step meanwhile."""


class OwnReturn(RoundError):
    """Who submitted a return does not decide about it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A project whose report of the month is missing or cannot be signed as it is."""

    project: int
    community: str
    plan_year: int
    what: str
    report: int | None = None


class Incomplete(RoundError):
    """The return cannot be signed yet; ``gaps`` lists every project that is missing."""

    def __init__(self, gaps: Collection[Gap]) -> None:
        super().__init__(_("%(count)d communities are not reported yet.") % {"count": len(gaps)})
        self.gaps = tuple(gaps)


# --- months -----------------------------------------------------------------------------------------


def calendar_of(month: date) -> tuple[date, date]:
    """Return when the round of a month opens and when its returns are due, as the limits table says."""
    days = dict(Limit.objects.filter(code__in=[OPENS, DUE]).values_list("code", "low"))
    opening = min(int(days.get(OPENS) or 25), month_end(month).day)
    after = int(days.get(DUE) or Decimal(0))
    return month.replace(day=opening), month_end(month) + timedelta(days=after)


# --- what is due --------------------------------------------------------------------------------------


def reporting(month: date) -> Any:
    """Return the projects that owe a report on a month: built on at some day of it, and active."""
    rows = Project.objects.live().counted().filter(standing=Project.Standing.ACTIVE)
    started = rows.filter(started_on__lte=month_end(month))
    return started.filter(Q(completed_on=None) | Q(completed_on__gte=month))


def reported(month: date) -> Any:
    """Return the reports of a month that say what they must: progress and investment."""
    rows = ProgressReport.objects.live().filter(month=month, project__in=reporting(month).values("pk"))
    return rows.filter(progress_percent__isnull=False, invested_fen__isnull=False)


def filled(month: date, units: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return, by unit, how many projects are reported on and how many are due; two queries."""
    due = Counter(reporting(month).filter(unit__in=units).order_by().values_list("unit_id", flat=True))
    done = Counter(reported(month).filter(unit__in=units).order_by().values_list("unit_id", flat=True))
    return {unit: (done[unit], due[unit]) for unit in units}


def gaps_of(found: UnitReturn) -> list[Gap]:
    """Return every project of the unit that is missing before the return can be signed."""
    month = found.round.month
    projects = list(
        reporting(month).filter(unit=found.unit_id).select_related("community").order_by("plan_year", "code")
    )
    mine = ProgressReport.objects.live().filter(month=month, project__in=projects)
    keys = dict(mine.order_by().values_list("project_id", "pk"))
    rows = load_rows(ProgressReport.objects.all(), list(keys.values()))
    findings = dict(zip(rows, review(ProgressReport, list(rows.values())), strict=True)) if rows else {}
    gaps = []
    for project in projects:
        key = keys.get(project.pk)
        what = _("no report of this month") if key is None else _what_is_wrong(rows[key], findings[key])
        if what:
            gaps.append(Gap(project.pk, project.community.name, project.plan_year, what, key))
    return gaps


def _what_is_wrong(row: Mapping[str, Any], findings: Iterable[Any]) -> str:
    wrong = [str(found.message) for found in findings if found.severity is Severity.HARD]
    if wrong:
        return wrong[0]
    fields: Any = ProgressReport._meta
    names = ("progress_percent", "invested_fen")
    blank = [str(fields.get_field(name).verbose_name) for name in names if row[name] is None]
    return _("not entered: %(names)s") % {"names": "、".join(blank)} if blank else ""


# --- opening and closing ------------------------------------------------------------------------------


def open_round(month: date, *, actor: User | None) -> ReportingRound:
    """Open the round of a month: a return for every unit with projects under way; again adds what is new.

    ``actor`` None is the timetable.  Raises PermissionDenied, and RoundError for a month yet to come.
    """
    _require(actor, Capability.ROUND_MANAGE)
    month = month_of(month)
    if month > timezone.localdate():
        raise RoundError(_("This month has not begun."))
    opens_on, due_on = calendar_of(month)
    with transaction.atomic():
        held, _new = ReportingRound.objects.get_or_create(
            month=month, defaults={"opens_on": opens_on, "due_on": due_on}
        )
        if held.closed_at is None:
            _add_returns(held, actor)
    return held


def _add_returns(held: ReportingRound, actor: User | None) -> None:
    there = UnitReturn.objects.live().filter(round=held).values("unit")
    units = reporting(held.month).exclude(unit__in=there).order_by("unit__path")
    missing = list(dict.fromkeys(units.values_list("unit_id", flat=True)))
    if missing:
        apply_many(
            UnitReturn,
            actor=actor,
            source=ChangeSet.Source.JOB if actor is None else ChangeSet.Source.FORM,
            changes=[Change(values={"round_id": held.pk, "unit_id": unit}) for unit in missing],
            mode=Mode.ALL_OR_NOTHING,
            bound=False,
        )


def close_round(held: ReportingRound, *, actor: User) -> int:
    """Close a round: accepted returns are final, the others stay open to be made up for; return how many.

    Raises PermissionDenied, RoundError before the last day of the month, MovedOn when it is closed already.
    """
    _require(actor, Capability.ROUND_MANAGE)
    if timezone.localdate() <= month_end(held.month):
        raise RoundError(_("The month is not over yet."))
    with transaction.atomic():
        changed = ReportingRound.objects.filter(pk=held.pk, closed_at=None).update(
            closed_at=timezone.now(), closed_by=actor
        )
        if not changed:
            raise MovedOn(_("The round has been closed already."))
        accepted = UnitReturn.objects.live().filter(round=held, state=State.ACCEPTED)
        keys = list(accepted.order_by("pk").select_for_update().values_list("pk", flat=True))
        _write(keys, {"state": State.CLOSED}, actor=actor, source=ChangeSet.Source.FORM)
        return UnitReturn.objects.live().filter(round=held).exclude(state=State.CLOSED).count()


# --- the steps of a return ----------------------------------------------------------------------------


def submit(
    found: UnitReturn,
    *,
    actor: User,
    signed_name: str,
    source: ChangeSet.Source = ChangeSet.Source.FORM,
) -> UnitReturn:
    """Sign a unit's return and hand it in.

    Raises PermissionDenied, Incomplete with everything that is missing, MovedOn, or RoundError without a
    name; then nothing is written.
    """
    _require(actor, Capability.RETURN_SUBMIT)
    if not signed_name.strip():
        raise RoundError(_("Sign with your name."))
    with transaction.atomic():
        held = _hold(found, actor, State.DRAFT, State.RETURNED)
        gaps = gaps_of(held)
        if gaps:
            raise Incomplete(gaps)
        now = timezone.now()
        values = {
            "state": State.SUBMITTED,
            "submitted_at": now,
            "submitted_by_id": actor.pk,
            "signed_name": signed_name.strip()[:60],
            "first_submitted_at": held.first_submitted_at or now,
            "return_reason": "",
        }
        return _written(held, values, actor=actor, source=source)


def accept(found: UnitReturn, *, actor: User, source: ChangeSet.Source = ChangeSet.Source.FORM) -> UnitReturn:
    """Accept a return that was submitted by somebody else; one of a closed round is closed with it.

    Raises PermissionDenied, MovedOn, or RoundError for one's own submission.
    """
    _require(actor, Capability.RETURN_REVIEW)
    with transaction.atomic():
        held = _hold(found, actor, State.SUBMITTED)
        _refuse_own(held, actor)
        state = State.CLOSED if held.round.closed_at else State.ACCEPTED
        values = {"state": state, "decided_at": timezone.now(), "decided_by_id": actor.pk}
        return _written(held, values, actor=actor, source=source)


def return_(
    found: UnitReturn,
    *,
    actor: User,
    reason: str,
    source: ChangeSet.Source = ChangeSet.Source.FORM,
) -> UnitReturn:
    """Send a submitted return back with the reason; its month is open to the unit again.

    Raises PermissionDenied, MovedOn, or RoundError without a reason and for one's own submission.
    """
    _require(actor, Capability.RETURN_REVIEW)
    if not reason.strip():
        raise RoundError(_("Write the reason: the unit mends by it."))
    with transaction.atomic():
        held = _hold(found, actor, State.SUBMITTED, State.ACCEPTED)
        _refuse_own(held, actor)
        values = {
            "state": State.RETURNED,
            "decided_at": timezone.now(),
            "decided_by_id": actor.pk,
            "return_reason": reason.strip()[:500],
        }
        return _written(held, values, actor=actor, source=source, reason=reason)


def _require(actor: User | None, capability: Capability) -> None:
    if actor is not None and not actor.may(capability):
        raise PermissionDenied(capability)


def _hold(found: UnitReturn, actor: User, *states: str) -> UnitReturn:
    """Return the row, locked, when the actor works for its unit and it stands in one of the states."""
    rows = UnitReturn.objects.live().filter(pk=found.pk).select_related("round", "unit")
    held = rows.select_for_update(of=("self",)).first()
    if held is None or not actor.region.contains(held.unit):
        raise PermissionDenied("unit")
    if held.state not in states:
        raise MovedOn(_("The return is «%(state)s» now.") % {"state": held.get_state_display()})
    return held


def _refuse_own(held: UnitReturn, actor: User) -> None:
    if held.submitted_by_id == actor.pk:
        raise OwnReturn(_("You submitted this return yourself: somebody else decides about it."))


def _written(
    held: UnitReturn,
    values: Mapping[str, Any],
    *,
    actor: User,
    source: ChangeSet.Source,
    reason: str = "",
) -> UnitReturn:
    _write([held.pk], values, actor=actor, source=source, reason=reason)
    held.refresh_from_db()
    return held


def _write(
    keys: Iterable[int],
    values: Mapping[str, Any],
    *,
    actor: User,
    source: ChangeSet.Source,
    reason: str = "",
) -> None:
    apply_many(
        UnitReturn,
        actor=actor,
        source=source,
        changes=[Change(values=dict(values), pk=pk) for pk in keys],
        mode=Mode.ALL_OR_NOTHING,
        reason=reason,
        bound=False,
    )
