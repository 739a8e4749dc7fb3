"""Joint acceptance (联合验收): who must sign, passing it once all have, and what follows from that.

After passing, the community goes to its neighbourhood and the assets of utilities to those utilities at the
same time (合格后小区移交社区、专营设施同步移交专营部门).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.roles import Capability
from projects import cards
from projects.models import Acceptance, AcceptanceSigner, Handover, PlanItem, PlanVersion, Project
from records.models import ChangeSet, Limit
from records.planning import Change
from records.services import Mode, apply, apply_many

if TYPE_CHECKING:
    from accounts.models import Department, User

Party, Opinion, Result = AcceptanceSigner.Party, AcceptanceSigner.Opinion, Acceptance.Result
# A limit of this name says how many signatures of a party (or of any of several) an acceptance needs.
PREFIX, OR = "acceptance_", "_or_"


class AcceptanceError(Exception):
    """A step that cannot be taken; the message says why, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Required:
    """How many signatures of which parties are needed; any of ``parties`` counts."""

    parties: tuple[str, ...]
    least: int
    source: str

    @property
    def label(self) -> str:
        """Return whom the signatures are of."""
        return _(" or ").join(str(Party(party).label) for party in self.parties)


@dataclass(frozen=True, slots=True)
class Signed:
    """How far one requirement is met."""

    required: Required
    count: int

    @property
    def is_met(self) -> bool:
        """Tell whether enough have signed."""
        return self.count >= self.required.least

    @property
    def words(self) -> str:
        """Return what is missing: 联合验收缺居民代表签字（应签 3 人，已签 1 人）."""
        return _("The acceptance lacks signatures of: %(party)s (needed %(least)d, signed %(count)d)") % {
            "party": self.required.label,
            "least": self.required.least,
            "count": self.count,
        }


def requirements() -> list[Required]:
    """Return whose signatures an acceptance needs, in the order of the parties; one query."""
    found = []
    for code, low, source in Limit.objects.filter(code__startswith=PREFIX).values_list(
        "code", "low", "source"
    ):
        parties = tuple(code.removeprefix(PREFIX).split(OR))
        if low and all(party in Party.values for party in parties):
            found.append(Required(parties, int(low), source))
    return sorted(found, key=lambda need: Party.values.index(need.parties[0]))


def signed(signers: Iterable[AcceptanceSigner], needs: Sequence[Required]) -> list[Signed]:
    """Return how far each requirement is met; a signature counts once it is dated and agrees.

    Of the residents every person counts once: one name signing three times is one representative.
    """
    names: dict[str, set[str]] = defaultdict(set)
    for signer in signers:
        if signer.signed_on is not None and signer.opinion == Opinion.AGREE:
            names[signer.party].add(" ".join(signer.name.split()))
    return [Signed(need, sum(len(names[party]) for party in need.parties)) for need in needs]


def signers_of(acceptances: Iterable[Acceptance]) -> Mapping[int, list[AcceptanceSigner]]:
    """Return the signers of each acceptance; one query."""
    found: dict[int, list[AcceptanceSigner]] = defaultdict(list)
    for signer in AcceptanceSigner.objects.live().filter(acceptance__in=list(acceptances)):
        found[signer.acceptance_id].append(signer)
    return found


def current(project: Project) -> Acceptance | None:
    """Return the acceptance that is under way or passed; None before the first and after a failed one."""
    running = Acceptance.objects.live().filter(project=project).exclude(result=Result.FAILED)
    return running.first()


def obstacles(acceptance: Acceptance) -> list[str]:
    """Return everything that keeps an acceptance from being passed, in words; none means that it can be."""
    signers = signers_of([acceptance])[acceptance.pk]
    found = [one.words for one in signed(signers, requirements()) if not one.is_met]
    for signer in signers:
        if signer.opinion == Opinion.OBJECT:
            told = {"party": signer.get_party_display(), "name": signer.name}
            found.append(_("%(party)s %(name)s objects") % told)
        elif signer.signed_on is None:
            told = {"party": signer.get_party_display(), "name": signer.name}
            found.append(_("%(party)s %(name)s has not signed yet") % told)
    project = acceptance.project
    if project.completed_on is None:
        found.append(_("Completion of the works has not been entered"))
    if acceptance.held_on is None:
        found.append(_("The day of the acceptance has not been entered"))
    elif project.completed_on is not None and acceptance.held_on < project.completed_on:
        found.append(_("The acceptance is dated before the completion of the works"))
    return found


def open_acceptance(
    project: Project, *, actor: User, source: ChangeSet.Source, held_on: date, organiser: str
) -> Acceptance:
    """Begin the joint acceptance of a project.

    Raises AcceptanceError when the project is not under construction, the works are not completed, the day is
    impossible, or an acceptance is under way or passed.
    """
    with transaction.atomic():
        held = Project.objects.editable_by(actor).select_for_update(of=("self",)).get(pk=project.pk)
        if not held.is_history and held.stage != Project.Stage.BUILD:
            raise AcceptanceError(_("The project is not under construction."))
        found = apply(
            Acceptance,
            actor=actor,
            source=source,
            values={"project_id": held.pk, "held_on": held_on, "organiser": organiser},
        )
        if not found.writes:
            raise AcceptanceError(_told(found))
        return Acceptance.objects.get(pk=found.row["id"])


