"""The rows behind a sum of money: what they add up to is that sum.

Projects stand behind what is needed, allotments and events behind what was handed down, events behind the
rest.  Each sum is narrowed by the same conditions as ``funding.totals``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, DateField, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import spreadsheets
from accounts.models import User
from funding import totals
from funding.models import Allotment, MoneyEvent
from funding.selection import Selection
from funding.totals import Measure, Scope
from projects.models import Project

PER_PAGE = 50
# A workbook of more rows is no workbook anybody reads; the ledger's export has them all.
MOST_EXPORTED = 50_000
Step = MoneyEvent.Step
STEPS = {
    Measure.PLANNED: Step.PLANNED,
    Measure.ISSUED: Step.ISSUED,
    Measure.HANDED_DOWN: Step.ISSUED,
    Measure.ARRIVED: Step.ARRIVED,
    Measure.PAID: Step.PAID,
    Measure.SETTLED: Step.SETTLED,
}
COLUMNS = tuple(
    f"row_{name}"
    for name in ("kind", "key", "day", "place", "community", "project", "year", "origin", "number", "fen")
)
LEDGERS = {"project": "projects", "allotment": "allotments", "event": "money-events"}


@dataclass(frozen=True, slots=True)
class Line:
    """One row behind a sum: an event, a part of a batch, or a project."""

    kind: str
    key: int
    day: date | None
    place: str
    community: str
    project_key: int | None
    year: int
    origin: str
    number: str
    amount: int

    @property
    def ledger_url(self) -> str:
        """Return the row in its ledger, with the history of its cells."""
        return reverse("ledgers:row", args=[LEDGERS[self.kind], self.key])

    @property
    def project_url(self) -> str:
        """Return the page of the project's money; empty for what a unit got."""
        return reverse("funding:of_project", args=[self.project_key]) if self.project_key else ""


@dataclass(frozen=True)
class Behind:
    """The rows behind a sum, and what they add up to."""

    measure: Measure
    parts: tuple[QuerySet[Any], ...]

    @property
    def total_fen(self) -> int:
        """Return the sum of all rows; one query for each kind of row."""
        return sum(int(part.aggregate(sum=Sum("row_fen"))["sum"] or 0) for part in self.parts)

    def lines(self) -> QuerySet[Any]:
        """Return all rows of all kinds in the order of their days, as tuples of ``COLUMNS``."""
        first, *others = (part.values_list(*COLUMNS) for part in self.parts)
        found = first.union(*others, all=True) if others else first
        return found.order_by("-row_day", "row_place", "row_kind", "row_key")

    def page(self, number: str | None) -> tuple[Page[Any], list[Line]]:
        """Return one page of the rows."""
        page = Paginator(self.lines(), PER_PAGE).get_page(number)
        return page, [Line(*row) for row in page]


@dataclass(frozen=True, slots=True)
class Asked:
    """What narrows the rows besides the selection: primary keys of a source or a project, a channel."""

    source: int | None = None
    channel: str = ""
    project: int | None = None


def behind(user: User, chosen: Selection, measure: str, asked: Asked) -> Behind:
    """Return the rows behind a sum that the user may see."""
    wanted = Measure(measure)
    scope = Scope.of_region(chosen.region, chosen.years)
    if asked.project is not None:
        # Of a single project everything counts, whether its plan is issued yet or not.
        scope = Scope.of_projects([asked.project])
    parts: list[QuerySet[Any]] = []
    if wanted == Measure.NEEDED:
        parts.append(_needing(user, scope))
    if wanted in {Measure.ALLOTTED, Measure.HANDED_DOWN}:
        parts.append(_parts(user, totals.handed_to_units(scope, chosen.on), asked))
    if wanted == Measure.ISSUED:
        parts.append(_parts(user, totals.handed_to_projects(scope, chosen.on), asked))
    if wanted in STEPS:
        parts.append(_events(user, totals.happened(scope, chosen.on), wanted, asked))
    return Behind(wanted, tuple(parts))


