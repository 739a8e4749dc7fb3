"""The survey: opened for every owner, answered by each for itself, signed, finished, reopened."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.models import Department, Region, User
from accounts.roles import Role
from communities import owed, surveys
from communities.models import CatalogueItem, Community, Survey, SurveyFinding, SurveySignOff, Taxonomy
from communities.surveys import SurveyRefused
from ledgers.grid import GridScope, page
from ledgers.registry import LEDGERS
from projects.models import AnnualPlan, Project
from records.models import ChangeSet
from records.planning import Status
from records.services import apply
from tests.conftest import ClientFor, make_user

pytestmark = pytest.mark.django_db
FORM = ChangeSet.Source.FORM
DUE = date(2099, 6, 30)


def community_of(unit: str, name: str = "州府家园") -> Community:
    """Return a community that is there."""
    values = {"name": name, "region_id": Region.objects.get(code=unit).pk, "street": "北山街道"}
    found = apply(Community, actor=None, source=ChangeSet.Source.LOAD, values=values)
    return Community.objects.get(pk=found.row["id"])


@pytest.fixture
def survey(yanji: User) -> Survey:
    """A survey of a community of 延吉市."""
    [pk] = surveys.open_surveys([community_of("222401")], due_on=DUE, actor=yanji, source=FORM)
    return Survey.objects.get(pk=pk)


@pytest.fixture
def heating(liaison: User) -> User:
    """The liaison of the heating company."""
    liaison.duty = Department.objects.get(code="heating")
    liaison.save(update_fields=["duty"])
    return liaison


def of(survey: Survey, department: str) -> list[SurveyFinding]:
    """Return the findings of a department."""
    return list(SurveyFinding.objects.filter(survey=survey, department__code=department).order_by("pk"))


def part(survey: Survey, department: str) -> SurveySignOff:
    """Return the sign-off of a department."""
    return SurveySignOff.objects.get(survey=survey, department__code=department)


def answer_all(survey: Survey, actor: User, department: str, condition: str = "good") -> None:
    """Answer everything of a department alike."""
    for found in of(survey, department):
        outcome = surveys.enter(found, {"condition": condition}, actor=actor, base_version=found.version)
        assert outcome.writes, outcome.findings


def test_opening_asks_every_item_in_use_and_every_department_once(survey: Survey) -> None:
    asked = CatalogueItem.objects.filter(taxonomy__code="jl4", is_active=True)
    findings = SurveyFinding.objects.filter(survey=survey)
    assert set(findings.values_list("item_id", flat=True)) == set(asked.values_list("pk", flat=True))
    assert findings.exclude(condition="").count() == 0
    owners = SurveySignOff.objects.filter(survey=survey)
    assert sorted(owners.values_list("department_id", flat=True)) == sorted(
        set(asked.values_list("department_id", flat=True))
    )
    assert set(owners.values_list("due_on", "signed_on")) == {(DUE, None)}
    assert (survey.state, survey.due_on, survey.opened_on) == ("open", DUE, timezone.localdate())


def test_a_citys_own_taxonomy_goes_before_the_provinces(yanji: User) -> None:
    apply(
        Taxonomy,
        actor=None,
        source=ChangeSet.Source.LOAD,
        values={"code": "yj", "name": "延吉目录", "region_id": yanji.region_id},
    )
    item = {
        "taxonomy_id": Taxonomy.objects.get(code="yj").pk,
        "code": "1",
        "name": "地下室",
        "group": "房屋",
        "level": "basic",
        "measure": "㎡",
        "department_id": Department.objects.get(code="housing").pk,
    }
    apply(CatalogueItem, actor=None, source=ChangeSet.Source.LOAD, values=item)
    opened = surveys.open_surveys([community_of("222401")], due_on=DUE, actor=yanji, source=FORM)
    names = SurveyFinding.objects.filter(survey__in=opened).values_list("item__name", flat=True)
    assert list(names) == ["地下室"]


def test_a_community_is_surveyed_once_at_a_time_and_not_by_strangers_or_readers(
    survey: Survey, yanji: User, dunhua: User, heating: User, prefecture_reviewer: User
) -> None:
    with pytest.raises(SurveyRefused, match="州府家园"):
        surveys.open_surveys([survey.community], due_on=DUE, actor=yanji, source=FORM)
    other = community_of("222401", "铁南小区")
    for actor in (dunhua, heating, prefecture_reviewer):
        with pytest.raises(PermissionDenied):
            surveys.open_surveys([other], due_on=DUE, actor=actor, source=FORM)
    yesterday = timezone.localdate() - timedelta(days=1)
    with pytest.raises(SurveyRefused):
        surveys.open_surveys([other], due_on=yesterday, actor=yanji, source=FORM)
    assert Survey.objects.count() == 1


def test_a_liaison_answers_for_the_own_department_alone(survey: Survey, heating: User) -> None:
    [own, *_rest], [other] = of(survey, "heating"), of(survey, "cable_tv")
    values = {"condition": "damaged", "quantity": Decimal("320.50"), "remark": "锈蚀"}
    assert surveys.enter(own, values, actor=heating, base_version=1).status is Status.CHANGED
    refused = surveys.enter(other, values, actor=heating, base_version=1)
    assert refused.status is Status.LOCKED
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.condition, own.quantity, own.remark, own.found_on) == (
        "damaged",
        Decimal("320.50"),
        "锈蚀",
        timezone.localdate(),
    )
    assert (other.condition, other.version) == ("", 1)


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"condition": "damaged", "quantity": Decimal("1.00")}, Status.CHANGED),
        ({"condition": "missing"}, Status.CHANGED),
        ({"condition": "good"}, Status.CHANGED),
        ({"condition": "damaged", "quantity": Decimal("0.00")}, Status.REJECTED),
        ({"condition": "damaged", "quantity": Decimal("-1.00")}, Status.REJECTED),
        ({"quantity": Decimal("1.00")}, Status.REJECTED),
    ],
)
def test_a_quantity_stands_where_there_is_something_to_do(
    survey: Survey, yanji: User, values: dict[str, object], status: Status
) -> None:
    found = of(survey, "heating")[0]
    outcome = apply(SurveyFinding, actor=yanji, source=FORM, values=values, pk=found.pk, base_version=1)
    assert outcome.status is status


def test_good_with_a_quantity_is_refused_and_the_form_clears_a_former_one(
    survey: Survey, yanji: User
) -> None:
    found = of(survey, "heating")[0]
    surveys.enter(found, {"condition": "damaged", "quantity": Decimal(5)}, actor=yanji, base_version=1)
    direct = apply(
        SurveyFinding, actor=yanji, source=FORM, values={"condition": "good"}, pk=found.pk, base_version=2
    )
    assert direct.status is Status.REJECTED
    surveys.enter(found, {"condition": "good"}, actor=yanji, base_version=2)
    found.refresh_from_db()
    assert (found.condition, found.quantity) == ("good", None)


def test_an_entry_of_somebody_else_is_not_taken_in_ones_own_name(
    survey: Survey, heating: User, yanji: User, client_for: ClientFor
) -> None:
    found = of(survey, "heating")[0]
    address = reverse("communities:finding_save", args=[found.pk])
    sent = {"key": "entry-0001", "version": 1, "condition": "missing", "user": str(heating.pk)}
    assert client_for(yanji).post(address, sent).status_code == 403
    found.refresh_from_db()
    assert (found.condition, found.version) == ("", 1)
    assert client_for(heating).post(address, sent).status_code == 302
    found.refresh_from_db()
    assert (found.condition, found.version) == ("missing", 2)


def test_a_department_signs_when_everything_is_answered_with_its_quantity(
    survey: Survey, heating: User, yanji: User
) -> None:
    sign_off = part(survey, "heating")
    with pytest.raises(SurveyRefused, match="供暖管线"):
        surveys.sign(sign_off, actor=heating, name="李", source=FORM)
    answer_all(survey, heating, "heating", "missing")
    with pytest.raises(SurveyRefused, match="供暖管线"):
        surveys.sign(sign_off, actor=heating, name="李", source=FORM)
    for found in of(survey, "heating"):
        values = {"condition": "missing", "quantity": Decimal(10)}
        surveys.enter(found, values, actor=heating, base_version=found.version)
    with pytest.raises(SurveyRefused):
        surveys.sign(sign_off, actor=heating, name="  ", source=FORM)
    # The company has an account here: nobody signs in its place.
    with pytest.raises(SurveyRefused, match="供热公司"):
        surveys.sign(sign_off, actor=yanji, name="王", source=FORM)
    assert surveys.sign(sign_off, actor=heating, name="李", source=FORM) is False
    sign_off.refresh_from_db()
    assert (sign_off.signed_name, sign_off.signed_on, sign_off.signed_by) == (
        "李",
        timezone.localdate(),
        heating,
    )
    locked = surveys.enter(of(survey, "heating")[0], {"condition": "good"}, actor=heating, base_version=3)
    assert locked.status is Status.LOCKED


def test_the_last_signature_finishes_the_survey_and_reopening_takes_it_back(
    survey: Survey, yanji: User
) -> None:
    for sign_off in SurveySignOff.objects.filter(survey=survey).select_related("department"):
        answer_all(survey, yanji, sign_off.department.code, "na")
    ended = [
        surveys.sign(sign_off, actor=yanji, name="王", source=FORM)
        for sign_off in SurveySignOff.objects.filter(survey=survey)
    ]
    assert ended == [False] * (len(ended) - 1) + [True]
    survey.refresh_from_db()
    assert (survey.state, survey.finished_on) == ("finished", timezone.localdate())
    water = part(survey, "water")
    found = of(survey, "water")[0]
    assert surveys.enter(found, {"condition": "good"}, actor=yanji, base_version=2).status is Status.LOCKED
    with pytest.raises(SurveyRefused):
        surveys.reopen(water, actor=yanji, reason="", source=FORM)
    surveys.reopen(water, actor=yanji, reason="管线长度有误", source=FORM)
    survey.refresh_from_db()
    water.refresh_from_db()
    assert (survey.state, survey.finished_on, water.signed_on) == ("open", None, None)
    assert water.change_set.reason == "管线长度有误"
    assert surveys.enter(found, {"condition": "good"}, actor=yanji, base_version=2).writes


def test_an_expired_or_foreign_liaison_does_not_keep_a_survey_waiting(
    survey: Survey, heating: User, yanji: User
) -> None:
    make_user("gas-dunhua", "燃气联络员", Role.LIAISON, "222403")
    User.objects.filter(username="gas-dunhua").update(duty=Department.objects.get(code="gas"))
    answer_all(survey, yanji, "gas")
    assert surveys.sign(part(survey, "gas"), actor=yanji, name="王", source=FORM) is False
    heating.expires_on = date(2020, 1, 1)
    heating.save(update_fields=["expires_on"])
    answer_all(survey, yanji, "heating")
    assert surveys.sign(part(survey, "heating"), actor=yanji, name="王", source=FORM) is False


def test_the_liaisons_grid_holds_the_own_items_and_other_ledgers_refuse_them(
    survey: Survey, heating: User, client_for: ClientFor
) -> None:
    shown = page(GridScope(LEDGERS["findings"], heating))
    assert (shown["may_edit"], shown["may_add"], len(shown["rows"])) == (True, False, 2)
    browser = client_for(heating)
    row = of(survey, "heating")[0]
    edit = {"id": row.pk, "v": 1, "cells": {"condition": "好"}, "key": "liaison-key"}
    saved = browser.post(
        reverse("ledgers:grid_save", args=["findings"]), {"changes": [edit]}, "application/json"
    )
    assert [answer["status"] for answer in saved.json()["rows"]] == ["saved"]
    edit |= {"id": survey.community_id, "cells": {"remark": "x"}, "key": "liaison-key-2"}
    for slug in ("communities", "buildings", "catalogue"):
        address = reverse("ledgers:grid_save", args=[slug])
        assert browser.post(address, {"changes": [edit]}, "application/json").status_code == 403
    api = browser.patch(f"/api/v1/findings/{row.pk}/", {"version": 2, "condition": "na"}, "application/json")
    assert (api.status_code, api.json()["condition"]) == (200, "na")
    refused = browser.patch(
        f"/api/v1/communities/{survey.community_id}/", {"version": 1, "remark": "x"}, "application/json"
    )
    assert refused.status_code == 403


def test_what_is_owed_stands_in_the_list_of_whoever_owes_it(
    survey: Survey, heating: User, yanji: User, dunhua: User
) -> None:
    [mine] = owed.owed(heating)
    assert (mine["due"], mine["url"]) == (DUE, reverse("communities:surveys"))
    assert len(owed.owed(yanji)) == 1
    assert owed.owed(dunhua) == []
    answer_all(survey, heating, "heating")
    surveys.sign(part(survey, "heating"), actor=heating, name="李", source=FORM)
    assert owed.owed(heating) == []


def test_signing_and_reopening_by_the_page(survey: Survey, yanji: User, client_for: ClientFor) -> None:
    browser = client_for(yanji)
    water = part(survey, "water")
    address = reverse("communities:survey_sign", args=[water.pk])
    refused = browser.post(address, {"name": "王"}, follow=True)
    assert [message.level_tag for message in refused.context["messages"]] == ["error"]
    answer_all(survey, yanji, "water")
    browser.post(address, {"name": "王"})
    water.refresh_from_db()
    assert water.signed_name == "王"
    browser.post(reverse("communities:survey_reopen", args=[water.pk]), {"reason": "补测"})
    water.refresh_from_db()
    assert water.signed_on is None


def test_an_entry_counts_once_and_tells_what_is_wrong(
    survey: Survey, heating: User, client_for: ClientFor
) -> None:
    browser = client_for(heating)
    found = of(survey, "heating")[0]
    address = reverse("communities:finding_save", args=[found.pk])
    sent = {"key": "entry-0001", "version": 1, "condition": "damaged", "quantity": "12.5", "remark": "漏水"}
    script = {"X-Requested-With": "XMLHttpRequest"}
    answers = [browser.post(address, sent, headers=script) for _time in range(2)]
    assert [(answer.status_code, answer.json()["version"]) for answer in answers] == [(200, 2), (200, 2)]
    found.refresh_from_db()
    assert (found.version, found.quantity) == (2, Decimal("12.5"))
    other = browser.post(address, {**sent, "quantity": "13"}, headers=script)
    assert (other.status_code, bool(other.json()["message"])) == (422, True)
    wrong = browser.post(
        address, {**sent, "key": "entry-0002", "version": 2, "quantity": "-1"}, headers=script
    )
    assert (wrong.status_code, bool(wrong.json()["message"])) == (422, True)
    plain = browser.post(address, {**sent, "key": "entry-0003", "version": 2, "condition": "good"})
    assert plain.status_code == 302
    found.refresh_from_db()
    assert (found.condition, found.quantity) == ("good", None)


def test_opening_by_the_page_happens_once(yanji: User, client_for: ClientFor) -> None:
    community = community_of("222401")
    browser = client_for(yanji)
    sent = {"key": "open-0001", "due_on": "2099-06-30", "communities": [community.pk]}
    for _time in range(2):
        answer = browser.post(reverse("communities:survey_open"), sent)
    [opened] = Survey.objects.all()
    assert opened.community == community
    assert answer.status_code in {302, 400}


def planned(community: Community, households: int, year: int = 2027) -> Project:
    """Return a project of a community in a plan year."""
    values = {"community_id": community.pk, "plan_year": year, "planned_households": households}
    found = apply(Project, actor=None, source=ChangeSet.Source.LOAD, values=values)
    return Project.objects.get(pk=found.row["id"])


def test_homes_built_late_are_a_small_part_of_the_years_households(yanji: User) -> None:
    old, late = community_of("222401", "老小区"), community_of("222401", "新小区")
    apply(Community, actor=None, source=FORM, pk=old.pk, values={"built_from": 1990})
    apply(Community, actor=None, source=FORM, pk=late.pk, values={"built_from": 1999, "built_to": 2003})
    planned(old, 850)
    planned(late, 150)
    plan = {"unit_id": yanji.region_id, "year": 2027, "target_projects": 2}

    def doubts() -> list[str]:
        known = AnnualPlan.objects.filter(unit=yanji.region, year=2027).first()
        pk = known.pk if known else None
        found = apply(AnnualPlan, actor=None, source=ChangeSet.Source.LOAD, values=plan, pk=pk)
        return [finding.code for finding in found.findings if finding.code == "late_built_share"]

    assert doubts() == []
    planned(community_of("222401", "再一个小区"), 0)
    third = community_of("222401", "第四小区")
    apply(Community, actor=None, source=FORM, pk=third.pk, values={"built_from": 2001})
    planned(third, 1)
    assert doubts() == ["late_built_share"]


def test_a_survey_that_let_a_project_go_on_stays_finished(survey: Survey, yanji: User) -> None:
    project = planned(survey.community, 100)
    for sign_off in SurveySignOff.objects.filter(survey=survey).select_related("department"):
        answer_all(survey, yanji, sign_off.department.code, "na")
        surveys.sign(sign_off, actor=yanji, name="王", source=FORM)
    stage = {"stage": Project.Stage.PLAN}
    apply(Project, actor=None, source=ChangeSet.Source.LOAD, pk=project.pk, values=stage)
    with pytest.raises(SurveyRefused):
        surveys.reopen(part(survey, "water"), actor=yanji, reason="有误", source=FORM)
    survey.refresh_from_db()
    assert survey.state == "finished"
    assert part(survey, "water").signed_on is not None
