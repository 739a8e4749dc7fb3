"""Bundles: projects under one approval, tender or contract; and roads that several works would open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Capability
from projects.models import Bundle, BundleMember, Milestone, PlanItem, PlanVersion, Project
from projects.workflow import WorkflowError
from records.models import ChangeSet
from records.parsing import search_key
from records.planning import Change, Outcome
from records.services import Mode, NothingWritten, apply_many

Kind = Milestone.Kind
# Steps that only a bundle made for them takes together.
COVERED = {Kind.APPROVAL: "covers_approval", Kind.TENDER: "covers_tender"}
# Two openings of one road with fewer days between them are one.
SAME_OPENING = timedelta(days=7)


def joint_steps(bundle: Bundle) -> list[Milestone.Kind]:
    """Return the steps of the preparation that the members of a bundle take together."""
    kinds = [Kind(kind) for kind in Milestone.PREPARATION]
    return [kind for kind in kinds if kind not in COVERED or getattr(bundle, COVERED[kind])]


def record_milestone(
    bundle: Bundle,
    kind: str,
    actual_on: date,
    document_no: str,
    *,
    actor: User,
    source: ChangeSet.Source = ChangeSet.Source.FORM,
) -> list[Outcome]:
    """Record a step that all members took together, in one change set: all of them or none.

    Raises PermissionDenied, WorkflowError for a step the bundle does not cover or a member whose steps are
    closed; the members' scope and locks bind as on every other path.
    """
    if not actor.may(Capability.LEDGER_EDIT):
        raise PermissionDenied
    if kind not in joint_steps(bundle):
        raise WorkflowError(_("This bundle does not take that step together."))
    members = list(
        BundleMember.objects.live().filter(bundle=bundle).values_list("project_id", flat=True).order_by("pk")
    )
    if not members:
        raise WorkflowError(_("The bundle has no projects yet."))
    rows = Milestone.objects.live().filter(project__in=members, kind=kind)
    known = dict(rows.values_list("project_id", "pk").order_by())
    values: dict[str, Any] = {"actual_on": actual_on, "document_no": document_no.strip()[:60]}
    changes = [
        Change(values=values, pk=known[project])
        if project in known
        else Change(values={"project_id": project, "kind": kind, **values})
        for project in members
    ]
    label = _("Bundle %(name)s") % {"name": bundle.name}
    try:
        return apply_many(
            Milestone, actor=actor, source=source, changes=changes, mode=Mode.ALL_OR_NOTHING, label=label
        )
    except NothingWritten as nothing:
        raise WorkflowError(_refusal(members, nothing.outcomes)) from nothing


def _refusal(members: Sequence[int], outcomes: Sequence[Outcome]) -> str:
    names = dict(Project.objects.filter(pk__in=members).values_list("pk", "community__name"))
    words = []
    for project, outcome in zip(members, outcomes, strict=True):
        if not outcome.writes and outcome.findings:
            words.append(f"{names.get(project, '')}：{outcome.findings[0].message}")
    return "；".join(words[:10])


@dataclass(frozen=True, slots=True)
class Dig:
    """One item of works that opens a road, with the days it is open."""

    item: PlanItem
    opened: date
    closed: date


@dataclass(frozen=True, slots=True)
class Road:
    """A road with everything that would open it; ``openings`` are the stretches of days it is open."""

    name: str
    digs: tuple[Dig, ...]
    openings: tuple[tuple[date, date], ...]

    @property
    def is_opened_once(self) -> bool:
        """Tell whether one opening serves all works."""
        return len(self.openings) == 1


def roads(items: Iterable[PlanItem]) -> list[Road]:
    """Group works by road, those opened more than once first; days without an end count as one day."""
    groups: dict[str, list[Dig]] = defaultdict(list)
    names: dict[str, str] = {}
    for item in items:
        if item.road and item.dig_from:
            key = f"{item.unit_id} {search_key(item.road)}"
            names.setdefault(key, item.road)
            groups[key].append(Dig(item, item.dig_from, item.dig_to or item.dig_from))
    found = []
    for key, digs in groups.items():
        ordered = sorted(digs, key=lambda dig: (dig.opened, dig.closed, dig.item.pk))
        found.append(Road(names[key], tuple(ordered), tuple(_openings(ordered))))
    return sorted(found, key=lambda road: (-len(road.openings), road.digs[0].opened, road.name))


def _openings(digs: Sequence[Dig]) -> list[tuple[date, date]]:
    merged: list[tuple[date, date]] = []
    for dig in digs:
        if merged and dig.opened <= merged[-1][1] + SAME_OPENING:
            merged[-1] = merged[-1][0], max(merged[-1][1], dig.closed)
        else:
            merged.append((dig.opened, dig.closed))
    return merged


def digging(projects: Any) -> list[PlanItem]:
    """Return the items that open a road, of the newest version of each project that holds or is in hand."""
    versions = (
        PlanVersion.objects.live().filter(project__in=projects).exclude(state=PlanVersion.State.SUPERSEDED)
    )
    newest = dict(versions.order_by("number").values_list("project_id", "pk"))
    rows = PlanItem.objects.live().filter(plan_version__in=newest.values()).exclude(road="")
    return list(
        rows.filter(dig_from__isnull=False).select_related("item", "department", "project__community", "unit")
    )
