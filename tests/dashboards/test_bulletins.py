"""The life of a bulletin: made once, edited as a draft, issued by a second person, then never changed."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AuditEvent, User
from accounts.roles import Role
from dashboards import asking, bulletins
from dashboards.bulletins import NotADraft, NothingToReport, Outdated, SelfIssued
from dashboards.checking import checks, worst
from dashboards.documents import files
from dashboards.models import Bulletin, Snapshot
from dashboards.runs import text_of
from dashboards.snapshots import NotOver
from jobs.models import Job
from projects.models import Project
from tests.conftest import make_user
from tests.dashboards.conftest import JUNE, MAY, change, enter, started
from tests.parallel import together

pytestmark = pytest.mark.django_db

WORDS = {"to": "各市（州）：", "remark": "", "matters": "请说明原因。", "next_steps": "倒排工期。"}


@pytest.fixture
def draft(year: list[Project]) -> Bulletin:
    """Give the draft of June 2020, made by the timetable."""
    return bulletins.make(plan_year=2020, year=2020, month=6)[0]


@pytest.fixture
def colleague(db: None) -> User:
    """A second person of the provincial office."""
    return make_user("colleague", "省级林", Role.MANAGER, "220000")


def fresh(bulletin: Bulletin) -> Bulletin:
    return Bulletin.objects.get(pk=bulletin.pk)


# ---------------------------------------------------------------- making


def test_a_month_is_frozen_with_the_one_before_and_composed(draft: Bulletin) -> None:
    assert [(s.plan_year, s.on) for s in Snapshot.objects.order_by("on")] == [(2020, MAY), (2020, JUNE)]
    assert (draft.number, draft.revision, draft.state) == (1, 1, "draft")
    first = text_of(draft.document["blocks"][0]["runs"])
    assert "4 communities and 220 households have been started, by communities 40.0%" in first
    assert "20.0 percentage points more than at the end of May" in first
    assert {name: set(kept) for name, kept in draft.files.items()} == {
        name: {"path", "sha256", "size"} for name in ("docx", "pdf", "xlsx")
    }
    assert [move["name"] for move in draft.moves] == ["小区1", "小区2", "小区6"]


def test_a_period_has_one_bulletin_however_often_it_is_asked_for(
    draft: Bulletin, province_user: User
) -> None:
    again, is_new = bulletins.make(plan_year=2020, year=2020, month=6, by=province_user)
    assert (again.pk, is_new, Bulletin.objects.count()) == (draft.pk, False, 1)


def test_numbers_count_through_the_year_of_the_period(draft: Bulletin) -> None:
    july, _new = bulletins.make(plan_year=2020, year=2020, month=7)
    older, _new = bulletins.make(plan_year=2019, year=2020, month=6)
    first, _new = bulletins.make(plan_year=2020, year=2021, month=1)
    assert [july.number, older.number, first.number] == [2, 3, 1]


def test_a_month_that_is_not_over_cannot_be_reported(year: list[Project]) -> None:
    today = timezone.localdate()
    with pytest.raises(NotOver):
        bulletins.make(plan_year=2020, year=today.year, month=today.month)
    assert not Bulletin.objects.exists()


def test_a_year_without_projects_is_not_reported(year: list[Project]) -> None:
    with pytest.raises(NothingToReport):
        bulletins.make(plan_year=2021, year=2021, month=6)


def test_the_ledgers_move_on_and_the_bulletin_stays(
    draft: Bulletin, year: list[Project], province_user: User
) -> None:
    change(year[0], province_user, "退回", started_on=None)
    before = fresh(draft).document
    edited = bulletins.edit(bulletin=draft, seen=1, narrative=WORDS, by=province_user)
    assert edited.document["tables"] == before["tables"]
    assert worst(checks(edited)) == "soft"
    assert "now say 3 started" in " ".join(check.text for check in checks(edited))


# ---------------------------------------------------------------- editing


def test_editing_a_draft_composes_and_files_it_anew(draft: Bulletin, province_user: User) -> None:
    bulletins.edit(bulletin=draft, seen=1, narrative=WORDS | {"remark": "全国同期 40.4%。"}, by=province_user)
    edited = fresh(draft)
    assert (edited.revision, edited.edited_by, edited.narrative["next_steps"]) == (
        2,
        province_user,
        "倒排工期。",
    )
    texts = [text_of(block["runs"]) for block in edited.document["blocks"]]
    assert texts[0].endswith("全国同期 40.4%。")
    assert "请说明原因。" in texts
    assert edited.files["pdf"]["path"] != draft.files["pdf"]["path"]
    event = AuditEvent.objects.filter(kind=AuditEvent.Kind.BULLETIN_EDIT).latest("pk")
    assert (event.actor, event.detail["revision"]) == (province_user, 2)


def test_of_two_editors_the_second_is_told(draft: Bulletin, province_user: User, colleague: User) -> None:
    bulletins.edit(bulletin=draft, seen=1, narrative=WORDS, by=province_user)
    with pytest.raises(Outdated):
        bulletins.edit(bulletin=draft, seen=1, narrative=WORDS | {"to": "他人"}, by=colleague)
    assert fresh(draft).narrative["to"] == WORDS["to"]


def test_numbers_typed_by_hand_are_pointed_out(draft: Bulletin, province_user: User) -> None:
    words = WORDS | {"remark": "全国同期开工率 40.4%，我省 40.0%，截至6月30日，2020年第3期。"}
    edited = bulletins.edit(bulletin=draft, seen=1, narrative=words, by=province_user)
    (strange,) = [check.text for check in checks(edited) if "Typed by hand" in check.text]
    assert strange.endswith(": 40.4")


def test_the_checks_see_a_number_that_is_not_the_snapshots(draft: Bulletin) -> None:
    assert worst(checks(draft)) == "soft"  # units that have not started
    numbers = [run for run in draft.document["blocks"][0]["runs"] if run.get("m")]
    numbers[0]["t"] = "12"
    draft.document["tables"][0]["total"]["started"] = 5
    found = [check.text for check in checks(draft) if check.sign == "hard"]
    assert found == [
        "Not as in the snapshot: 12",
        "The table's total 5 is not the sum of its 9 rows",
    ]


# ---------------------------------------------------------------- issuing


def test_an_issued_bulletin_is_dated_signed_and_hashed(draft: Bulletin, province_user: User) -> None:
    bulletins.issue(bulletin=draft, seen=1, by=province_user)
    issued = fresh(draft)
    assert (issued.state, issued.issued_by) == (Bulletin.State.ISSUED, province_user)
    assert issued.document["draft"] == ""
    assert issued.sha256 == bulletins.content_hash(issued)
    assert files.read(issued.files["pdf"]).startswith(b"%PDF")
    event = AuditEvent.objects.get(kind=AuditEvent.Kind.BULLETIN_ISSUE)
    assert (event.actor, event.detail["sha256"]) == (province_user, issued.sha256)


def test_whoever_wrote_the_draft_does_not_issue_it(
    draft: Bulletin, province_user: User, colleague: User, settings: Settings
) -> None:
    bulletins.edit(bulletin=draft, seen=1, narrative=WORDS, by=province_user)
    with pytest.raises(SelfIssued):
        bulletins.issue(bulletin=draft, seen=2, by=province_user)
    assert fresh(draft).is_draft
    settings.BULLETIN_FOUR_EYES = False
    assert bulletins.reason_against_issue(fresh(draft), province_user) == ""
    settings.BULLETIN_FOUR_EYES = True
    bulletins.issue(bulletin=draft, seen=2, by=colleague)
    assert fresh(draft).issued_by == colleague


def test_whoever_made_the_draft_by_the_button_does_not_issue_it(
    year: list[Project], province_user: User, colleague: User
) -> None:
    made, _new = bulletins.make(plan_year=2020, year=2020, month=6, by=province_user)
    assert bulletins.reason_against_issue(made, province_user)
    assert bulletins.reason_against_issue(made, colleague) == ""


def test_a_role_that_does_not_issue_is_refused(draft: Bulletin, auditor: User) -> None:
    with pytest.raises(SelfIssued):
        bulletins.issue(bulletin=draft, seen=1, by=auditor)
    assert fresh(draft).is_draft


def test_what_was_read_is_what_is_signed(draft: Bulletin, province_user: User, colleague: User) -> None:
    bulletins.edit(bulletin=draft, seen=1, narrative=WORDS, by=province_user)
    with pytest.raises(Outdated):
        bulletins.issue(bulletin=draft, seen=1, by=colleague)


def test_after_the_issue_no_path_changes_anything(
    draft: Bulletin, province_user: User, colleague: User
) -> None:
    bulletins.issue(bulletin=draft, seen=1, by=province_user)
    before = Bulletin.objects.filter(pk=draft.pk).values().get()
    with pytest.raises(NotADraft):
        bulletins.edit(bulletin=draft, seen=1, narrative=WORDS, by=colleague)
    with pytest.raises(NotADraft):
        bulletins.issue(bulletin=draft, seen=1, by=colleague)
    with pytest.raises(TypeError):
        draft.delete()
    with pytest.raises(TypeError):
        Bulletin.objects.all().delete()
    issued = fresh(draft)
    issued.state = Bulletin.State.DRAFT
    with pytest.raises(DatabaseError), transaction.atomic():
        issued.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Bulletin.objects.filter(pk=draft.pk).update(narrative={})
    bulletins.make(plan_year=2020, year=2020, month=6)
    assert Bulletin.objects.filter(pk=draft.pk).values().get() == before


def test_an_issued_bulletin_needs_its_signature(draft: Bulletin) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Bulletin.objects.filter(pk=draft.pk).update(state="issued")


# ---------------------------------------------------------------- who reads


def test_drafts_are_for_editors_and_issued_ones_for_all_they_reach(
    draft: Bulletin, province_user: User, yanji: User, auditor: User, worker: User
) -> None:
    def readers() -> list[str]:
        people = (province_user, yanji, auditor, worker)
        return [user.username for user in people if Bulletin.objects.visible_to(user).exists()]

    assert readers() == ["province"]
    bulletins.issue(bulletin=draft, seen=1, by=province_user)
    assert readers() == ["province", "yanji", "auditor"]


# ---------------------------------------------------------------- many at once


def in_parallel(work: Any, count: int = 5) -> list[BaseException]:
    """Run the same work in several threads at once, each with a database connection of its own."""
    return [one for one in together([work] * count) if isinstance(one, BaseException)]


@pytest.mark.django_db(transaction=True)
def test_five_triggers_at_once_make_one_bulletin() -> None:
    enter([{"unit": "222401", **started(date(2020, 6, 2))}, {"unit": "222403"}])
    assert in_parallel(lambda: asking.ask_for_bulletin(plan_year=2020, year=2020, month=6)) == []
    bulletin = Bulletin.objects.get()
    job = Job.objects.get(kind=asking.BULLETIN)
    assert (job.state, job.result["bulletin"]) == (Job.State.DONE, bulletin.pk)
    assert bulletin.number == 1


@pytest.mark.django_db(transaction=True)
def test_five_makers_at_once_make_one_bulletin() -> None:
    enter([{"unit": "222401", **started(date(2020, 6, 2))}])
    made: list[tuple[int, bool]] = []

    def work() -> None:
        bulletin, is_new = bulletins.make(plan_year=2020, year=2020, month=6)
        made.append((bulletin.pk, is_new))

    assert in_parallel(work) == []
    assert len({pk for pk, _new in made}) == 1
    assert sum(is_new for _pk, is_new in made) == 1
    assert Snapshot.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_an_edit_and_an_issue_at_once_one_is_told() -> None:
    enter([{"unit": "222401", **started(date(2020, 6, 2))}])
    draft, _new = bulletins.make(plan_year=2020, year=2020, month=6)
    editor = make_user("editor", "编辑", Role.MANAGER, "220000")
    signer = make_user("signer", "签发", Role.MANAGER, "220000")
    turn = iter([0, 1])
    lock = threading.Lock()

    def work() -> None:
        with lock:
            first = next(turn) == 0
        if first:
            bulletins.edit(bulletin=draft, seen=1, narrative=WORDS, by=editor)
        else:
            bulletins.issue(bulletin=draft, seen=1, by=signer)

    errors = in_parallel(work, 2)
    assert [type(error) for error in errors] in ([Outdated], [NotADraft])
    after = Bulletin.objects.get()
    assert (after.revision, after.state) in {(2, "draft"), (1, "issued")}
