"""Writing the money through the one write path, all of it or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.models import Department, Region
from funding.models import Allotment, Contribution, FundBatch, MoneyEvent, Source
from projects.models import Contract, Project
from renovation_portal.demo.draw import Draw
from renovation_portal.demo.entering import enter, is_entered
from renovation_portal.demo.facts import PRACTISED_UNITS
from renovation_portal.demo.living.story import living_year
from renovation_portal.demo.loading import Presence, presence
from renovation_portal.demo.money import batches
from renovation_portal.demo.money.batches import Document
from renovation_portal.demo.money.purse import Channel, Purse, events, pledges

LABEL = "模拟数据：资金"
# The sources the demonstration knows, by channel.
SOURCES = {
    Channel.CENTRAL: "central-subsidy",
    Channel.PROVINCIAL: "provincial-subsidy",
    Channel.COUNTY: "county-budget",
    Channel.RESIDENTS: "residents-direct",
    Channel.UTILITY: "utility-own",
}


def load(today: date | None = None) -> int:
    """Write the money of the demonstration's projects; return how many rows.

    Only beside the demonstration province, and once.  Raises NothingWritten when a row breaks a check.
    """
    if presence() is not Presence.DEMO or is_entered(LABEL):
        return 0
    with transaction.atomic():
        return _write(today or timezone.localdate())


def _write(today: date) -> int:
    purses = list(_purses(today))
    sources: dict[str, Source] = {
        channel: Source.objects.live().get(code=code) for channel, code in SOURCES.items()
    }
    province = Region.objects.get(code=settings.PORTAL_PROVINCE)
    count = 0
    for year in sorted({purse.year for purse in purses}):
        count += _year([purse for purse in purses if purse.year == year], sources, province, today)
    return count


def _year(purses: list[Purse], sources: dict[str, Source], province: Region, today: date) -> int:
    papers = batches.documents(purses[0].year, today)
    portions: dict[Document, list[tuple[Purse, int]]] = {paper: [] for paper in papers}
    for purse in purses:
        for paper, fen in batches.portions(purse, papers):
            portions[paper].append((purse, fen))
    filled = [paper for paper in papers if portions[paper]]
    numbers = enter(
        FundBatch,
        [
            batches.batch_row(
                paper,
                sum(fen for _purse, fen in portions[paper]),
                sources[paper.channel],
                province.pk,
            )
            for paper in filled
        ],
        label=LABEL,
    )
    units: list[dict[str, Any]] = []
    projects: list[dict[str, Any]] = []
    allotted: dict[int, dict[str, tuple[int, date]]] = defaultdict(dict)
    for paper, batch in zip(filled, numbers, strict=True):
        rows = list(batches.unit_rows(paper, batch, batches.by_unit(portions[paper]), today))
        split = {row["unit_id"] for row in rows}
        units += rows
        held = [(purse, fen) for purse, fen in portions[paper] if purse.unit in split]
        handed = list(batches.project_rows(paper, batch, held, today))
        projects += handed
        for row in handed:
            known = allotted[row["project_id"]].get(paper.channel, (0, date.min))
            sums = (known[0] + row["amount_fen"], max(known[1], row["allotted_on"]))
            allotted[row["project_id"]][paper.channel] = sums
    pledged = _pledges(purses, sources)
    moved = [
        row
        for purse in purses
        for row in events(purse, sources, allotted[purse.project], pledged[purse.project])
    ]
    promised = sum(map(len, pledged.values()))
    written = (
        enter(Allotment, units, label=LABEL),
        enter(Allotment, projects, label=LABEL),
        enter(MoneyEvent, moved, label=LABEL),
    )
    return len(numbers) + promised + sum(map(len, written))


def _pledges(purses: list[Purse], sources: dict[str, Source]) -> dict[int, dict[str, int]]:
    """Write what residents and utilities promise; return its rows by project and channel."""
    utility = Department.objects.filter(kind=Department.Kind.UTILITY, is_active=True).first()
    made = (
        [(purse, *found) for purse in purses for found in pledges(purse, sources, utility.pk)]
        if utility
        else []
    )
    pledged: dict[int, dict[str, int]] = defaultdict(dict)
    numbers = enter(Contribution, [row for _purse, _channel, row in made], label=LABEL)
    for (purse, channel, _row), number in zip(made, numbers, strict=True):
        pledged[purse.project][channel] = number
    return pledged


def _purses(today: date) -> Iterable[Purse]:
    payable: dict[int, int] = defaultdict(int)
    sums = Contract.objects.live().order_by().values("project_id").annotate(total=Sum("amount_fen"))
    payable.update({row["project_id"]: row["total"] or 0 for row in sums})
    living = living_year(today)
    listed = Project.objects.live().filter(
        library=Project.Library.ISSUED, standing=Project.Standing.ACTIVE, planned_investment_fen__gt=0
    )
    for project in listed.select_related("unit").order_by("code"):
        needed = project.planned_investment_fen or 0
        settled = project.stage == Project.Stage.AFTERCARE
        yield Purse(
            project=project.pk,
            code=project.code,
            unit=project.unit_id,
            year=project.plan_year,
            needed_fen=needed,
            central_fen=project.central_subsidy_fen,
            payable_fen=min(payable.get(project.pk) or needed, needed),
            ready_on=project.ready_on,
            started_on=project.started_on,
            completed_on=project.completed_on,
            is_settled=settled or Draw("settled", project.code).between(1, 10) > 4,
            today=today,
            households=(project.planned_households or 0)
            if project.plan_year >= living and project.unit.code in PRACTISED_UNITS
            else 0,
        )
