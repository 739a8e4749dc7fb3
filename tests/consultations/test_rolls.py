"""Freezing the register, and what stays frozen while it changes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import User
from communities.models import Building, Household
from consultations import rolls
from consultations.models import Consultation, Roll, RollEntry
from projects.models import Project
from records.models import ChangeSet
from records.planning import Status
from records.services import apply
from tests.consultations.hearing import plan, register
from tests.projects.stage import make_project, write

pytestmark = pytest.mark.django_db

# The two rolls of one community in Dongguan: 403 people and 66 783.97 ㎡, then 401 and 66 067.85 ㎡.
FIRST, SECOND = (403, Decimal("66783.97")), (401, Decimal("66067.85"))


def consult(project: Project, kind: str = "plan") -> Consultation:
    """Write a consultation that is being prepared."""
    version = plan(project)
    row = {
        "project_id": project.pk,
        "kind": kind,
        "title": "方案",
        "plan_version_id": version.pk,
        "organiser": "街道",
    }
    [made] = write(Consultation, [row])
    return Consultation.objects.get(pk=made.pk)


def places(areas: list[Decimal | None], project: Project, groups: dict[int, str] | None = None) -> None:
    """Write one place per area into the first building of a community."""
    building = Building.objects.filter(community=project.community).order_by("pk").first()
    assert building is not None
    made = write(
        Household,
        [
            {
                "building_id": building.pk,
                "entrance": f"{1 + number // 100}单元",
                "room": str(101 + number % 100),
                "floor_area": area or Decimal(50),
            }
            for number, area in enumerate(areas)
        ],
    )
    # The checks of the register refuse some of what a roll must stand all the same.
    for number, area in enumerate(areas):
        if not area or number in (groups or {}):
            odd = {"floor_area": area, "owner_group": (groups or {}).get(number, "")}
            Household._base_manager.filter(pk=made[number].pk).update(**odd)


def test_a_roll_stays_as_it_was_while_the_register_changes(province_user: User) -> None:
    project = make_project("现代经典", "222401", stage=Project.Stage.PLAN)
    ordinary = [Decimal("165.00")] * 400
    two_leave = [Decimal("358.06"), Decimal("358.06")]
    places([*ordinary, *two_leave, FIRST[1] - sum([*ordinary, *two_leave], Decimal(0))], project)
    first = rolls.freeze(consult(project), actor=province_user)
    for gone in Household.objects.filter(floor_area=two_leave[0]):
        done = apply(
            Household,
            actor=None,
            source=ChangeSet.Source.FORM,
            pk=gone.pk,
            base_version=gone.version,
            values={"is_removed": True},
            reason="拆除",
        )
        assert done.status is Status.CHANGED
    second = rolls.freeze(consult(project, kind="needs"), actor=province_user)
    kept = [(roll.people, roll.area) for roll in Roll.objects.order_by("pk")]
    assert kept == [FIRST, SECOND]
    assert [roll.entries.count() for roll in (first, second)] == [403, 401]
    assert first.frozen_by == province_user


def test_several_places_of_one_owner_are_one_person_however_the_group_is_spelt() -> None:
    project = make_project("建安小区", "222401", stage=Project.Stage.PLAN)
    places([Decimal(50)] * 4, project, {0: "甲-1", 2: "甲－１", 3: "1"})
    roll = rolls.freeze(consult(project), actor=None)
    assert (roll.households, roll.people, roll.area) == (4, 3, Decimal(200))


def test_a_place_without_area_stops_the_freezing_and_is_named() -> None:
    project = make_project("建安小区", "222401", stage=Project.Stage.PLAN)
    places([Decimal(50), None, Decimal(0)], project)
    consultation = consult(project)
    with pytest.raises(rolls.RollRefused) as refusal:
        rolls.freeze(consultation, actor=None)
    assert [place.split(" ", 1)[1] for place in refusal.value.places] == ["1单元 102", "1单元 103"]
    assert not Roll.objects.exists()
    assert rolls.troubles(consultation)[1] == list(refusal.value.places)


def test_a_community_without_households_has_no_roll() -> None:
    consultation = consult(make_project("空小区", "222401", stage=Project.Stage.PLAN))
    with pytest.raises(rolls.RollRefused, match="no households yet"):
        rolls.freeze(consultation, actor=None)


def test_a_roll_is_frozen_once() -> None:
    project = make_project("建安小区", "222401", stage=Project.Stage.PLAN)
    register(project)
    consultation = consult(project)
    rolls.freeze(consultation, actor=None)
    with pytest.raises(rolls.RollRefused, match="frozen already"):
        rolls.freeze(consultation, actor=None)
    assert Roll.objects.count() == 1


def test_the_roll_stands_in_the_order_in_which_one_walks() -> None:
    project = make_project("建安小区", "222401", stage=Project.Stage.PLAN)
    building = Building.objects.filter(community=project.community).order_by("pk").first()
    assert building is not None
    rooms = [("10单元", "101"), ("2单元", "1001"), ("2单元", "201"), ("", "3")]
    write(
        Household,
        [
            {"building_id": building.pk, "entrance": entrance, "room": room, "floor_area": Decimal(50)}
            for entrance, room in rooms
        ],
    )
    rolls.freeze(consult(project), actor=None)
    found = RollEntry.objects.order_by("pk").values_list("entrance", "room")
    assert list(found) == [("", "3"), ("2单元", "201"), ("2单元", "1001"), ("10单元", "101")]
