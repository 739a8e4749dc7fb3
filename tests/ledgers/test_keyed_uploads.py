"""A template that comes back edited: what was closed is refused, keys are never taken for another row."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from accounts.models import User
from communities.models import Community
from ledgers.grid import GridScope
from ledgers.importing import batches
from ledgers.importing.plan import PlannedRow
from ledgers.models import ImportBatch
from ledgers.registry import LEDGERS
from ledgers.workbooks.export import export
from ledgers.workbooks.template import template
from projects.models import Project
from records.models import ChangeSet
from records.services import Mode, apply
from tests.ledgers.rows import hard_buildings, hard_projects, region, write

pytestmark = pytest.mark.django_db
Edit = Callable[[Any], None]


def issued(user: User, slug: str, edit: Edit = lambda _sheet: None, year: int = 2020) -> bytes:
    """Return a template as its user sends it back."""
    ledger = LEDGERS[slug]
    target = io.BytesIO()
    template(GridScope(ledger, user, year=year if ledger.by_year else None), target)
    book = openpyxl.load_workbook(target)
    edit(book.worksheets[0])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def sent(
    user: User, slug: str, content: bytes, name: str = "模板.xlsx", year: int | None = 2020
) -> ImportBatch:
    ledger = LEDGERS[slug]
    batch = batches.upload(
        user=user,
        ledger=ledger,
        region=user.region,
        year=year if ledger.by_year else None,
        file=SimpleUploadedFile(name, content),
    )
    batches.check(batch)
    batch.refresh_from_db()
    return batch


def rows_of(batch: ImportBatch) -> list[PlannedRow]:
    assert batch.state == ImportBatch.State.PLANNED, batch.refusal
    return batches.plan_of(batch).rows


def column(sheet: Any, slug: str, key: str) -> int:
    """Return the number of a ledger's column in a sheet."""
    title = LEDGERS[slug].resource.column(key).title
    headings = [str(cell.value).rstrip("*") for cell in sheet[1]]
    return headings.index(title) + 1


def four_communities() -> list[int]:
    names = ["铁南小区", "建安小区", "小营小区", "园月小区"]
    rows = [{"name": name, "region_id": region("222401"), "household_count": 100} for name in names]
    return write(None, Community, rows)


def test_a_changed_closed_cell_is_refused_with_the_reason(yanji: User) -> None:
    hard_projects()

    def edit(sheet: Any) -> None:
        sheet.cell(2, column(sheet, "projects", "planned_households")).value = 999

    [row] = [
        row
        for row in rows_of(sent(yanji, "projects", issued(yanji, "projects", edit)))
        if row.status != "same"
    ]
    assert (row.number, row.status) == (2, "rejected")
    [problem] = row.problems
    assert problem[:2] == ["planned_households", "locked"]
    assert "吉建城〔2020〕8号" in problem[2]


@pytest.mark.parametrize(
    ("slug", "key", "value"),
    [
        ("projects", "community_name", "别的小区"),
        ("projects", "management", "self-managed"),
        ("projects", "built_from", 1950),
        ("buildings", "street", "别的街道"),
        ("buildings", "region", "敦化市"),
        ("buildings", "community_name", "清空"),
    ],
)
def test_a_changed_shown_cell_is_refused(province_user: User, slug: str, key: str, value: object) -> None:
    {"projects": hard_projects, "buildings": hard_buildings}[slug]()

    def edit(sheet: Any) -> None:
        sheet.cell(3, column(sheet, slug, key)).value = value

    content = issued(province_user, slug, edit)
    [row] = [row for row in rows_of(sent(province_user, slug, content)) if row.status != "same"]
    assert (row.number, row.status, [problem[:2] for problem in row.problems]) == (
        3,
        "rejected",
        [[key, "locked"]],
    )


def test_what_is_shown_may_have_changed_since_the_download(province_user: User) -> None:
    hard_projects()
    content = issued(province_user, "projects")
    first = Project.objects.order_by("pk")[0].community
    apply(
        Community,
        actor=province_user,
        source=ChangeSet.Source.GRID,
        pk=first.pk,
        base_version=1,
        values={"name": "改名后的小区", "built_from": 1988},
    )
    assert {row.status for row in rows_of(sent(province_user, "projects", content))} == {"same"}


def test_sorting_a_part_of_the_columns_does_not_rename_rows(yanji: User) -> None:
    four_communities()

    def edit(sheet: Any) -> None:
        names = [sheet.cell(row, 1).value for row in range(2, 6)]
        for row, name in enumerate(reversed(names), start=2):
            sheet.cell(row, 1).value = name

    rows = rows_of(sent(yanji, "communities", issued(yanji, "communities", edit)))
    assert [(row.status, row.problems[0][1]) for row in rows] == [("rejected", "other_row")] * 4


