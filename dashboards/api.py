"""The rollups by API: every number of the dashboards, from the same functions, in the caller's scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import BadRequest
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import exceptions, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.requests import current_user
from accounts.roles import Capability
from assessments import results
from dashboards import kept
from dashboards.board import Board
from dashboards.contentment import Contentment, contentment
from dashboards.contentment import whole as all_content
from dashboards.figures import Base, Row
from dashboards.kept import KeptMoney
from dashboards.models import Snapshot
from dashboards.quantities import effects, quantities
from dashboards.selection import projects_seen_by, read, region_seen_by, years_in
from funding import totals
from funding.totals import Money
from projects import punctuality
from projects.models import UnitReturn
from projects.months import month_of

Answer = list[dict[str, Any]]


@dataclass(frozen=True)
class Told:
    """The rows of an answer, and the snapshots they come from; without any they are those of the ledgers."""

    rows: Answer
    snapshots: Sequence[Snapshot] = ()


@dataclass(frozen=True)
class Rollup:
    """One set of numbers: what it can be broken down by, and the function that answers.

    On a frozen day ``build`` answers from what the day kept, as the pages do; what no day keeps it reads from
    the ledgers.
    """

    name: str
    by: tuple[str, ...]
    build: Callable[[Board, str, User], Told]
    capability: Capability = Capability.DASHBOARD_VIEW


def _progress(board: Board, by: str, user: User) -> Told:
    wanted: Any = by or None
    rows = [_progress_row(row) for row in board.rows(wanted)]
    return Told(rows, board.frozen.snapshots if board.frozen else ())


def _progress_row(row: Row) -> dict[str, Any]:
    figures = row.figures
    rates = {
        f"{name}_rate_by_{base.value}": _text(getattr(figures, f"{name}_rate")(base))
        for name in ("start", "completion")
        for base in Base
    }
    amounts = {
        name: dict(zip(("communities", "households", "buildings", "area_cents"), values, strict=True))
        for name, values in figures.as_json().items()
    }
    return {"key": row.key, "name": row.name, **amounts, **rates}


def _money(board: Board, by: str, user: User) -> Told:
    selection = board.selection
    found = kept.money_of(board)
    wanted: Any = by or None
    if found is None:
        sums: Mapping[Any, Money] = totals.of(
            selection.region, years=selection.years, on=selection.on, by=wanted
        )
        return Told(_money_rows(board, by, sums))
    parts: dict[str, Callable[[KeptMoney], Mapping[Any, Money]]] = {
        "": lambda money: {None: money.whole},
        "unit": lambda money: money.by_unit,
        "channel": lambda money: money.by_channel,
        "year": lambda money: money.by_year,
    }
    return Told(_money_rows(board, by, parts[by](found)), found.snapshots)


def _money_rows(board: Board, by: str, found: Mapping[Any, Money]) -> Answer:
    names = {unit.pk: (unit.code, unit.label) for unit in board.places.units}
    lines = []
    for key, money in found.items():
        code, name = names.get(key, (key, "")) if by == "unit" else (key, "")
        rates = {
            "arrival_rate": _text(totals.per_cent(money.arrival_rate)),
            "execution_rate": _text(totals.per_cent(money.execution_rate)),
        }
        more = {"handed_down_fen": money.handed_down_fen, "gap_fen": money.gap_fen, **rates}
        lines.append({"key": "" if code is None else str(code), "name": name, **money.as_json(), **more})
    return sorted(lines, key=lambda line: str(line["key"]))


def _quantities(board: Board, by: str, user: User) -> Answer:
    selection = board.selection
    found = quantities(board.projects, years=selection.years, on=selection.on)
    if by == "indicator":
        return [
            {
                "key": effect.indicator,
                "name": effect.label,
                "unit": effect.unit,
                "planned": str(effect.planned),
                "done": str(effect.done),
                "done_rate": _text(effect.percent),
            }
            for effect in effects(found)
        ]
    return [
        {
            "key": line.item.code,
            "name": line.item.name,
            "group": line.item.group,
            "unit": line.item.measure,
            "communities": line.communities,
            "planned": str(line.planned),
            "done": str(line.done),
            "done_rate": _text(line.percent),
            "amount_fen": line.amount_fen,
        }
        for line in found
    ]


def _satisfaction(board: Board, by: str, user: User) -> Answer:
    selection = board.selection
    found = contentment(board.projects, years=selection.years, on=selection.on)
    if by == "unit":
        return [
            _content_row(unit.code, unit.label, found[unit.pk])
            for unit in board.places.units
            if unit.pk in found
        ]
    return [_content_row(selection.region.code, selection.region.label, all_content(found.values()))]


def _content_row(key: str, name: str, told: Contentment) -> dict[str, Any]:
    return {
        "key": key,
        "name": name,
        "communities": told.communities,
        "households": told.households,
        "answered": told.answered,
        "content": told.content,
        "content_rate": _text(told.rate),
        "response_rate": _text(told.response),
    }


def _timeliness(board: Board, by: str, user: User) -> Answer:
    selection = board.selection
    rows = UnitReturn.objects.visible_to(user).in_region(selection.region)
    due = rows.filter(round__month__year__in=selection.years, round__month__lte=month_of(selection.on))
    return [
        {
            "key": row.unit.code,
            "name": row.unit.label,
            "returns": row.returns,
            "on_time": row.on_time,
            "missing": row.missing,
            "timeliness": _text(row.timeliness),
            "reports_due": row.due,
            "reports_made": row.filled,
            "completeness": _text(row.completeness),
        }
        for row in punctuality.league(due, selection.on)
    ]


def _alerts(board: Board, by: str, user: User) -> Told:
    years = board.selection.years
    found, is_kept = kept.alerts_shown(board)
    rows = [
        {
            "key": str(alert.pk),
            "name": alert.label,
            "rule": alert.rule,
            "level": alert.level,
            "since": alert.since.isoformat(),
            "region": alert.unit.code,
            "region_name": alert.unit.label,
            "community": alert.project,
            "plan_year": alert.plan_year,
            "words": alert.words,
            "explained": alert.is_explained,
        }
        for alert in found
        if alert.plan_year is None or alert.plan_year in years
    ]
    return Told(rows, kept.matters_of(board) if is_kept else ())


def _scores(board: Board, by: str, user: User) -> Answer:
    units = {unit.pk: unit for unit in board.places.units}
    return [
        {
            "key": units[unit].code,
            "name": units[unit].label,
            "year": year,
            "score": str(total),
            "grade": grade,
        }
        for year, unit, total, grade in results.over_years(list(units))
    ]


def _present(build: Callable[[Board, str, User], Answer]) -> Callable[[Board, str, User], Told]:
    """Return the function of a rollup that no day keeps: always from the ledgers."""
    return lambda board, by, user: Told(build(board, by, user))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


ROLLUPS = {
    rollup.name: rollup
    for rollup in (
        Rollup("progress", ("unit", "prefecture", "year"), _progress),
        Rollup("money", ("unit", "channel", "year"), _money, Capability.FUND_VIEW),
        Rollup("quantities", ("item", "indicator"), _present(_quantities)),
        Rollup("satisfaction", ("unit",), _present(_satisfaction)),
        Rollup("timeliness", ("unit",), _present(_timeliness)),
        Rollup("alerts", (), _alerts),
        Rollup("scores", ("unit",), _present(_scores), Capability.ASSESSMENT_VIEW),
    )
}

PARAMETERS = [
    OpenApiParameter("region", str, description="A region's code; the caller's own without."),
    OpenApiParameter("year", int, many=True, description="Plan years, one or several."),
    OpenApiParameter("on", str, description="The end of which day, as 2020-06-30; today without."),
    OpenApiParameter(
        "source", str, enum=["live"], description="live: the ledgers as they stand, on a frozen day too."
    ),
    OpenApiParameter("edition", int, description="Above 1: as a correction has frozen the day again."),
    OpenApiParameter("by", str, description="What to break the numbers down by; see the list of rollups."),
]
ROLLUP = inline_serializer(
    "Rollup",
    {
        "rollup": serializers.CharField(),
        "region": serializers.CharField(),
        "years": serializers.ListField(child=serializers.IntegerField()),
        "on": serializers.DateField(),
        "by": serializers.CharField(),
        "frozen": serializers.BooleanField(help_text="Whether the rows come from snapshots of the day."),
        "as_of": serializers.DateTimeField(
            help_text="When the rows were frozen, or else read from the ledgers."
        ),
        "snapshots": serializers.ListField(
            child=serializers.CharField(), help_text="The names by which papers cite the snapshots."
        ),
        "rows": serializers.ListField(child=serializers.DictField()),
    },
)


class RollupViewSet(viewsets.ViewSet):
    """The numbers of the dashboards: money in whole 分, rates in per cent as text.

    A day that was frozen is answered from its snapshots as far as they kept the numbers (progress; money and
    alerts where a report froze them), everything else from the ledgers as they stand; ``frozen`` tells which.
    """

    required_capabilities: ClassVar[Mapping[str, Capability]] = {
        "list": Capability.DASHBOARD_VIEW,
        "retrieve": Capability.DASHBOARD_VIEW,
        "metadata": Capability.DASHBOARD_VIEW,
    }
    lookup_field = "name"
    lookup_value_regex = "[a-z]+"

    @extend_schema(
        responses=inline_serializer(
            "RollupName",
            {"name": serializers.CharField(), "by": serializers.ListField(child=serializers.CharField())},
            many=True,
        )
    )
    def list(self, request: Request) -> Response:
        """Name the rollups the caller may read, and what each can be broken down by."""
        user = current_user(request)
        known = [rollup for rollup in ROLLUPS.values() if user.may(rollup.capability)]
        return Response([{"name": rollup.name, "by": list(rollup.by)} for rollup in known])

    @extend_schema(parameters=PARAMETERS, responses=ROLLUP)
    def retrieve(self, request: Request, name: str) -> Response:
        """Return one rollup for a region, plan years and a day."""
        user, rollup = current_user(request), ROLLUPS.get(name)
        if rollup is None:
            raise Http404(name)
        if not user.may(rollup.capability):
            raise exceptions.PermissionDenied
        query = request.query_params
        region = region_seen_by(user, query.get("region") or user.view_region.code)
        by = query.get("by", "")
        if by and by not in rollup.by:
            raise exceptions.ValidationError({"by": ["This rollup is not broken down so."]})
        years = years_in(projects_seen_by(user, region))
        try:
            selection = read(query, region, years)
        except BadRequest as problem:
            raise exceptions.ValidationError({"detail": str(problem)}) from problem
        board = Board.read(user, selection, tuple(years))
        told = rollup.build(board, by, user)
        moments = [snapshot.frozen_at for snapshot in told.snapshots]
        return Response(
            {
                "rollup": name,
                "region": region.code,
                "years": list(selection.years),
                "on": selection.on,
                "by": by,
                "frozen": bool(moments),
                "as_of": timezone.localtime(max(moments) if moments else None),
                "snapshots": kept.marks(told.snapshots),
                "rows": told.rows,
            }
        )
