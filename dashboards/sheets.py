"""A bulletin as its page shows it: runs with links, the comparison with the period before, other issues."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse

from dashboards import moves
from dashboards.bulletins import unit_rows
from dashboards.documents.annexes import heads, is_number, lines_of
from dashboards.figures import Base, Measure, points, total
from dashboards.models import Bulletin
from records.history import frozen_query

if TYPE_CHECKING:
    from accounts.models import User
    from dashboards.models.bulletin import BulletinQuerySet

# The panel names so many units a prefecture and so many prefectures; the rest unfolds on a page of its own.
UNITS_NAMED = 2
PREFECTURES_NAMED = 4


def sheet(bulletin: Bulletin, user: User) -> dict[str, Any]:
    """Return the document with a link on every number whose rows the reader may see."""
    document = bulletin.document
    seen = set(user.view_region.subtree().values_list("code", flat=True))
    links = _Links(bulletin, seen)
    return {
        **document,
        "blocks": [
            {"kind": block["kind"], "runs": [links.run(run) for run in block["runs"]]}
            for block in document["blocks"]
        ],
        "tables": [
            {
                **table,
                "rows": [links.line(row) for row in table["rows"]],
                "total": links.line(table["total"]),
            }
            for table in document["tables"]
        ],
        "annexes": [annex_view(table, links.url) for table in document.get("annexes", ())],
    }


def annex_view(table: Mapping[str, Any], url: Callable[[str, str], str] | None = None) -> dict[str, Any]:
    """Return a table of any shape for the page: header rows, and cells with the address of their rows."""
    right = [is_number(column) for column in table["columns"]]

    def cell(value: Mapping[str, Any], is_right: bool) -> dict[str, Any]:
        address = url(value["m"], value["r"]) if url is not None and value.get("m") else ""
        return {"t": value["t"], "url": address, "right": is_right}

    lines = lines_of(table)
    return {
        "caption": table["caption"],
        "note": table["note"],
        "heads": heads(table["columns"]),
        "lines": [
            {
                "cells": [cell(value, is_right) for value, is_right in zip(row, right, strict=True)],
                "is_total": bool(table["total"]) and position == len(lines),
            }
            for position, row in enumerate(lines, start=1)
        ],
    }


class _Links:
    """Addresses of the rows behind the numbers of one bulletin."""

    def __init__(self, bulletin: Bulletin, seen: set[str]) -> None:
        self.bulletin, self.seen = bulletin, seen
        self.changes = reverse("dashboards:bulletin_changes", args=[bulletin.pk])
        self.money = reverse("dashboards:bulletin_money", args=[bulletin.pk])

    def url(self, measure: str, region: str) -> str:
        """Return where a number leads; "" when its rows belong to somebody else."""
        if region not in self.seen:
            return ""
        if measure == "moves":
            return self.changes
        if measure == "money_moves":
            return f"{self.money}?moved=1"
        if measure.startswith("money."):
            chosen = {"region": region, "measure": measure.removeprefix("money.")}
            return f"{self.money}?{urlencode(chosen)}"
        query: dict[str, Any] = {
            "year": self.bulletin.plan_year,
            "on": f"{self.bulletin.period_end:%Y-%m-%d}",
            "region": region,
            "measure": measure,
        }
        if self.bulletin.snapshot.edition > 1:
            query["edition"] = self.bulletin.snapshot.edition
        return f"{reverse('dashboards:rows')}?{urlencode(query)}"

    def run(self, run: dict[str, str]) -> dict[str, str]:
        """Return a run with its address."""
        return {"text": run["t"], "url": self.url(run["m"], run["r"]) if run.get("m") else ""}

    def line(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row of a table with the addresses of its numbers."""
        return {
            **row,
            "planned_url": self.url(Measure.PLANNED, row["code"]),
            "started_url": self.url(Measure.STARTED, row["code"]),
        }


def visible_moves(bulletin: Bulletin, user: User, unit: str = "") -> list[moves.Move]:
    """Return the projects that moved the numbers, as far as the reader may see them."""
    seen = set(user.view_region.subtree().values_list("code", flat=True))
    return [
        move for move in moves.read(bulletin.moves) if move.unit in seen and (not unit or move.unit == unit)
    ]