def test_sorting_whole_rows_is_no_change(yanji: User) -> None:
    four_communities()

    def edit(sheet: Any) -> None:
        lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=5)]
        for row, line in enumerate(reversed(lines), start=2):
            for index, value in enumerate(line, start=1):
                sheet.cell(row, index).value = value

    assert [
        row.status for row in rows_of(sent(yanji, "communities", issued(yanji, "communities", edit)))
    ] == ["same"] * 4


def test_a_community_may_be_renamed(yanji: User) -> None:
    keys = four_communities()

    def edit(sheet: Any) -> None:
        sheet.cell(2, 1).value = "铁南新村"

    row, *rest = rows_of(sent(yanji, "communities", issued(yanji, "communities", edit)))
    assert (row.pk, row.status, row.values) == (keys[0], "changed", {"name": "铁南新村"})
    assert {row.status for row in rest} == {"same"}


def test_a_copied_row_with_another_name_is_a_new_one(yanji: User) -> None:
    keys = four_communities()

    def edit(sheet: Any) -> None:
        for cell in list(sheet[3]):
            sheet.cell(6, cell.column).value = cell.value
        sheet.cell(6, 1).value = "抄来的小区"
        for cell in list(sheet[4]):
            sheet.cell(7, cell.column).value = cell.value

    rows = rows_of(sent(yanji, "communities", issued(yanji, "communities", edit)))
    assert [(row.status, row.pk) for row in rows[:5]] == [*[("same", key) for key in keys], ("new", None)]
    # A copy nobody has renamed is a slip.
    assert (rows[5].status, rows[5].problems[0][1]) == ("rejected", "repeated_row")


def test_the_template_of_another_ledger_is_sent_away(yanji: User) -> None:
    four_communities()
    batch = sent(yanji, "buildings", issued(yanji, "communities"))
    assert (batch.state, batch.refusal["code"]) == (ImportBatch.State.REFUSED, "other_template")
    target = io.BytesIO()
    export(GridScope(LEDGERS["communities"], yanji), target, "csv")
    batch = sent(yanji, "projects", target.getvalue(), "导出.csv")
    assert (batch.state, batch.refusal["code"]) == (ImportBatch.State.REFUSED, "other_template")


@pytest.mark.parametrize("kind", ["template", "csv"])
def test_keys_of_another_portal_mean_nothing_here(kind: str, yanji: User, settings: Settings) -> None:
    four_communities()
    target = io.BytesIO()
    here, settings.SECRET_KEY = settings.SECRET_KEY, "the training portal " * 4
    if kind == "csv":
        export(GridScope(LEDGERS["communities"], yanji), target, "csv")
    else:
        target.write(issued(yanji, "communities"))
    settings.SECRET_KEY = here
    batch = sent(yanji, "communities", target.getvalue(), "外来.csv" if kind == "csv" else "外来.xlsx")
    assert (batch.state, batch.refusal["code"]) == (ImportBatch.State.REFUSED, "foreign_template")


def test_an_edited_stamp_is_noticed(yanji: User) -> None:
    four_communities()
    book = openpyxl.load_workbook(io.BytesIO(issued(yanji, "communities")))
    stamp = book["_template"]
    for row in stamp.iter_rows():
        if row[0].value == "region":
            row[1].value = "222403"
    target = io.BytesIO()
    book.save(target)
    assert sent(yanji, "communities", target.getvalue()).refusal["code"] == "foreign_template"


def test_rows_one_may_only_read_are_no_error_while_they_are_unchanged(yanji: User, dunhua: User) -> None:
    four_communities()
    dunhua.view_region = yanji.region.parent or yanji.region
    dunhua.save()
    target = io.BytesIO()
    export(GridScope(LEDGERS["communities"], dunhua), target, "csv")
    assert {row.status for row in rows_of(sent(dunhua, "communities", target.getvalue(), "a.csv"))} == {
        "same"
    }
    edited = target.getvalue().replace(b",100,", b",101,", 1)
    found = rows_of(sent(dunhua, "communities", edited, "a.csv"))
    assert sorted(row.status for row in found) == ["rejected", "same", "same", "same"]


def test_a_template_of_another_year_says_so(province_user: User) -> None:
    hard_projects()
    batch = sent(province_user, "projects", issued(province_user, "projects"), year=2021)
    assert any("2020" in remark for remark in batches.plan_of(batch).remarks)


def test_new_rows_of_a_blank_template_are_entered(yanji: User) -> None:
    def edit(sheet: Any) -> None:
        sheet.cell(2, 1).value = "新小区"
        sheet.cell(2, column(sheet, "communities", "floor_area")).value = 1234.5
        sheet.cell(201, 1).value = "最后一行的小区"

    batch = sent(yanji, "communities", issued(yanji, "communities", edit))
    batches.start_commit(batch, mode=Mode.ALL_OR_NOTHING)
    assert set(Community.objects.values_list("name", flat=True)) == {"新小区", "最后一行的小区"}
