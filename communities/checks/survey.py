"""Checks of surveys: one at a time, each item once, a quantity exactly where there is something to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from communities.checks.community import amount, taken_twice
from communities.models import Survey, SurveyFinding, SurveySignOff
from records.checks import Finding, Limits, RowView, Severity, check, set_check

SURVEY = "communities.survey"
FINDING = "communities.surveyfinding"
SIGN_OFF = "communities.surveysignoff"
Condition = SurveyFinding.Condition


@set_check(SURVEY, "one_open", Severity.HARD, fields=("community_id", "state"))
def one_open(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A community is surveyed once at a time."""
    # Finished surveys do not count: they are passed on as if they were removed.
    counted = [
        {**row, "is_removed": row.get("is_removed") or row.get("state") != Survey.State.OPEN} for row in rows
    ]
    finding = Finding(
        "community_id", _("A survey of this community is under way."), _("Finish it, or go on with it.")
    )
    yield from taken_twice(counted, Survey.objects.live().open(), ("community_id", "state"), finding)


@check(SURVEY, "dates_in_order", Severity.HARD, fields=("opened_on", "due_on"))
def dates_in_order(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A survey is not due before it was opened."""
    opened, due = row.get("opened_on"), row.get("due_on")
    if opened and due and due < opened:
        yield Finding("due_on", _("The due date lies before the opening."), _("Choose a later day."))


@set_check(FINDING, "same_item", Severity.HARD, fields=("survey_id", "item_id"))
def same_item(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A survey asks about each item once."""
    finding = Finding("item_id", _("The survey already has this item."), _("Edit that row."))
    yield from taken_twice(rows, SurveyFinding.objects.live(), ("survey_id", "item_id"), finding)


@check(FINDING, "no_quantity", Severity.HARD, fields=("condition", "quantity"))
def no_quantity(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """There is nothing to renovate of what is good, does not apply or has not been looked at."""
    if row.get("quantity") is None or row.get("condition") in {Condition.DAMAGED, Condition.MISSING}:
        return
    if row.get("condition"):
        yield Finding(
            "quantity",
            _("What is good or does not apply has no quantity to be renovated."),
            _("Clear the quantity, or choose damaged or missing."),
        )
    else:
        yield Finding("condition", _("A quantity without a condition."), _("Choose the condition too."))


@check(FINDING, "quantity_positive", Severity.HARD, fields=("quantity",))
def quantity_positive(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A quantity to be renovated is more than nothing."""
    if row.get("quantity") is not None and amount(row, "quantity") is None:
        yield Finding(
            "quantity", _("The quantity must be more than 0."), _("Clear it where nothing is to do.")
        )


@check(FINDING, "quantity_missing", Severity.SOFT, fields=("condition", "quantity"))
def quantity_missing(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """What is damaged or missing has a quantity; without it the department cannot sign."""
    if row.get("condition") in {Condition.DAMAGED, Condition.MISSING} and row.get("quantity") is None:
        yield Finding("quantity", _("How much is to be renovated is missing."), _("Write the quantity."))


@set_check(SIGN_OFF, "same_department", Severity.HARD, fields=("survey_id", "department_id"))
def same_department(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A department signs a survey once."""
    finding = Finding("department_id", _("The survey already has this department."), _("Use that sign-off."))
    yield from taken_twice(rows, SurveySignOff.objects.live(), ("survey_id", "department_id"), finding)


@check(SIGN_OFF, "names_a_person", Severity.HARD, fields=("signed_on", "signed_name"))
def names_a_person(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A signature is somebody's."""
    if row.get("signed_on") and not row.get("signed_name"):
        yield Finding("signed_name", _("Who signs is missing."), _("Write the name."))
