"""The steps of an assessment: self → check by the prefecture → review → published → appeals → issued.

The only writer of ``Assessment``.  Every step takes the revision its reader saw, writes by a conditional
update, computes the score anew and leaves a ``Move``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Region
from accounts.roles import Capability
from assessments import computing, facts, schemes, scoring
from assessments.models import Appeal, Assessment, Evidence, FactSheet, Indicator, Move, Scheme
from projects.models import Project
from records.models import Limit

if TYPE_CHECKING:
    from accounts.models import User

State = Assessment.State
CAPABILITY_OF = {
    State.SELF: Capability.ASSESSMENT_SELF,
    State.CHECK: Capability.ASSESSMENT_CHECK,
    State.REVIEW: Capability.ASSESSMENT_REVIEW,
    State.PUBLISHED: Capability.ASSESSMENT_ISSUE,
}
# Settings of the portal, used where their limit was taken away.
DAYS = {State.SELF: ("self", 15), State.CHECK: ("check", 10), State.REVIEW: ("review", 20)}
APPEAL_DAYS = ("appeal", 10)


class StepRefused(ValueError):
    """The step cannot be taken; the message says why and what to do."""


class Outdated(StepRefused):
    """Somebody changed the assessment meanwhile."""


# ---------------------------------------------------------------- opening


@transaction.atomic
def open_year(*, year: int, scheme: Scheme, on: date, by: User | None) -> list[Assessment]:
    """Freeze the facts of a plan year and open the assessments of one's units that have a plan in it.

    Units that are being assessed already stay as they are.  Raises StepRefused for a day that is not over, a
    draft scheme or a year without projects.
    """
    if by is not None and not by.may(Capability.ASSESSMENT_ISSUE):
        raise PermissionDenied(Capability.ASSESSMENT_ISSUE)
    if on >= timezone.localdate():
        raise StepRefused(_("The day is not over: its facts can still change."))
    if scheme.state != Scheme.State.ADOPTED:
        raise StepRefused(_("The scheme is a draft: adopt it first."))
    units = list(Region.objects.units().order_by("path"))
    with_plan = _units_with_plan(year)
    if not with_plan:
        raise StepRefused(_("No unit has projects in the plan of %(year)s.") % {"year": year})
    sheet = facts.freeze(kind=FactSheet.Kind.ANNUAL, year=year, on=on, units=units, by=by)
    known = set(Assessment.objects.filter(year=year).values_list("unit_id", flat=True))
    fresh = [
        unit
        for unit in units
        if unit.pk in with_plan and unit.pk not in known and (by is None or by.region.contains(unit))
    ]
    results = computing.scores_of(scheme, sheet, [unit.code for unit in fresh])
    made = []
    due = _due(State.SELF)
    for unit in fresh:
        row = Assessment(unit=unit, year=year, scheme=scheme, fact_sheet=sheet, due_on=due)
        computing.fill(row, results[unit.code])
        made.append(row)
    Assessment.objects.bulk_create(made, batch_size=500)
    Move.objects.bulk_create(
        [Move(assessment=row, to_state=row.state, by=by, revision=1, total=row.total) for row in made],
        batch_size=500,
    )
    return made


def _units_with_plan(year: int) -> set[int]:
    listed = Project.objects.live().counted().of_year(year).order_by()
    return set(listed.values_list("unit_id", flat=True).distinct())


def _due(state: str) -> date | None:
    named = DAYS.get(State(state))
    return timezone.localdate() + timedelta(days=_days(*named)) if named else None


def _days(name: str, default: int) -> int:
    limit = Limit.objects.filter(code=f"assessment.{name}_days").first()
    return int(limit.high) if limit is not None and limit.high is not None else default


def appeal_days() -> int:
    """Return how many days a unit has to appeal."""
    return _days(*APPEAL_DAYS)


def monthly_scheme() -> Scheme | None:
    """Return the scheme of the monthly score table: the newest adopted one of that name."""
    adopted = Scheme.objects.adopted()
    first = adopted.filter(code=schemes.MONTHLY).first()
    if first is None:
        return None
    return adopted.filter(name=first.name).order_by("-year", "-number").first()


# ---------------------------------------------------------------- who may


def in_hands_of(user: User, state: str) -> QuerySet[Assessment]:
    """Return the assessments whose step in this state is the user's."""
    rows = Assessment.objects.filter(state=state)
    match state:
        case State.SELF:
            return rows.editable_by(user)
        case State.CHECK:
            return rows.checkable_by(user)
        case State.REVIEW:
            return rows.reviewable_by(user)
    return rows.issuable_by(user)


