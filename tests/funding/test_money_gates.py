"""No works before the money covers them, no end before spending is reconciled; and what officials owe."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from funding import owed
from funding.models import Contribution
from projects import gating
from projects.gating import Transition
from projects.models import Contract, Project
from records.models import Limit
from tests.conftest import ClientFor
from tests.funding.money_rows import a_batch, a_project, a_source, hand_down, happened, wan
from tests.ledgers.rows import write

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


def missing(project: int, transition: Transition, code: str) -> list[str]:
    """Return what one gate lacks of one project."""
    found = Project.objects.select_related("community", "unit").get(pk=project)
    report = gating.examine([found], transition)[project]
    return [item.what for held in report.conditions if held.code == code for item in held.missing]


def covered(project: int) -> list[str]:
    return missing(project, Transition.TO_BUILD, "funding.covered")


def reconciled(project: int) -> list[str]:
    return missing(project, Transition.TO_AFTERCARE, "funding.reconciled")


def test_works_wait_until_the_money_covers_them() -> None:
    own = a_source("T-own", "county", by_batch=False)
    project = a_project(planned_investment_fen=wan(100))
    assert covered(project) == []  # no money in the portal, and not yet asked for
    happened(project, own, DAY, planned=wan("99.99"))
    [what] = covered(project)
    assert "0.01" in what
    happened(project, own, DAY, planned=wan("0.01"))
    assert covered(project) == []


def test_an_investment_that_is_not_entered_cannot_be_covered() -> None:
    project = a_project()
    happened(project, a_source("T-own", "county", by_batch=False), DAY, planned=wan(1))
    assert len(covered(project)) == 1


def test_from_the_set_year_on_every_project_needs_cover() -> None:
    early = a_project("早", year=2027, planned_investment_fen=wan(1))
    late = a_project("晚", year=2028, planned_investment_fen=wan(1))
    assert (covered(early), len(covered(late))) == ([], 1)
    assert len(reconciled(late)) == 1
    Limit.objects.filter(code="funding.required_from_year").update(low=2027)
    assert len(covered(early)) == 1


def test_the_end_waits_until_paid_settled_and_contracts_agree() -> None:
    own = a_source("T-own", "county", by_batch=False)
    project = a_project(planned_investment_fen=wan(100))
    assert reconciled(project) == []
    happened(project, own, DAY, planned=wan(100), issued=wan(100), arrived=wan(90), paid=wan(80))
    assert len(reconciled(project)) == 1
    happened(project, own, DAY, settled=wan(79))
    assert len(reconciled(project)) == 2  # paid 80 above settled 79, and no contract sum
    contract = {"project_id": project, "kind": "construction", "number": "1", "firm": "甲"}
    write(None, Contract, [{**contract, "amount_fen": wan(85)}])
    happened(project, own, DAY, settled=wan(1))
    assert reconciled(project) == []
    happened(project, own, DAY, settled=wan(6))
    assert len(reconciled(project)) == 1  # settled 86, contracts 85


def test_gates_ask_as_much_for_many_as_for_one() -> None:
    own = a_source("T-own", "county", by_batch=False)
    keys = [a_project(f"{at}号小区", planned_investment_fen=wan(1)) for at in range(5)]
    for key in keys:
        happened(key, own, DAY, planned=wan(1))
    projects = list(Project.objects.filter(pk__in=keys).select_related("community", "unit"))
    counts = []
    for some in (projects[:1], projects):
        with CaptureQueriesContext(connection) as asked:
            gating.examine(some, Transition.TO_BUILD)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_whoever_splits_is_reminded_and_so_is_the_unit(
    yanji: User, dunhua: User, province_user: User, prefecture_reviewer: User
) -> None:
    project = a_project()
    batch = a_batch(a_source(), wan(100))
    hand_down(batch, {"222401": wan(60), "222403": wan(40), project: wan(59)})

    assert owed.owed(province_user) == []  # all 100 are with the units
    [item] = owed.owed(yanji)
    assert item["url"] == f"/funding/batches/{batch}/split/?unit=222401"
    assert item["due"] == date(2026, 3, 3)  # 1 February and 30 days
    assert "1.00" in item["text"]
    [theirs] = owed.owed(dunhua)
    assert "40.00" in theirs["text"]
    assert owed.owed(prefecture_reviewer) == []
    second = a_batch(a_source("T-more", "provincial"), wan(7), received_on=date(2026, 2, 10))
    [mine] = owed.owed(province_user)
    assert (mine["url"], mine["due"]) == (f"/funding/batches/{second}/split/", date(2026, 3, 12))


def test_arrears_and_spending_to_reconcile_are_owed_by_the_unit(
    yanji: User, dunhua: User, client_for: ClientFor
) -> None:
    own = a_source("T-own", "residents", by_batch=False)
    project = a_project(
        planned_investment_fen=wan(10),
        started_on=DAY,
        completed_on=date(2026, 9, 1),
        ready_on=DAY,
    )
    yesterday = timezone.localdate() - timedelta(days=1)
    row = {"project_id": project, "source_id": own, "payer": "residents", "agreed_fen": wan(2)}
    write(None, Contribution, [{**row, "group": "1号楼", "first_due_on": yesterday}])
    happened(project, own, DAY, planned=wan(10), issued=wan(10), arrived=wan(6), paid=wan(5), settled=wan(4))

    found = owed.owed(yanji)
    assert [(item["url"], item["due"]) for item in found] == [
        (f"/funding/of-project/{project}/", yesterday),
        (f"/funding/of-project/{project}/", None),
    ]
    assert "2.00" in found[0]["text"]
    assert "5.00" in found[1]["text"]
    assert "4.00" in found[1]["text"]
    assert owed.owed(dunhua) == []
    assert str(found[0]["text"]) in client_for(yanji).get("/").content.decode()
