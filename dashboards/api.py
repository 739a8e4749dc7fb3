"""The rollups by API: every number of the dashboards, from the same functions, in the caller's scope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import BadRequest
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import exceptions, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.requests import current_user
from accounts.roles import Capability
from assessments import results
from dashboards.alerts.reading import open_for
from dashboards.board import Board
from dashboards.contentment import Contentment, contentment
from dashboards.contentment import whole as all_content
from dashboards.figures import Base, Row
from dashboards.quantities import effects, quantities
from dashboards.rollups import progress
from dashboards.selection import projects_seen_by, read, region_seen_by, years_in
from funding import totals
from projects import punctuality
from projects.models import UnitReturn
from projects.months import month_of

Answer = list[dict[str, Any]]


@dataclass(frozen=True)
class Rollup:
    """One set of numbers: what it can be broken down by, and the function that answers."""

    name: str
    by: tuple[str, ...]
    build: Callable[[Board, str, User], Answer]
    capability: Capability = Capability.DASHBOARD_VIEW


def _progress(board: Board, by: str, user: User) -> Answer:
    selection = board.selection
    wanted: Any = by or None
    rows = progress(board.projects, board.places, years=selection.years, on=selection.on, by=wanted)
    return [_progress_row(row) for row in rows]


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


def _money(board: Board, by: str, user: User) -> Answer:
    selection = board.selection
    wanted: Any = by or None
    found = totals.of(selection.region, years=selection.years, on=selection.on, by=wanted)
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


def _alerts(board: Board, by: str, user: User) -> Answer:
    selection = board.selection
    return [
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
        for alert in open_for(selection.region, selection.on)
        if alert.plan_year is None or alert.plan_year in selection.years
    ]


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


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


ROLLUPS = {
    rollup.name: rollup
    for rollup in (
        Rollup("progress", ("unit", "prefecture", "year"), _progress),
        Rollup("money", ("unit", "channel", "year"), _money, Capability.FUND_VIEW),
        Rollup("quantities", ("item", "indicator"), _quantities),
        Rollup("satisfaction", ("unit",), _satisfaction),
        Rollup("timeliness", ("unit",), _timeliness),
        Rollup("alerts", (), _alerts),
        Rollup("scores", ("unit",), _scores, Capability.ASSESSMENT_VIEW),
    )
}

PARAMETERS = [
    OpenApiParameter("region", str, description="A region's code; the caller's own without."),
    OpenApiParameter("year", int, many=True, description="Plan years, one or several."),
    OpenApiParameter("on", str, description="The end of which day, as 2020-06-30; today without."),
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
        "rows": serializers.ListField(child=serializers.DictField()),
    },
)


class RollupViewSet(viewsets.ViewSet):
    """The numbers of the dashboards: live from the ledgers; money in whole 分, rates in per cent as text."""

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
        return Response(
            {
                "rollup": name,
                "region": region.code,
                "years": list(selection.years),
                "on": selection.on,
                "by": by,
                "rows": rollup.build(board, by, user),
            }
        )
