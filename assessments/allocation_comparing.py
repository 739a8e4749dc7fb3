"""Allocations beside each other: what moved the amounts since last year, and how scenarios differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from assessments.allocating import amounts_of, case_of
from assessments.allocation import changes
from assessments.allocation_pages import percent_of
from assessments.allocation_words import STEPS
from assessments.models import AllocationRun


def steps_since(run: AllocationRun) -> dict[str, Any] | None:
    """Return what moved each unit's amount since the run it is compared with, step by step."""
    before = case_of(run.previous) if run.previous else None
    after = case_of(run)
    if before is None or after is None:
        return None
    moved = changes(before, after)
    was, now = amounts_of(run.previous) if run.previous else {}, amounts_of(run)
    names = {**(run.previous.inputs["units"] if run.previous else {}), **run.inputs["units"]}
    keys = sorted({*was, *now})
    rows = [
        {
            "name": names.get(key, key),
            "before": was.get(key, 0),
            "now": now.get(key, 0),
            "steps": [step.get(key, 0) for step in moved.values()],
            "change": now.get(key, 0) - was.get(key, 0),
        }
        for key in keys
    ]
    total = {
        "name": _("Total"),
        "before": sum(was.values()),
        "now": sum(now.values()),
        "steps": [sum(step.values()) for step in moved.values()],
        "change": sum(now.values()) - sum(was.values()),
    }
    return {"labels": [str(STEPS[name]) for name in moved], "rows": rows, "total": total}


def side_by_side(runs: Sequence[AllocationRun]) -> dict[str, Any]:
    """Return the amounts of several runs by unit, each beside its difference to the first."""
    names: dict[str, str] = {}
    for run in runs:
        names |= run.inputs["units"]
    amounts = [amounts_of(run) for run in runs]
    keys = [key for key in sorted(names) if any(key in found for found in amounts)]
    largest = max((found.get(key, 0) for found in amounts for key in keys), default=0)
    rows = [
        {
            "name": names[key],
            "cells": [
                {
                    "fen": found.get(key, 0),
                    "difference": found.get(key, 0) - amounts[0].get(key, 0) if at else None,
                    "width": f"{percent_of(found.get(key, 0), largest):f}",
                }
                for at, found in enumerate(amounts)
            ],
        }
        for key in keys
    ]
    return {
        "runs": runs,
        "rows": rows,
        "totals": [
            {
                "fen": sum(found.values()),
                "difference": sum(found.values()) - sum(amounts[0].values()) if at else None,
            }
            for at, found in enumerate(amounts)
        ],
    }