def may_act(user: User, assessment: Assessment) -> bool:
    """Tell whether it is the user's turn."""
    return not assessment.is_issued and in_hands_of(user, assessment.state).filter(pk=assessment.pk).exists()


# ---------------------------------------------------------------- steps


def missing(assessment: Assessment) -> list[str]:
    """Return what is missing before an assessment goes on, in words; two queries."""
    lines = assessment.document["indicators"]
    laid = set(Evidence.objects.live().filter(assessment=assessment).values_list("indicator", flat=True))
    needing = assessment.scheme.indicators.filter(needs_evidence=True, method=Indicator.Method.MANUAL)
    needs = set(needing.values_list("code", flat=True))
    found = [_("%(name)s: no points yet") % {"name": line["name"]} for line in lines if line["awaited"]]
    found += [
        _("%(name)s: evidence is missing") % {"name": line["name"]}
        for line in lines
        if line["code"] in needs and line["code"] not in laid
    ]
    return found


@transaction.atomic
def pass_on(*, assessment: Assessment, seen: int, by: User) -> Assessment:
    """Hand an assessment on: self → prefecture (or province, where there is none) → province.

    Raises StepRefused, naming everything that is missing.
    """
    held = hold(assessment, seen, by)
    if held.state not in (State.SELF, State.CHECK):
        raise StepRefused(_("This step is taken by publishing."))
    lacking = missing(held)
    if lacking:
        raise StepRefused("；".join(lacking))
    parent = held.unit.parent
    alone = parent is None or parent.level == Region.Level.PROVINCE
    onward = State.CHECK if held.state == State.SELF and not alone else State.REVIEW
    return _move(held, seen, onward, by)


@transaction.atomic
def send_back(*, assessment: Assessment, seen: int, reason: str, by: User) -> Assessment:
    """Return an assessment, with the reason: to the unit, or a published one to the review."""
    held = hold(assessment, seen, by)
    back = {State.CHECK: State.SELF, State.REVIEW: State.SELF, State.PUBLISHED: State.REVIEW}
    target = back.get(State(held.state))
    if target is None:
        raise StepRefused(_("This assessment cannot be returned."))
    if not reason.strip():
        raise StepRefused(_("Write the reason: the unit has to know what to mend."))
    return _move(held, seen, target, by, reason=reason.strip())


@transaction.atomic
def publish(*, assessments: Iterable[tuple[Assessment, int]], by: User) -> list[Assessment]:
    """Publish reviewed assessments as drafts: from now on the units may appeal until a day."""
    if not by.may(Capability.ASSESSMENT_ISSUE):
        raise PermissionDenied(Capability.ASSESSMENT_ISSUE)
    until = timezone.localdate() + timedelta(days=appeal_days())
    made = []
    for row, seen in assessments:
        held = hold(row, seen, by)
        if held.state != State.REVIEW:
            raise StepRefused(_("%(unit)s: not under review.") % {"unit": held.unit})
        lacking = missing(held)
        if lacking:
            raise StepRefused(f"{held.unit}：{'；'.join(lacking)}")
        held.appeal_until = until
        made.append(_move(held, seen, State.PUBLISHED, by))
    return made


@transaction.atomic
def issue(*, assessments: Iterable[tuple[Assessment, int]], document_no: str, by: User) -> list[Assessment]:
    """Issue published assessments for good: computed once more, hashed, never changed again.

    Raises StepRefused while appeals may come or wait for an answer, and for whoever published them
    (``ASSESSMENT_FOUR_EYES``).
    """
    if not document_no.strip():
        raise StepRefused(_("Write the document number of the issue."))
    made = []
    for row, seen in assessments:
        held = hold(row, seen, by)
        refused = reason_against_issue(held, by)
        if refused:
            raise StepRefused(f"{held.unit}：{refused}")
        held.document_no = document_no.strip()
        held.issued_by, held.issued_at = by, timezone.now()
        issued = _move(held, seen, State.ISSUED, by)
        audit.record(
            audit.Kind.ASSESSMENT_ISSUE,
            actor=by,
            assessment=issued.pk,
            unit=issued.unit.code,
            year=issued.year,
            document_no=issued.document_no,
            sha256=issued.sha256,
        )
        made.append(issued)
    return made


