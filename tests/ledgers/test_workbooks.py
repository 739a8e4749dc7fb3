"""Templates and exports: what is in them, how it is written, who gets them."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.utils.translation import override

from accounts import spreadsheets
from accounts.downloads import CONTENT_TYPES
from accounts.models import AuditEvent, User
from communities.models import Community
from ledgers.grid import GridScope, page
from ledgers.reader import LIMITS
from ledgers.registry import LEDGERS
from ledgers.views import downloads
from ledgers.workbooks import stamp
from ledgers.workbooks.export import export
from ledgers.workbooks.template import SPARE_ROWS, template
from projects.models import AnnualPlan, Project
from records.locks import ALL
from tests.conftest import ClientFor
from tests.ledgers.fund_rows import hard_batches
from tests.ledgers.makers import MAKERS
from tests.ledgers.rows import hard_communities, hard_plans, hard_projects, region, write

pytestmark = pytest.mark.django_db
# What a spreadsheet would run, in text cells.
ATTACKS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    ";=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org","x")',
)


def made(scope: GridScope, kind: str = "template") -> bytes:
    target = io.BytesIO()
    if kind == "template":
        template(scope, target)
    else:
        export(scope, target, kind)
    return target.getvalue()


def scope_of(user: User, slug: str, year: int = 2020) -> GridScope:
    return GridScope(LEDGERS[slug], user, year=year if LEDGERS[slug].by_year else None)


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def by_heading(sheet: Any, row: int) -> dict[str, Any]:
    return {sheet.cell(1, cell.column).value: cell for cell in sheet[row]}


def ground(cell: Any) -> str:
    return str(cell.fill.fgColor.rgb) if cell.fill.patternType else ""


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("slug", sorted(MAKERS))
def test_the_template_opens_with_the_data_and_hides_what_is_for_the_portal(
    slug: str, province_user: User
) -> None:
    # Some ledgers begin with rows of their own: standards, seasons, deadlines.
    kept = LEDGERS[slug].resource.model._base_manager.filter(is_removed=False)
    before = kept.values_list("pk", flat=True)
    keys = {*before, *MAKERS[slug]()}
    with override("zh-hans"):
        book = opened(made(scope_of(province_user, slug)))
    assert [sheet.sheet_state for sheet in book] == ["visible", "visible", "hidden", "veryHidden"]
    assert book.active is book.worksheets[0]
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    assert headings[-3:] == ["_key", "_version", "_template"]
    hidden = {letter for letter, look in sheet.column_dimensions.items() if look.hidden}
    assert {sheet.cell(1, len(headings) - 2).column_letter} <= hidden
    assert sorted(row[-3].value for row in sheet.iter_rows(min_row=2) if row[-3].value) == sorted(keys)
    frozen = sum(column.frozen for column in LEDGERS[slug].resource.columns())
    assert sheet.freeze_panes == sheet.cell(2, frozen + 1).coordinate


def test_headings_state_the_unit_and_what_is_required(yanji: User) -> None:
    hard_communities()
    headings = [cell.value for cell in opened(made(scope_of(yanji, "communities"))).worksheets[0][1]]
    assert "Community name*" in headings
    assert any(heading.endswith("(㎡)") for heading in headings)


def test_cells_are_typed_and_shown_in_their_format(province_user: User) -> None:
    hard_projects()
    sheet = opened(made(scope_of(province_user, "projects"))).worksheets[0]
    resource = LEDGERS["projects"].resource
    cells = by_heading(sheet, 2)

    def cell(key: str) -> Any:
        column = resource.column(key)
        return cells[f"{column.title}*" if column.required else column.title]

    assert (cell("planned_investment").value, cell("central_subsidy").value) == (12345.678901, 0.000001)
    assert cell("planned_investment").number_format == "#,##0.00####"
    assert (cell("planned_households").value, cell("planned_area").value) == (0, 51847.91)
    assert cell("started_on").value == datetime(2020, 5, 4)
    assert cell("started_on").number_format == "yyyy-mm-dd"
    assert cell("plan_year").value == 2020
    assert cell("works").value == "屋面\n外墙"


def test_what_is_closed_is_grey_for_those_it_is_closed_to(yanji: User, province_user: User) -> None:
    hard_projects()
    column = LEDGERS["projects"].resource.column
    for user, closed in ((yanji, True), (province_user, False)):
        cells = by_heading(opened(made(scope_of(user, "projects"))).worksheets[0], 2)
        assert ground(cells["Community name*"]) == "FFE4E7EA"
        assert ground(cells[column("started_on").title]) == ""
        assert (ground(cells[column("planned_households").title]) == "FFE4E7EA") is closed


def test_lists_are_ranges_of_the_hidden_sheet_and_reach_below_the_rows(yanji: User) -> None:
    book = opened(made(scope_of(yanji, "communities")))
    sheet, lists = book.worksheets[0], book["_lists"]
    rules = sheet.data_validations.dataValidation
    assert all(rule.formula1.startswith("'_lists'!$") for rule in rules)
    reach = [str(rule.sqref).split(":")[1] for rule in rules]
    assert {place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for place in reach} == {str(SPARE_ROWS + 1)}
    column = LEDGERS["communities"].resource.column("management")
    index = [cell.value for cell in sheet[1]].index(column.title) + 1
    [rule] = [rule for rule in rules if sheet.cell(2, index).coordinate in rule]
    letter = rule.formula1.split("$")[1]
    choices = [cell.value for cell in lists[letter] if cell.value]
    assert choices == ["professional", "self-managed", "abandoned", "clear"]


def test_the_guide_tells_every_column_and_every_way_to_answer(yanji: User) -> None:
    for slug in MAKERS:
        sheet = opened(made(scope_of(yanji, slug))).worksheets[1]
        texts = [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows()]
        firsts = [line[0] for line in texts if line]
        for column in LEDGERS[slug].resource.columns():
            assert str(column.header) in firsts
        assert {"clear", "0", "unknown", "n/a"} <= set(firsts)


def test_a_template_of_one_unit_holds_what_its_user_may_change(dunhua: User, yanji: User) -> None:
    hard_communities("222401")
    write(None, Community, [{"name": "渤海小区", "region_id": region("222403")}])
    dunhua.view_region = yanji.region.parent or yanji.region
    dunhua.save()
    rows = opened(made(scope_of(dunhua, "communities"))).worksheets[0]
    assert [cell.value for cell in rows["A"][1:] if cell.value] == ["渤海小区"]
    exported = opened(made(scope_of(dunhua, "communities"), "xlsx")).worksheets[0]
    assert len([cell for cell in exported["A"][1:] if cell.value]) > 10


def test_of_batches_a_unit_takes_its_own_in_a_template_and_the_issued_ones_above_in_an_export(
    yanji: User,
) -> None:
    hard_batches()
    scope = scope_of(yanji, "fund-batches")
    above = "吉财建〔2020〕12号"
    template_rows = opened(made(scope)).worksheets[0].iter_rows(min_row=2, max_col=1, values_only=True)
    assert sorted(str(number) for (number,) in template_rows if number) == ["0012", "1-2"]
    export_rows = opened(made(scope, "xlsx")).worksheets[0].iter_rows(min_row=2, max_col=1, values_only=True)
    assert [number for (number,) in export_rows].count(above) == 1


def test_the_grid_lets_a_unit_read_the_batches_above_and_change_its_own(yanji: User) -> None:
    hard_batches()
    with override("en"):
        shown = page(scope_of(yanji, "fund-batches"))["rows"]
    closed = {row["c"][0]: row.get("l", {}).get(ALL) for row in shown}
    reason = "You may read this row only."
    assert closed == {"吉财建〔2020〕12号": reason, "1-2": None, "0012": None}


def test_the_stamp_is_signed(yanji: User) -> None:
    with override("zh-hans"):
        book = opened(made(scope_of(yanji, "projects")))
    values = {row[0].value: row[1].value or "" for row in book["_template"].iter_rows()}
    assert (values["ledger"], values["region"], values["year"]) == ("projects", "222401", "2020")
    assert values["sheet"] == book.worksheets[0].title
    assert values["checksum"] == stamp.checksum(values)


def test_nothing_a_spreadsheet_would_run_leaves_as_more_than_text(yanji: User) -> None:
    place = region("222401")
    rows = [{"name": f"={n}区", "region_id": place, "remark": text} for n, text in enumerate(ATTACKS)]
    write(None, Community, rows)
    content = made(scope_of(yanji, "communities"), "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]
    assert not any(b"<f" in sheet for sheet in sheets)
    sheet = opened(content).worksheets[0]
    remark = str(LEDGERS["communities"].resource.column("remark").title)
    told = {by_heading(sheet, row)[remark].value for row in range(2, len(ATTACKS) + 2)}
    # XML itself knows no bare carriage return; the workbook spells it.
    assert told == {text.replace("\r", "_x000D_") for text in ATTACKS}
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}


def test_the_same_in_a_text_file_stands_behind_an_apostrophe(yanji: User) -> None:
    place = region("222401")
    write(
        None,
        Community,
        [{"name": f"小区{n}", "region_id": place, "remark": t} for n, t in enumerate(ATTACKS)],
    )
    content = made(scope_of(yanji, "communities"), "csv")
    rows = csv_rows(content)
    index = rows[0].index("Remark")
    told = [row[index] for row in rows[1:] if len(row) > index]
    assert told == [f"'{text}" for text in ATTACKS]
    assert [spreadsheets.without_guard(text) for text in told] == list(ATTACKS)
    assert content.startswith(b"\xef\xbb\xbf")
    assert b'"\'=1+1"' in content


def test_negative_numbers_stay_numbers() -> None:
    target = io.StringIO()
    spreadsheets.CsvSheet(target).line([-3, Decimal("-0.50"), "-3", date(2020, 1, 2), None])
    assert target.getvalue() == '\ufeff"-3","-0.50","\'-3","2020-01-02",""\r\n'


def test_an_export_says_below_its_rows_what_it_is(yanji: User) -> None:
    hard_communities()
    rows = csv_rows(made(scope_of(yanji, "communities"), "csv"))
    notes = [row[0] for row in rows if len(row) == 1]
    assert notes[0].startswith("Note: data as of ")
    assert "延吉市录入员" in notes[0]
    assert notes[1:] == ["Note: 1 row is simulated data."]
    sheet = opened(made(scope_of(yanji, "communities"), "xlsx")).worksheets[0]
    assert [cell.value for cell in sheet["A"]][-2:] == notes


@pytest.mark.parametrize(("kind", "query"), [("template", ""), ("export", ""), ("export", "?format=csv")])
def test_taking_rows_away_is_on_the_record(kind: str, query: str, yanji: User, client_for: ClientFor) -> None:
    hard_communities()
    answer = client_for(yanji).get(f"/ledgers/communities/{kind}/{query}")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert "filename*=utf-8''" in answer.headers["Content-Disposition"]
    event = AuditEvent.objects.filter(kind=AuditEvent.Kind.EXPORT).get()
    assert event.actor == yanji
    assert event.detail["rows"] == Community.objects.count()
    assert (event.detail["ledger"], event.detail["unit"]) == ("communities", "222401")
    assert len(event.detail["sha256"]) == 64
    assert len(content) > 1000


def test_who_may_only_read_takes_exports_and_no_templates(
    auditor: User, worker: User, client_for: ClientFor
) -> None:
    assert client_for(auditor).get("/ledgers/communities/export/").status_code == 200
    assert client_for(auditor).get("/ledgers/communities/template/").status_code == 403
    assert client_for(worker).get("/ledgers/communities/export/").status_code == 403
    assert client_for(auditor).get("/ledgers/communities/export/?format=pdf").status_code == 404
    assert client_for(auditor).get("/ledgers/nothing/export/").status_code == 404


def test_a_foreign_unit_is_not_found(yanji: User, client_for: ClientFor) -> None:
    for kind in ("template", "export"):
        assert client_for(yanji).get(f"/ledgers/communities/{kind}/?unit=222403").status_code == 404


def test_one_year_and_one_unit_can_be_asked_for(province_user: User, client_for: ClientFor) -> None:
    hard_plans()
    write(None, AnnualPlan, [{"year": 2021, "unit_id": region("222401")}])
    answer = client_for(province_user).get("/ledgers/plans/export/?year=2020&unit=222401&format=csv")
    rows = csv_rows(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    assert [row[1] for row in rows[1:] if len(row) > 1] == ["2020"]


@pytest.mark.parametrize("file", ["template", "export"])
def test_more_rows_than_an_upload_takes_are_asked_to_be_narrowed(
    file: str, province_user: User, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = hard_projects()
    client = client_for(province_user)
    address = f"/ledgers/projects/{file}/?year=2020"
    count = Project.objects.filter(plan_year=2020).count()
    assert 1 < count <= len(keys)

    monkeypatch.setattr(downloads, "LIMITS", replace(LIMITS, max_rows=count))
    assert client.get(address).headers["Content-Type"] == CONTENT_TYPES["xlsx"]
    monkeypatch.setattr(downloads, "LIMITS", replace(LIMITS, max_rows=count - 1))
    answer = client.get(address)

    assert (answer.status_code, answer.headers.get("Content-Disposition")) == (400, None)
    page = answer.content.decode()
    assert f"You asked for {count} rows; one file holds {count - 1} at most." in page
    assert "Choose one plan year or one unit" in page
    assert 'href="/ledgers/projects/"' in page
    assert AuditEvent.objects.filter(kind="export").count() == 1
