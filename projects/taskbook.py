"""The task book of a finished survey (改造任务清单): what is to be done, how much, and what it may cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import spreadsheets
from communities.models import CatalogueItem, Community, Survey, SurveyFinding
from communities.surveys import task_list
from projects.prices import price_band


@dataclass(frozen=True, slots=True)
class Price:
    """A unit price in 分 and where it comes from, in words."""

    fen: int
    source: str


@dataclass(frozen=True, slots=True)
class Task:
    """One line: a finding with its price, where there is one."""

    finding: SurveyFinding
    price: Price | None

    @property
    def amount_fen(self) -> int | None:
        """Return quantity × price in 分, half up; None where either is missing."""
        if self.price is None or self.finding.quantity is None:
            return None
        exact = self.finding.quantity * self.price.fen
        return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@dataclass(slots=True)
class Group:
    """The tasks of one class of the taxonomy (改善房屋功能 …)."""

    name: str
    tasks: list[Task] = field(default_factory=list)

    @property
    def amount_fen(self) -> int:
        """Return the sum of the estimates there are, in 分."""
        return sum(task.amount_fen or 0 for task in self.tasks)


@dataclass(frozen=True, slots=True)
class TaskBook:
    """The whole list of one community."""

    survey: Survey
    groups: Sequence[Group]

    @property
    def tasks(self) -> list[Task]:
        """Return all lines in order."""
        return [task for group in self.groups for task in group.tasks]

    @property
    def amount_fen(self) -> int:
        """Return the sum of the estimates there are, in 分."""
        return sum(group.amount_fen for group in self.groups)

    @property
    def unpriced(self) -> int:
        """Return how many lines have no estimate: the sum leaves them out."""
        return sum(task.amount_fen is None for task in self.tasks)


def task_book(survey: Survey) -> TaskBook:
    """Return the task book of a survey, finished or not; a few queries."""
    findings = task_list(survey)
    year = (survey.finished_on or timezone.localdate()).year
    prices = price_of([found.item for found in findings], survey.community, year)
    groups: dict[str, Group] = {}
    for found in findings:
        group = groups.setdefault(found.item.group, Group(found.item.group))
        group.tasks.append(Task(found, prices.get(found.item_id)))
    return TaskBook(survey, list(groups.values()))


def price_of(items: Sequence[CatalogueItem], community: Community, year: int) -> Mapping[int, Price]:
    """Return the median price of each item in the community's city and year, where one is known."""
    bands = price_band([item.pk for item in items], community.unit, year)
    return {pk: Price(band.median_fen, band.source) for pk, band in bands.items() if band is not None}


def workbook(book: TaskBook) -> bytes:
    """Return the task book as a workbook: quantities and money as numbers, the sums as values."""

    def fill(file: Any) -> None:
        sheet = file.add_worksheet(_("Task list"))
        head = file.add_format({"bold": True, "bg_color": "#E7F0F8", "border": 1, "text_wrap": True})
        bold = file.add_format({"bold": True})
        number = file.add_format({"num_format": "#,##0.00"})
        money = file.add_format({"num_format": "#,##0.00", "bold": True})
        community = book.survey.community
        sheet.write_string(0, 0, _("%(name)s: renovation task list") % {"name": community.name}, bold)
        note = _("Survey finished on %(on)s; printed on %(today)s.") % {
            "on": book.survey.finished_on or "—",
            "today": timezone.localdate().isoformat(),
        }
        sheet.write_string(1, 0, note)
        for column, (label, width) in enumerate(_headings()):
            sheet.write_string(3, column, label, head)
            sheet.set_column(column, column, width)
        line = 4
        for group in book.groups:
            for task in group.tasks:
                _write_line(sheet, line, group.name, task, number)
                line += 1
        sheet.write_string(line, 0, _("Total"), bold)
        sheet.write_number(line, 9, Decimal(book.amount_fen).scaleb(-6), money)
        sheet.freeze_panes(4, 2)
        sheet.repeat_rows(3)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    return spreadsheets.build(fill)


def _headings() -> list[tuple[str, int]]:
    return [
        (_("Class"), 16),
        (_("Item"), 20),
        (_("Class of document 23"), 12),
        (_("Condition"), 10),
        (_("Quantity"), 12),
        (_("Unit"), 8),
        (_("Position"), 18),
        (_("Responsible department"), 22),
        (_("Unit price (yuan)"), 14),
        (_("Estimate (10,000 yuan)"), 14),
        (_("Remark"), 30),
    ]


def _write_line(sheet: Any, line: int, group: str, task: Task, number: Any) -> None:
    found = task.finding
    texts = {
        0: group,
        1: found.item.name,
        2: str(found.item.get_level_display()),
        3: str(found.get_condition_display()),
        5: found.item.measure,
        6: found.place,
        7: found.department.name,
        10: found.remark,
    }
    for column, text in texts.items():
        sheet.write_string(line, column, text)
    if found.quantity is not None:
        sheet.write_number(line, 4, found.quantity, number)
    if task.price is not None:
        sheet.write_number(line, 8, Decimal(task.price.fen) / 100, number)
    if task.amount_fen is not None:
        sheet.write_number(line, 9, Decimal(task.amount_fen).scaleb(-6), number)
