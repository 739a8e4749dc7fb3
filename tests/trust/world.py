"""A small province to try every door of: two units that are strangers to each other, with one of everything.

Built once for a module.  Every request that a test makes is taken back, so that each finds the same world.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import AuditEvent, Department, LoginGuard, Region, Session, User
from accounts.roles import Role
from communities.models import (
    Building,
    CatalogueItem,
    Community,
    Survey,
    SurveyFinding,
    SurveySignOff,
    Taxonomy,
)
from dashboards import bulletins, snapshots
from dashboards.models import Bulletin, ReturnDefinition, Snapshot
from jobs.models import Job
from ledgers.importing import batches
from ledgers.models import ImportBatch, SavedView
from ledgers.registry import LEDGERS
from projects import acceptances, months
from projects.models import (
    AcceptanceSigner,
    AnnualPlan,
    BuildingCard,
    Bundle,
    BundleMember,
    Contract,
    Defect,
    Handover,
    Inspection,
    Liability,
    Milestone,
    PlanClause,
    PlanItem,
    PlanVersion,
    Project,
)
from records.attachments import attach
from records.models import ChangeSet, IdempotencyKey, VersionedRecord
from records.planning import Change
from records.services import Mode, apply_many
from tests.conftest import make_user
from tests.trust import (
    allocation_world,
    boards_world,
    care_world,
    dispatch_world,
    doors_world,
    hearing_world,
    money_world,
    scores_world,
)

OWN, FOREIGN = "222401", "220284"
YEAR = 2020
ANONYMOUS = "anonymous"
# Whoever reviews or audits has a prefecture, so that everybody but the administrators has strangers.
HOMES: Mapping[str, str] = {
    Role.ENTRY: OWN,
    Role.REVIEWER: "222400",
    Role.MANAGER: "222400",
    Role.WORKER: OWN,
    Role.LIAISON: OWN,
    Role.AUDITOR: "222400",
    Role.SYSTEM_ADMIN: "220000",
    Role.SECURITY_ADMIN: "220000",
    Role.AUDIT_ADMIN: "220000",
}
# Who opens a page when one is enough: the province as far as it gets, the administrators on their own pages.
WHO = (str(Role.MANAGER), str(Role.SECURITY_ADMIN), str(Role.AUDIT_ADMIN), str(Role.SYSTEM_ADMIN))
Targets = dict[str, str]
ABSENT = "77777777"
# What differs without telling anything: tokens against forgery, nonces, the address for the way back, the
# time.
_VOLATILE = re.compile(
    rb'[A-Za-z0-9]{64}|nonce-?=?"?[\w-]+|name="(key|next)" value="[^"]*"|\d{4}-\d\d-\d\d \d\d:\d\d'
)


@dataclass
class World:
    """Whoever may knock, and what lies behind the doors of the two units."""

    users: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    targets: dict[str, Targets] = field(default_factory=dict)

    def client(self, who: str, **options: Any) -> Client:
        """Return a fresh browser with the session of a role; without one for ANONYMOUS."""
        client = Client(**options)
        if who != ANONYMOUS:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[who]
        return client

    @property
    def absent(self) -> Targets:
        """Return the names of what exists nowhere."""
        # The works catalogue and the care models are the province's: theirs are nobody's in particular.
        common = {name: self.targets[OWN][name] for name in ("catalogue", "care_model", "form")}
        return {**dict.fromkeys(self.targets[OWN], ABSENT), "unit": "999999", "session": "0" * 16, **common}


@contextmanager
def taken_back() -> Iterator[None]:
    """Undo whatever is written inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def body_of(response: HttpResponseBase) -> bytes:
    """Return the whole answer, also of a file."""
    if response.streaming:
        return b"".join(response.streaming_content)  # type: ignore[attr-defined]
    content: bytes = response.content  # type: ignore[attr-defined]
    return content


def steady(body: bytes) -> bytes:
    """Return an answer without its random parts: they may hold any short number by chance."""
    return _VOLATILE.sub(b"", body)


def comparable(body: bytes, names: Targets) -> bytes:
    """Return an answer without its random parts and without the names that were asked for."""
    text = steady(body)
    if text.startswith(b"<"):
        return text  # a page of refusal has no reason to repeat what was asked for
    for name in names.values():
        text = re.sub(rb"\b" + re.escape(name.encode()) + rb"\b", b"?", text)
    return text


