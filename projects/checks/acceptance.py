"""Checks of joint acceptances, their signers and handovers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from projects.checks.milestone import future, of_a_project
from projects.models import Acceptance, Handover, Project
from records.checks import Finding, Limits, RowView, Severity, check, set_check

ACCEPTANCE, SIGNER = "projects.acceptance", "projects.acceptancesigner"
HANDOVER = "projects.handover"
Result = Acceptance.Result


@check(ACCEPTANCE, "required", Severity.HARD, fields=("project_id", "held_on"))
def accepts_a_project(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """An acceptance is held for one project on one day."""
    yield from of_a_project(row)
    if row.get("held_on") is None:
        yield Finding("held_on", _("The day is missing."), _("Write the day of the acceptance."))


@check(ACCEPTANCE, "future_date", Severity.HARD, fields=("held_on",))
def held_already(row: RowView, limits: Limits) -> Iterator[Finding]:
    """An acceptance was not held in the future."""
    yield from future(row, limits, "held_on")


@set_check(ACCEPTANCE, "one_current", Severity.HARD, fields=("project_id", "result", "is_removed"))
def one_current(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A project has one acceptance that is under way or passed; failed ones stay beside it."""
    standing = [row for row in rows if row.get("result") != Result.FAILED and not row.get("is_removed")]
    counted = Counter(row.get("project_id") for row in standing)
    known = Acceptance.objects.live().exclude(result=Result.FAILED).filter(project__in=set(counted) - {None})
    taken = dict(known.values_list("project_id", "pk").order_by())
    for position, row in enumerate(rows):
        if row.get("result") == Result.FAILED or row.get("is_removed"):
            continue
        project = row.get("project_id")
        if counted[project] > 1 or taken.get(project, row.get("id")) != row.get("id"):
            text = _("The project already has an acceptance that is under way or passed.")
            yield position, Finding("project_id", text, _("Go on with that one."))


@check(SIGNER, "required", Severity.HARD, fields=("acceptance_id", "party", "name"))
def signs_something(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A signer signs one acceptance for one party."""
    if row.get("acceptance_id") is None or row.get("project_id") is None:
        yield Finding(
            "acceptance_id",
            _("There is no acceptance under way for this project."),
            _("Enter the acceptance first."),
        )
    if not row.get("party"):
        yield Finding("party", _("The party is missing."), _("Choose it from the list."))


@check(SIGNER, "opinion_missing", Severity.HARD, fields=("opinion", "signed_on"))
def signed_with_an_opinion(row: RowView, limits: Limits) -> Iterator[Finding]:
    """Whoever signs says what they think, and not in the future."""
    if row.get("signed_on") and not row.get("opinion"):
        yield Finding("opinion", _("Signed without an opinion."), _("Choose whether they agree."))
    yield from future(row, limits, "signed_on")


@check(HANDOVER, "required", Severity.HARD, fields=("project_id", "kind", "department_id"))
def hands_over_something(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A handover is of one project; assets go to a department or utility."""
    yield from of_a_project(row)
    if row.get("kind") == Handover.Kind.ASSETS and row.get("department_id") is None:
        yield Finding("department_id", _("The utility is missing."), _("Choose who receives the assets."))


@check(HANDOVER, "future_date", Severity.HARD, fields=("handed_on",))
def handed_already(row: RowView, limits: Limits) -> Iterator[Finding]:
    """Nothing was handed over in the future."""
    yield from future(row, limits, "handed_on")


@set_check(
    HANDOVER,
    "before_acceptance",
    Severity.HARD,
    fields=("project_id", "handed_on"),
    waivable=gettext_lazy("Handover only after the acceptance"),
)
def after_acceptance(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """What has not been accepted is not handed over (合格后移交); years entered as history are let be."""
    dated = {row["project_id"] for row in rows if row.get("handed_on") and row.get("project_id")}
    if not dated:
        return
    bound = set(
        Project.objects.filter(pk__in=dated, is_history=False).values_list("pk", flat=True).order_by()
    )
    passed = Acceptance.objects.live().filter(project__in=bound, result=Result.PASSED)
    days = dict(passed.values_list("project_id", "passed_on").order_by())
    for position, row in enumerate(rows):
        if row.get("project_id") not in bound or not row.get("handed_on"):
            continue
        day = days.get(row["project_id"])
        if day is None:
            text = _("Handed over before the joint acceptance has been passed.")
            yield position, Finding("handed_on", text, _("Pass the acceptance first."))
        elif row["handed_on"] < day:
            text = _("Handed over before the acceptance of %(day)s.") % {"day": day}
            yield position, Finding("handed_on", text, _("Check both days."))
