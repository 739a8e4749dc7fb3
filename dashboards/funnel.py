"""The funnel of steps: how many projects have come how far, from the consultation to the handover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse

from dashboards.selection import Selection
from projects.models import Milestone, ProjectQuerySet


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One step and the number of projects that had done it at the end of a day."""

    kind: str
    label: str
    reached: int


def funnel(projects: ProjectQuerySet, *, years: Sequence[int], on: date) -> tuple[FunnelStep, ...]:
    """Return every step with the projects of plan years that had done it by the end of a day; one query.

    Officials count so (济宁 2022: 征求意见 129 → 立项 129 → 方案公示 56 → … → 进场开工 6): each number is of
    all projects that have done the step, whatever they have done since.
    """
    rows = Milestone.objects.live().filter(project__in=projects.of_year(*years), actual_on__lte=on)
    found = rows.order_by().values_list("kind").annotate(reached=Count("project", distinct=True))
    counts: dict[str, int] = dict(found)
    return tuple(FunnelStep(kind, str(label), counts.get(kind, 0)) for kind, label in Milestone.Kind.choices)


def panel(projects: ProjectQuerySet, selection: Selection, listed: int) -> dict[str, Any] | None:
    """Return the funnel for a page, or None where no step has been recorded."""
    steps = funnel(projects, years=selection.years, on=selection.on)
    if not any(step.reached for step in steps):
        return None
    lines = [
        {
            "step": step,
            "url": _url(selection, step.kind),
            # How many have done the step before and not this one: where they stand.
            "waiting": max(0, before - step.reached),
        }
        for step, before in zip(steps, (listed, *(step.reached for step in steps)), strict=False)
    ]
    return {"lines": lines, "listed": listed}


def _url(selection: Selection, kind: str) -> str:
    url = f"{reverse('projects:index')}?year={selection.years[-1]}&step={kind}&on={selection.on.isoformat()}"
    return url if selection.region.parent_id is None else f"{url}&unit={selection.region.code}"
