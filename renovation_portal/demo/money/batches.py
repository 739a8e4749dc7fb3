"""The documents by which money came down, and how units and projects shared it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from funding.models import FundBatch, Source
from records.units import FEN_PER_WAN_YUAN
from renovation_portal.demo.draw import Draw
from renovation_portal.demo.living.story import living_year
from renovation_portal.demo.money.purse import PROVINCE_ADDS_FROM, Channel, Purse

# Central money is announced in the November before (提前下达), the rest follows in the year.
EARLY, LATER = (11, 20), (5, 12)
EARLY_PERMILLE = 700
# What the province keeps back of its own money of the year under way: an example of a batch not yet split.
KEPT_PERMILLE = 15
KEPT_REMARK = "预留用于年度计划调整"


@dataclass(frozen=True)
class Document:
    """One batch: whose money, for which plan year, and which part of each project's share it brings."""

    channel: str
    year: int
    number: str
    title: str
    issued_on: date
    # The part of a share, in thousandths; the last document of a channel and year brings the rest.
    permille: int
    is_last: bool
    # Whether the province keeps a part of it for changes of the plan.
    keeps_back: bool = False


def documents(year: int, today: date) -> list[Document]:
    """Return the documents of a plan year that had come by a day."""
    early, later = date(year - 1, *EARLY), date(year, *LATER)
    found = []
    if year < PROVINCE_ADDS_FROM:
        title = f"{year}年中央财政城镇保障性安居工程补助资金（老旧小区改造）"
        found.append(Document(Channel.CENTRAL, year, _number(later, 1), title, later, 1000, True))
    else:
        title = f"{year}年中央财政城镇保障性安居工程补助资金（老旧小区改造）"
        first = f"提前下达{title}"
        found.append(Document(Channel.CENTRAL, year, _number(early, 9), first, early, EARLY_PERMILLE, False))
        found.append(Document(Channel.CENTRAL, year, _number(later, 1), title, later, 1000, True))
        title = f"{year}年省级城镇老旧小区改造补助资金"
        day = later + timedelta(days=16)
        number, keeps = _number(day, 2), year == living_year(today)
        found.append(Document(Channel.PROVINCIAL, year, number, title, day, 1000, True, keeps))
    return [document for document in found if document.issued_on <= today]


def _number(day: date, serial: int) -> str:
    return f"吉财建指〔{day.year}〕模拟{day.year % 100:02d}{serial:02d}号"


def portions(purse: Purse, papers: Sequence[Document]) -> Iterator[tuple[Document, int]]:
    """Yield what a project gets by each document, in 分: its share of the channel, none left over."""
    left = dict(purse.shares)
    for paper in papers:
        share = purse.shares.get(paper.channel, 0)
        fen = left.get(paper.channel, 0) if paper.is_last else share * paper.permille // 1000 // 100 * 100
        if fen:
            left[paper.channel] -= fen
            yield paper, fen


def batch_row(paper: Document, total: int, source: Source, province: int) -> dict[str, Any]:
    """Return the batch that brings so much, and what the province keeps back where it does."""
    kept = total * KEPT_PERMILLE // 1000 // FEN_PER_WAN_YUAN * FEN_PER_WAN_YUAN if paper.keeps_back else 0
    return {
        "number": paper.number,
        "title": paper.title,
        "source_id": source.pk,
        "region_id": province,
        "level": FundBatch.Level.CENTRAL if paper.channel == Channel.CENTRAL else FundBatch.Level.PROVINCE,
        "fiscal_year": paper.year,
        "plan_year": paper.year,
        "subject": source.subject,
        "amount_fen": total + kept,
        "remark": KEPT_REMARK if kept else "",
        "issued_on": paper.issued_on,
        "received_on": paper.issued_on + timedelta(days=4),
        "state": FundBatch.State.ISSUED,
        "is_simulated": True,
    }


def unit_rows(
    paper: Document, batch: int, shares: Mapping[int, int], today: date
) -> Iterator[dict[str, Any]]:
    """Yield what each unit gets of a batch: within the thirty days the law gives."""
    for unit, fen in shares.items():
        day = paper.issued_on + timedelta(days=Draw("split", paper.number, unit).between(11, 28))
        if day <= today:
            yield {
                "batch_id": batch,
                "unit_id": unit,
                "amount_fen": fen,
                "number": paper.number,
                "allotted_on": day,
                "is_simulated": True,
            }


def project_rows(
    paper: Document, batch: int, shares: Iterable[tuple[Purse, int]], today: date
) -> Iterator[dict[str, Any]]:
    """Yield what each project gets of its unit's part."""
    for purse, fen in shares:
        late = Draw("hand on", paper.number, purse.unit).between(14, 52)
        yield {
            "batch_id": batch,
            "unit_id": purse.unit,
            "project_id": purse.project,
            "amount_fen": fen,
            "allotted_on": min(paper.issued_on + timedelta(days=28 + late), today),
            "is_simulated": True,
        }


def by_unit(shares: Iterable[tuple[Purse, int]]) -> dict[int, int]:
    """Return the sums of projects' parts by unit."""
    sums: dict[int, int] = defaultdict(int)
    for purse, fen in shares:
        sums[purse.unit] += fen
    return dict(sums)
