"""Baselines: the plan of one unit and year as it stood from one document on, and what two differ in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Region, User
from projects.models import AnnualPlan, PlanBaseline, Project
from records.models import ChangeSet
from records.services import apply

# What a baseline keeps of each project: key in the row, field of the project.
FIGURES: Mapping[str, str] = {
    "buildings": "planned_buildings",
    "households": "planned_households",
    "area": "planned_area",
    "investment_fen": "planned_investment_fen",
    "subsidy_fen": "central_subsidy_fen",
}
Row = dict[str, Any]


def hold_plan(
    unit: Region, year: int, *, actor: User | None, source: ChangeSet.Source, lock: bool = True
) -> AnnualPlan:
    """Return the plan of a unit and year, locked until the transaction ends; make it where there is none."""
    rows = AnnualPlan.objects.live().filter(unit=unit, year=year)
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is not None:
        return found
    outcome = apply(
        AnnualPlan, actor=actor, source=source, values={"unit_id": unit.pk, "year": year}, bound=False
    )
    if not outcome.writes:
        # Somebody made it a moment ago.
        return hold_plan(unit, year, actor=actor, source=source)
    return AnnualPlan.objects.select_for_update(of=("self",)).get(pk=outcome.row["id"])


def listed_rows(plan: AnnualPlan) -> list[Row]:
    """Return the projects that stand in a plan now, as a baseline keeps them; money in 分, area in ㎡."""
    projects = Project.objects.live().counted().of_year(plan.year).filter(unit_id=plan.unit_id)
    return [_row(project) for project in projects.select_related("community").order_by("code")]


def _row(project: Project) -> Row:
    row: Row = {
        "project": project.pk,
        "code": project.code,
        "name": project.community.name,
        "street": project.community.street,
        "origin": project.origin,
        "works": project.works,
    }
    for key, name in FIGURES.items():
        value = getattr(project, name)
        row[key] = str(value) if isinstance(value, Decimal) else value
    marks = {key: project.markers[name] for key, name in FIGURES.items() if name in project.markers}
    return row | ({"marks": marks} if marks else {})


@dataclass(frozen=True, slots=True)
class Totals:
    """What the rows of a plan add up to; projects beyond the plan are counted apart.  分 and ㎡."""

    communities: int = 0
    buildings: int = 0
    households: int = 0
    area: Decimal = Decimal(0)
    investment_fen: int = 0
    subsidy_fen: int = 0
    beyond: int = 0


def totals(rows: Sequence[Row]) -> Totals:
    """Add up the rows that count as the plan's task (计划任务数); blanks and marks count as nothing."""
    task = [row for row in rows if row["origin"] == Project.Origin.PLANNED]
    return Totals(
        communities=len(task),
        buildings=sum(row["buildings"] or 0 for row in task),
        households=sum(row["households"] or 0 for row in task),
        area=sum((Decimal(row["area"] or 0) for row in task), Decimal(0)),
        investment_fen=sum(row["investment_fen"] or 0 for row in task),
        subsidy_fen=sum(row["subsidy_fen"] or 0 for row in task),
        beyond=len(rows) - len(task),
    )


def make_baseline(
    plan: AnnualPlan,
    kind: PlanBaseline.Kind,
    *,
    actor: User | None,
    document_no: str = "",
    reason: str = "",
    effective_on: date | None = None,
) -> PlanBaseline:
    """Keep the plan as it stands now as its next baseline; the caller holds the plan's lock."""
    rows = listed_rows(plan)
    summed = totals(rows)
    last = PlanBaseline.objects.filter(plan=plan).aggregate(last=Max("number"))["last"] or 0
    return PlanBaseline.objects.create(
        plan=plan,
        unit_id=plan.unit_id,
        year=plan.year,
        number=last + 1,
        kind=kind,
        document_no=document_no[:60],
        effective_on=effective_on or timezone.localdate(),
        reason=reason[:500],
        communities=summed.communities,
        buildings=summed.buildings,
        households=summed.households,
        area=summed.area,
        rows=rows,
        made_by=actor,
    )


def keep_the_first(plan: AnnualPlan) -> None:
    """Keep a plan that was issued before baselines were kept as its number 1, ahead of its first change."""
    if plan.state == AnnualPlan.State.ISSUED and not PlanBaseline.objects.filter(plan=plan).exists():
        make_baseline(
            plan,
            PlanBaseline.Kind.ISSUE,
            actor=None,
            document_no=plan.document_no,
            effective_on=plan.issued_on,
        )


@dataclass(frozen=True, slots=True)
class Moved:
    """One figure that differs between two baselines."""

    key: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One project that two baselines differ in, with the baselines that changed it."""

    kind: str  # added, removed or changed
    row: Row
    moved: tuple[Moved, ...] = ()
    by: tuple[PlanBaseline, ...] = field(default=())


COMPARED = ("name", "origin", *FIGURES)


def compare(older: Sequence[Row], newer: Sequence[Row]) -> Iterator[Difference]:
    """Yield the projects in which two lists differ: added, removed, changed, in the order of codes."""
    before = {row["project"]: row for row in older}
    after = {row["project"]: row for row in newer}
    rows = sorted({**before, **after}.values(), key=lambda row: row["code"])
    for row in rows:
        old, new = before.get(row["project"]), after.get(row["project"])
        if old is None:
            yield Difference("added", row)
        elif new is None:
            yield Difference("removed", row)
        else:
            moved = tuple(
                Moved(key, shown(old, key), shown(new, key))
                for key in COMPARED
                if shown(old, key) != shown(new, key)
            )
            if moved:
                yield Difference("changed", new, moved)


def compare_baselines(older: PlanBaseline, newer: PlanBaseline) -> list[Difference]:
    """Return what two baselines of one plan differ in, each with the baselines that brought it about."""
    chain = list(
        PlanBaseline.objects.filter(
            plan_id=older.plan_id, number__gte=older.number, number__lte=newer.number
        ).order_by("number")
    )
    causes: dict[int, list[PlanBaseline]] = {}
    for former, later in zip(chain, chain[1:], strict=False):
        for found in compare(former.rows, later.rows):
            causes.setdefault(found.row["project"], []).append(later)
    return [
        Difference(found.kind, found.row, found.moved, tuple(causes.get(found.row["project"], ())))
        for found in compare(older.rows, newer.rows)
    ]


def shown(row: Row, key: str) -> Any:
    """Return a figure of a row: its value, or the mark that stands for it."""
    return row.get("marks", {}).get(key, row.get(key))


def label_of(key: str) -> str:
    """Return the name of a figure, as tables head it."""
    names = {
        "name": _("Community"),
        "origin": _("Origin"),
        "buildings": _("Buildings"),
        "households": _("Households"),
        "area": _("Floor area"),
        "investment_fen": _("Planned investment"),
        "subsidy_fen": _("Central subsidy"),
    }
    return names[key]
