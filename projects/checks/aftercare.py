"""Checks of post-management: rates, fees, funds, visits; bounds come from the limits table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from communities.checks import amount, taken_twice
from projects.models import CareModel, CareModelTag, MaintenanceFund, ManagementArrangement, UpkeepVisit
from records.checks import Finding, Limits, RowView, Severity, check, set_check
from records.units import FEN_PER_YUAN

ARRANGEMENT = "projects.managementarrangement"
FUND = "projects.maintenancefund"
TASK = "projects.upkeeptask"
VISIT = "projects.upkeepvisit"
MODEL = "projects.caremodel"
TAG = "projects.caremodeltag"


def _project(row: RowView) -> Iterator[Finding]:
    if row.get("project_id") is None:
        yield Finding("project_id", _("The project is missing."), _("Write the community's name."))


def _rates(row: RowView, *names: str) -> Iterator[Finding]:
    for name in names:
        value = row.get(name)
        if isinstance(value, Decimal) and not 0 <= value <= 100:
            yield Finding(name, _("A rate lies between 0 and 100 %."), _("Write 0 to 100."))


def _past(row: RowView, limits: Limits, *names: str) -> Iterator[Finding]:
    for name in names:
        day = row.get(name)
        if day and day > limits.today:
            yield Finding(
                name, _("%(day)s lies in the future.") % {"day": day}, _("Enter it when it has happened.")
            )


def _once(rows: Sequence[RowView], model: Any, field: str, finding: Finding) -> Iterator[tuple[int, Finding]]:
    yield from taken_twice(rows, model.objects.live(), (field, field), finding)


@check(ARRANGEMENT, "sound", Severity.HARD, fields=("project_id", "fee_rate", "agreed_on"))
def sound_arrangement(row: RowView, limits: Limits) -> Iterator[Finding]:
    """An arrangement is about a project; rates are rates, and what is agreed has been agreed."""
    yield from _project(row)
    yield from _rates(row, "fee_rate")
    yield from _past(row, limits, "agreed_on", "owners_committee_on")


@check(ARRANGEMENT, "management_fee", Severity.SOFT, fields=("fee_fen",))
def plausible_fee(row: RowView, limits: Limits) -> Iterator[Finding]:
    """The fee for a ㎡ and month lies within the band."""
    bounds, fee = limits.get("management_fee"), amount(row, "fee_fen")
    if bounds is not None and fee is not None and not bounds.hold(fee / FEN_PER_YUAN):
        yield Finding(
            "fee_fen",
            _("%(value)s 元 per ㎡ and month, outside %(band)s.")
            % {"value": f"{fee / FEN_PER_YUAN:,.2f}", "band": bounds},
            _("Check whether a yearly fee, or one by household, was entered."),
        )


@set_check(ARRANGEMENT, "one_arrangement", Severity.HARD, fields=("project_id", "is_removed"))
def one_arrangement(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A project has one arrangement."""
    finding = Finding("project_id", _("This project has an arrangement already."), _("Edit that one."))
    yield from _once(rows, ManagementArrangement, "project_id", finding)


@check(FUND, "sound", Severity.HARD, fields=("project_id", "established_on", "as_of"))
def sound_fund(row: RowView, limits: Limits) -> Iterator[Finding]:
    """A fund is about a project, and its days have been."""
    yield from _project(row)
    yield from _past(row, limits, "established_on", "as_of")


@check(FUND, "paid_above_due", Severity.SOFT, fields=("due_fen", "paid_fen"))
def paid_above_due(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """Not more is paid in than is due."""
    due, paid = amount(row, "due_fen"), amount(row, "paid_fen")
    if due is not None and paid is not None and paid > due:
        yield Finding("paid_fen", _("More is paid in than is due."), _("Check both amounts."))


@set_check(FUND, "one_fund", Severity.HARD, fields=("project_id", "is_removed"))
def one_fund(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A project has one fund."""
    finding = Finding("project_id", _("This project has a fund already."), _("Edit that one."))
    yield from _once(rows, MaintenanceFund, "project_id", finding)


@check(TASK, "sound", Severity.HARD, fields=("project_id", "task", "months", "last_done_on"))
def sound_task(row: RowView, limits: Limits) -> Iterator[Finding]:
    """A task has words and a rhythm of at least a month."""
    yield from _project(row)
    if not row.get("task"):
        yield Finding("task", _("The task is missing."), _("Write what is looked after."))
    if row.get("months") == 0:
        yield Finding("months", _("Every 0 months is no rhythm."), _("Write 1 or more, or leave it blank."))
    yield from _past(row, limits, "last_done_on")


@check(VISIT, "sound", Severity.HARD, fields=("project_id", "months", "due_on", "visited_on", "satisfaction"))
def sound_visit(row: RowView, limits: Limits) -> Iterator[Finding]:
    """A visit has an interval and a due day; what was found has a day and a name."""
    yield from _project(row)
    if row.get("months") is None:
        yield Finding("months", _("The interval is missing."), _("Write the months after acceptance."))
    if row.get("due_on") is None:
        yield Finding("due_on", _("The due day is missing."), _("Write it as 2020-03-31."))
    yield from _rates(row, "satisfaction", "fee_rate")
    yield from _past(row, limits, "visited_on")
    found = [name for name in ("satisfaction", "fee_rate", "is_managed") if row.get(name) is not None]
    if (found or row.get("conclusion")) and not row.get("visited_on"):
        yield Finding("visited_on", _("A result without a day of the visit."), _("Fill in the day."))
    if row.get("visited_on") and not row.get("visitor"):
        yield Finding("visitor", _("The visitor is missing."), _("Write who went."))


@set_check(VISIT, "one_visit", Severity.HARD, fields=("project_id", "months", "is_removed"))
def one_visit(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A project is visited once an interval."""
    yield from taken_twice(
        rows,
        UpkeepVisit.objects.live(),
        ("project_id", "months"),
        Finding("months", _("This visit stands in the ledger already."), _("Edit that row.")),
    )


@set_check(MODEL, "model_code", Severity.HARD, fields=("code", "is_removed"))
def model_code(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A care model has a code of its own."""
    finding = Finding("code", _("This code is taken."), _("Choose another."))
    yield from _once(rows, CareModel, "code", finding)


@check(TAG, "sound", Severity.HARD, fields=("project_id", "care_model_id"))
def sound_tag(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A tag names a project and a model."""
    yield from _project(row)
    if row.get("care_model_id") is None:
        yield Finding("care_model_id", _("The care model is missing."), _("Choose it from the list."))


@set_check(TAG, "one_tag", Severity.HARD, fields=("project_id", "care_model_id", "is_removed"))
def one_tag(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A project bears a model once."""
    yield from taken_twice(
        rows,
        CareModelTag.objects.live(),
        ("project_id", "care_model_id"),
        Finding("care_model_id", _("This project bears the model already."), _("Keep one row.")),
    )
