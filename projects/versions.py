"""Versions of a community's plan: the next one from the last, published, final, and compared.

What has been put to the residents or made final is never edited; the next version is made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Capability
from projects.gating import Unmet
from projects.models import PlanClause, PlanItem, PlanVersion, Project
from projects.workflow import WorkflowError
from records.models import ChangeSet
from records.planning import Change
from records.rows import Row, shape_of
from records.services import Mode, apply_many

Source = ChangeSet.Source
State = PlanVersion.State
CLAUSE_FIELDS = ("number", "title", "text", "remark")
ITEM_FIELDS = (
    "item_id",
    "place",
    "quantity",
    "unit_price_fen",
    "amount_fen",
    "department_id",
    "road",
    "dig_from",
    "dig_to",
    "remark",
)

FinalRule = Callable[[PlanVersion], Iterable[Unmet]]


@dataclass(frozen=True, slots=True)
class FinalCondition:
    """Something that must hold before a version becomes final."""

    code: str
    label: str | Promise
    rule: FinalRule


final_conditions: list[FinalCondition] = []


def final_condition(code: str, label: str | Promise) -> Callable[[FinalRule], FinalRule]:
    """Register a condition of the final version, from this app or any above it.

    The consultations refuse while a comment has no answer (根据居民意见修改完善后,才能最终定稿).
    """

    def register(rule: FinalRule) -> FinalRule:
        if any(known.code == code for known in final_conditions):
            raise ValueError(f"condition {code} is registered twice")
        final_conditions.append(FinalCondition(code, label, rule))
        return rule

    return register


class NotFinal(WorkflowError):
    """A version that cannot become final yet; ``unmet`` names everything that is missing."""

    def __init__(self, unmet: Sequence[Unmet]) -> None:
        super().__init__("；".join(item.what for item in unmet))
        self.unmet = tuple(unmet)


@final_condition("projects.items", gettext_lazy("Every item has a quantity and an amount"))
def items_are_whole(version: PlanVersion) -> Iterable[Unmet]:
    """A plan lists works, and each says how much and what it costs."""
    items = list(version.items.filter(is_removed=False).select_related("item"))
    if not items:
        yield Unmet(_("The version has no items of works"), owes=version.unit.label)
    for found in items:
        blank = found.quantity is None and "quantity" not in found.markers
        if blank or found.amount_fen is None and "amount_fen" not in found.markers:
            what = _("%(item)s: quantity or amount is missing") % {"item": str(found)}
            yield Unmet(what, owes=version.unit.label)


def unmet_for_final(version: PlanVersion) -> list[Unmet]:
    """Return what is missing before a version becomes final, from every registered condition."""
    return [
        replace(item, code=item.code or known.code)
        for known in final_conditions
        for item in known.rule(version)
    ]


def new_version(
    project: Project,
    *,
    actor: User,
    from_version: PlanVersion | None = None,
    title: str = "",
    source: Source = Source.FORM,
) -> PlanVersion:
    """Make the next version of a project's plan; clauses and items are copied from the one it is based on.

    Raises PermissionDenied, Project.DoesNotExist outside the actor's region, WorkflowError when a draft is
    open already.
    """
    _may(actor, project)
    if from_version is not None and from_version.project_id != project.pk:
        raise PlanVersion.DoesNotExist
    with transaction.atomic():
        Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
        known = PlanVersion.objects.live().filter(project=project)
        draft = known.filter(state=State.DRAFT).first()
        if draft is not None:
            raise WorkflowError(
                _("Version %(number)d is being drawn up already: go on with that one.")
                % {"number": draft.number}
            )
        # Numbers of removed versions are not given again: papers may name them.
        last = PlanVersion.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
        values = {
            "project_id": project.pk,
            "number": last + 1,
            "title": title[:120],
            "based_on_id": from_version.pk if from_version else None,
            "summary": from_version.summary if from_version else "",
            "dated_on": timezone.localdate(),
        }
        [made] = _write(PlanVersion, [values], actor, source)
        if from_version is not None:
            _copy(from_version, made, actor, source)
    return PlanVersion.objects.get(pk=made)


def _copy(former: PlanVersion, made: int, actor: User, source: Source) -> None:
    """Copy clauses and items, marks included; every clause knows which one it was."""
    clauses = _rows_of(former.clauses.filter(is_removed=False).order_by("number"))
    copies = _write(
        PlanClause,
        [
            {**{name: row[name] for name in CLAUSE_FIELDS}, "plan_version_id": made, "former_id": row["id"]}
            for row in clauses
        ],
        actor,
        source,
    )
    places = dict(zip((row["id"] for row in clauses), copies, strict=True))
    items = _rows_of(former.items.filter(is_removed=False).order_by("pk"))
    rows = [
        {
            **{name: row[name] for name in ITEM_FIELDS},
            "plan_version_id": made,
            "clause_id": places.get(row["clause_id"]),
        }
        for row in items
    ]
    _write(PlanItem, rows, actor, source)


def _rows_of(found: Any) -> list[Row]:
    shape = shape_of(found.model)
    return [shape.row(values) for values in found.values_list(*shape.attnames)]


def publish(version: PlanVersion, *, actor: User, source: Source = Source.FORM) -> PlanVersion:
    """Put a draft to the residents: it is closed, and the version put to them before is superseded."""
    return _settle(version, State.PUBLISHED, (State.DRAFT,), (State.PUBLISHED,), actor, source)


def finalise(
    version: PlanVersion, *, actor: User, source: Source = Source.FORM, reason: str = ""
) -> PlanVersion:
    """Make a version the final one; a former final one is superseded, with the reason (方案变更).

    Raises NotFinal with everything that is missing, WorkflowError when it is not open to that.
    """
    with transaction.atomic():
        unmet = unmet_for_final(version)
        if unmet:
            raise NotFinal(unmet)
        former = PlanVersion.objects.live().filter(project_id=version.project_id, state=State.FINAL)
        if former.exclude(pk=version.pk).exists() and not reason.strip():
            raise WorkflowError(_("There is a final version: write why the plan changes."))
        before = (State.PUBLISHED, State.FINAL)
        return _settle(
            version, State.FINAL, (State.DRAFT, State.PUBLISHED), before, actor, source, reason.strip()
        )


def _settle(
    version: PlanVersion,
    to: State,
    expected: Sequence[State],
    superseded: Sequence[State],
    actor: User,
    source: Source,
    reason: str = "",
) -> PlanVersion:
    _may(actor, version.project)
    with transaction.atomic():
        Project.objects.select_for_update(of=("self",)).get(pk=version.project_id)
        known = {row.pk: row for row in PlanVersion.objects.live().filter(project_id=version.project_id)}
        held = known.get(version.pk)
        if held is None:
            raise WorkflowError(_("The version has been removed meanwhile."))
        if held.state not in expected:
            raise WorkflowError(_("The version is «%(state)s» now.") % {"state": held.get_state_display()})
        former = [row for row in known.values() if row.pk != held.pk and row.state in superseded]
        changes = [Change(values={"state": State.SUPERSEDED}, pk=row.pk) for row in former]
        values: dict[str, Any] = {"state": to}
        if to == State.FINAL:
            values["finalised_on"] = timezone.localdate()
        # One final version at a time, at every moment: the former goes first.
        if changes:
            _apply(PlanVersion, changes, actor, source, reason)
        _apply(PlanVersion, [Change(values=values, pk=held.pk)], actor, source, reason)
    return PlanVersion.objects.get(pk=version.pk)


def _may(actor: User, project: Project) -> None:
    if not actor.may(Capability.LEDGER_EDIT):
        raise PermissionDenied
    if not Project.objects.editable_by(actor).filter(pk=project.pk).exists():
        raise Project.DoesNotExist


def _write(model: Any, rows: Sequence[Mapping[str, Any]], actor: User, source: Source) -> list[int]:
    if not rows:
        return []
    found = _apply(model, [Change(values=row) for row in rows], actor, source, "")
    return [outcome.row["id"] for outcome in found]


def _apply(model: Any, changes: Sequence[Change], actor: User, source: Source, reason: str) -> list[Any]:
    return apply_many(
        model,
        actor=actor,
        source=source,
        changes=changes,
        mode=Mode.ALL_OR_NOTHING,
        reason=reason,
        bound=False,
    )
