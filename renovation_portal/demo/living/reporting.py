"""The rounds of the living year: two months reported, one running; and how communities are cared for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from projects import rounds, visits
from projects.models import CareModel, CareModelTag, ReportingRound, UnitReturn
from projects.months import month_before, month_of
from records.models import VersionedRecord
from renovation_portal.demo.draw import Draw
from renovation_portal.demo.living.evidence import Lived, Row
from renovation_portal.demo.living.story import Story

Apply = Callable[[type[VersionedRecord], list[Row]], object]
Edit = Callable[[type[VersionedRecord], dict[int, Row]], None]
State = UnitReturn.State

# Which city's model communities of its region follow, by the beginning of the unit's code.
MODELS = {
    "2208": "sponge",
    "220581": "co-governed",
    "2205": "party-led",
    "2203": "red-property",
    "2204": "packaged",
}


def write_rounds(today: date, edit: Edit) -> None:
    """Open the rounds of the two months that are over and of the one that runs; most units have reported."""
    running = month_of(today)
    last = month_before(running)
    for month in (month_before(last), last, running):
        rounds.open_round(month, actor=None)
    returns = UnitReturn.objects.live().select_related("round", "unit")
    edit(UnitReturn, {found.pk: row for found in returns if (row := _return_row(found, running, last))})
    ended = datetime.combine(last + timedelta(days=8), time(17, 30), timezone.get_current_timezone())
    ReportingRound.objects.filter(month__lt=last).update(closed_at=ended)


def _return_row(found: UnitReturn, running: date, last: date) -> Row | None:
    month = found.round.month
    draw = Draw("return", found.unit.code, month)
    if month == running:
        return None
    chance = draw.between(1, 20)
    if month == last and chance == 1:
        # Late, and still owed beside the month that runs.
        return None
    day = found.round.due_on - timedelta(days=draw.between(0, 4)) + timedelta(days=3 if chance == 2 else 0)
    sent = datetime.combine(day, time(9 + draw.between(0, 8), 20), timezone.get_current_timezone())
    row: Row = {
        "state": State.CLOSED if month < last else State.ACCEPTED,
        "submitted_at": sent,
        "first_submitted_at": sent,
        "signed_name": f"{draw.pick('王李张刘陈金朴崔')}某",
        "decided_at": sent + timedelta(days=1),
    }
    if month == last and chance == 3:
        row |= {"state": State.RETURNED, "return_reason": "完成投资与形象进度不匹配，请核实后重报"}
    elif month == last and chance <= 8:
        row |= {"state": State.SUBMITTED, "decided_at": None}
    return row


def write_care(lived: Sequence[Lived], apply: Apply) -> None:
    """Tag communities with the model of their city, and make the visits that are due after acceptance."""
    models = dict(CareModel.objects.live().values_list("code", "pk"))
    apply(CareModelTag, list(_tags(lived, models)))
    visits.plan_visits()


def _tags(lived: Sequence[Lived], models: dict[str, int]) -> Iterator[Row]:
    for one in lived:
        code = MODELS.get(one.life.unit) or MODELS.get(one.life.unit[:4], "")
        if one.life.story is Story.CARED_FOR and code in models:
            tag: dict[str, Any] = {"project_id": one.project, "care_model_id": models[code]}
            yield {**tag, "since": one.life.handed_on, "is_simulated": True}
