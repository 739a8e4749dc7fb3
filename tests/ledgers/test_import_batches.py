"""An uploaded table on its way into a ledger: map, plan, commit, undo."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Region, User
from communities.models import Community
from ledgers.importing import batches
from ledgers.importing.batches import BatchError
from ledgers.models import ColumnMapping, ImportBatch
from ledgers.registry import LEDGERS
from records.models import ChangeSet
from records.services import Mode, apply
from tests.conftest import ClientFor

pytestmark = pytest.mark.django_db

TABLE = """延吉市老旧小区台账
单位：万㎡
序号,小区名称,所在街道,建成时间,栋数,户数,建筑面积,物业
1,铁南小区,北山街道,1995年,14,638,5.18,自管
2,建安小区,北山街道,1995,6,212,2.12,弃管
3,小营小区,河南街道,１９９５,13,648,"5.36",专业
合计,,,,33,"1,498",12.66,
"""


def send(
    user: User, text: str, ledger: str = "communities", name: str = "台账.csv", year: int | None = None
) -> ImportBatch:
    batch = batches.upload(
        user=user,
        ledger=LEDGERS[ledger],
        region=user.region,
        year=year,
        file=SimpleUploadedFile(name, text.encode("gb18030")),
    )
    batches.check(batch)
    batch.refresh_from_db()
    return batch


def test_an_ordinary_table_becomes_a_plan_that_accounts_for_every_row(yanji: User) -> None:
    batch = send(yanji, TABLE)
    assert batch.state == ImportBatch.State.PLANNED, (batch.refusal, batch.mapping)
    plan = batches.plan_of(batch)
    assert plan.counts() == {"new": 3, "changed": 0, "same": 0, "conflict": 0, "rejected": 0}
    assert plan.left_out == {"totals": 1, "titles": 2}
    assert [(line["column"], line["file"], line["sum"], line["ok"]) for line in plan.totals] == [
        ("building_count", "33", "33", True),
        ("household_count", "1,498", "1,498", True),
        ("floor_area", "126,600.00", "126,600.00", True),
    ]
    assert not Community.objects.exists()


def test_committing_writes_exactly_what_the_plan_said(yanji: User) -> None:
    batch = send(yanji, TABLE)
    batches.start_commit(batch, mode=Mode.ALL_OR_NOTHING)
    rows = Community.objects.order_by("code").values_list(
        "name", "street", "built_from", "household_count", "floor_area"
    )
    assert list(rows) == [
        ("铁南小区", "北山街道", 1995, 638, Decimal("51800.00")),
        ("建安小区", "北山街道", 1995, 212, Decimal("21200.00")),
        ("小营小区", "河南街道", 1995, 648, Decimal("53600.00")),
    ]
    [change] = ChangeSet.objects.exclude(source=ChangeSet.Source.LOAD)
    assert (change.source, change.actor, change.label) == ("workbook", yanji, "台账.csv")
    batch.refresh_from_db()
    assert (batch.state, batch.summary["committed"]) == ("committed", {"created": 3, "updated": 0, "late": 0})


def test_the_same_file_again_changes_nothing(yanji: User) -> None:
    batches.start_commit(send(yanji, TABLE), mode=Mode.ALL_OR_NOTHING)
    again = batches.plan_of(send(yanji, TABLE))
    assert again.counts() == {"new": 0, "changed": 0, "same": 3, "conflict": 0, "rejected": 0}


def test_an_edit_between_check_and_saving_is_never_overwritten(yanji: User, province_user: User) -> None:
    batches.start_commit(send(yanji, TABLE), mode=Mode.ALL_OR_NOTHING)
    batch = send(yanji, TABLE.replace("638", "640").replace("1,498", "1,500"))
    row = Community.objects.get(name="铁南小区")
    apply(
        Community,
        actor=province_user,
        source=ChangeSet.Source.GRID,
        pk=row.pk,
        base_version=1,
        values={"household_count": 650, "remark": "省里核过"},
    )
    batches.start_commit(batch, mode=Mode.VALID_ROWS)
    row.refresh_from_db()
    assert (row.household_count, row.remark) == (650, "省里核过")
    batch.refresh_from_db()
    assert [(late["label"], late["status"]) for late in batch.summary["late"]] == [("铁南小区", "conflict")]


def test_valid_rows_can_go_first_and_all_or_nothing_keeps_all_back(yanji: User) -> None:
    broken = TABLE.replace(",638,", ",三百六,")
    batch = send(yanji, broken)
    plan = batches.plan_of(batch)
    assert plan.counts()["rejected"] == 1
    [problem] = [row.problems[0] for row in plan.rows if row.status == "rejected"]
    assert (problem[0], problem[1], "360" in problem[3]) == ("household_count", "not_a_number", True)
    with pytest.raises(BatchError):
        batches.start_commit(batch, mode=Mode.ALL_OR_NOTHING)
    assert not Community.objects.exists()
    batch.refresh_from_db()
    batches.start_commit(batch, mode=Mode.VALID_ROWS)
    assert Community.objects.count() == 2


def test_a_batch_is_saved_once_and_undone_while_untouched(yanji: User, province_user: User) -> None:
    batch = send(yanji, TABLE)
    batches.start_commit(batch, mode=Mode.ALL_OR_NOTHING)
    batch.refresh_from_db()
    with pytest.raises(BatchError):
        batches.start_commit(batch, mode=Mode.ALL_OR_NOTHING)
    touched = Community.objects.get(name="建安小区")
    apply(
        Community,
        actor=province_user,
        source=ChangeSet.Source.GRID,
        pk=touched.pk,
        base_version=1,
        values={"remark": "核"},
    )
    assert batches.undo(batch, yanji) == (2, 1)
    assert list(Community.objects.live().values_list("name", flat=True)) == ["建安小区"]
    with pytest.raises(BatchError):
        batches.undo(batch, yanji)


def test_an_unknown_heading_is_asked_once_and_remembered(yanji: User) -> None:
    table = TABLE.replace("户数", "住了几家")
    batch = send(yanji, table)
    assert batch.state == ImportBatch.State.MAPPING
    assert [h["text"] for h in batch.mapping["headings"] if h["how"] == "asked"] == ["住了几家"]
    batches.answer_headings(batch, yanji, {"住了几家": {"column": "household_count", "unit": ""}})
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.PLANNED
    assert batches.plan_of(batch).rows[0].values["household_count"] == 638
    assert ColumnMapping.objects.get().column == "household_count"
    assert send(yanji, table).state == ImportBatch.State.PLANNED


def test_rows_of_another_unit_are_refused_without_telling_whether_they_exist(
    yanji: User, dunhua: User
) -> None:
    apply(
        Community,
        actor=dunhua,
        source=ChangeSet.Source.GRID,
        values={"name": "渤海小区", "region_id": Region.objects.get(code="222403").pk},
    )
    table = "小区名称,市县,户数\n渤海小区,敦化市,1\n没有的小区,敦化市,2\n"
    plan = batches.plan_of(send(yanji, table))
    assert plan.counts()["rejected"] == 2
    assert len({tuple(row.problems[0][1:]) for row in plan.rows}) <= 2
    assert Community.objects.get().household_count is None


def test_blank_leaves_and_the_clear_word_empties(yanji: User) -> None:
    batches.start_commit(send(yanji, TABLE), mode=Mode.ALL_OR_NOTHING)
    table = "小区名称,所在街道,户数,栋数\n铁南小区,北山街道,,清空\n"
    batches.start_commit(send(yanji, table), mode=Mode.ALL_OR_NOTHING)
    row = Community.objects.get(name="铁南小区")
    assert (row.household_count, row.building_count) == (638, None)


def test_a_first_year_long_past_can_be_chosen_for_an_upload(yanji: User, client_for: ClientFor) -> None:
    client = client_for(yanji)
    address = "/ledgers/projects/import/"
    this_year = timezone.localdate().year
    choices = client.get(address).context["form"].fields["year"].choices
    (words, earlier) = choices[-1]
    assert [year for year, _label in choices[:-1]] == [this_year + 1, this_year]
    assert (words, [year for year, _label in earlier]) == (
        "Years without rows",
        list(range(this_year - 1, 1999, -1)),
    )

    file = SimpleUploadedFile("2015.csv", TABLE.encode("gb18030"))
    client.post(address, {"file": file, "year": "2015"})

    assert ImportBatch.objects.get().year == 2015
