"""The money of the demonstration: marked as simulated, within every bound, in step with the works."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from dashboards.models import Alert
from funding.models import Allotment, Contribution, FundBatch, MoneyBalance, MoneyEvent, SplitBalance
from projects.models import Project
from records.models import ChangeSet
from renovation_portal.demo import living, loading, money

TODAY = date(2026, 11, 22)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("moneyed")]


@pytest.fixture(scope="module")
def moneyed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[int]:
    """Write the living years and their money once for this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        ChangeSet.objects.create(source=ChangeSet.Source.LOAD, label=loading.LABEL)
        living.load(TODAY)
        yield money.load(TODAY)
        transaction.set_rollback(True)


def test_every_row_is_simulated_and_counted(moneyed: int) -> None:
    models = (FundBatch, Allotment, Contribution, MoneyEvent)
    assert moneyed == sum(model.objects.filter(is_simulated=True).count() for model in models)
    assert not any(model.objects.filter(is_simulated=False).exists() for model in models)


def test_the_need_of_every_project_in_the_plan_is_covered() -> None:
    listed = Project.objects.live().filter(library="issued", standing="active", planned_investment_fen__gt=0)
    assert listed.exists()
    planned = dict(
        MoneyEvent.objects.filter(step="planned")
        .order_by()
        .values_list("project_id")
        .annotate(Sum("amount_fen"))
    )
    assert planned == dict(listed.values_list("pk", "planned_investment_fen"))


def test_the_balances_say_what_the_rows_say() -> None:
    assert MoneyBalance.objects.exists()
    for step in ("planned", "arrived", "paid", "settled"):
        rows = MoneyEvent.objects.filter(step=step).aggregate(total=Sum("amount_fen"))["total"]
        assert MoneyBalance.objects.aggregate(total=Sum(f"{step}_fen"))["total"] == rows, step
    issued = MoneyEvent.objects.filter(step="issued").aggregate(total=Sum("amount_fen"))["total"]
    handed = Allotment.objects.to_projects().aggregate(total=Sum("amount_fen"))["total"]
    assert MoneyBalance.objects.aggregate(total=Sum("issued_fen"))["total"] == issued + handed
    to_units = Allotment.objects.to_units().aggregate(total=Sum("amount_fen"))["total"]
    whole = SplitBalance.objects.filter(unit=None).aggregate(total=Sum("handed_on_fen"))["total"]
    assert whole == to_units == handed


def test_nothing_moves_before_the_document_or_after_today() -> None:
    days = MoneyEvent.objects.values_list("happened_on", flat=True)
    assert max(days) <= TODAY
    for row in Allotment.objects.select_related("batch"):
        assert row.batch.issued_on is not None
        assert row.allotted_on is not None
        assert row.batch.issued_on < row.allotted_on <= TODAY


def test_what_is_cared_for_is_settled() -> None:
    cared = set(
        Project.objects.live()
        .filter(stage="aftercare", planned_investment_fen__gt=0)
        .values_list("pk", flat=True)
    )
    assert cared
    for balance in MoneyBalance.objects.filter(project__in=cared):
        assert balance.settled_fen == balance.paid_fen > 0


def test_what_came_of_a_promise_names_it() -> None:
    assert set(Contribution.objects.values_list("payer", flat=True)) == {"residents", "utility"}
    for promise in Contribution.objects.select_related("source"):
        came = MoneyEvent.objects.filter(contribution=promise, step="arrived")
        others = MoneyEvent.objects.filter(
            project=promise.project_id, source=promise.source_id, step="arrived"
        )
        assert list(came) == list(others)
        assert sum(event.amount_fen for event in came) <= promise.agreed_fen


def test_a_second_load_writes_nothing() -> None:
    before = MoneyEvent.objects.count()
    call_command("demo_money", verbosity=0)
    assert MoneyEvent.objects.count() == before


def test_the_demonstration_is_looked_over_for_alerts_once() -> None:
    call_command("load_alert_rules", verbosity=0)
    call_command("demo_alerts", verbosity=0)
    found = list(Alert.objects.values_list("pk", "since"))
    assert found
    assert min(since for _pk, since in found) == timezone.localdate() - timedelta(days=21)
    call_command("demo_alerts", verbosity=0)
    assert list(Alert.objects.values_list("pk", "since")) == found