def comparison(bulletin: Bulletin, user: User) -> dict[str, Any]:
    """Return what moved the number of started communities since the period before, by prefecture and unit."""
    if bulletin.previous is None:
        return {}
    now, before = total(unit_rows(bulletin.snapshot)), total(unit_rows(bulletin.previous))
    moved = visible_moves(bulletin, user)
    names = {row["code"]: row for row in bulletin.snapshot.figures}
    groups = _by_prefecture(moved, names, bulletin)
    return {
        "now": now.started.communities,
        "before": before.started.communities,
        "difference": now.started.communities - before.started.communities,
        "points": points(now.start_rate(Base.COMMUNITIES), before.start_rate(Base.COMMUNITIES)),
        "previous": bulletin.previous.on,
        "joined": sum(1 for move in moved if move.started > 0),
        "left": -sum(1 for move in moved if move.started < 0),
        "net": sum(move.started for move in moved),
        "completed": sum(
            1 for move in moved if move.after == Measure.COMPLETED and move.before != move.after
        ),
        "figures": sum(
            1 for move in moved if not move.started and move.households_before != move.households_after
        ),
        "is_partial": user.view_region.parent_id is not None,
        "groups": groups[:PREFECTURES_NAMED],
        "folded": groups[PREFECTURES_NAMED:],
        "url": reverse("dashboards:bulletin_changes", args=[bulletin.pk]),
        "count": len(moved),
    }


def _by_prefecture(
    moved: Sequence[moves.Move], names: dict[str, dict[str, Any]], bulletin: Bulletin
) -> list[dict[str, Any]]:
    """Return prefectures with what moved in them: the largest change first, losses never last."""
    by_prefecture: dict[str, list[moves.Move]] = defaultdict(list)
    for move in moved:
        by_prefecture[names[move.unit]["parent"]].append(move)
    groups = []
    for prefecture, inside in by_prefecture.items():
        by_unit: dict[str, list[moves.Move]] = defaultdict(list)
        for move in inside:
            by_unit[move.unit].append(move)
        units = sorted(by_unit.items(), key=lambda item: (-len(item[1]), item[0]))
        groups.append(
            {
                "name": names[inside[0].unit]["parent_name"],
                "code": prefecture,
                "difference": sum(move.started for move in inside),
                "units": [
                    _unit_line(code, of_unit, names, bulletin) for code, of_unit in units[:UNITS_NAMED]
                ],
                "others": sum(len(of_unit) for _code, of_unit in units[UNITS_NAMED:]),
            }
        )
    return sorted(groups, key=lambda group: (group["difference"] >= 0, -abs(group["difference"])))


def _unit_line(
    code: str, moved: Sequence[moves.Move], names: dict[str, dict[str, Any]], bulletin: Bulletin
) -> dict[str, Any]:
    # A loss is what the reader must see first.
    first = min(moved, key=lambda move: (move.started, move.project))
    alike = [move for move in moved if (move.before, move.after) == (first.before, first.after)]
    changes = reverse("dashboards:bulletin_changes", args=[bulletin.pk])
    return {
        "unit": names[code]["name"],
        "community": first.name,
        "count": len(alike),
        "more": len(moved) - len(alike),
        "before": state_name(first.before),
        "after": state_name(first.after),
        "day": first.day,
        "at": first.at,
        "by": first.by,
        "reason": first.reason,
        "url": f"{changes}?unit={code}",
    }


def move_line(move: moves.Move, bulletin: Bulletin) -> dict[str, Any]:
    """Return one project that moved, for the list of all of them."""
    names = {row["code"]: row["name"] for row in bulletin.snapshot.figures}
    return {
        "move": move,
        "unit": names[move.unit],
        "before": state_name(move.before),
        "after": state_name(move.after),
        "ledger_url": reverse("ledgers:grid", args=["projects"])
        + f"?year={bulletin.plan_year}&unit={move.unit}&focus={move.project}",
        "history_url": reverse("ledgers:row", args=["projects", move.project])
        + frozen_query(bulletin.snapshot.frozen_at),
    }


def state_name(state: str) -> str:
    """Return a state in words; "" is a project that was not listed."""
    return str(Measure(state).label) if state else ""


def others(readable: BulletinQuerySet, shown: Bulletin) -> Iterable[Bulletin]:
    """Return the issues one can go to from here, latest first."""
    return readable.filter(region=shown.region).only(
        "pk", "kind", "year", "period_start", "period_end", "number", "plan_year", "state"
    )[:36]
