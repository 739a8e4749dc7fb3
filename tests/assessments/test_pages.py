"""The pages of assessments: who may open them, what they say, what they refuse."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments import proceedings, reports
from assessments.models import Appeal, Assessment, Deduction, Evidence, FactSheet, Scheme
from projects.models import Project
from tests.assessments.conftest import complete, default_scheme, fresh, through_to_published
from tests.conftest import ClientFor

pytestmark = pytest.mark.django_db


def page(name: str, *args: object) -> str:
    return reverse(f"assessments:{name}", args=args)


def test_the_page_says_why_the_score_is_what_it_is(
    opened: dict[str, Assessment], yanji: User, client_for: ClientFor
) -> None:
    answer = client_for(yanji).get(page("assessment", opened["222401"].pk))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert str(opened["222401"].total)[:4] in text
    assert "3 ÷ 4" in text
    assert "8 × 75% = 6" in text
    assert reverse("assessments:rows", args=[opened["222401"].pk, "started"]) in text


def test_a_foreign_unit_is_not_found(
    opened: dict[str, Assessment], dunhua: User, client_for: ClientFor
) -> None:
    client = client_for(dunhua)
    mine, foreign = opened["222403"].pk, opened["222401"].pk
    for name, args in (("assessment", ()), ("enter", ()), ("basis", ()), ("rows", ("started",))):
        assert client.get(page(name, foreign, *args)).status_code == 404
        assert client.get(page(name, mine, *args)).status_code == 200
    assert client.post(page("step", foreign), {"do": "pass", "revision": 1}).status_code == 404
    assert fresh(opened["222401"]).state == Assessment.State.SELF


def test_who_reads_no_assessments_is_refused(
    opened: dict[str, Assessment], worker: User, client_for: ClientFor
) -> None:
    client = client_for(worker)
    assert client.get(page("index")).status_code == 403
    assert client.get(page("assessment", opened["222401"].pk)).status_code == 403
    assert client.get(page("step", opened["222401"].pk)).status_code == 405


def test_opening_a_year_in_the_browser(
    year: list[Project], province_user: User, yanji: User, client_for: ClientFor
) -> None:
    data = {"year": 2020, "scheme": default_scheme().pk, "on": "2020-12-31"}
    assert client_for(yanji).post(page("open"), data).status_code == 403
    assert client_for(province_user).post(page("open"), {**data, "on": "2099-12-31"}).status_code == 400
    assert not Assessment.objects.exists()
    assert client_for(province_user).post(page("open"), data).status_code == 302
    assert Assessment.objects.filter(year=2020).count() == 2


def test_the_whole_way_in_the_browser(
    opened: dict[str, Assessment],
    yanji: User,
    prefecture_reviewer: User,
    province_user: User,
    second_manager: User,
    client_for: ClientFor,
) -> None:
    pk = opened["222401"].pk

    def state() -> tuple[str, int]:
        row = fresh(opened["222401"])
        return row.state, row.revision

    evidence = {"indicator": "completed", "title": "竣工验收记录", "document_no": "验2020-1"}
    client_for(yanji).post(page("evidence", pk), evidence)
    assert Evidence.objects.get().title == "竣工验收记录"
    client_for(yanji).post(page("step", pk), {"do": "pass", "revision": 1})
    assert state() == ("check", 2)
    loss = {"revision": 2, "indicator": "quality", "loss": "1.5", "finding": "屋面渗漏", "document_no": ""}
    assert client_for(prefecture_reviewer).post(page("enter", pk), {**loss, "loss": "x"}).status_code == 400
    assert client_for(prefecture_reviewer).post(page("enter", pk), loss).status_code == 302
    assert Deduction.objects.get().points == Decimal("1.50")
    client_for(prefecture_reviewer).post(page("step", pk), {"do": "pass", "revision": 3})
    ticked = {"assessment": f"{pk}:4"}
    client_for(province_user).post(page("publish"), ticked)
    assert state() == ("published", 5)
    appeal = {"indicator": "quality", "text": "已按期整改"}
    client_for(yanji).post(page("appeal", pk), appeal)
    found = Appeal.objects.get()
    client_for(second_manager).post(page("answer", found.pk), {"outcome": "rejected", "text": "证据不足"})
    found.refresh_from_db()
    assert (found.outcome, found.answer) == ("rejected", "证据不足")
    client_for(second_manager).post(page("issue"), {"assessment": f"{pk}:5", "document_no": "1号"})
    assert state() == ("published", 5)
    Assessment.objects.filter(pk=pk).update(appeal_until=date(2021, 1, 1))
    client_for(second_manager).post(
        page("issue"), {"assessment": f"{pk}:5", "document_no": "吉建〔2021〕1号"}
    )
    assert state() == ("issued", 6)
    text = client_for(yanji).get(page("assessment", pk)).content.decode()
    assert "屋面渗漏" in text
    assert "证据不足" in text
    assert fresh(opened["222401"]).sha256 in text


def test_evidence_stays_once_the_unit_has_submitted(
    opened: dict[str, Assessment], yanji: User, client_for: ClientFor
) -> None:
    pk = opened["222401"].pk
    proceedings.pass_on(assessment=opened["222401"], seen=1, by=yanji)
    client_for(yanji).post(page("evidence", pk), {"indicator": "completed", "title": "迟到的材料"})
    assert not Evidence.objects.exists()


def _after(client: Client, address: str) -> int:
    """Return how many changes of a row came after the freezing somebody comes from."""
    changes = client.get(address).context["changes"]
    assert changes["after"] == sum(line["change"].is_after for line in changes["lines"])
    return int(changes["after"])


def test_the_rows_behind_a_fact_are_those_of_then(
    opened: dict[str, Assessment], year: list[Project], yanji: User, client_for: ClientFor
) -> None:
    complete(year[3], yanji, started_on=date(2020, 12, 20))
    text = client_for(yanji).get(page("rows", opened["222401"].pk, "started")).content.decode()
    assert "延春小区" in text
    assert "2020-12-20" not in text
    assert text.count("marker-amber") == 1
    # Each row leads to its changes; the one made after the freezing is marked there.
    [group] = client_for(yanji).get(page("rows", opened["222401"].pk, "started")).context["groups"]
    after = {line.about: _after(client_for(yanji), line.history) for line in group.lines}
    assert after == {line.about: int(line.changed_since) for line in group.lines}
    assert sum(after.values()) == 1
    assert client_for(yanji).get(page("rows", opened["222401"].pk, "nothing")).status_code == 404


def test_the_basis_is_a_workbook_of_its_own_rows(
    opened: dict[str, Assessment], yanji: User, client_for: ClientFor
) -> None:
    answer = client_for(yanji).get(page("basis", opened["222401"].pk))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        texts = book.read("xl/sharedStrings.xml").decode()
    assert "projects.project" in texts
    assert "8 × 75% = 6" in texts


def test_a_scheme_is_copied_changed_and_adopted(province_user: User, client_for: ClientFor) -> None:
    client, base = client_for(province_user), default_scheme()
    client.post(page("scheme_copy", base.pk), {"year": 2026, "name": "2026方案"})
    draft = Scheme.objects.get(year=2026)
    form = client.get(page("scheme_edit", draft.pk)).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    data |= {"points-execution": "11", "points-split": "6.5"}
    assert client.post(page("scheme_edit", draft.pk), data).status_code == 302
    client.post(page("scheme_adopt", draft.pk), {"revision": 2})
    draft.refresh_from_db()
    assert draft.state == Scheme.State.DRAFT  # 99.5 points
    again = client.get(page("scheme_edit", draft.pk)).context["form"]
    data = {name: again[name].value() or "" for name in again.fields}
    assert client.post(page("scheme_edit", draft.pk), {**data, "points-split": "7"}).status_code == 302
    client.post(page("scheme_adopt", draft.pk), {"revision": 3})
    draft.refresh_from_db()
    assert (draft.state, len(draft.sha256)) == (Scheme.State.ADOPTED, 64)
    assert client.get(page("scheme_edit", draft.pk)).status_code == 404
    base.refresh_from_db()
    assert base.indicators.get(code="split").points == 6


def test_schemes_are_the_provinces(yanji: User, client_for: ClientFor) -> None:
    client, base = client_for(yanji), default_scheme()
    assert client.get(page("scheme", base.pk)).status_code == 200
    assert client.post(page("scheme_copy", base.pk), {"year": 2026, "name": "x"}).status_code == 403
    assert client.get(page("scheme_edit", base.pk)).status_code == 403


def test_what_is_owed_is_told(
    opened: dict[str, Assessment],
    yanji: User,
    prefecture_reviewer: User,
    province_user: User,
    client_for: ClientFor,
) -> None:
    mine = page("assessment", opened["222401"].pk)
    assert mine in client_for(yanji).get("/").content.decode()
    through_to_published(
        opened["222401"], unit_user=yanji, reviewer=prefecture_reviewer, manager=province_user
    )
    assert mine in client_for(yanji).get("/").content.decode()


def test_months_show_what_moved_by_row(
    year: list[Project], yanji: User, province_user: User, client_for: ClientFor
) -> None:
    reports.monthly(year=2020, on=date(2020, 10, 31))
    complete(year[3], yanji, ready_on=date(2020, 11, 1), started_on=date(2020, 11, 20))
    report = reports.monthly(year=2020, on=date(2020, 11, 30))
    again = reports.monthly(year=2020, on=date(2020, 11, 30))
    assert again.pk == report.pk
    assert FactSheet.objects.filter(kind=FactSheet.Kind.MONTHLY).count() == 2
    query = "?month=2020-11&year=2020"
    table = client_for(yanji).get(page("months") + query).content.decode()
    assert page("moved", "222401") in table
    moved = client_for(yanji).get(page("moved", "222401") + query).content.decode()
    assert "延春小区" in moved
    assert "补录" in moved
    assert yanji.display_name in moved
    assert client_for(yanji).get(page("moved", "222403") + query).status_code == 404
    whole = client_for(province_user).get(page("report", report.pk))
    assert whole.status_code == 200
    assert client_for(yanji).get(page("report", report.pk)).status_code == 404
    for kind, start in (("docx", b"PK"), ("xlsx", b"PK"), ("pdf", b"%PDF")):
        answer = client_for(province_user).get(page("report_file", report.pk, kind))
        assert b"".join(answer.streaming_content).startswith(start)  # type: ignore[attr-defined]


def test_the_course_of_a_unit_stands_beside_the_middle_of_the_province(
    opened: dict[str, Assessment], yanji: User, province_user: User, client_for: ClientFor
) -> None:
    mine = opened["222401"]
    client = client_for(yanji)
    assert client.get(page("assessment", mine.pk)).context["trend"] is None
    for unit, total in (("222401", "81.00"), ("222403", "75.00")):
        row = opened[unit]
        Assessment.objects.create(
            unit=row.unit,
            year=2019,
            scheme=row.scheme,
            fact_sheet=row.fact_sheet,
            state="issued",
            document=row.document,
            total=Decimal(total),
            grade="良",
            sha256="0" * 64,
            issued_at=timezone.now(),
        )
    answer = client.get(page("assessment", mine.pk))
    told = answer.context["trend"]["points"]
    assert [(point["year"], point["total"], point["median"]) for point in told] == [
        (2019, Decimal("81.00"), Decimal("78.00")),
        (2020, fresh(mine).total, None),
    ]
    assert told[0]["url"] in answer.content.decode()