def reason_against_issue(assessment: Assessment, user: User) -> str:
    """Return why an assessment cannot be issued by somebody now; empty when nothing is in the way."""
    if assessment.state != State.PUBLISHED:
        return _("not published yet.")
    if assessment.appeals.filter(outcome=Appeal.Outcome.OPEN).exists():
        return _("an appeal waits for its answer.")
    if assessment.appeal_until is not None and timezone.localdate() <= assessment.appeal_until:
        return _("the unit may appeal until %(day)s.") % {"day": f"{assessment.appeal_until:%Y-%m-%d}"}
    last = Move.objects.filter(assessment=assessment, to_state=State.PUBLISHED).order_by("-pk").first()
    if settings.ASSESSMENT_FOUR_EYES and last is not None and last.by_id == user.pk:
        return _("you published it; another person issues it.")
    return ""


@transaction.atomic
def retake_facts(*, assessment: Assessment, seen: int, reason: str, by: User) -> Assessment:
    """Take the facts of the same day anew during the review: after the ledger was corrected on an appeal."""
    held = hold(assessment, seen, by)
    if held.state != State.REVIEW:
        raise StepRefused(_("Facts are taken anew during the review alone."))
    if not reason.strip():
        raise StepRefused(_("Write the reason: it stays with the assessment."))
    sheet = held.fact_sheet
    held.fact_sheet = facts.freeze(
        kind=FactSheet.Kind(sheet.kind),
        year=sheet.year,
        on=sheet.on,
        units=list(Region.objects.units().order_by("path")),
        by=by,
        again=True,
    )
    return _move(held, seen, State.REVIEW, by, reason=reason.strip())


# ---------------------------------------------------------------- writing

WRITTEN = (
    "state",
    "revision",
    "document",
    "total",
    "grade",
    "sha256",
    "due_on",
    "appeal_until",
    "fact_sheet",
)
SIGNED = ("document_no", "issued_by", "issued_at")


def hold(assessment: Assessment, seen: int, by: User) -> Assessment:
    """Return the assessment under lock.  Raises StepRefused, Outdated and PermissionDenied."""
    rows = Assessment.objects.select_related("unit__parent", "scheme__band_set", "fact_sheet")
    held = rows.select_for_update(of=("self",)).get(pk=assessment.pk)
    if held.is_issued:
        raise StepRefused(_("The assessment was issued: nothing in it changes any more."))
    if not may_act(by, held):
        raise PermissionDenied(CAPABILITY_OF[State(held.state)])
    if held.revision != seen:
        raise Outdated(_("Somebody changed the assessment meanwhile. Look at it again."))
    return held


def _move(held: Assessment, seen: int, to: str, by: User, reason: str = "") -> Assessment:
    before = held.state
    held.state, held.due_on = to, _due(to)
    written = write(held, seen)
    Move.objects.create(
        assessment=held,
        from_state=before,
        to_state=to,
        by=by,
        reason=reason,
        revision=held.revision,
        total=held.total,
    )
    return written


def write(held: Assessment, seen: int) -> Assessment:
    """Compute anew and write by a conditional update: whatever came between, nobody's word is lost."""
    computing.compute(held)
    held.revision = seen + 1
    names: Collection[str] = WRITTEN
    if held.is_issued:
        held.sha256 = scoring.sha256(held.document)
        names = (*WRITTEN, *SIGNED)
    rows = Assessment.objects.filter(pk=held.pk, revision=seen).exclude(state=State.ISSUED)
    values: dict[str, Any] = {name: getattr(held, name) for name in names}
    if not rows.update(**values):
        raise Outdated(_("Somebody changed the assessment meanwhile. Look at it again."))
    return held
