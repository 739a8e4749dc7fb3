"""Alerts: what the rules find, how alerts live, and who may do what about them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Region, User
from dashboards import asking, owed
from dashboards.alerts import answering
from dashboards.alerts.evaluating import Counts, evaluate
from dashboards.alerts.reading import grouped, open_for
from dashboards.alerts.registry import WAYS, Found, Night
from dashboards.models import Alert, AlertEvent, AlertRule
from jobs.models import Job
from projects.models import Acceptance, Defect, ManagementArrangement, Project
from projects.months import month_before
from tests.conftest import ClientFor
from tests.dashboards.conftest import JUNE, change, enter, started
from tests.projects import months
from tests.projects.stage import make_project, write

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
Kind, Level = AlertEvent.Kind, Alert.Level


@pytest.fixture
def province(db: None) -> Region:
    """Give the province."""
    return Region.objects.get(parent=None)


def only(*codes: str) -> None:
    """Switch every other rule off."""
    AlertRule.objects.exclude(code__in=codes).update(is_active=False)


def standing() -> list[tuple[str, str, str, str]]:
    """Return the open alerts: rule, unit, level, value."""
    rows = Alert.objects.open().select_related("rule", "unit").order_by("rule__code", "unit__code", "key")
    return [(row.rule.code, row.unit.code, row.level, row.facts["value"]) for row in rows]


def look(code: str, province: Region, on: date) -> list[Found]:
    """Return what one way of looking finds."""
    rule = AlertRule.objects.get(code=code)
    return sorted(WAYS[code].find(Night(province, on), rule), key=lambda found: found.key)


def unit(code: str) -> int:
    """Return the key of a unit."""
    return Region.objects.get(code=code).pk


# ---------------------------------------------------------------- rules


def test_every_packaged_rule_has_a_way_of_looking_and_a_source(province: Region) -> None:
    rules = {rule.code: rule for rule in AlertRule.objects.all()}
    assert set(rules) == set(WAYS)
    assert all(rule.source for rule in rules.values())
    assert {code: set(rule.params) for code, rule in rules.items()} == {
        code: set(way.params) for code, way in WAYS.items()
    }


def test_starts_behind_the_time_passed_are_yellow_from_ten_points_and_red_from_twenty(
    year: list[Project], province: Region
) -> None:
    only("start_behind")
    evaluate(province, JUNE)
    # 30 June 2020 is day 182 of 366: 49.7 %.  222401 has 3 of 3 with the one beyond the plan, 222404 all.
    assert [line for line in standing() if line[1].startswith("2224")] == [
        ("start_behind", "222403", "red", "49.7")
    ]
    alert = Alert.objects.get(unit__code="222403")
    assert alert.facts == {
        "value": "49.7",
        "started": 0,
        "planned": 2,
        "rate": "0.0",
        "due": "49.7",
        "thresholds": {"yellow": "10", "red": "20"},
    }
    AlertRule.objects.filter(code="start_behind").update(red=Decimal("49.80"))
    evaluate(province, JUNE)
    assert Alert.objects.get(unit__code="222403").level == Level.YELLOW
    AlertRule.objects.filter(code="start_behind").update(yellow=Decimal("49.71"))
    evaluate(province, JUNE)
    assert [line for line in standing() if line[1].startswith("2224")] == []


def test_months_running_are_counted_back_from_the_last_month_end(
    year: list[Project], province: Region
) -> None:
    found = {
        (one.unit, one.plan_year): one.value
        for one in look("start_behind_months", province, date(2020, 7, 15))
    }
    # 222403 lags by 16.4 points on 29 February, 24.9, 33.1, 41.5 and 49.7 at the next month ends.
    assert found[unit("222403"), 2020] == 5
    assert (unit("222404"), 2020) not in found


def test_a_deadline_of_the_ledger_names_who_has_not_done_the_step(province: Region) -> None:
    late = make_project("迟开工小区", ready_on=date(2026, 4, 1))
    make_project("已开工小区", ready_on=date(2026, 4, 1), started_on=date(2026, 10, 31))
    found = [one for one in look("step_deadline", province, TODAY) if one.detail == "start"]
    assert [(one.unit, one.plan_year, one.projects, one.value) for one in found] == [
        (unit("222401"), 2026, (late.pk,), Decimal(22))
    ]
    assert [one for one in look("step_deadline", province, date(2026, 10, 31)) if one.detail == "start"] == []


def test_late_returns_are_yellow_and_two_months_running_red(province: Region) -> None:
    only("report_late")
    months.built()
    months.opened(month_before(months.MONTH))
    evaluate(province, date(2026, 10, 31))
    assert standing() == [("report_late", "222401", "yellow", "1")]
    months.opened()
    evaluate(province, TODAY)
    assert standing() == [("report_late", "222401", "red", "2")]


def test_a_site_below_its_plan_for_months_running_is_told_by_its_own_figures(province: Region) -> None:
    plan: dict[str, Any] = {"planned_start_on": date(2026, 5, 1), "planned_completion_on": date(2026, 10, 31)}
    slow, steady = months.built("慢小区", **plan), months.built("稳小区", **plan)
    for month in (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)):
        months.report(slow, month, progress_percent=Decimal(40))
        months.report(steady, month, progress_percent=Decimal(95))
    found = look("site_behind", province, TODAY)
    assert [(one.project, one.value, one.facts) for one in found] == [
        (slow.pk, Decimal(3), {"months": 3, "month": "2026-10", "progress": "40", "due": "100.0"})
    ]


def test_what_auditors_ask_after_completion_counts_from_the_day_of_completion(province: Region) -> None:
    only("no_management", "no_maintenance_fund", "acceptance_missing")
    done = make_project(started_on=date(2026, 4, 1), completed_on=date(2026, 8, 24))
    evaluate(province, TODAY)  # 90 days later
    assert standing() == [
        ("acceptance_missing", "222401", "yellow", "90"),
        ("no_maintenance_fund", "222401", "yellow", "90"),
        ("no_management", "222401", "yellow", "90"),
    ]
    write(ManagementArrangement, [{"project_id": done.pk, "mode": "street"}])
    [held] = write(Acceptance, [{"project_id": done.pk, "held_on": TODAY, "organiser": "住建局"}])
    Acceptance._base_manager.filter(pk=held.pk).update(result="passed", passed_on=TODAY)
    evaluate(province, TODAY)
    assert standing() == [("no_maintenance_fund", "222401", "yellow", "90")]


def test_defects_past_their_day_stand_by_unit_with_their_projects(province: Region) -> None:
    site = months.built()
    row = {"project_id": site.pk, "origin": "inspection", "assignee": "甲", "found_on": date(2026, 10, 1)}
    write(
        Defect,
        [
            {**row, "description": "空鼓", "due_on": date(2026, 10, 20)},
            {**row, "description": "渗水", "due_on": date(2026, 11, 20)},
            {**row, "description": "划痕", "due_on": TODAY},
        ],
    )
    [found] = look("defects_overdue", province, TODAY)
    assert (found.value, found.facts, found.projects) == (
        Decimal(33),
        {"count": 1, "longest": 33},
        (site.pk,),
    )


def test_years_entered_as_history_are_not_asked_for_papers(year: list[Project], province: Region) -> None:
    for code in ("no_management", "acceptance_missing", "materials_not_inspected"):
        assert look(code, province, TODAY) == []


# ---------------------------------------------------------------- the life of an alert


def test_looking_again_changes_nothing(year: list[Project], province: Region) -> None:
    first = evaluate(province, JUNE)
    before = list(Alert.objects.order_by("pk").values()), AlertEvent.objects.count()
    assert first.opened == len(before[0]) > 0
    again = evaluate(province, JUNE)
    assert again == Counts(open=first.open)
    assert (list(Alert.objects.order_by("pk").values()), AlertEvent.objects.count()) == before


def test_an_alert_closes_by_itself_when_its_cause_is_gone(
    year: list[Project], province: Region, province_user: User
) -> None:
    only("nothing_started")
    evaluate(province, JUNE)
    alert = Alert.objects.get(unit__code="222403")
    change(year[4], province_user, started_on=date(2020, 6, 29), ready_on=date(2020, 6, 29))
    evaluate(province, JUNE)
    alert.refresh_from_db()
    assert (alert.is_open, alert.closed_how, alert.gone_on, alert.closed_by) == (False, "gone", JUNE, None)
    assert [event.kind for event in alert.events.all()] == [Kind.OPENED, Kind.CLOSED]
    change(year[4], province_user, started_on=None)
    evaluate(province, date(2020, 7, 1))
    assert Alert.objects.filter(unit__code="222403").count() == 1  # the other one started on 1 July
    change(year[5], province_user, started_on=None)
    evaluate(province, date(2020, 7, 2))
    assert [row.since for row in Alert.objects.filter(unit__code="222403")] == [date(2020, 7, 2), JUNE]


def test_what_was_explained_as_yellow_has_to_be_explained_as_red(province: Region, yanji: User) -> None:
    only("report_late")
    months.built()
    months.opened(month_before(months.MONTH))
    evaluate(province, date(2026, 10, 31))
    alert = Alert.objects.get()
    answering.explain(alert, actor=yanji, explanation="人员调整", measures="下周补报")
    months.opened()
    counts = evaluate(province, TODAY)
    alert.refresh_from_db()
    assert (counts.raised, alert.level, alert.explained_at, alert.explanation) == (1, Level.RED, None, "")
    assert [(event.kind, event.level, event.text, event.by) for event in alert.events.all()] == [
        (Kind.OPENED, Level.YELLOW, "", None),
        (Kind.EXPLAINED, Level.YELLOW, "人员调整", yanji),
        (Kind.RAISED, Level.RED, "", None),
    ]


def test_what_staff_closed_comes_back_only_when_it_gets_worse(province: Region, province_user: User) -> None:
    only("report_late")
    months.built()
    months.opened(month_before(months.MONTH))
    evaluate(province, date(2026, 10, 31))
    alert = Alert.objects.get()
    answering.close(alert, actor=province_user, reason="系统停机，已批准延期")
    assert evaluate(province, date(2026, 11, 1)).open == 0
    months.opened()
    assert evaluate(province, TODAY).opened == 1
    assert [(row.level, row.closed_how) for row in Alert.objects.order_by("pk")] == [
        ("yellow", "staff"),
        ("red", ""),
    ]


def test_a_rule_that_is_switched_off_closes_its_alerts(year: list[Project], province: Region) -> None:
    only("nothing_started")
    evaluate(province, JUNE)
    only()
    evaluate(province, JUNE)
    assert set(Alert.objects.values_list("closed_how", flat=True)) == {"rule"}


def test_steps_of_an_alert_are_never_changed(year: list[Project], province: Region) -> None:
    evaluate(province, JUNE)
    with pytest.raises(DatabaseError), transaction.atomic():
        AlertEvent.objects.update(text="anders")
    with pytest.raises(TypeError):
        Alert.objects.all().delete()


def test_what_was_open_on_a_day_is_told_as_it_was_then(province: Region, yanji: User) -> None:
    only("report_late")
    months.built()
    months.opened(month_before(months.MONTH))
    evaluate(province, date(2026, 10, 31))
    months.opened()
    evaluate(province, TODAY)
    october, november = open_for(province, date(2026, 10, 31)), open_for(province, TODAY)
    assert [(row.level, row.unit.code, "2026-09; " in row.words) for row in october] == [
        ("yellow", "222401", True)
    ]
    assert [(row.level, "2026-09、2026-10; " in row.words) for row in november] == [("red", True)]
    assert open_for(province, date(2026, 10, 30)) == []
    assert open_for(Region.objects.get(code="220100"), TODAY) == []
    assert [(group.rule, group.level, group.units, group.unexplained) for group in grouped(november)] == [
        ("report_late", "red", 1, 1)
    ]


def test_the_night_asks_once_and_staff_once_after_each_evaluation(
    year: list[Project], province_user: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        nights = {asking.ask_for_alerts().pk for _time in range(3)}
    assert len(nights) == 1
    with django_capture_on_commit_callbacks(execute=True):
        first = asking.ask_for_alerts(by=province_user)
    with django_capture_on_commit_callbacks(execute=True):
        second = asking.ask_for_alerts(by=province_user)
    first.refresh_from_db()
    assert (first.state, first.result["opened"]) == (Job.State.DONE, 0)
    assert second.pk != first.pk


# ---------------------------------------------------------------- who may do what


@pytest.fixture
def alert(province: Region) -> Alert:
    """Give a yellow alert of 延吉市."""
    only("report_late")
    months.built()
    months.opened(month_before(months.MONTH))
    evaluate(province, date(2026, 10, 31))
    return Alert.objects.get()


def test_a_unit_explains_its_own_alert_on_its_page(
    alert: Alert, yanji: User, dunhua: User, client_for: ClientFor
) -> None:
    page = reverse("dashboards:alert", args=[alert.pk])
    address = reverse("dashboards:alert_explain", args=[alert.pk])
    assert client_for(dunhua).get(page).status_code == 404
    assert client_for(dunhua).post(address, {"explanation": "x", "measures": "x"}).status_code == 404
    client = client_for(yanji)
    assert client.post(address, {"explanation": " ", "measures": "x"}).status_code == 400
    sent = {"explanation": "人员调整", "measures": "下周补报", "promised_on": "2026-12-01"}
    assert client.post(address, sent).url == page  # type: ignore[attr-defined]
    alert.refresh_from_db()
    assert (alert.explanation, alert.measures, alert.promised_on, alert.explained_by) == (
        "人员调整",
        "下周补报",
        date(2026, 12, 1),
        yanji,
    )
    shown = client.get(page).content.decode()
    assert "人员调整" in shown
    assert "下周补报" in shown


def test_staff_close_with_a_reason_and_nobody_else(
    alert: Alert, yanji: User, province_user: User, auditor: User, client_for: ClientFor
) -> None:
    address = reverse("dashboards:alert_close", args=[alert.pk])
    for user in (yanji, auditor):
        assert client_for(user).post(address, {"reason": "x"}).status_code == 403
    client = client_for(province_user)
    assert client.get(address).status_code == 405
    assert client.post(address, {"reason": ""}).status_code == 400
    client.post(address, {"reason": "已批准延期"})
    alert.refresh_from_db()
    assert (alert.closed_how, alert.close_reason, alert.closed_by) == ("staff", "已批准延期", province_user)
    with pytest.raises(answering.MovedOn):
        answering.close(alert, actor=province_user, reason="x")
    with pytest.raises(PermissionDenied):
        answering.explain(alert, actor=province_user, explanation="x", measures="x")


def test_alerts_stand_in_the_list_of_what_is_owed(
    alert: Alert, yanji: User, dunhua: User, province_user: User
) -> None:
    [item] = [item for item in owed.owed(yanji) if "2026-09" in item["text"]]
    assert (item["due"], item["url"]) == (date(2026, 11, 7), alert.get_absolute_url())
    assert owed.owed(dunhua) == []
    assert owed.owed(province_user) == []
    answering.explain(alert, actor=yanji, explanation="x", measures="x")
    assert owed.owed(yanji) == []
    [looked] = owed.owed(province_user)
    assert looked["url"].endswith("?state=explained")


def test_the_list_narrows_by_level_rule_state_region_and_year(
    alert: Alert, province_user: User, yanji: User, client_for: ClientFor
) -> None:
    client, address = client_for(province_user), reverse("dashboards:alerts")

    def shown(query: str) -> list[int]:
        answer = client.get(f"{address}?{query}")
        assert answer.status_code == 200
        return [line["alert"].pk for line in answer.context["lines"]]

    assert shown("") == shown("level=yellow&rule=report_late&region=222400") == [alert.pk]
    assert shown("level=red") == shown("state=closed") == shown("year=2026") == shown("region=220100") == []
    for query in ("level=pink", "rule=x", "state=x", "region=999999", "year=x"):
        assert client.get(f"{address}?{query}").status_code == 404
    assert client_for(yanji).get(f"{address}?region=222403").status_code == 404


def test_a_rule_is_set_with_source_and_reason_and_kept_with_its_changes(
    province_user: User, yanji: User, client_for: ClientFor
) -> None:
    address = reverse("dashboards:alert_rule_set", args=["site_behind"])
    rule = AlertRule.objects.get(code="site_behind")
    sent: dict[str, Any] = {
        "seen": rule.revision,
        "yellow": "3",
        "red": "4",
        "param_points": "5",
        "source": "吉建城〔2026〕9号",
        "is_active": "on",
        "reason": "按通知调整",
    }
    assert client_for(yanji).post(address, sent).status_code == 403
    client: Client = client_for(province_user)
    for wrong in ({"yellow": "5"}, {"yellow": "", "red": ""}, {"reason": ""}, {"param_points": "x"}):
        assert client.post(address, sent | wrong).status_code == 400
    assert client.post(address, sent).status_code == 302
    rule.refresh_from_db()
    assert (rule.yellow, rule.red, rule.params, rule.revision) == (Decimal(3), Decimal(4), {"points": 5}, 2)
    assert [
        (row.by, row.before["yellow"], row.after["yellow"], row.reason) for row in rule.changes.all()
    ] == [(province_user, "2.00", "3.00", "按通知调整")]
    # Whoever has not seen the change is refused.
    assert client.post(address, sent | {"yellow": "1"}).status_code == 400
    page = client_for(yanji).get(reverse("dashboards:alert_rule", args=["site_behind"]))
    assert (page.status_code, "2.00 → 3.00" in page.content.decode()) == (200, True)


def test_staff_ask_for_an_evaluation(
    year: list[Project], province_user: User, yanji: User, client_for: ClientFor
) -> None:
    address = reverse("dashboards:alerts_evaluate")
    assert client_for(yanji).post(address).status_code == 403
    assert client_for(province_user).post(address).status_code == 302
    assert Job.objects.filter(kind=asking.ALERTS, created_by=province_user).count() == 1


def test_starting_in_time_alerts_nobody(province: Region) -> None:
    enter([{"unit": "222401", **started(date(2020, 1, 10))}])
    evaluate(province, date(2020, 1, 31))
    assert standing() == []
