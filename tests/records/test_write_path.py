"""The write path: versions, merging, history, conflicts, removal and undo."""

from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Region, User
from communities.models import Community
from records import history
from records.marks import Mark
from records.models import ChangeSet, Confirmation
from records.planning import Change, Outcome, Status
from records.services import Mode, NothingWritten, apply, apply_many, confirm, remove, restore, undo

pytestmark = pytest.mark.django_db
GRID = ChangeSet.Source.GRID


def make(actor: User, name: str = "铁南小区", **values: object) -> Community:
    region = Region.objects.get(code="222401")
    found = apply(
        Community,
        actor=actor,
        source=GRID,
        values={
            "name": name,
            "region_id": region.pk,
            "street": "北山街道",
            "building_count": 14,
            "household_count": 638,
            "floor_area": Decimal("51847.91"),
            **values,
        },
    )
    assert found.status is Status.CREATED, found.findings
    return Community.objects.get(code=found.row["code"])


def edit(actor: User, row: Community, version: int | None = None, **values: Any) -> Outcome:
    return apply(
        Community, actor=actor, source=GRID, pk=row.pk, base_version=version or row.version, values=values
    )


def test_a_new_row_gets_its_code_unit_version_and_history(yanji: User) -> None:
    row = make(yanji)
    assert (row.code, row.unit.code, row.version) == ("222401-00001", "222401", 1)
    assert (row.updated_by, row.change_set.source) == (yanji, "grid")
    state = row.history.get()
    assert (state.history_type, state.version, state.name, state.history_user) == ("+", 1, "铁南小区", yanji)


def test_an_edit_raises_the_version_and_keeps_the_former_state(yanji: User) -> None:
    row = make(yanji)
    found = edit(yanji, row, household_count=640)
    assert (found.status, found.changed) == (Status.CHANGED, ("household_count",))
    row.refresh_from_db()
    assert (row.version, row.household_count) == (2, 640)
    steps = history.cell_history(Community, row.pk, "household_count")
    assert [(step.old, step.new, step.by) for step in steps] == [
        (638, 640, "延吉市录入员"),
        (None, 638, "延吉市录入员"),
    ]


def test_the_same_value_again_writes_nothing(yanji: User) -> None:
    row = make(yanji)
    assert edit(yanji, row, household_count=638).status is Status.SAME
    row.refresh_from_db()
    assert (row.version, row.history.count()) == (1, 1)


def test_different_cells_of_one_row_merge(yanji: User, province_user: User) -> None:
    row = make(yanji)
    assert edit(province_user, row, household_count=640).status is Status.CHANGED
    found = edit(yanji, row, 1, building_count=15)
    assert found.status is Status.MERGED
    row.refresh_from_db()
    assert (row.household_count, row.building_count, row.version) == (640, 15, 3)
    assert row.history.count() == 3


def test_the_same_cell_changed_twice_is_a_conflict_with_three_values(
    yanji: User, province_user: User
) -> None:
    row = make(yanji)
    edit(province_user, row, household_count=640)
    found = edit(yanji, row, 1, household_count=642, building_count=15)
    assert found.status is Status.CONFLICT
    [conflict] = found.conflicts
    assert (conflict.field, conflict.base, conflict.mine, conflict.theirs) == (
        "household_count",
        638,
        642,
        640,
    )
    row.refresh_from_db()
    assert (row.household_count, row.building_count, row.version) == (640, 14, 2)


def test_both_changing_to_the_same_value_is_no_conflict(yanji: User, province_user: User) -> None:
    row = make(yanji)
    edit(province_user, row, household_count=640)
    assert edit(yanji, row, 1, household_count=640).status is Status.SAME


def test_zero_blank_unknown_and_not_applicable_are_four_things(yanji: User) -> None:
    row = make(yanji, entrance_count=0)
    assert edit(yanji, row, entrance_count=Mark.UNKNOWN).status is Status.CHANGED
    row.refresh_from_db()
    assert (row.entrance_count, row.markers) == (None, {"entrance_count": "unknown"})
    assert edit(yanji, row, entrance_count=Mark.NOT_APPLICABLE).status is Status.CHANGED
    row.refresh_from_db()
    assert edit(yanji, row, entrance_count=None).status is Status.CHANGED
    row.refresh_from_db()
    assert (row.entrance_count, row.markers, row.version) == (None, {}, 4)
    values = [step.new for step in history.cell_history(Community, row.pk, "entrance_count")]
    assert values == [None, Mark.NOT_APPLICABLE, Mark.UNKNOWN, 0]


def test_a_hard_finding_blocks_and_says_how_to_mend(yanji: User) -> None:
    row = make(yanji)
    found = edit(yanji, row, built_from=1998, built_to=1990)
    assert found.status is Status.REJECTED
    assert [(finding.field, finding.code) for finding in found.findings] == [("built_to", "built_order")]
    assert found.findings[0].mend
    row.refresh_from_db()
    assert row.version == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("household_count", -1),
        ("household_count", 10**12),
        ("household_count", True),
        ("floor_area", Decimal("1e18")),
        ("floor_area", Decimal("0.001")),
        ("name", ""),
        ("name", "长" * 121),
        ("management", "nobody"),
        ("code", None),
        ("no_such_field", 1),
    ],
)
def test_what_a_column_cannot_hold_is_refused_in_words(yanji: User, field: str, value: Any) -> None:
    row = make(yanji)
    found = edit(yanji, row, **{field: value})
    assert found.status is Status.REJECTED
    assert field in {finding.field for finding in found.findings}