# What whoever asks may leave behind himself: session, trail, counters of tries, keys of what was sent, views.
OWN_TRACES = frozenset(
    model._meta.db_table for model in (AuditEvent, IdempotencyKey, LoginGuard, Session, SavedView)
)
_WRITES = re.compile(r'\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.IGNORECASE)


@contextmanager
def writes_noted() -> Iterator[set[str]]:
    """Note every table that is written to, but for what whoever asks may leave behind himself."""
    tables: set[str] = set()

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        if (found := _WRITES.match(sql)) and found[1] not in OWN_TRACES:
            tables.add(found[1])
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield tables


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Give the world to all tests of a module, and take it away after the last."""
    with django_db_blocker.unblock(), taken_back():
        yield build()


def build(*, whole_province: bool = False) -> World:
    """Build both units and the people; the manager is of a prefecture, or of the whole province."""
    made = World()
    homes = {**HOMES, Role.MANAGER: "220000"} if whole_province else HOMES
    for role, home in homes.items():
        made.users[role] = make_user(f"trust-{role}", f"角色{role}", Role(role), home)
    liaison = made.users[Role.LIAISON]
    liaison.duty = Department.objects.get(code="water")
    liaison.save(update_fields=["duty"])
    made.users[FOREIGN] = make_user("trust-stranger", "外地人", Role.ENTRY, FOREIGN)
    for who, user in made.users.items():
        client = Client()
        client.force_login(user)
        made.sessions[who] = client.cookies[settings.SESSION_COOKIE_NAME].value
    for unit, owner in ((OWN, made.users[Role.ENTRY]), (FOREIGN, made.users[FOREIGN])):
        made.targets[unit] = _unit(unit, owner)
    _bulletins(made)
    return made


def write(model: type[VersionedRecord], rows: list[dict[str, Any]], actor: User | None = None) -> list[int]:
    """Write rows through the one write path; return their keys."""
    outcomes = apply_many(
        model,
        actor=actor,
        source=ChangeSet.Source.LOAD,
        changes=[Change(values=row) for row in rows],
        mode=Mode.ALL_OR_NOTHING,
    )
    return [found.row["id"] for found in outcomes]


def community_row(unit: str, name: str, **values: Any) -> dict[str, Any]:
    """Return a plausible community of a unit."""
    region = Region.objects.get(code=unit)
    return {
        "name": name,
        "region_id": region.pk,
        "street": "北山街道",
        "building_count": 6,
        "household_count": 212,
        "floor_area": Decimal("21200.00"),
        **values,
    }


def fill(unit: str, count: int, start: int = 0) -> list[int]:
    """Write so many communities of a unit, each with a building and a project; return the communities."""
    rows = [community_row(unit, f"{unit}号{start + number}小区") for number in range(count)]
    made = write(Community, rows)
    write(Building, [{"community_id": pk, "number": "1栋", "household_count": 212} for pk in made])
    projects = [
        {
            "community_id": pk,
            "plan_year": YEAR,
            "planned_households": 212,
            "planned_buildings": 6,
            "planned_area": Decimal("21200.00"),
            "started_on": date(YEAR, 6, 1 + number % 28) if number % 2 else None,
        }
        for number, pk in enumerate(made)
    ]
    started = [
        pk
        for pk, row in zip(write(Project, projects), projects, strict=True)
        if row["started_on"] is not None
    ]
    care_world.fill_parts(write, started)
    _surveyed(unit, made)
    return made


def _surveyed(unit: str, communities: list[int]) -> None:
    """Open a survey of each community, with the unit's own catalogue of two items."""
    region = Region.objects.get(code=unit)
    taxonomy = Taxonomy.objects.filter(code=f"own-{unit}").first()
    if taxonomy is None:
        [pk] = write(Taxonomy, [{"code": f"own-{unit}", "name": f"{unit}目录", "region_id": region.pk}])
        common = {"taxonomy_id": pk, "group": "基础设施", "level": "basic", "measure": "米"}
        owner = Department.objects.get(code="water").pk
        names = ("供水管线", "供水计量")
        rows = [{**common, "code": name, "name": name, "department_id": owner} for name in names]
        write(CatalogueItem, rows)
        taxonomy = Taxonomy.objects.get(pk=pk)
    items = list(CatalogueItem.objects.filter(taxonomy=taxonomy))
    days = {"opened_on": date(YEAR, 3, 1), "due_on": date(YEAR, 4, 1)}
    surveys = write(Survey, [{"community_id": pk, **days} for pk in communities])
    write(SurveyFinding, [{"survey_id": pk, "item_id": item.pk} for pk in surveys for item in items])
    owner = items[0].department_id
    write(
        SurveySignOff, [{"survey_id": pk, "department_id": owner, "due_on": days["due_on"]} for pk in surveys]
    )


def _unit(unit: str, owner: User) -> Targets:
    [community, *_others] = fill(unit, 2)
    region = Region.objects.get(code=unit)
    [plan] = write(AnnualPlan, [{"unit_id": region.pk, "year": YEAR, "target_projects": 2}])
    project, other = Project.objects.filter(unit=region).order_by("pk").values_list("pk", flat=True)[:2]
    view = SavedView.objects.create(user=owner, ledger="communities", name="mine")
    common = {"kind": "ledgers.check_import", "created_by": owner, "region": region}
    failed = Job.objects.create(
        key=f"{unit}-failed", state=Job.State.FAILED, finished_at=timezone.now(), error_code="x", **common
    )
    waiting = Job.objects.create(key=f"{unit}-waiting", **common)
    closed = make_user(f"trust-{unit}-closed", "离任", Role.ENTRY, unit)
    closed.is_active = False
    closed.save(update_fields=["is_active"])
    kept = attach(Community.objects.get(pk=community), paper(), actor=owner)
    planned, committed = _batch(unit, owner, "planned"), _batch(unit, owner, "committed")
    batches.start_commit(committed, mode=Mode.VALID_ROWS)
    return {
        "unit": unit,
        "community": str(community),
        "building": str(Building.objects.get(community=community).pk),
        "project": str(Project.objects.get(community=community).pk),
        "plan": str(plan),
        "view": str(view.pk),
        "job": str(failed.pk),
        "waiting": str(waiting.pk),
        "batch": str(planned.pk),
        "committed": str(committed.pk),
        "session": Session.objects.get(user=owner).handle,
        "user": str(owner.pk),
        "closed": str(closed.pk),
        "file": str(kept.pk),
        "other_project": str(other),
        **_plan_of(unit, project),
        **_built_of(project, other, owner),
        **care_world.care_targets(write, region, owner),
        **_survey_targets(community),
        **hearing_world.targets(write, project),
        **doors_world.targets(write, community),
        **boards_world.targets(region, project),
        **money_world.targets(write, region, project),
        **allocation_world.targets(write, region, YEAR),
        **dispatch_world.targets(region),
        **scores_world.targets(region, owner),
        "form": str(ReturnDefinition.objects.get(code="national-plan").pk),
    }


def _survey_targets(community: int) -> Targets:
    survey = Survey.objects.get(community=community)
    finding = SurveyFinding.objects.filter(survey=survey).select_related("item").first()
    assert finding is not None
    return {
        "survey": str(survey.pk),
        "finding": str(finding.pk),
        "works": str(finding.item_id),
        "taxonomy": str(finding.item.taxonomy_id),
        "sign_off": str(SurveySignOff.objects.get(survey=survey).pk),
    }


def _built_of(project: int, other: int, owner: User) -> Targets:
    """Give a project an acceptance nobody has signed and a defect; the other one's building has its card."""
    held = acceptances.open_acceptance(
        Project.objects.get(pk=project),
        actor=owner,
        source=ChangeSet.Source.LOAD,
        held_on=date(YEAR, 9, 20),
        organiser="住建局",
    )
    found = {"found_on": date(YEAR, 6, 1), "due_on": date(YEAR, 6, 15), "origin": "inspection"}
    row = {"project_id": project, "description": "空鼓", "assignee": "施工单位", **found}
    [defect] = write(Defect, [row])
    day, of = date(YEAR, 9, 20), {"project_id": project}
    rows: dict[str, tuple[type[VersionedRecord], dict[str, Any]]] = {
        "milestone": (Milestone, {**of, "kind": "approval"}),
        "contract": (Contract, {**of, "kind": "construction", "number": "1", "firm": "甲"}),
        "liability": (Liability, {**of, "item_id": _catalogue_item(), "firm": "甲", "person": "王工"}),
        "inspection": (Inspection, {**of, "kind": "routine", "held_on": day, "inspector": "李工"}),
        "signer": (AcceptanceSigner, {"acceptance_id": held.pk, "party": "client", "name": "张工"}),
        "handover": (
            Handover,
            {**of, "kind": "community", "assets": "全部", "giver": "甲", "receiver": "社区"},
        ),
    }
    made = {name: str(write(model, [values])[0]) for name, (model, values) in rows.items()}
    building = Building.objects.get(community__projects=other)
    card = BuildingCard.objects.create(building=building)
    return {
        **made,
        "acceptance": str(held.pk),
        "defect": str(defect),
        "carded": str(card.building_id),
        "card": card.token,
    }


def _plan_of(unit: str, project: int) -> Targets:
    """Give a project a version of its plan with a clause and an item, and a bundle."""
    [version] = write(PlanVersion, [{"project_id": project, "number": 1}])
    [clause] = write(PlanClause, [{"plan_version_id": version, "number": 1, "title": "屋面"}])
    catalogue = _catalogue_item()
    [item] = write(PlanItem, [{"plan_version_id": version, "item_id": catalogue, "place": "全区"}])
    region = Region.objects.get(code=unit)
    [bundle] = write(
        Bundle, [{"unit_id": region.pk, "year": YEAR, "name": f"{unit}一标段", "covers_tender": True}]
    )
    [member] = write(BundleMember, [{"bundle_id": bundle, "project_id": project}])
    made = {
        "version": version,
        "clause": clause,
        "item": item,
        "bundle": bundle,
        "member": member,
        "catalogue": catalogue,
    }
    return {name: str(pk) for name, pk in made.items()}


def _catalogue_item() -> int:
    """Return an item of works that holds in the whole province; made once."""
    known = CatalogueItem.objects.filter(code="trust-roof").values_list("pk", flat=True).first()
    if known is not None:
        return known
    department, _made = Department.objects.get_or_create(
        code="trust-office", defaults={"name": "试验办", "kind": "government"}
    )
    province = Region.objects.get(code="220000")
    [taxonomy] = write(Taxonomy, [{"code": "trust", "name": "试验分类", "region_id": province.pk}])
    common = {"taxonomy_id": taxonomy, "department_id": department.pk, "level": "basic", "measure": "㎡"}
    [item] = write(CatalogueItem, [{**common, "code": "trust-roof", "name": "试验屋面", "group": "甲类"}])
    return item


def paper() -> SimpleUploadedFile:
    """Return a file that can be kept beside a row."""
    return SimpleUploadedFile("竣工验收.pdf", b"%PDF-1.4 a paper")


def _batch(unit: str, owner: User, name: str) -> ImportBatch:
    table = f"小区名称,所在街道,户数\n{unit}{name}小区,北山街道,100\n"
    batch = batches.upload(
        user=owner,
        ledger=LEDGERS["communities"],
        region=owner.region,
        year=None,
        file=SimpleUploadedFile(f"{name}.csv", table.encode()),
    )
    batches.check(batch)
    assert batch.state == ImportBatch.State.PLANNED, (batch.refusal, batch.mapping)
    return batch


def _bulletins(made: World) -> None:
    """Give each unit a draft and an issued bulletin: copies of the province's, which takes long to render."""
    first, _new = bulletins.make(plan_year=YEAR, year=YEAR, month=7)
    for unit, owner in ((OWN, made.users[Role.ENTRY]), (FOREIGN, made.users[FOREIGN])):
        region = Region.objects.get(code=unit)
        snapshot = Snapshot(
            region=region,
            plan_year=YEAR,
            on=first.snapshot.on,
            figures=first.snapshot.figures,
            members=first.snapshot.members,
        )
        snapshot.sha256 = snapshot.content_hash()
        snapshot.save(force_insert=True)
        for month, state in ((7, "draft"), (6, "issued")):
            copy = Bulletin(
                region=region,
                plan_year=YEAR,
                year=YEAR,
                period_start=date(YEAR, month, 1),
                period_end=months.month_end(date(YEAR, month, 1)),
                number=month,
                snapshot=snapshot,
                narrative=first.narrative,
                document=first.document,
                files=first.files,
                drafted_by=owner,
            )
            if state == "issued":
                copy.state, copy.sha256 = Bulletin.State.ISSUED, "0" * 64
                copy.issued_by, copy.issued_at = owner, timezone.now()
            copy.save(force_insert=True)
            made.targets[unit]["draft" if state == "draft" else "bulletin"] = str(copy.pk)
    made.targets[OWN]["province_bulletin"] = str(first.pk)
    made.targets[FOREIGN]["province_bulletin"] = str(first.pk)
    assert snapshots.province().pk == first.region_id
