"""Versions of a community's plan: copied, closed, final, compared; prices remembered; bundles; roads."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from communities.models import CatalogueItem
from projects import bundles, versions
from projects.comparing import compare
from projects.models import (
    Bundle,
    BundleMember,
    Milestone,
    PlanClause,
    PlanItem,
    PlanVersion,
    Project,
)
from projects.prices import price_band, quartiles
from projects.workflow import WorkflowError
from records.models import ChangeSet
from records.planning import Status
from records.services import apply
from tests.ledgers.rows import catalogue
from tests.projects.planning import fresh, projects
from tests.trust.world import write

State = PlanVersion.State


def planned(project: Project, actor: User, prices: tuple[int, ...] = (9_500, 115_000)) -> PlanVersion:
    """Make a first version with two items and two clauses."""
    made = versions.new_version(project, actor=actor)
    roof, pipe, _third = _items()
    clauses = write(
        PlanClause,
        [
            {"plan_version_id": made.pk, "number": 1, "title": "屋面", "text": "全部重做"},
            {"plan_version_id": made.pk, "number": 2, "title": "停车", "text": "新增210个"},
        ],
    )
    common = {"plan_version_id": made.pk, "quantity": Decimal("100.00")}
    write(
        PlanItem,
        [
            {**common, "item_id": roof, "place": "1栋", "unit_price_fen": prices[0], "clause_id": clauses[0]},
            {**common, "item_id": pipe, "place": "全区", "unit_price_fen": prices[1]},
        ],
    )
    return made


def _items() -> list[int]:
    found = list(CatalogueItem.objects.filter(code__startswith="T-").order_by("code"))
    return [item.pk for item in found] or catalogue()


@pytest.mark.django_db
def test_the_next_version_copies_clauses_and_items_and_is_compared_item_by_item(yanji: User) -> None:
    [project] = projects(1)
    first = planned(project, yanji)
    versions.publish(first, actor=yanji)
    second = versions.new_version(project, actor=yanji, from_version=first)
    assert (second.number, second.based_on_id, second.state) == (2, first.pk, State.DRAFT)
    roof, pipe = second.items.order_by("pk")
    assert (roof.clause.title if roof.clause else "", roof.amount_fen) == ("屋面", 950_000)
    load: dict[str, Any] = {"actor": None, "source": ChangeSet.Source.LOAD}
    apply(PlanItem, **load, pk=roof.pk, values={"quantity": Decimal("120.00")})
    apply(PlanItem, **load, pk=pipe.pk, values={"place": "二次网"})
    parking = second.clauses.get(number=2)
    apply(PlanClause, **load, pk=parking.pk, values={"text": "新增236个", "number": 3})
    write(PlanItem, [{"plan_version_id": second.pk, "item_id": _items()[2], "place": "门口"}])
    found = compare(first, PlanVersion.objects.get(pk=second.pk))
    told = [
        (one.kind, one.item.place, [(change.field, change.old, change.new) for change in one.changes])
        for one in found.items
    ]
    assert told == [
        (
            "changed",
            "1栋",
            [("quantity", Decimal("100.00"), Decimal("120.00")), ("amount_fen", 950_000, 1_140_000)],
        ),
        ("changed", "二次网", [("place", "全区", "二次网")]),
        ("added", "门口", []),
    ]
    assert found.change_fen == 190_000
    assert [(one.kind, [change.field for change in one.changes]) for one in found.clauses] == [
        ("same", []),
        ("changed", ["number", "text"]),
    ]


@pytest.mark.django_db
def test_what_the_residents_have_seen_is_never_edited(yanji: User) -> None:
    [project] = projects(1)
    made = planned(project, yanji)
    versions.publish(made, actor=yanji)
    item, clause = made.items.first(), made.clauses.first()
    assert item is not None
    assert clause is not None
    edits: list[tuple[Any, int, dict[str, Any]]] = [
        (PlanItem, item.pk, {"quantity": Decimal("1.00")}),
        (PlanItem, item.pk, {"is_removed": True}),
        (PlanClause, clause.pk, {"text": "x"}),
        (PlanVersion, made.pk, {"title": "x"}),
        (PlanVersion, made.pk, {"state": State.DRAFT}),
    ]
    for model, pk, values in edits:
        found = apply(model, actor=yanji, source=ChangeSet.Source.API, pk=pk, values=values)
        assert found.status is Status.LOCKED, (model, values)
    second = versions.new_version(project, actor=yanji)
    moved = apply(
        PlanItem,
        actor=yanji,
        source=ChangeSet.Source.GRID,
        pk=item.pk,
        values={"plan_version_id": second.pk},
    )
    assert moved.status is Status.LOCKED
    assert made.items.filter(is_removed=False).count() == 2


@pytest.mark.django_db
def test_one_version_is_final_and_a_later_one_gives_its_reason(yanji: User, dunhua: User) -> None:
    [project] = projects(1)
    bare = versions.new_version(project, actor=yanji)
    with pytest.raises(versions.NotFinal) as lacking:
        versions.finalise(bare, actor=yanji)
    assert [item.code for item in lacking.value.unmet] == ["projects.items"]
    write(
        PlanItem,
        [
            {
                "plan_version_id": bare.pk,
                "item_id": _items()[0],
                "quantity": Decimal("1.00"),
                "unit_price_fen": 9_500,
            }
        ],
    )
    with pytest.raises(Project.DoesNotExist):
        versions.finalise(bare, actor=dunhua)
    versions.finalise(bare, actor=yanji)
    later = versions.new_version(project, actor=yanji, from_version=bare)
    with pytest.raises(WorkflowError):
        versions.new_version(project, actor=yanji)
    with pytest.raises(WorkflowError):
        versions.finalise(later, actor=yanji)
    versions.finalise(later, actor=yanji, reason="居民意见采纳 4 条")
    states = PlanVersion.objects.filter(project=project).order_by("number").values_list("state", flat=True)
    assert list(states) == [State.SUPERSEDED, State.FINAL]


@pytest.mark.django_db
def test_prices_of_final_plans_make_a_band_that_widens_to_the_catalogue(yanji: User) -> None:
    roof, pipe, formula = _items()
    found = projects(5)
    for number, project in enumerate(found):
        made = planned(project, yanji, (9_000 + 500 * number, 115_000))
        versions.finalise(made, actor=yanji)
    bands = price_band([roof, pipe, formula], found[0].unit, found[0].plan_year)
    band = bands[roof]
    assert band is not None
    assert (band.low_fen, band.median_fen, band.high_fen, band.cases) == (9_500, 10_000, 10_500, 5)
    assert bands[formula] is None
    far = price_band([roof], found[0].unit, found[0].plan_year + 5)[roof]
    assert far is not None
    assert (far.median_fen, far.cases) == (9_500, 0)  # the catalogue's reference price
    [other] = projects(1)
    draft = versions.new_version(other, actor=yanji)
    outcome = apply(
        PlanItem,
        actor=yanji,
        source=ChangeSet.Source.GRID,
        values={
            "plan_version_id": draft.pk,
            "item_id": roof,
            "quantity": Decimal("1.00"),
            "unit_price_fen": 95_000,
        },
    )
    assert outcome.writes
    assert [finding.code for finding in outcome.open_soft] == ["price_outside_band"]


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=60))
def test_quartiles_are_exact_and_in_order(prices: list[int]) -> None:
    low, median, high = quartiles(prices)
    assert min(prices) <= low <= median <= high <= max(prices)
    shifted = quartiles([price + 7 for price in prices])
    assert shifted == (low + 7, median + 7, high + 7)


def test_quartiles_lie_between_neighbours_half_up() -> None:
    assert quartiles([100]) == (100, 100, 100)
    assert quartiles([1, 2]) == (1, 2, 2)
    assert quartiles([1, 2, 3, 4]) == (2, 3, 3)


@pytest.mark.django_db
def test_a_joint_step_is_one_change_for_all_members_or_none(yanji: User) -> None:
    found = projects(3)
    [pk] = write(
        Bundle,
        [{"unit_id": found[0].unit_id, "year": 2027, "name": "一标段", "covers_approval": True}],
    )
    write(BundleMember, [{"bundle_id": pk, "project_id": project.pk} for project in found])
    bundle = Bundle.objects.get(pk=pk)
    told = (date(2026, 11, 2), "延发改〔2026〕7号")
    bundles.record_milestone(bundle, Milestone.Kind.APPROVAL, *told, actor=yanji)
    rows = Milestone.objects.filter(project__in=found, kind=Milestone.Kind.APPROVAL)
    assert set(rows.values_list("actual_on", "document_no")) == {told}
    assert (rows.count(), rows.values("change_set").distinct().count()) == (3, 1)
    with pytest.raises(WorkflowError):
        bundles.record_milestone(bundle, Milestone.Kind.TENDER, date(2026, 11, 2), "x", actor=yanji)
    load: dict[str, Any] = {"actor": None, "source": ChangeSet.Source.LOAD, "bound": False}
    apply(Project, **load, pk=found[1].pk, values={"stage": Project.Stage.BUILD})
    with pytest.raises(WorkflowError) as refusal:
        bundles.record_milestone(bundle, Milestone.Kind.DRAWINGS, date(2026, 11, 3), "x", actor=yanji)
    assert found[1].community.name in str(refusal.value)
    assert not Milestone.objects.filter(kind=Milestone.Kind.DRAWINGS).exists()
    assert fresh(found)[0].stage == Project.Stage.PLAN


@pytest.mark.django_db
def test_a_road_opened_twice_is_told(yanji: User) -> None:
    [project] = projects(1)
    made = versions.new_version(project, actor=yanji)
    common = {"plan_version_id": made.pk, "item_id": _items()[1]}
    days = [
        (date(2027, 3, 1), date(2027, 3, 20)),
        (date(2027, 3, 25), date(2027, 4, 2)),
        (date(2027, 6, 1), date(2027, 6, 5)),
    ]
    write(
        PlanItem,
        [
            {
                **common,
                "place": str(number),
                "road": "解放路",
                "dig_from": opened,
                "dig_to": closed,
            }
            for number, (opened, closed) in enumerate(days)
        ]
        + [{**common, "place": "x", "road": "新华街", "dig_from": date(2027, 5, 1)}],
    )
    twice, once = bundles.roads(bundles.digging(Project.objects.all()))
    assert (twice.name, twice.openings) == (
        "解放路",
        ((date(2027, 3, 1), date(2027, 4, 2)), (date(2027, 6, 1), date(2027, 6, 5))),
    )
    assert (once.name, once.is_opened_once) == ("新华街", True)