def _needing(user: User, scope: Scope) -> QuerySet[Any]:
    rows = Project.objects.visible_to(user).filter(totals.needing(scope), planned_investment_fen__gt=0)
    return rows.order_by().annotate(
        row_kind=_text("project"),
        row_key=F("pk"),
        row_day=Value(None, output_field=DateField()),
        row_place=F("unit__name"),
        row_community=F("community__name"),
        row_project=F("pk"),
        row_year=F("plan_year"),
        row_origin=_text(""),
        row_number=F("code"),
        row_fen=F("planned_investment_fen"),
    )


def _parts(user: User, condition: Q, asked: Asked) -> QuerySet[Any]:
    rows = Allotment.objects.visible_to(user).filter(condition)
    if asked.source is not None:
        rows = rows.filter(batch__source=asked.source)
    if asked.channel:
        rows = rows.filter(batch__source__channel=asked.channel)
    return rows.order_by().annotate(
        row_kind=_text("allotment"),
        row_key=F("pk"),
        row_day=Coalesce("allotted_on", "batch__issued_on"),
        row_place=F("unit__name"),
        row_community=Coalesce("project__community__name", _text("")),
        row_project=F("project_id"),
        row_year=F("batch__plan_year"),
        row_origin=F("batch__source__name"),
        row_number=F("batch__number"),
        row_fen=F("amount_fen"),
    )


def _events(user: User, condition: Q, measure: Measure, asked: Asked) -> QuerySet[Any]:
    rows = MoneyEvent.objects.visible_to(user).filter(condition, step=STEPS[measure])
    if measure == Measure.HANDED_DOWN:
        rows = rows.filter(source__by_batch=False)
    if asked.source is not None:
        rows = rows.filter(source=asked.source)
    if asked.channel:
        rows = rows.filter(source__channel=asked.channel)
    found: QuerySet[Any] = rows.order_by().annotate(
        row_kind=_text("event"),
        row_key=F("pk"),
        row_day=F("happened_on"),
        row_place=F("unit__name"),
        row_community=F("project__community__name"),
        row_project=F("project_id"),
        row_year=F("project__plan_year"),
        row_origin=F("source__name"),
        row_number=F("voucher"),
        row_fen=F("amount_fen"),
    )
    return found


def _text(words: str) -> Value:
    return Value(words, output_field=CharField())


def workbook(found: Behind, title: str, notes: list[str]) -> bytes:
    """Return the rows behind a sum as a workbook: money in 元 to the 分, the sum below."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet(str(found.measure.label)[:31])
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        plain, total = book.add_format(), book.add_format({"num_format": "#,##0.00", "bold": True})
        spreadsheets.write(sheet, 0, 0, title, bold)
        heads = [
            _("Date"),
            _("City or county"),
            _("Community"),
            _("Plan year"),
            _("Source of money"),
            _("Document or voucher"),
            _("Amount (yuan)"),
        ]
        spreadsheets.write_row(sheet, 1, heads, [bold] * len(heads))
        at = 2
        for row in found.lines()[:MOST_EXPORTED]:
            line = Line(*row)
            values: list[spreadsheets.Value] = [
                line.day,
                line.place,
                line.community,
                line.year,
                line.origin,
                line.number,
                Decimal(line.amount).scaleb(-2),
            ]
            spreadsheets.write_row(sheet, at, values, [plain] * 6 + [money])
            at += 1
        spreadsheets.write(sheet, at, 0, _("Total"), bold)
        spreadsheets.write(sheet, at, 6, Decimal(found.total_fen).scaleb(-2), total)
        for offset, note in enumerate(notes, 1):
            spreadsheets.write(sheet, at + offset, 0, note)
        sheet.freeze_panes(2, 0)
        for column, width in enumerate((12, 16, 28, 10, 24, 28, 18)):
            sheet.set_column(column, column, width)

    return spreadsheets.build(fill)
