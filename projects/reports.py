"""The month's figures of one unit as a page of fields: last month's are offered, each row is saved alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from projects import rounds
from projects.models import ProgressReport, Project, UnitReturn
from records.checks import Severity
from records.models import ChangeSet
from records.parsing import CellError, read_number, to_places, to_whole
from records.planning import Change, Outcome
from records.services import apply_many
from records.units import MONEY, PERCENT

FIELDS = ("progress_percent", "invested_fen", "workers", "note")
READERS: Mapping[str, Callable[[str], Any]] = {
    "progress_percent": lambda text: to_places(read_number(text, PERCENT, Decimal(1)), 2, computed=False),
    "invested_fen": lambda text: to_whole(read_number(text, MONEY, MONEY.factors["万元"])),
    "workers": lambda text: to_whole(read_number(text, None, Decimal(1))),
}


@dataclass(slots=True)
class Line:
    """One project's row of the page: what stands in its fields, and what is wrong with it."""

    project: Project
    report: ProgressReport | None
    before: ProgressReport | None
    texts: dict[str, str]
    is_copied: bool
    # Last month's figures are stored when somebody changes one, or says that nothing has changed.
    is_confirmed: bool = True
    errors: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


class Entry:
    """The fields of a return: a row for every project that is due, filled from what is known.

    A project without a report starts with the figures of its last one; nothing is stored until it is sent.
    """

    def __init__(self, found: UnitReturn, sent: Mapping[str, str] | None = None) -> None:
        self.month = found.round.month
        projects = list(
            rounds.reporting(self.month)
            .filter(unit=found.unit_id)
            .select_related("community")
            .order_by("plan_year", "code")
        )
        rows = ProgressReport.objects.live().filter(project__in=projects, month__lte=self.month)
        own: dict[int, ProgressReport] = {}
        last: dict[int, ProgressReport] = {}
        for row in rows.order_by("month"):
            (own if row.month == self.month else last)[row.project_id] = row
        self.lines = [self._line(project, own, last, sent) for project in projects]

    def _line(
        self,
        project: Project,
        own: Mapping[int, ProgressReport],
        last: Mapping[int, ProgressReport],
        sent: Mapping[str, str] | None,
    ) -> Line:
        report, before = own.get(project.pk), last.get(project.pk)
        offered = texts = _texts(report or before, copied=report is None)
        if sent is not None:
            texts = {name: sent.get(f"{name}-{project.pk}", texts[name]).strip() for name in FIELDS}
        copied = report is None and before is not None
        confirmed = not copied or texts != offered or (sent is not None and f"same-{project.pk}" in sent)
        return Line(project, report, before, texts, is_copied=copied, is_confirmed=confirmed)

    @property
    def has_errors(self) -> bool:
        """Tell whether a row could not be saved."""
        return any(line.errors for line in self.lines)

    def save(self, actor: User) -> int:
        """Write the rows that were filled, each alone; return how many. What is wrong stays in ``errors``."""
        changes: list[tuple[Line, Change]] = []
        for line in self.lines:
            values = _read(line) if line.is_confirmed else None
            if values is None or (line.report is None and not any(line.texts.values())):
                continue
            if line.report is None:
                values |= {"project_id": line.project.pk, "month": self.month}
            changes.append((line, Change(values=values, pk=line.report.pk if line.report else None)))
        outcomes = apply_many(
            ProgressReport,
            actor=actor,
            source=ChangeSet.Source.FORM,
            changes=[change for _line, change in changes],
        )
        for (line, _change), outcome in zip(changes, outcomes, strict=True):
            _tell(line, outcome)
        return sum(outcome.writes for outcome in outcomes)


def _texts(row: ProgressReport | None, *, copied: bool) -> dict[str, str]:
    if row is None:
        return dict.fromkeys(FIELDS, "")
    percent, invested, workers = row.progress_percent, row.invested_fen, row.workers
    return {
        "progress_percent": "" if percent is None else f"{percent.normalize():f}",
        "invested_fen": ""
        if invested is None
        else f"{invested / MONEY.factors['万元']:.6f}".rstrip("0").rstrip("."),
        "workers": "" if workers is None else str(workers),
        # What was done last month was not done again.
        "note": "" if copied else row.note,
    }


def _read(line: Line) -> dict[str, Any] | None:
    """Return the values of a row's texts; None when one of them cannot be read."""
    values: dict[str, Any] = {"note": line.texts["note"][:500]}
    for name, reader in READERS.items():
        try:
            values[name] = reader(line.texts[name]) if line.texts[name] else None
        except CellError as problem:
            line.errors.append(f"{problem} {problem.mend}".strip())
    return None if line.errors else values


def _tell(line: Line, outcome: Outcome) -> None:
    for found in outcome.findings:
        if found.severity is Severity.HARD:
            line.errors.append(f"{found.message} {found.mend}".strip())
        elif not found.confirmed:
            line.doubts.append(str(found.message))
    if not outcome.writes and not line.errors and outcome.status.value not in {"same"}:
        line.errors.append(_("Somebody has changed this row meanwhile. Reload the page."))
