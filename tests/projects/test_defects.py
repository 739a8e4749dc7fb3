"""Defects: mended by one, verified by another, overdue by day, counted for the firm."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import User
from projects import defects
from projects.defects import DefectError
from projects.gating import Transition, examine
from projects.models import Defect, Liability, Project
from records.history import cell_history
from records.models import Attachment, ChangeSet
from records.planning import Status
from records.services import apply
from tests.conftest import ClientFor
from tests.projects.stage import make_item, make_project, write

pytestmark = pytest.mark.django_db
FORM = ChangeSet.Source.FORM
FOUND, DUE = date(2026, 6, 1), date(2026, 6, 15)


@pytest.fixture(autouse=True)
def _on_the_first_of_july() -> Iterator[None]:
    with time_machine.travel(date(2026, 7, 1), tick=False):
        yield


@pytest.fixture
def project() -> Project:
    return make_project(started_on=date(2026, 5, 4))


@pytest.fixture
def defect(project: Project, yanji: User) -> Defect:
    return defects.report(project, actor=yanji, source=FORM, values=row())


def row(**values: object) -> dict[str, object]:
    common = {"origin": "inspection", "description": "外墙空鼓", "assignee": "延边建工"}
    return {**common, "found_on": FOUND, "due_on": DUE, **values}


def photo() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    return SimpleUploadedFile("墙.jpg", out.getvalue(), "image/jpeg")


def test_defects_of_a_project_are_numbered(defect: Defect, project: Project, yanji: User) -> None:
    second = defects.report(project, actor=yanji, source=FORM, values=row())
    other = defects.report(make_project("乙小区"), actor=yanji, source=FORM, values=row())
    assert (defect.number, second.number, other.number) == (1, 2, 1)


def test_whoever_mended_it_cannot_verify_it(defect: Defect, yanji: User, worker: User) -> None:
    mended = defects.mend(defect, actor=yanji, source=FORM, note="重新抹灰")
    assert (mended.state, mended.mended_by, mended.mended_on) == ("mended", yanji, date(2026, 7, 1))
    with pytest.raises(DefectError, match="another person"):
        defects.verify(defect, actor=yanji, source=FORM)
    done = defects.verify(defect, actor=worker, source=FORM)
    assert (done.state, done.verified_by, done.verified_on) == ("verified", worker, date(2026, 7, 1))


def test_a_defect_opened_again_keeps_what_was_said_before(defect: Defect, yanji: User, worker: User) -> None:
    defects.mend(defect, actor=yanji, source=FORM, note="重新抹灰")
    with pytest.raises(DefectError, match="reason"):
        defects.reopen(defect, actor=worker, source=FORM, reason=" ")
    again = defects.reopen(defect, actor=worker, source=FORM, reason="仍有空鼓")
    assert (again.state, again.mended_by, again.mended_note) == ("open", None, "")
    steps = cell_history(Defect, defect.pk, "state")
    assert [(step.new, step.reason) for step in steps] == [("open", "仍有空鼓"), ("mended", ""), ("open", "")]


@pytest.mark.parametrize("state", ["open", "mended", "verified"])
def test_steps_out_of_turn_are_refused(defect: Defect, yanji: User, worker: User, state: str) -> None:
    if state != "open":
        defects.mend(defect, actor=yanji, source=FORM, note="x")
    if state == "verified":
        defects.verify(defect, actor=worker, source=FORM)
    if state == "open":
        with pytest.raises(DefectError, match="to be mended"):
            defects.verify(defect, actor=worker, source=FORM)
    else:
        with pytest.raises(DefectError, match=state):
            defects.mend(defect, actor=yanji, source=FORM, note="x")


def test_it_cannot_be_mended_tomorrow_or_before_it_was_found(defect: Defect, yanji: User) -> None:
    for day in (date(2026, 7, 2), date(2026, 5, 31)):
        with pytest.raises(DefectError, match="cannot have been mended"):
            defects.mend(defect, actor=yanji, source=FORM, note="x", mended_on=day)


def test_no_ledger_path_closes_a_defect(defect: Defect, yanji: User) -> None:
    values = {"state": "verified", "mended_on": FOUND}
    for source in (FORM, ChangeSet.Source.GRID, ChangeSet.Source.API, ChangeSet.Source.WORKBOOK):
        assert apply(Defect, actor=yanji, source=source, pk=defect.pk, values=values).status is Status.LOCKED


def test_a_stranger_cannot_mend_it(defect: Defect, dunhua: User) -> None:
    with pytest.raises(DefectError, match="no such"):
        defects.mend(defect, actor=dunhua, source=FORM, note="x")


def test_what_is_overdue_is_open_and_past_its_day(defect: Defect, project: Project, yanji: User) -> None:
    later = defects.report(project, actor=yanji, source=FORM, values=row(due_on=date(2026, 7, 1)))
    mended = defects.report(project, actor=yanji, source=FORM, values=row())
    defects.mend(mended, actor=yanji, source=FORM, note="x")
    late = defects.overdue(Defect.objects.visible_to(yanji), date(2026, 7, 1))
    assert set(late) == {defect}
    assert later not in late


def test_defects_count_for_the_firm_that_answers(project: Project, yanji: User) -> None:
    item = make_item("外墙保温")
    [answer] = write(
        Liability, [{"project_id": project.pk, "item_id": item.pk, "firm": "延边建工", "person": "王工"}]
    )
    defects.report(project, actor=yanji, source=FORM, values=row(liability_id=answer.pk, assignee="班组"))
    defects.report(project, actor=yanji, source=FORM, values=row(due_on=date(2026, 8, 1)))
    [firm] = defects.by_firm(Defect.objects.visible_to(yanji), date(2026, 7, 1))
    assert (firm["firm"], firm["total"], firm["open"], firm["overdue"]) == ("延边建工", 2, 2, 1)


def test_parts_of_another_project_are_refused(project: Project, yanji: User) -> None:
    item = make_item("外墙保温")
    other = make_project("乙小区")
    [answer] = write(
        Liability, [{"project_id": other.pk, "item_id": item.pk, "firm": "延边建工", "person": "王工"}]
    )
    with pytest.raises(DefectError, match="another project"):
        defects.report(project, actor=yanji, source=FORM, values=row(liability_id=answer.pk))


def test_the_gate_stays_closed_until_every_defect_is_verified(
    defect: Defect, yanji: User, worker: User
) -> None:
    def missing() -> list[tuple[str, date | None, str]]:
        report = examine([defect.project], Transition.TO_AFTERCARE)[defect.project_id]
        return [(one.what, one.due, one.url) for one in report.unmet if one.code == "projects.mended"]

    url = reverse("projects:quality", args=[defect.project_id])
    assert missing() == [("1 defect not closed", DUE, url)]
    defects.mend(defect, actor=yanji, source=FORM, note="x")
    assert len(missing()) == 1
    defects.verify(defect, actor=worker, source=FORM)
    assert missing() == []


def test_from_the_report_on_the_spot_to_the_second_look(
    project: Project, yanji: User, worker: User, client_for: ClientFor
) -> None:
    sent = {
        "key": "a-key-of-the-defect",
        "description": "单元门破损",
        "origin": "resident",
        "severity": "major",
        "found_on": "2026-06-20",
        "due_on": "2026-06-25",
        "assignee": "延边建工",
        "photo": photo(),
    }
    client = client_for(worker)
    url = reverse("projects:defect_new", args=[project.pk])
    assert client.post(url, sent).status_code == 302
    found = Defect.objects.live().get(project=project)
    assert Attachment.objects.of("projects.defect", found.pk).get().purpose == "before"
    page = client.get(reverse("projects:defects") + "?year=2026&state=overdue").content.decode()
    assert "单元门破损" in page
    mend = reverse("projects:defect_mend", args=[found.pk])
    told = {"key": "a-key-of-mending", "note": "已更换", "mended_on": "2026-06-30", "photo": photo()}
    assert client.post(mend, told).status_code == 302
    verify = reverse("projects:defect_verify", args=[found.pk])
    assert client.post(verify, {"key": "a-key-of-mine"}).status_code == 400
    assert client_for(yanji).post(verify, {"key": "a-key-of-theirs"}).status_code == 302
    found.refresh_from_db()
    assert (found.state, found.verified_by) == ("verified", yanji)
    assert sorted(Attachment.objects.of("projects.defect", found.pk).values_list("purpose", flat=True)) == [
        "after",
        "before",
    ]


def test_a_report_without_words_is_refused_beside_the_form(
    project: Project, yanji: User, client_for: ClientFor
) -> None:
    url = reverse("projects:defect_new", args=[project.pk])
    assert client_for(yanji).post(url, {"description": ""}).status_code == 400
    assert not Defect.objects.exists()


def test_auditors_and_strangers_do_not_mend(
    defect: Defect, auditor: User, dunhua: User, client_for: ClientFor
) -> None:
    url = reverse("projects:defect_mend", args=[defect.pk])
    assert client_for(auditor).post(url, {"note": "x"}).status_code == 403
    assert client_for(dunhua).post(url, {"note": "x"}).status_code == 404
    assert client_for(dunhua).get(reverse("projects:defect", args=[defect.pk])).status_code == 404
    assert client_for(auditor).get(url).status_code == 405
