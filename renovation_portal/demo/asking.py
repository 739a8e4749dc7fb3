"""Two ad-hoc tables (调度) under way: one whose hour has passed, with late units, and one that is still open.

What is shown filled are the numbers of the demonstration; what the units answered is invented and marked so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from ledgers.dispatching import service, sources
from ledgers.models import Dispatch, DispatchRow, DispatchUnit
from renovation_portal.demo.cast import CAST
from renovation_portal.demo.draw import Draw
from renovation_portal.demo.entering import amend
from renovation_portal.demo.living.story import living_year
from renovation_portal.demo.loading import Presence, presence

LABEL = "模拟数据：调度"
Part = DispatchUnit.State
Asked = Mapping[str, Any]


def _asked(header: str, kind: str, unit: str = "", text: str = "", *choices: str, must: bool = True) -> Asked:
    return {
        "header": header,
        "kind": kind,
        "unit": unit,
        "help": text,
        "choices": list(choices),
        "required": must,
    }


WINTER: Mapping[str, Any] = {
    "title": "冬季停工前完工情况调度",
    "text": "请各市县核实停工前可完工和需跨冬施工的小区数，逐项说明困难和措施。",
    "source": sources.UNITS,
    "document_no": "模拟〔调度〕1号",
}
WINTER_SHOWN = ("planned", "started", "completed", "completion_rate")
WINTER_ASKED = (
    _asked("停工前可完工小区", "count", "个", "含已完工"),
    _asked("跨冬施工小区", "count", "个"),
    _asked("跨冬防护措施是否落实", "flag"),
    _asked("主要困难及措施", "text", must=False),
)
TROUBLES = (
    "",
    "外墙保温低温无法施工，明年3月复工",
    "管线单位穿插施工滞后，已约谈",
    "资金拨付较慢，已督促财政",
)
SITES: Mapping[str, Any] = {
    "title": "跨冬施工小区防护情况调度",
    "text": "请逐小区填报越冬防护、看护和明年复工安排。",
    "source": "projects",
    "document_no": "模拟〔调度〕2号",
}
SITES_SHOWN = ("planned_households", "started_on", "planned_completion_on", "progress_percent")
SITES_OPEN = (
    {"column": "started_on", "operator": "filled", "text": ""},
    {"column": "completed_on", "operator": "blank", "text": ""},
)
SITES_ASKED = (
    _asked("越冬防护", "choice", "", "", "已完成", "正在实施", "未开始"),
    _asked("工地看护人数", "count"),
    _asked("计划复工日期", "date"),
    _asked("说明", "text", must=False),
)


@transaction.atomic
def load() -> int:
    """Send out the tables, let most units answer, return how many tables; once, one question later on."""
    if Dispatch.objects.exists() or presence() is not Presence.DEMO:
        return 0
    staff = User.objects.filter(username="province", is_demo=True).first()
    if staff is None:
        return 0
    year, today = living_year(timezone.localdate()), timezone.localdate()
    evening = timezone.make_aware(datetime.combine(today, time(17)))
    winter = _sent(staff, WINTER, year, WINTER_SHOWN, WINTER_ASKED)
    if winter is not None:
        _moved(winter, evening - timedelta(days=4), evening - timedelta(days=1))
        _answer(winter, _numbers)
    sites = _sent(staff, SITES, year, SITES_SHOWN, SITES_ASKED, SITES_OPEN)
    if sites is not None:
        _moved(sites, evening - timedelta(days=1), evening + timedelta(days=3))
        _answer(sites, _guarded, answering=4)
    return sum(made is not None for made in (winter, sites))


def _sent(
    staff: User,
    words: Mapping[str, Any],
    year: int,
    shown: Sequence[str],
    asked: Sequence[Asked],
    conditions: Sequence[Mapping[str, str]] = (),
) -> Dispatch | None:
    """Send a table out; a demonstration without rows for it has none."""
    due = timezone.now() + timedelta(hours=1)
    made = service.create(actor=staff, values={**words, "year": year, "due_at": due})
    values = {"shown": list(shown), "asked": service.give_slots(asked), "conditions": list(conditions)}
    made = service.change(made, actor=staff, values=values)
    if not sources.subjects(made, staff):
        made.delete()
        return None
    service.send_out(made, actor=staff)
    return made


def _moved(dispatch: Dispatch, opened_at: datetime, due_at: datetime) -> None:
    """Put a table back to the days on which it would have been sent out."""
    Dispatch.objects.filter(pk=dispatch.pk).update(opened_at=opened_at, due_at=due_at)
    dispatch.refresh_from_db()


def _answer(dispatch: Dispatch, answer: Any, answering: int = 8) -> None:
    """Let ``answering`` of ten units hand in, some of them late; one is sent back.

    Those with an account in the demonstration are left to whoever tries it.
    """
    played = {member.region for member in CAST}
    parts = list(dispatch.parts.select_related("unit"))
    rows: dict[int, list[DispatchRow]] = {}
    for row in dispatch.rows.order_by("number"):
        rows.setdefault(row.unit_id, []).append(row)
    known = sources.facts(
        dispatch,
        [{"subject_id": row.subject_id, "unit_id": row.unit_id} for group in rows.values() for row in group],
    )
    answers: dict[int, Mapping[str, Any]] = {}
    for part in parts:
        draw = Draw("answer", dispatch.title, part.unit.code)
        chance = draw.between(1, 10)
        if part.unit.code in played or chance > answering:
            continue
        for row in rows.get(part.unit_id, []):
            values = answer(known.get(row.subject_id, {}), draw, dispatch)
            cells = {item["slot"]: values[item["header"]] for item in dispatch.asked}
            answers[row.pk] = {**cells, "is_simulated": True}
        _hand_in(part, dispatch, draw, is_late=chance == 1)
    amend(DispatchRow, answers, label=LABEL)
    _send_one_back(parts)


def _hand_in(part: DispatchUnit, dispatch: Dispatch, draw: Draw, *, is_late: bool) -> None:
    now = timezone.now()
    if is_late and dispatch.due_at < now:
        sent = min(dispatch.due_at + timedelta(minutes=draw.between(20, 150)), now)
    else:
        # In office hours of one of the days since the table was sent out.
        until, since = min(dispatch.due_at, now), dispatch.opened_at or now
        day = since + timedelta(days=draw.between(0, (until - since).days) + 1)
        sent = min(day - timedelta(minutes=draw.between(10, 460)), until)
    part.state, part.submitted_at, part.first_submitted_at = Part.SUBMITTED, sent, sent
    part.signed_name = f"{draw.pick('王李张刘陈金朴崔')}某"
    part.save()


def _send_one_back(parts: Sequence[DispatchUnit]) -> None:
    handed_in = [part for part in parts if part.state == Part.SUBMITTED]
    if len(handed_in) > 2:
        part = handed_in[len(handed_in) // 2]
        part.state, part.signed_name = Part.RETURNED, ""
        part.return_reason = "与月报数据不一致，请核实后重报"
        part.save()


def _numbers(known: Mapping[str, Any], draw: Draw, _dispatch: Dispatch) -> dict[str, Any]:
    """Return what a unit answers: what it completes before the winter, and what goes on over it."""
    started, completed = known.get("started") or 0, known.get("completed") or 0
    ready = completed + draw.between(0, max(0, (started - completed) // 2))
    return {
        "停工前可完工小区": ready,
        "跨冬施工小区": started - ready,
        "跨冬防护措施是否落实": "否" if started > ready and draw.between(1, 4) == 1 else "是",
        "主要困难及措施": draw.pick(TROUBLES) if started > ready else "",
    }


def _guarded(_known: Mapping[str, Any], draw: Draw, dispatch: Dispatch) -> dict[str, Any]:
    """Return what a unit answers about one site."""
    state = draw.pick(("已完成", "已完成", "正在实施", "未开始"))
    resumes = datetime(int(dispatch.year or 2000) + 1, 3, 15).date() + timedelta(days=draw.between(0, 30))
    return {
        "越冬防护": state,
        "工地看护人数": draw.between(1, 4),
        "计划复工日期": resumes,
        "说明": "近日完成覆盖和封闭" if state == "正在实施" else "",
    }
