"""How the cities' models of post-management compare; the number of cases stands beside every mean."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from accounts.models import User
from projects.models import CareModel, CareModelTag, Defect, ManagementArrangement, UpkeepVisit


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean in per cent and how many cases it comes from; without a case there is no value."""

    value: Decimal | None
    cases: int


@dataclass(frozen=True, slots=True)
class ModelFigures:
    """One model as its communities show it."""

    model: CareModel
    communities: int
    satisfaction: Mean
    fee_rate: Mean
    open_defects: int
    with_defects: int


def mean(values: Sequence[Decimal]) -> Mean:
    """Return the plain mean, half up to one decimal place."""
    if not values:
        return Mean(None, 0)
    exact = sum(values, Decimal(0)) / len(values)
    return Mean(exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP), len(values))


def compare(user: User) -> list[ModelFigures]:
    """Return every model that holds for the user with the figures of the communities in their view.

    Of each community the newest visit counts that says something; the fee rate falls back on the arrangement.
    Five queries.
    """
    models = list(CareModel.objects.visible_to(user))
    tags = CareModelTag.objects.visible_to(user).filter(care_model__in=models)
    members: dict[int, set[int]] = defaultdict(set)
    for model, project in tags.order_by().values_list("care_model_id", "project_id"):
        members[model].add(project)
    projects = set().union(*members.values()) if members else set()
    content, fees = _newest(projects)
    still_open = Counter(
        Defect.objects.live()
        .filter(project__in=projects)
        .exclude(state=Defect.State.VERIFIED)
        .order_by()
        .values_list("project_id", flat=True)
    )
    return [
        ModelFigures(
            model=model,
            communities=len(mine := members[model.pk]),
            satisfaction=mean([content[project] for project in mine if project in content]),
            fee_rate=mean([fees[project] for project in mine if project in fees]),
            open_defects=sum(still_open[project] for project in mine),
            with_defects=sum(still_open[project] > 0 for project in mine),
        )
        for model in models
    ]


def _newest(projects: set[int]) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    content: dict[int, Decimal] = {}
    arranged: Any = ManagementArrangement.objects.live().filter(project__in=projects, fee_rate__isnull=False)
    fees: dict[int, Decimal] = dict(arranged.order_by().values_list("project_id", "fee_rate"))
    visits = UpkeepVisit.objects.live().filter(project__in=projects, visited_on__isnull=False)
    for project, satisfaction, fee_rate in visits.order_by("visited_on", "pk").values_list(
        "project_id", "satisfaction", "fee_rate"
    ):
        if satisfaction is not None:
            content[project] = satisfaction
        if fee_rate is not None:
            fees[project] = fee_rate
    return content, fees
