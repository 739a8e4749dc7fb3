"""The tables of the pages of money: gaps, batches with their clock, parts, unit costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Region, User
from accounts.roles import Capability
from funding.clock import Splitting
from funding.models import Allotment, FundBatch
from funding.pages import Row, wan, wan_unit
from funding.totals import per_cent
from funding.unit_costs import Cost, Per
from projects.models import Project


def gap_rows(projects: Sequence[Any]) -> list[Row]:
    """Return the projects whose money does not cover what they need."""
    return [
        {
            "kind": "",
            "cells": [
                {
                    "text": project.community.name,
                    "url": reverse("funding:of_project", args=[project.pk]),
                },
                project.unit.label,
                project.get_stage_display(),
                wan(project.planned_investment_fen),
                wan(project.covered_fen),
                wan(project.gap),
                per_cent(Fraction(project.covered_fen, project.planned_investment_fen)),
            ],
        }
        for project in projects
    ]


def gap_columns() -> list[Row]:
    """Return the columns of the table of gaps."""
    money: Row = {"unit": wan_unit(), "numeric": True, "decimals": 2}
    return [
        {"label": _("Community")},
        {"label": _("City or county")},
        {"label": _("Stage")},
        {"label": _("Needed"), **money, "rule": True},
        {"label": _("Planned"), **money},
        {"label": _("Gap"), **money},
        {"label": _("Covered"), "unit": "%", "numeric": True, "decimals": 2},
    ]


def clock_cell(splitting: Splitting | None, on: date) -> Any:
    """Say until when the rest is to be passed on: a day, late in red, or that all was passed on."""
    if splitting is None:
        return ""
    if splitting.is_done:
        return {"text": _("all passed on"), "status": "ok"}
    days = splitting.days_left(on)
    if days is None or splitting.due_on is None:
        return ""
    day = splitting.due_on.isoformat()
    if days < 0:
        return {
            "text": _("%(count)d days late, due %(day)s") % {"count": -days, "day": day},
            "status": "overdue",
        }
    return {"text": _("due %(day)s, %(count)d days left") % {"count": days, "day": day}, "status": "waiting"}


def batch_columns() -> list[Row]:
    """Return the columns of the list of batches."""
    money: Row = {"unit": wan_unit(), "numeric": True, "decimals": 2}
    return [
        {"label": _("Document")},
        {"label": _("Source of money")},
        {"label": _("Plan year")},
        {"label": _("State")},
        {"label": _("To be passed on"), **money, "rule": True},
        {"label": _("Passed on"), **money},
        {"label": _("Left"), **money},
        {"label": _("Passed on in time"), "rule": True},
    ]


def batch_rows(
    batches: Sequence[FundBatch], clocks: Mapping[Any, Splitting], unit: Region | None, on: date
) -> list[Row]:
    """Return the list of batches: for one unit its part of each, else the whole."""
    rows = []
    for batch in batches:
        splitting = clocks.get((batch.pk, unit.pk if unit else None))
        issued = batch.state == FundBatch.State.ISSUED
        state = {"text": batch.get_state_display(), "status": "completed" if issued else "preparing"}
        rows.append(
            {
                "kind": "",
                "cells": [
                    {
                        "text": batch.number,
                        "url": reverse("funding:batch", args=[batch.pk]),
                        "note": batch.title,
                    },
                    batch.source.name,
                    str(batch.plan_year),
                    {**state, "note": batch.issued_on.isoformat() if batch.issued_on else ""},
                    wan(splitting.available_fen) if splitting else "",
                    wan(splitting.handed_on_fen) if splitting else "",
                    wan(splitting.left_fen) if splitting else "",
                    clock_cell(splitting, on),
                ],
            }
        )
    return rows


def part_columns() -> list[Row]:
    """Return the columns of the parts of a batch."""
    money: Row = {"unit": wan_unit(), "numeric": True, "decimals": 2}
    return [
        {"label": _("City or county")},
        {"label": _("Part"), **money, "rule": True},
        {"label": _("Passed on to projects"), **money},
        {"label": _("Left"), **money},
        {"label": _("Passed on in time"), "rule": True},
    ]


def part_rows(parts: Sequence[Allotment], clocks: Mapping[Any, Splitting], user: User, on: date) -> list[Row]:
    """Return who got how much of a batch, and how much of it went on to projects."""
    may_open = user.may(Capability.FUND_ALLOT)
    rows = []
    for part in parts:
        splitting = clocks[part.batch_id, part.unit_id]
        url = f"{reverse('funding:batch_split', args=[part.batch_id])}?unit={part.unit.code}"
        cells = [
            {"text": part.unit.label, "url": url if may_open and user.region.contains(part.unit) else ""},
            wan(part.amount_fen),
            wan(splitting.handed_on_fen),
            wan(splitting.left_fen),
            clock_cell(splitting, on),
        ]
        rows.append({"kind": "", "cells": cells})
    return rows


def cost_cells(costs: Mapping[Per, Cost]) -> list[Any]:
    """Return the unit costs of a project with their bands, per ㎡ and per household."""
    cells: list[Any] = []
    for per in Per:
        cost = costs[per]
        if cost.fen is None:
            cells += ["", ""]
            continue
        cells.append({"text": Decimal(cost.fen).scaleb(-2)})
        band = cost.band
        words = (
            f"{Decimal(band.low_fen).scaleb(-2):,.0f}–{Decimal(band.high_fen).scaleb(-2):,.0f}"
            if band
            else "—"
        )
        known = _("%(count)d cases") % {"count": band.cases} if band else ""
        note = f"{band.source} · {known}" if band else ""
        cells.append({"text": words, "note": note, "status": "overdue" if cost.doubt else ""})
    return cells


def project_costs(costs: Mapping[Per, Cost]) -> list[Row]:
    """Return the unit costs of one project in words: the cost, its band, and what is to be said of it."""
    units = {Per.AREA: "元/㎡", Per.HOUSEHOLD: "元/户"}
    return [
        {
            "unit": units[per],
            "cost": None if cost.fen is None else Decimal(cost.fen).scaleb(-2),
            "band": cost.band,
            "low": Decimal(cost.band.low_fen).scaleb(-2) if cost.band else None,
            "high": Decimal(cost.band.high_fen).scaleb(-2) if cost.band else None,
            "doubt": cost.doubt,
        }
        for per, cost in costs.items()
    ]


def cost_columns() -> list[Row]:
    """Return the columns of the table of unit costs."""
    return [
        {"label": _("Community")},
        {"label": _("City or county")},
        {"label": _("Cost"), "unit": "元/㎡", "numeric": True, "decimals": 2, "rule": True},
        {"label": _("Among peers"), "unit": "元/㎡"},
        {"label": _("Cost"), "unit": "元/户", "numeric": True, "decimals": 0, "rule": True},
        {"label": _("Among peers"), "unit": "元/户"},
    ]


def cost_rows(projects: Sequence[Project], costs: Mapping[int, Mapping[Per, Cost]]) -> list[Row]:
    """Return the unit costs of projects."""
    return [
        {
            "kind": "warning" if any(cost.doubt for cost in costs[project.pk].values()) else "",
            "cells": [
                {
                    "text": project.community.name,
                    "url": reverse("funding:of_project", args=[project.pk]),
                },
                project.unit.label,
                *cost_cells(costs[project.pk]),
            ],
        }
        for project in projects
    ]
