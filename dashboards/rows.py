"""The rows behind a number: the projects it counts, and the sums that must equal it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse

from communities.models import Community
from dashboards.board import Board
from dashboards.figures import Amounts, Measure
from dashboards.pages import SIGNS
from dashboards.rollups import amounts_of, of_measure, state_on
from dashboards.snapshots import Member
from projects.models import Project
from records.history import frozen_query, rows_at
from records.marks import Mark

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """One project as a table shows it."""

    pk: int
    name: str
    place: str
    unit: str
    plan_year: int
    state: str
    is_added: bool
    households: int | None
    buildings: int | None
    area: Decimal | None
    ready_on: date | None
    started_on: date | None
    completed_on: date | None
    unit_code: str
    # What leads from a frozen number to what happened to the row afterwards.
    frozen: str = ""

    @property
    def sign(self) -> str:
        """Return the sign of the state."""
        return SIGNS[Measure(self.state)]

    @property
    def state_label(self) -> str:
        """Return the state in words."""
        return str(Measure(self.state).label)

    @property
    def ledger_url(self) -> str:
        """Return the place of the row in the grid."""
        grid = reverse("ledgers:grid", args=["projects"])
        return f"{grid}?year={self.plan_year}&unit={self.unit_code}&focus={self.pk}"

    @property
    def history_url(self) -> str:
        """Return the page of the row, where its changes are listed."""
        return reverse("ledgers:row", args=["projects", self.pk]) + (self.frozen or "#changes")


@dataclass(frozen=True)
class Behind:
    """The rows behind a number: one page of them, and what they add up to."""

    page: Page[Any]
    lines: list[ProjectLine]
    amounts: Amounts


def _pages(rows: Any, count: int) -> Paginator[Any]:
    """Return a paginator that need not count again what has been counted."""
    pages = Paginator(rows, PER_PAGE)
    pages.__dict__["count"] = count
    return pages


def behind(board: Board, measure: str, page: str | None) -> Behind:
    """Return the rows behind one number of a board."""
    return _frozen(board, measure, page) if board.frozen else _live(board, measure, page)


def _live(board: Board, measure: str, page: str | None) -> Behind:
    selection = board.selection
    projects = of_measure(board.projects.of_year(*selection.years), measure, selection.on)
    amounts = amounts_of(projects)
    ordered = (
        projects.annotate(state=state_on(selection.on))
        .select_related("community", "unit")
        .order_by("plan_year", "unit__path", "code")
    )
    found = _pages(ordered, amounts.communities).get_page(page)
    return Behind(found, [_line(project) for project in found], amounts)


def _line(project: Any) -> ProjectLine:
    community = project.community
    return ProjectLine(
        pk=project.pk,
        name=community.name,
        place=_place(community),
        unit=project.unit.label,
        unit_code=project.unit.code,
        plan_year=project.plan_year,
        state=project.state,
        is_added=project.origin == Project.Origin.ADDED,
        households=project.planned_households,
        buildings=project.planned_buildings,
        area=project.planned_area,
        ready_on=project.ready_on,
        started_on=project.started_on,
        completed_on=project.completed_on,
    )


def _frozen(board: Board, measure: str, page: str | None) -> Behind:
    assert board.frozen is not None
    members = board.frozen.members(board.places, measure)
    found = _pages(members, len(members)).get_page(page)
    return Behind(
        found,
        _frozen_lines(board, list(found)),
        sum((member.amounts for member in members), Amounts()),
    )


def _frozen_lines(board: Board, members: Sequence[Member]) -> list[ProjectLine]:
    """Return projects as they were when they were frozen, by their versions."""
    rows = rows_at(Project, [(member.pk, member.version) for member in members])
    communities = Community._base_manager.in_bulk({row["community_id"] for row in rows.values()})
    units = {unit.code: unit.label for unit in board.places.units}
    assert board.frozen is not None
    frozen_at = {one.plan_year: one.frozen_at for one in board.frozen.snapshots}
    lines = []
    for member in members:
        row = rows[member.pk, member.version]
        community = communities[row["community_id"]]
        lines.append(
            ProjectLine(
                pk=member.pk,
                name=community.name,
                place=_place(community),
                unit=units[member.unit],
                unit_code=member.unit,
                plan_year=row["plan_year"],
                state=member.state,
                is_added=member.origin == Project.Origin.ADDED,
                households=member.households,
                buildings=member.buildings,
                area=None if member.area_cents is None else Decimal(member.area_cents) / 100,
                ready_on=_day(row["ready_on"]),
                started_on=_day(row["started_on"]),
                completed_on=_day(row["completed_on"]),
                frozen=frozen_query(frozen_at[row["plan_year"]], member.version),
            )
        )
    return lines


def _day(value: date | Mark | None) -> date | None:
    return value if isinstance(value, date) else None


def _place(community: Community) -> str:
    return " ".join(part for part in (community.street, community.neighbourhood) if part)
