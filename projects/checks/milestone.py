"""Checks of milestones, and of the calendars they are counted by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.checks import taken_twice
from projects.models import DeadlineRule, Milestone
from records.checks import Finding, Limits, RowView, Severity, check, set_check

MILESTONE = "projects.milestone"
Kind = Milestone.Kind
ORDER: tuple[str, ...] = tuple(Kind.values)
# Steps that are taken on paper with a number of its own.
NUMBERED = frozenset({Kind.APPROVAL, Kind.DRAWINGS, Kind.BUDGET_REVIEW, Kind.TENDER})


def future(row: RowView, limits: Limits, *names: str) -> Iterator[Finding]:
    """Yield a finding for every day of what has happened that lies in the future."""
    for name in names:
        day = row.get(name)
        if isinstance(day, date) and day > limits.today:
            yield Finding(
                name, _("%(day)s lies in the future.") % {"day": day}, _("Enter it when it has happened.")
            )


def of_a_project(row: RowView) -> Iterator[Finding]:
    """Yield a finding when a row names no project."""
    if row.get("project_id") is None:
        yield Finding("project_id", _("The project is missing."), _("Write community, place and plan year."))


@check(MILESTONE, "required", Severity.HARD, fields=("project_id", "kind"))
def project_and_step(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A milestone is one step of one project."""
    yield from of_a_project(row)
    if not row.get("kind"):
        yield Finding("kind", _("The step is missing."), _("Choose it from the list."))


@check(MILESTONE, "future_date", Severity.HARD, fields=("actual_on", "submitted_on"))
def not_in_the_future(row: RowView, limits: Limits) -> Iterator[Finding]:
    """What is done was not done in the future."""
    yield from future(row, limits, "actual_on", "submitted_on")


@check(
    MILESTONE,
    "answered_before_asked",
    Severity.HARD,
    fields=("actual_on", "submitted_on"),
    waivable=gettext_lazy("Answer only after the submission"),
)
def answered_after_asked(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """An office answers after it has been asked."""
    asked, answered = row.get("submitted_on"), row.get("actual_on")
    if asked and answered and answered < asked:
        yield Finding("actual_on", _("Answered before it was submitted."), _("Check both days."))


@check(MILESTONE, "document_missing", Severity.SOFT, fields=("kind", "actual_on", "document_no"))
def with_its_document(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """An approval, a drawing, a review and an award have a document with a number."""
    if row.get("kind") in NUMBERED and row.get("actual_on") and not row.get("document_no"):
        yield Finding(
            "document_no",
            _("Done, but without a document number."),
            _("Enter the number, or confirm with the reason."),
        )


@set_check(MILESTONE, "same_step", Severity.HARD, fields=("project_id", "kind"))
def same_step(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A project has each step once."""
    yield from taken_twice(
        rows,
        Milestone.objects.live(),
        ("project_id", "kind"),
        Finding("kind", _("This step of the project is already there."), _("Edit that row.")),
    )


@set_check(MILESTONE, "steps_in_order", Severity.SOFT, fields=("project_id", "kind", "actual_on"))
def steps_in_order(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A step is not done before one that comes before it."""
    projects = {row.get("project_id") for row in rows if row.get("actual_on")} - {None}
    days: dict[int, dict[str, date]] = defaultdict(dict)
    known = Milestone.objects.live().filter(project__in=projects, actual_on__isnull=False)
    for project, kind, day in known.values_list("project_id", "kind", "actual_on").order_by():
        days[project][kind] = day
    for row in rows:
        if row.get("actual_on") and not row.get("is_removed") and row.get("kind") in ORDER:
            days[row["project_id"] or 0][row["kind"]] = row["actual_on"]
    for position, row in enumerate(rows):
        kind, day = row.get("kind"), row.get("actual_on")
        if kind not in ORDER or not isinstance(day, date) or row.get("is_removed"):
            continue
        former = days[row["project_id"] or 0]
        late = [name for name in ORDER[: ORDER.index(kind)] if name in former and former[name] > day]
        if late:
            what = {"step": Kind(late[-1]).label, "day": former[late[-1]]}
            text = _("Before the step «%(step)s» (%(day)s), which comes first.") % what
            yield position, Finding("actual_on", text, _("Check both days, or confirm with the reason."))


def _is_a_day(number: object) -> bool:
    if not isinstance(number, int):
        return False
    try:
        date(2028, number // 100, number % 100)
    except ValueError:
        return False
    return True


SEASON_DAYS = ("winter_stop_from", "winter_stop_to", "heating_from", "heating_to")


@check("projects.seasonrule", "not_a_day", Severity.HARD, fields=SEASON_DAYS)
def season_days(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """Days of a season are days of the year."""
    for name in SEASON_DAYS:
        if not _is_a_day(row.get(name)):
            yield Finding(name, _("This is no day of the year."), _("Write 15 November as 1115."))


@check("projects.deadlinerule", "not_a_day", Severity.HARD, fields=("month_day",))
def deadline_day(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A deadline is a day of the year."""
    if not _is_a_day(row.get("month_day")):
        yield Finding("month_day", _("This is no day of the year."), _("Write 31 March as 331."))


@set_check("projects.deadlinerule", "same_deadline", Severity.HARD, fields=("region_id", "code", "year_from"))
def same_deadline(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A region has one deadline of a code from a plan year on."""
    yield from taken_twice(
        rows,
        DeadlineRule.objects.live(),
        ("region_id", "code", "year_from"),
        Finding("code", _("This deadline is already there for this region."), _("Edit that row.")),
    )


@check("projects.seasonrule", "years", Severity.HARD, fields=("year_from", "year_to"))
@check("projects.deadlinerule", "years", Severity.HARD, fields=("year_from", "year_to"))
@check("projects.stepduration", "years", Severity.HARD, fields=("year_from", "year_to"))
@check("projects.timelimit", "years", Severity.HARD, fields=("year_from", "year_to"))
def years_in_order(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A rule ends after it begins, and holds in a region."""
    first, last = row.get("year_from"), row.get("year_to")
    if first and last and last < first:
        yield Finding("year_to", _("The last year lies before the first."), _("Swap or mend the years."))
    if row.get("region_id") is None:
        yield Finding("region_id", _("The region is missing."), _("Choose it from the list."))
