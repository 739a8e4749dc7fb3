"""Back-scheduling: dates checked by hand in three cities, and who cannot finish in the year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Region
from projects.calendars import Calendars
from projects.models import Milestone, SeasonRule
from projects.schedule import State, back_schedule, by_unit, latest_days, schedules, waiting_answers
from tests.projects.stage import make_project, write

pytestmark = pytest.mark.django_db
Kind = Milestone.Kind


def season(unit: str, **days: int) -> None:
    """Give a unit a season of its own for 2026."""
    rule = {"winter_stop_from": 1101, "winter_stop_to": 331, "heating_from": 1020, "heating_to": 406}
    region = Region.objects.get(code=unit)
    write(SeasonRule, [{"region_id": region.pk, "year_from": 2026, **rule, **days}])


def latest(unit: str, *, heating: bool = False) -> Mapping[str, date | None]:
    path = Region.objects.get(code=unit).path
    return latest_days(Calendars(), path, 2026, heating=heating)


def test_changchun_stops_in_november() -> None:
    # 31 October less 72 days of building; 5 working days before the start; 23 days of tender; 10 working days
    # of review; 20 of drawings, 19 June being a holiday; 7 days of notice; 5 for the approval.
    assert latest("220101") == {
        Kind.COMPLETION: date(2026, 10, 31),
        Kind.START: date(2026, 8, 20),
        Kind.TENDER: date(2026, 8, 13),
        Kind.BUDGET_REVIEW: date(2026, 7, 21),
        Kind.DRAWINGS: date(2026, 7, 7),
        Kind.NOTICE: date(2026, 6, 8),
        Kind.APPROVAL: date(2026, 6, 1),
        Kind.CONSULTATION: date(2026, 5, 25),
    }


def test_baicheng_stops_in_the_middle_of_october() -> None:
    season("220801", winter_stop_from=1015, winter_stop_to=415)
    assert latest("220801") == {
        Kind.COMPLETION: date(2026, 10, 14),
        Kind.START: date(2026, 8, 3),
        Kind.TENDER: date(2026, 7, 27),
        Kind.BUDGET_REVIEW: date(2026, 7, 4),
        Kind.DRAWINGS: date(2026, 6, 22),
        Kind.NOTICE: date(2026, 5, 22),
        Kind.APPROVAL: date(2026, 5, 15),
        # 9 May is a worked Saturday.
        Kind.CONSULTATION: date(2026, 5, 9),
    }


def test_jian_builds_until_the_middle_of_november() -> None:
    season("220582", winter_stop_from=1116, winter_stop_to=320)
    found = latest("220582")
    assert (found[Kind.COMPLETION], found[Kind.START], found[Kind.TENDER]) == (
        date(2026, 11, 15),
        date(2026, 9, 4),
        date(2026, 8, 28),
    )


def test_works_on_heating_pipes_end_before_the_boilers_are_lit() -> None:
    found = latest("220101", heating=True)
    assert (found[Kind.COMPLETION], found[Kind.START]) == (date(2026, 10, 19), date(2026, 8, 8))


def test_the_nearest_region_decides() -> None:
    path = Region.objects.get(code="222401").path
    own = Calendars().season(path, 2026)
    above = Calendars().season(Region.objects.get(code="222403").path, 2026)
    assert own is not None
    assert above is not None
    assert (own.winter_stop_to, above.winter_stop_to) == (408, 331)


def test_a_project_not_begun_is_in_time_in_march_and_lost_in_july() -> None:
    project = make_project(unit="220101", stage="plan")
    early = back_schedule(project, date(2026, 3, 20))
    late = back_schedule(project, date(2026, 7, 1))
    assert (early.state, late.state) == (State.IN_TIME, State.TOO_LATE)
    assert early.next_step is not None
    assert (early.next_step.kind, early.next_step.latest, early.next_step.margin) == (
        Kind.CONSULTATION,
        date(2026, 5, 25),
        66,
    )
    assert early.margin is not None
    assert early.margin < 66
    assert late.margin is not None
    assert late.margin <= -37


def test_the_time_a_step_still_takes_counts_before_its_day_has_come() -> None:
    project = make_project(unit="220101", stage="plan")
    steps = {"consultation": 1, "approval": 8, "notice": 15}
    rows = [
        {"project_id": project.pk, "kind": kind, "actual_on": date(2026, 6, day), "document_no": "1号"}
        for kind, day in steps.items()
    ]
    write(Milestone, rows)
    found = back_schedule(project, date(2026, 6, 20))
    # Drawings may be ready on 7 July, but 20 working days from 15 June, with 19 June off, end on 14 July.
    [drawings] = [step for step in found.steps if step.kind == Kind.DRAWINGS]
    assert (drawings.state, drawings.latest, drawings.margin) == (State.TOO_LATE, date(2026, 7, 7), -7)
    assert found.next_step == drawings
    assert [step.state for step in found.steps][:3] == [State.DONE] * 3


def test_of_works_under_way_only_the_missing_part_takes_time() -> None:
    begun: dict[str, Any] = {"ready_on": date(2026, 5, 1), "started_on": date(2026, 9, 1), "unit": "220101"}
    half = make_project("甲小区", **begun, progress_percent=Decimal(80))
    none = make_project("乙小区", **begun)
    on = date(2026, 10, 10)
    finished, lost = schedules([half, none], on)
    # 72 days from 1 September end on 12 November, in the winter stop: the building days go on in April.
    assert (lost.state, finished.state) == (State.TOO_LATE, State.DUE_SOON)
    # A fifth of 72 days is 15: 25 October, six days before the stop.
    assert finished.margin == 6
    assert [step.state for step in finished.steps] == [State.PASSED] * 6 + [State.DONE, State.DUE_SOON]


def test_a_completed_project_is_done_whatever_was_not_entered() -> None:
    done: dict[str, Any] = {"started_on": date(2026, 5, 1), "completed_on": date(2026, 9, 1)}
    found = back_schedule(make_project(**done), date(2026, 12, 1))
    assert (found.state, found.next_step, found.margin) == (State.DONE, None, None)


def test_works_on_heating_are_recognised_by_their_words() -> None:
    project = make_project(works="供热管网改造、屋面防水")
    assert back_schedule(project, date(2026, 3, 1)).heating
    assert not back_schedule(make_project("乙小区", works="屋面防水"), date(2026, 3, 1)).heating


def test_many_projects_ask_as_few_questions_as_one() -> None:
    projects = [make_project(f"{number}号小区") for number in range(12)]
    with CaptureQueriesContext(connection) as one:
        schedules(projects[:1], date(2026, 3, 1))
    with CaptureQueriesContext(connection) as many:
        found = schedules(projects, date(2026, 3, 1))
    assert (len(found), len(many)) == (12, len(one))
    assert len(many) <= 8


def test_units_with_lost_projects_come_first() -> None:
    done: dict[str, Any] = {"started_on": date(2026, 5, 1), "completed_on": date(2026, 9, 1)}
    made = [make_project("甲小区", "222401"), make_project("乙小区", "220101", **done)]
    rows = by_unit(schedules(made, date(2026, 12, 1)))
    assert [(row.unit.code, row.total, row.lost, row.soon) for row in rows] == [
        ("222401", 1, 1, 0),
        ("220101", 1, 0, 0),
    ]


def test_an_office_answers_within_its_working_days() -> None:
    project = make_project(stage="plan")
    rows = [
        {"project_id": project.pk, "kind": "approval", "submitted_on": date(2026, 9, 28)},
        # No time limit is known for the notice.
        {"project_id": project.pk, "kind": "notice", "submitted_on": date(2026, 9, 28)},
    ]
    write(Milestone, rows)
    waiting = Milestone.objects.live().select_related("project__unit")
    [answer] = waiting_answers(waiting, date(2026, 10, 20))
    # Ten working days after 28 September: 29, 30; holiday to the 7th; 8, 9, 10 (worked), 12, 13, 14, 15, 16.
    assert (answer.milestone.kind, answer.due, answer.left, answer.has_holidays) == (
        "approval",
        date(2026, 10, 16),
        -2,
        True,
    )


def test_as_of_an_earlier_day_later_steps_are_not_done_yet() -> None:
    days = {"ready_on": date(2026, 4, 1), "started_on": date(2026, 6, 1), "completed_on": date(2026, 9, 1)}
    project = make_project(**days)  # type: ignore[arg-type]
    found = back_schedule(project, date(2026, 5, 1))
    assert found.next_step is not None
    assert (found.state, found.next_step.kind) == (State.IN_TIME, Kind.START)
