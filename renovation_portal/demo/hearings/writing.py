"""Writing the three hearings through the one write path, all of them or none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Region, User
from communities.models import Building, CatalogueItem, Community, Household
from consultations import rolls
from consultations.models import Consultation, CostShare, Notice, Vote, VoteRule
from consultations.standing import evidence, lost_votes
from projects import adjustments
from projects.models import PlanClause, PlanItem, PlanVersion, Project
from records.models import ChangeSet
from renovation_portal.demo.entering import amend, enter, is_entered
from renovation_portal.demo.hearings import voices
from renovation_portal.demo.hearings.telling import Hearing, hearings
from renovation_portal.demo.living.story import living_year
from renovation_portal.demo.loading import Presence, presence

LABEL = "模拟数据：征求意见"
OFFICER = "yanji"
# The renovation plan is a matter of items 6 to 8 where it rebuilds what is common (民法典 第二百七十八条).
RULE = "civil-code-weighty"
ENDS = {
    "finished": Consultation.State.FINAL,
    "open": Consultation.State.OPEN,
    "rejected": Consultation.State.REJECTED,
}
Row = dict[str, Any]


def load(today: date | None = None) -> int:
    """Write the hearings once, beside the demonstration and its accounts; return how many.

    Raises NothingWritten when a row breaks a check of the portal.
    """
    officer = User.objects.filter(username=OFFICER, is_demo=True).first()
    there = is_entered(LABEL)
    if officer is None or there or presence() is not Presence.DEMO:
        return 0
    told = hearings(today or timezone.localdate())
    with transaction.atomic():
        for hearing in told:
            _write(hearing, officer)
    return len(told)


def _write(hearing: Hearing, officer: User) -> None:
    project = _project(hearing)
    _households(hearing, project)
    first = _version(hearing, project)
    consultation = _consultation(hearing, project, first)
    _votes(hearing, consultation)
    said = voices.write_comments(hearing, consultation, officer)
    if hearing.key == "finished":
        second = _revised(hearing, project, first)
        amend(Consultation, {consultation.pk: {"revised_version_id": second.pk}}, label=LABEL)
        voices.link_answers(hearing, said, second)
    voices.write_ballots(hearing, consultation)
    if hearing.key != "open":
        voices.count(hearing, consultation)
    amend(
        Consultation,
        {consultation.pk: {"state": ENDS[hearing.key], "ended_on": hearing.day("ended")}},
        label=LABEL,
    )
    if hearing.key == "rejected":
        reason = evidence(lost_votes(consultation))
        adjustments.withdraw(
            project,
            actor=officer,
            reason=reason,
            document_no="延市建城〔模拟〕12号",
            source=ChangeSet.Source.LOAD,
        )


def _project(hearing: Hearing) -> Project:
    told = hearing.told
    households = len(hearing.flats)
    area = hearing.flat_area * households
    facts = {key: value for key, value in told["community"].items() if key != "region"}
    [community] = enter(
        Community,
        [
            {
                **facts,
                "region_id": Region.objects.get(code=told["community"]["region"]).pk,
                "built_evidence": "archive",
                "property_kind": "reformed",
                "management": "self",
                "fund_status": "none",
                "building_count": told["buildings"],
                "entrance_count": told["buildings"] * told["entrances"],
                "household_count": households,
                "floor_area": area,
                "is_simulated": True,
            }
        ],
        label=LABEL,
    )
    [project] = enter(
        Project,
        [
            {
                "community_id": community,
                "plan_year": living_year(hearing.today) + 1,
                "stage": Project.Stage.PLAN,
                "library": Project.Library.RESERVE,
                "stage_since": hearing.opens_on,
                "planned_buildings": told["buildings"],
                "planned_households": households,
                "planned_area": area,
                "planned_investment_fen": _cost(hearing, is_revised=hearing.key == "finished"),
                "is_simulated": True,
            }
        ],
        label=LABEL,
    )
    return Project.objects.select_related("community", "unit").get(pk=project)


def _cost(hearing: Hearing, *, is_revised: bool) -> int:
    rows = [item for clause in hearing.told["clauses"] for item in clause["items"]]
    return sum(int(Decimal(_quantity(item, is_revised)) * _price(item, is_revised)) for item in rows)


def _price(item: list[Any], is_revised: bool) -> int:
    return int(item[4]) if is_revised and len(item) > 4 else int(item[3])


def _quantity(item: list[Any], is_revised: bool) -> str:
    return str(item[5]) if is_revised and len(item) > 5 else str(item[2])


def _households(hearing: Hearing, project: Project) -> None:
    told = hearing.told
    counts = [0] * told["buildings"]
    for building, *_place in hearing.flats:
        counts[building] += 1
    buildings = enter(
        Building,
        [
            {
                "community_id": project.community_id,
                "number": f"{number}栋",
                "entrance_count": told["entrances"],
                "floors": told["floors"],
                "household_count": count,
                "floor_area": hearing.flat_area * count,
                "structure": "brick_concrete",
                "is_simulated": True,
            }
            for number, count in enumerate(counts, start=1)
        ],
        label=LABEL,
    )
    enter(
        Household,
        [
            {
                "building_id": buildings[building],
                "entrance": entrance,
                "room": room,
                "floor": floor,
                "floor_area": hearing.flat_area,
                "area_basis": Household.AreaBasis.REGISTER,
                "is_simulated": True,
            }
            for building, entrance, room, floor in hearing.flats
        ],
        label=LABEL,
    )


def _version(hearing: Hearing, project: Project) -> PlanVersion:
    """Write the first version as it was put to the residents."""
    state = PlanVersion.State.SUPERSEDED if hearing.key == "finished" else PlanVersion.State.PUBLISHED
    values = {"number": 1, "state": state, "dated_on": hearing.opens_on}
    return _clauses(hearing, project, values, None)


def _revised(hearing: Hearing, project: Project, first: PlanVersion) -> PlanVersion:
    """Write the second version, final: every clause knows which one it was."""
    values = {
        "number": 2,
        "state": PlanVersion.State.FINAL,
        "dated_on": hearing.day("revised"),
        "finalised_on": hearing.day("ended"),
        "based_on_id": first.pk,
    }
    return _clauses(hearing, project, values, first)


def _clauses(hearing: Hearing, project: Project, values: Row, former: PlanVersion | None) -> PlanVersion:
    row = {
        "project_id": project.pk,
        "title": f"{project.community.name}改造方案",
        "is_simulated": True,
        **values,
    }
    [version] = enter(PlanVersion, [row], label=LABEL)
    told, is_revised = hearing.told["clauses"], former is not None
    before = (
        list(former.clauses.order_by("number").values_list("pk", flat=True)) if former else [None] * len(told)
    )
    clauses = enter(
        PlanClause,
        [
            {
                "plan_version_id": version,
                "number": number,
                "title": clause["title"],
                "text": clause.get("revised", clause["text"]) if is_revised else clause["text"],
                "former_id": was,
                "is_simulated": True,
            }
            for number, (clause, was) in enumerate(zip(told, before, strict=True), start=1)
        ],
        label=LABEL,
    )
    items = {item.code: item for item in CatalogueItem.objects.in_use().filter(taxonomy__code="jl4")}
    enter(
        PlanItem,
        [
            {
                "plan_version_id": version,
                "clause_id": pk,
                "item_id": items[item[0]].pk,
                "department_id": items[item[0]].department_id,
                "place": item[1],
                "quantity": Decimal(_quantity(item, is_revised)),
                "unit_price_fen": _price(item, is_revised),
                "is_simulated": True,
            }
            for pk, clause in zip(clauses, told, strict=True)
            for item in clause["items"]
        ],
        label=LABEL,
    )
    return PlanVersion.objects.get(pk=version)


def _consultation(hearing: Hearing, project: Project, version: PlanVersion) -> Consultation:
    told = hearing.told
    row = {
        "project_id": project.pk,
        "title": f"{project.community.name}改造方案征求意见",
        # Open while answers come in; where it ends is written last.
        "state": Consultation.State.OPEN,
        "plan_version_id": version.pk,
        "announced_on": hearing.opens_on,
        "opens_on": hearing.opens_on,
        "closes_on": hearing.day("closes"),
        "result_from": hearing.day("result_from"),
        "result_to": hearing.day("result_to"),
        "is_simulated": True,
        **{name: told[name] for name in ("organiser", "telephone", "address", "intro")},
    }
    [made] = enter(Consultation, [row], label=LABEL)
    consultation: Consultation = Consultation.objects.get(pk=made)
    rolls.freeze(consultation, actor=None)
    common = {"consultation_id": made, "places": "各单元门口、社区公告栏", "is_simulated": True}
    rows = [(Notice.Kind.PLAN, hearing.opens_on, hearing.day("closes"))]
    if "result_from" in told:
        rows.append(
            (Notice.Kind.RESULT, hearing.day("result_from") or hearing.today, hearing.day("result_to"))
        )
    enter(
        Notice,
        [
            {**common, "kind": kind, "title": f"{row['title']}：{kind.label}", "from_on": begin, "to_on": end}
            for kind, begin, end in rows
        ],
        label=LABEL,
    )
    enter(
        CostShare,
        [
            {"consultation_id": made, "title": title, "amount_fen": fen, "note": note, "is_simulated": True}
            for title, fen, note in told["costs"]
        ],
        label=LABEL,
    )
    return consultation


def _votes(hearing: Hearing, consultation: Consultation) -> None:
    rule = VoteRule.objects.get(code=RULE)
    for number, told in enumerate(hearing.told["votes"], start=1):
        Vote.objects.create(consultation=consultation, number=number, matter=told["matter"], rule=rule)