def test_a_soft_finding_is_saved_and_waits_for_a_reason(yanji: User) -> None:
    row = make(yanji)
    found = edit(yanji, row, floor_area=Decimal("212000.00"))
    assert found.status is Status.CHANGED
    assert {finding.code for finding in found.open_soft} == {"area_per_household", "area_per_building"}
    row.refresh_from_db()
    confirm(Community, actor=yanji, pk=row.pk, code="area_per_household", reason="含地下室")
    again = edit(yanji, row, remark="已核")
    assert {finding.code for finding in again.open_soft} == {"area_per_building"}


def test_a_confirmation_ends_when_the_value_changes(yanji: User) -> None:
    row = make(yanji, floor_area=Decimal("212000.00"))
    confirm(Community, actor=yanji, pk=row.pk, code="area_per_household", reason="含地下室")
    found = edit(yanji, row, floor_area=Decimal("312000.00"))
    assert "area_per_household" in {finding.code for finding in found.open_soft}
    assert Confirmation.objects.count() == 1


def test_a_foreign_row_is_not_found_and_unchanged(yanji: User, dunhua: User) -> None:
    row = make(yanji)
    absent = apply(Community, actor=dunhua, source=GRID, pk=999_999, values={"name": "x"})
    foreign = edit(dunhua, row, household_count=1)
    assert foreign.status is absent.status is Status.DENIED
    assert foreign.findings == absent.findings
    row.refresh_from_db()
    assert row.household_count == 638


def test_a_row_cannot_be_created_in_or_moved_to_a_foreign_region(yanji: User) -> None:
    row = make(yanji)
    elsewhere = Region.objects.get(code="222403").pk
    assert edit(yanji, row, region_id=elsewhere).status is Status.DENIED
    found = apply(Community, actor=yanji, source=GRID, values={"name": "外地小区", "region_id": elsewhere})
    assert found.status is Status.DENIED
    assert Community.objects.count() == 1


def test_a_role_without_the_capability_changes_nothing(yanji: User, prefecture_reviewer: User) -> None:
    row = make(yanji)
    assert edit(prefecture_reviewer, row, household_count=1).status is Status.DENIED


def test_two_rows_of_one_name_in_one_street_are_refused(yanji: User) -> None:
    make(yanji)
    region = Region.objects.get(code="222401").pk
    twin = {"name": "铁南 小区", "region_id": region, "street": "北山街道"}
    found = apply(Community, actor=yanji, source=GRID, values=twin)
    assert (found.status, found.findings[0].code) == (Status.REJECTED, "same_name")


def test_removal_keeps_the_history_and_can_be_taken_back(yanji: User, province_user: User) -> None:
    row = make(yanji)
    remove(Community, actor=province_user, source=GRID, pk=row.pk, base_version=1, reason="重复登记")
    assert not Community.objects.visible_to(yanji).exists()
    late = edit(yanji, row, 1, household_count=640)
    assert late.status is Status.GONE
    restore(Community, actor=yanji, source=GRID, pk=row.pk)
    row.refresh_from_db()
    assert (row.is_removed, row.version, row.household_count) == (False, 3, 638)
    assert [state.history_type for state in row.history.order_by("version")] == ["+", "-", "~"]


def test_many_rows_are_written_once_with_their_history(yanji: User) -> None:
    region = Region.objects.get(code="222401").pk
    changes = [Change(values={"name": f"第{n}小区", "region_id": region}) for n in range(50)]
    outcomes = apply_many(Community, actor=yanji, source=ChangeSet.Source.WORKBOOK, changes=changes)
    assert [found.row["code"] for found in outcomes][:2] == ["222401-00001", "222401-00002"]
    assert Community.objects.count() == Community.history.count() == 50
    assert ChangeSet.objects.filter(actor=yanji).count() == 1


def test_all_or_nothing_writes_nothing_when_one_row_is_bad(yanji: User) -> None:
    region = Region.objects.get(code="222401").pk
    changes = [
        Change(values={"name": "甲", "region_id": region}),
        Change(values={"name": "", "region_id": region}),
    ]
    with pytest.raises(NothingWritten) as caught:
        apply_many(
            Community,
            actor=yanji,
            source=ChangeSet.Source.WORKBOOK,
            changes=changes,
            mode=Mode.ALL_OR_NOTHING,
        )
    assert [found.status for found in caught.value.outcomes] == [Status.CREATED, Status.REJECTED]
    assert not Community.objects.exists()


def test_undo_restores_untouched_rows_and_leaves_others_alone(yanji: User, province_user: User) -> None:
    first, second = make(yanji, "甲小区"), make(yanji, "乙小区")
    outcomes = apply_many(
        Community,
        actor=yanji,
        source=ChangeSet.Source.WORKBOOK,
        changes=[
            Change(pk=first.pk, base_version=1, values={"household_count": 700}),
            Change(pk=second.pk, base_version=1, values={"household_count": 701}),
            Change(values={"name": "丙小区", "region_id": first.region_id}),
        ],
    )
    change_set = ChangeSet.objects.get(pk=outcomes[0].row["change_set_id"])
    edit(province_user, second, 2, remark="核过")
    undone, left = undo(Community, actor=yanji, change_set=change_set)
    assert ([found.status for found in undone], left) == ([Status.CHANGED, Status.CHANGED], 1)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.household_count, second.household_count) == (638, 701)
    assert not Community.objects.live().filter(name="丙小区").exists()
