"""Checks of batches of money and of allotments, each for itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.checks import taken_twice
from funding.checks.needed import missing
from funding.models import Allotment, FundBatch, Source, SplitBalance
from projects.checks.milestone import future
from records.checks import Finding, Limits, RowView, Severity, check, set_check

BATCH, ALLOTMENT = "funding.fundbatch", "funding.allotment"
NEEDED_OF_BATCH = {
    "number": gettext_lazy("The document number is missing."),
    "source_id": gettext_lazy("The source of money is missing."),
    "region_id": gettext_lazy("The region is missing."),
    "level": gettext_lazy("Who handed it out is missing."),
    "fiscal_year": gettext_lazy("The budget year is missing."),
    "plan_year": gettext_lazy("The plan year is missing."),
    "amount_fen": gettext_lazy("The amount is missing."),
}
NEEDED_OF_ALLOTMENT = {
    "batch_id": gettext_lazy("The batch is missing."),
    "unit_id": gettext_lazy("The reporting unit is missing."),
    "amount_fen": gettext_lazy("The amount is missing."),
}


@check(BATCH, "required", Severity.HARD, fields=tuple(NEEDED_OF_BATCH))
def whole_batch(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A batch says which document, from where, for whom, for which years and how much."""
    yield from missing(row, NEEDED_OF_BATCH)


@check(BATCH, "amount", Severity.HARD, fields=("amount_fen",))
def something_to_split(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A batch has money."""
    if row.get("amount_fen") == 0:
        yield Finding("amount_fen", _("A batch has money."), _("Write the amount of the document."))


@check(BATCH, "year", Severity.HARD, fields=("fiscal_year",))
def budget_year(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A budget year is a year of this century."""
    year = row.get("fiscal_year")
    if year is not None and not 2000 <= year <= 2100:
        yield Finding(
            "fiscal_year", _("The year %(year)d is not possible.") % {"year": year}, _("Write four digits.")
        )


@check(BATCH, "issued_without_date", Severity.HARD, fields=("state", "issued_on"))
def issued_on_a_day(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """An issued document has its date."""
    if row.get("state") == FundBatch.State.ISSUED and row.get("issued_on") is None:
        yield Finding(
            "issued_on",
            _("An issued batch has the date of its document."),
            _("Enter the date of the document."),
        )


@check(BATCH, "future_date", Severity.HARD, fields=("issued_on", "received_on"))
def not_in_the_future(row: RowView, limits: Limits) -> Iterator[Finding]:
    """A document that came down was not written in the future."""
    yield from future(row, limits, "issued_on", "received_on")


@check(BATCH, "received_before_issued", Severity.SOFT, fields=("issued_on", "received_on"))
def received_after_issued(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """A document is received after it was written."""
    issued, received = row.get("issued_on"), row.get("received_on")
    if issued and received and received < issued:
        yield Finding("received_on", _("Received before the date of the document."), _("Check both days."))


@set_check(BATCH, "same_number", Severity.HARD, fields=("number", "source_id", "is_removed"))
def same_number(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A document brings money of one source once."""
    told = Finding("number", _("There is a batch of this number and source already."), _("Edit that row."))
    yield from taken_twice(rows, FundBatch.objects.live(), ("number", "source_id"), told)


@set_check(BATCH, "subject", Severity.HARD, fields=("subject", "source_id"))
def own_subject(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """Money of a source with a budget subject comes under that subject (专款专用)."""
    named = {row["source_id"] for row in rows if row.get("subject") and row.get("source_id")}
    subjects = dict(Source.objects.filter(pk__in=named).values_list("pk", "subject").order_by())
    for position, row in enumerate(rows):
        due = subjects.get(row.get("source_id") or 0)
        if due and row.get("subject") and row["subject"] != due:
            yield (
                position,
                Finding(
                    "subject",
                    _("Money of this source comes under subject %(due)s.") % {"due": due},
                    _("Mend the subject, or choose the right source."),
                ),
            )


@set_check(BATCH, "split_late", Severity.SOFT, fields=("amount_fen", "issued_on", "received_on", "state"))
def split_in_time(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """An issued batch is handed on within its source's days (预算法第五十二条: 30 days)."""
    today = timezone.localdate()
    issued = [row for row in rows if row.get("id") and row.get("state") == FundBatch.State.ISSUED]
    if not issued:
        return
    days = dict(
        Source.objects.filter(pk__in={row["source_id"] for row in issued}, split_days__isnull=False)
        .values_list("pk", "split_days")
        .order_by()
    )
    open_parts = SplitBalance.objects.filter(
        batch__in={row["id"] for row in issued}, unit=None, handed_on_fen__lt=F("available_fen")
    )
    waiting = set(open_parts.values_list("batch_id", flat=True))
    for position, row in enumerate(rows):
        came: date | None = row.get("received_on") or row.get("issued_on")
        within = days.get(row.get("source_id") or 0)
        if row.get("id") not in waiting or within is None or came is None or row.get("state") != "issued":
            continue
        due = came + timedelta(days=within)
        if today > due:
            text = _("Not handed on in full; it was due by %(day)s.") % {"day": due}
            yield position, Finding("amount_fen", text, _("Split it, or confirm with the reason."))


@check(ALLOTMENT, "required", Severity.HARD, fields=tuple(NEEDED_OF_ALLOTMENT))
def whole_allotment(row: RowView, _limits: Limits) -> Iterator[Finding]:
    """An allotment says of which batch, for whom, and how much."""
    yield from missing(row, NEEDED_OF_ALLOTMENT)


@check(ALLOTMENT, "future_date", Severity.HARD, fields=("allotted_on",))
def handed_down_already(row: RowView, limits: Limits) -> Iterator[Finding]:
    """What was handed down was not handed down in the future."""
    yield from future(row, limits, "allotted_on")


@set_check(ALLOTMENT, "same_place", Severity.HARD, fields=("batch_id", "unit_id", "project_id", "is_removed"))
def same_place(rows: Sequence[RowView]) -> Iterator[tuple[int, Finding]]:
    """A unit, and a project, gets money of a batch once."""
    told = Finding(
        "project_id", _("There is an allotment of this batch for it already."), _("Edit that row.")
    )
    yield from taken_twice(rows, Allotment.objects.live(), ("batch_id", "unit_id", "project_id"), told)
