"""Writing the living years through the one write path, all of it or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.models import Region
from communities.models import (
    Building,
    CatalogueItem,
    Community,
    Survey,
    SurveyFinding,
    SurveySignOff,
)
from projects import acceptances, cards
from projects.models import (
    Acceptance,
    AcceptanceSigner,
    AnnualPlan,
    Contract,
    Defect,
    Handover,
    Inspection,
    Liability,
    MaintenanceFund,
    ManagementArrangement,
    Milestone,
    PlanItem,
    PlanVersion,
    ProgressQuantity,
    ProgressReport,
    Project,
)
from projects.months import previous_month_end
from records.models import VersionedRecord
from renovation_portal.demo import facts
from renovation_portal.demo.entering import amend, enter, is_entered
from renovation_portal.demo.living import evidence
from renovation_portal.demo.living.evidence import Lived, Row
from renovation_portal.demo.living.reporting import write_care, write_rounds
from renovation_portal.demo.living.story import PLACES, Life, Story, lives, living_year
from renovation_portal.demo.living.trail import write_trail
from renovation_portal.demo.loading import Presence, presence

LABEL = "模拟数据：当年"


def is_there() -> bool:
    """Tell whether the living years have been written."""
    return is_entered(LABEL)


def load(today: date | None = None) -> int:
    """Write the communities of the year under way and of the next; return how many.

    Only beside the demonstration province, and once.  Raises NothingWritten when a row breaks a check.
    """
    if presence() is not Presence.DEMO or is_there():
        return 0
    with transaction.atomic():
        return _Writer(today or timezone.localdate()).write()


class _Writer:
    """Writes one kind of row after the other; later ones hang on earlier ones."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.year = living_year(today)
        self.items = list(
            CatalogueItem.objects.in_use()
            .filter(counts_as=None)
            .select_related("taxonomy")
            .order_by("position", "code")
        )
        self.works: dict[int, list[Row]] = {}
        self.regions = dict(Region.objects.values_list("code", "pk"))

    def write(self) -> int:
        """Write everything; return the number of communities."""
        told = list(lives(self.today, sorted(facts.street_lines()), _taken()))
        lived = self._projects(told)
        self._plans(lived)
        self._surveys(lived)
        self._versions(lived)
        self._apply(Milestone, [row for one in lived for row in evidence.milestone_rows(one)])
        self._building(lived)
        self._quality(lived)
        self._acceptance(lived)
        self._aftercare(lived)
        write_care(lived, self._apply)
        write_trail(lived)
        write_rounds(self.today, self._edit)
        return len(lived)

    def _apply(self, model: type[VersionedRecord], rows: Iterable[Row]) -> list[int]:
        return enter(model, rows, label=LABEL)

    def _edit(self, model: type[VersionedRecord], rows: Mapping[int, Row]) -> None:
        amend(model, rows, label=LABEL)

    def _projects(self, told: Sequence[Life]) -> list[Lived]:
        communities = self._apply(
            Community, [evidence.community_row(life, self.regions[life.naming.region]) for life in told]
        )
        listed = zip(told, communities, strict=True)
        self._apply(
            Building,
            [row for life, pk in listed if life.is_practised for row in evidence.building_rows(life, pk)],
        )
        works = [evidence.item_rows(life, self.items) for life in told]
        rows = [
            evidence.project_row(life, pk, items, *PLACES[life.story])
            for life, pk, items in zip(told, communities, works, strict=True)
        ]
        projects = self._apply(Project, rows)
        self.works = dict(zip(projects, works, strict=True))
        return [Lived(*parts) for parts in zip(told, communities, projects, strict=True)]

    def _plans(self, lived: Sequence[Lived]) -> None:
        by_unit: dict[str, list[Life]] = defaultdict(list)
        for one in lived:
            if one.life.year == self.year:
                by_unit[one.life.unit].append(one.life)
        issued: list[Row] = [
            {
                "unit_id": self.regions[unit],
                "year": self.year,
                "state": AnnualPlan.State.ISSUED,
                "issued_on": date(self.year, 2, 20),
                "document_no": f"模拟〔{self.year}〕1号",
                "target_projects": len(told),
                "target_communities": len(told),
                "target_buildings": sum(life.buildings for life in told),
                "target_households": sum(life.households for life in told),
                "target_area": Decimal(sum(life.area for life in told)).scaleb(-2),
                "is_simulated": True,
            }
            for unit, told in sorted(by_unit.items())
        ]
        drafts: list[Row] = [
            {"unit_id": self.regions[unit], "year": self.year + 1, "is_simulated": True}
            for unit in sorted(by_unit)
        ]
        known = set(AnnualPlan.objects.live().values_list("unit_id", "year"))
        self._apply(
            AnnualPlan, [row for row in (*issued, *drafts) if (row["unit_id"], row["year"]) not in known]
        )

    def _surveys(self, lived: Sequence[Lived]) -> None:
        """Write surveys: finished where a community has left the first stage, else half entered."""
        begun = self.today - timedelta(days=20)
        surveys = self._apply(
            Survey,
            [
                {
                    "community_id": one.community,
                    "state": "finished" if one.life.surveyed_on else "open",
                    "opened_on": one.life.surveyed_on - timedelta(days=25) if one.life.surveyed_on else begun,
                    "due_on": one.life.surveyed_on or self.today + timedelta(days=9),
                    "finished_on": one.life.surveyed_on,
                    "is_simulated": True,
                }
                for one in lived
            ],
        )
        pairs = [
            (one, pk)
            for one, pk in zip(lived, surveys, strict=True)
            if one.life.is_practised or one.life.story is Story.SURVEYED
        ]
        self._apply(SurveyFinding, [row for one, pk in pairs for row in self._findings(one, pk)])
        self._apply(SurveySignOff, [row for one, pk in pairs for row in self._sign_offs(one, pk)])

    def _findings(self, one: Lived, survey: int) -> Iterable[Row]:
        wanted = {row["item_id"]: row["quantity"] for row in self.works[one.project]}
        draw = one.life.draw
        for item in self.items:
            open_yet = one.life.surveyed_on is None and draw.between(1, 3) == 1
            quantity = wanted.get(item.pk)
            condition = "" if open_yet else "damaged" if quantity else draw.pick(("good", "good", "na"))
            yield {
                "survey_id": survey,
                "item_id": item.pk,
                "condition": condition,
                "quantity": quantity if condition == "damaged" else None,
                "found_on": None if open_yet else (one.life.surveyed_on or self.today - timedelta(days=6)),
                "is_simulated": True,
            }

    def _sign_offs(self, one: Lived, survey: int) -> Iterable[Row]:
        done = one.life.surveyed_on
        for department in dict.fromkeys(item.department_id for item in self.items):
            yield {
                "survey_id": survey,
                "department_id": department,
                "due_on": done or self.today + timedelta(days=9),
                "signed_on": done,
                "signed_name": "模拟签认" if done else "",
                "is_simulated": True,
            }

    def _versions(self, lived: Sequence[Lived]) -> None:
        """Write the plan of every community that has one; final where its building may begin."""
        told = [one for one in lived if one.life.reached(Story.RESERVED)]
        rows: list[Row] = []
        for one in told:
            # Half of those still being prepared wait for their final version too.
            final = one.life.reached(Story.READY) or (
                one.life.story is Story.PREPARING and one.life.number % 2
            )
            rows.append(
                {
                    "project_id": one.project,
                    "number": 1,
                    "title": f"{one.life.naming.name}改造方案",
                    "state": "final" if final else "draft",
                    "finalised_on": date(one.life.year, 3, 20) if final else None,
                    "dated_on": min(date(one.life.year, 2, 10), self.today),
                    "is_simulated": True,
                }
            )
        versions = self._apply(PlanVersion, rows)
        self._apply(
            PlanItem,
            [
                {"plan_version_id": version, "is_simulated": True, **row}
                for one, version in zip(told, versions, strict=True)
                for row in self.works[one.project]
            ],
        )

    def _building(self, lived: Sequence[Lived]) -> None:
        told = [one for one in lived if one.life.reached(Story.READY)]
        costs = {one.project: evidence.money(self.works[one.project]) for one in told}
        self._apply(Contract, [evidence.contract_row(one, costs[one.project]) for one in told])
        close = [one for one in told if one.life.is_practised]
        self._apply(
            Liability, [row for one in close for row in evidence.liability_rows(one, self.works[one.project])]
        )
        # The month that runs is still to be reported.
        last = previous_month_end(self.today)
        rows = [row for one in told for row in evidence.report_rows(one, costs[one.project], last)]
        reports = self._apply(ProgressReport, rows)
        newest = {
            row["project_id"]: (pk, row["progress_percent"]) for row, pk in zip(rows, reports, strict=True)
        }
        self._apply(ProgressQuantity, self._quantities(newest, {one.project for one in close}))

    def _quantities(self, newest: Mapping[int, tuple[int, Decimal]], close: set[int]) -> list[Row]:
        items = PlanItem.objects.live().filter(project__in=close).order_by("pk")
        return [
            {
                "report_id": newest[item.project_id][0],
                "plan_item_id": item.pk,
                "done": Decimal(int((item.quantity or 0) * newest[item.project_id][1] / 100)),
                "is_simulated": True,
            }
            for item in items
            if item.project_id in newest
        ]

    def _quality(self, lived: Sequence[Lived]) -> None:
        told = [one for one in lived if one.life.is_practised and one.life.started_on]
        inspections = self._apply(
            Inspection,
            [
                {
                    "project_id": one.project,
                    "kind": "routine",
                    "held_on": _day(one.life.started_on) + timedelta(days=40),
                    "inspector": "质监站 何",
                    "conclusion": "总体合格，个别问题限期整改",
                    "is_simulated": True,
                }
                for one in told
            ],
        )
        self._apply(Defect, [self._defect(one, pk) for one, pk in zip(told, inspections, strict=True)])

    def _defect(self, one: Lived, inspection: int) -> Row:
        life = one.life
        found = _day(life.started_on) + timedelta(days=40)
        text, severity = evidence.FAULTS[life.number % len(evidence.FAULTS)]
        done = life.reached(Story.COMPLETED)
        row: Row = {
            "project_id": one.project,
            "number": 1,
            "origin": "inspection",
            "inspection_id": inspection,
            "place": "2栋",
            "description": text,
            "severity": severity,
            "found_on": found,
            "assignee": evidence.builder_of(life),
            "due_on": found + timedelta(days=15)
            if done
            else self.today + timedelta(days=10 - 4 * (life.number % 4)),
            "is_simulated": True,
        }
        if done:
            row |= {"state": "verified", "mended_on": found + timedelta(days=9), "mended_note": "已返工"}
            row |= {"verified_on": found + timedelta(days=12)}
        return row

    def _acceptance(self, lived: Sequence[Lived]) -> None:
        told = [(one, row) for one in lived if (row := evidence.acceptance_row(one)) is not None]
        sheets = self._apply(Acceptance, [row for _one, row in told])
        pairs = [(one, pk) for (one, _row), pk in zip(told, sheets, strict=True)]
        self._apply(AcceptanceSigner, [row for one, pk in pairs for row in evidence.signer_rows(one, pk)])
        passed = [one.project for one, row in told if row["result"] == Acceptance.Result.PASSED]
        for community in Community.objects.filter(projects__in=passed).distinct():
            cards.make_cards(community)
        handed = [one for one in lived if one.life.handed_on]
        rows = Project.objects.filter(pk__in=[one.project for one in handed])
        assets = acceptances.assets_to_hand_over(list(rows))
        self._apply(
            Handover,
            [row for one in handed for row in evidence.handover_rows(one, assets.get(one.project, ()))],
        )

    def _aftercare(self, lived: Sequence[Lived]) -> None:
        told = [one for one in lived if one.life.story is Story.CARED_FOR]
        modes = ("professional", "trusted", "street", "self")
        self._apply(
            ManagementArrangement,
            [
                {
                    "project_id": one.project,
                    "party_branch": f"{one.life.naming.neighbourhood}党支部",
                    "residents_committee": one.life.naming.neighbourhood,
                    "mode": modes[one.life.number % len(modes)],
                    "manager": "模拟物业服务公司",
                    "fee_fen": 40 + 10 * (one.life.number % 4),
                    "fee_rate": Decimal(62 + 9 * (one.life.number % 4)),
                    "agreed_on": one.life.accepted_on,
                    "starts_on": one.life.handed_on,
                    "is_simulated": True,
                }
                for one in told
            ],
        )
        self._apply(
            MaintenanceFund,
            [
                {
                    "project_id": one.project,
                    "established_on": one.life.handed_on,
                    "due_fen": one.life.area * 5,
                    "paid_fen": one.life.area * 3,
                    "balance_fen": one.life.area * 3,
                    "as_of": previous_month_end(self.today),
                    "is_simulated": True,
                }
                for one in told
            ],
        )


def _taken() -> dict[str, set[str]]:
    """Return the keys of the names that each unit's communities bear already."""
    found: dict[str, set[str]] = defaultdict(set)
    for unit, key in Community.objects.live().values_list("unit__code", "name_key"):
        found[unit].add(key)
    return found


def _day(day: date | None) -> date:
    assert day is not None
    return day