def pass_acceptance(
    acceptance: Acceptance, *, actor: User, source: ChangeSet.Source, conclusion: str = ""
) -> Acceptance:
    """Pass an acceptance: from then on nothing in it changes, and the buildings have their public cards.

    Raises AcceptanceError naming every missing party, every objection and every missing day at once.
    """
    with transaction.atomic():
        held = _hold(acceptance, actor)
        missing = obstacles(held)
        if missing:
            raise AcceptanceError(
                _("The acceptance cannot be passed: %(why)s.") % {"why": "；".join(missing)}
            )
        values: dict[str, Any] = {"result": Result.PASSED, "passed_on": held.held_on}
        if conclusion.strip():
            values["conclusion"] = conclusion.strip()[:500]
        _write(held, values, actor, source)
        cards.make_cards(held.project.community)
        return Acceptance.objects.get(pk=held.pk)


def fail_acceptance(
    acceptance: Acceptance, *, actor: User, source: ChangeSet.Source, reason: str
) -> Acceptance:
    """Close an acceptance as not passed, with the reason; the next one begins anew.

    Raises AcceptanceError without a reason, or when it is not under way.
    """
    if not reason.strip():
        raise AcceptanceError(_("Write what has to be mended before the next acceptance."))
    with transaction.atomic():
        held = _hold(acceptance, actor)
        _write(held, {"result": Result.FAILED, "conclusion": reason.strip()[:500]}, actor, source)
        return Acceptance.objects.get(pk=held.pk)


def _hold(acceptance: Acceptance, actor: User) -> Acceptance:
    """Lock an acceptance that is under way; capability, scope and stage are asked here."""
    if not actor.may(Capability.STAGE_MOVE):
        raise PermissionDenied(Capability.STAGE_MOVE)
    rows = Acceptance.objects.editable_by(actor).select_for_update(of=("self",))
    held = rows.select_related("project__community").filter(pk=acceptance.pk).first()
    if held is None:
        raise AcceptanceError(_("There is no such acceptance in your scope."))
    if held.result != Result.PENDING:
        state = {"result": held.get_result_display()}
        raise AcceptanceError(_("This acceptance is closed: %(result)s.") % state)
    if not held.project.is_history and held.project.stage != Project.Stage.BUILD:
        raise AcceptanceError(_("The project is not under construction."))
    found: Acceptance = held
    return found


def _write(held: Acceptance, values: dict[str, Any], actor: User, source: ChangeSet.Source) -> None:
    found = apply(Acceptance, actor=actor, source=source, pk=held.pk, values=values, bound=False)
    if not found.writes:
        raise AcceptanceError(_told(found))


def _told(found: Any) -> str:
    return " ".join(str(finding.message) for finding in found.findings)


@dataclass(frozen=True, slots=True)
class Asset:
    """Utility assets a project must hand over: whose they are, and the works that made them."""

    department: Department
    items: tuple[str, ...]


def assets_to_hand_over(projects: Sequence[Project]) -> Mapping[int, list[Asset]]:
    """Return, by project, the utilities that get something: one entry a department of its pipeline items."""
    items = PlanItem.objects.live().filter(
        project__in=projects, plan_version__state=PlanVersion.State.FINAL, item__is_pipeline=True
    )
    found: dict[int, dict[int, tuple[Department, list[str]]]] = defaultdict(dict)
    for row in items.select_related("item__department", "department"):
        owner = row.department or row.item.department
        found[row.project_id].setdefault(owner.pk, (owner, []))[1].append(row.item.name)
    return {
        pk: [Asset(owner, tuple(dict.fromkeys(names))) for owner, names in owners.values()]
        for pk, owners in found.items()
    }


def prepare_handovers(project: Project, *, actor: User, source: ChangeSet.Source) -> int:
    """Write the handover sheets a project lacks, to be dated when signed; return how many.

    One for the community, and one for every utility whose pipes were laid.
    """
    rows = Handover.objects.live().filter(project=project)
    known = set(rows.values_list("kind", "department_id"))
    giver, community = _("client"), project.community
    wanted: list[dict[str, Any]] = []
    if not any(kind == Handover.Kind.COMMUNITY for kind, _department in known):
        receiver = community.neighbourhood or community.street or project.unit.label
        wanted.append({"kind": Handover.Kind.COMMUNITY, "assets": community.name, "receiver": receiver})
    for asset in assets_to_hand_over([project]).get(project.pk, ()):
        if (Handover.Kind.ASSETS, asset.department.pk) not in known:
            wanted.append(
                {
                    "kind": Handover.Kind.ASSETS,
                    "department_id": asset.department.pk,
                    "assets": "、".join(asset.items)[:300],
                    "receiver": asset.department.name,
                }
            )
    if not wanted:
        return 0
    changes = [Change(values={"project_id": project.pk, "giver": giver, **row}) for row in wanted]
    apply_many(Handover, actor=actor, source=source, changes=changes, mode=Mode.ALL_OR_NOTHING)
    return len(wanted)


def waiting(acceptances: Iterable[Acceptance]) -> dict[int, list[Signed]]:
    """Return, by acceptance, the requirements that are not met yet; two queries for any number."""
    listed = list(acceptances)
    needs, signers = requirements(), signers_of(listed)
    return {one.pk: [s for s in signed(signers[one.pk], needs) if not s.is_met] for one in listed}
