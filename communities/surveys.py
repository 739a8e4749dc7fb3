"""The survey of a community (调查摸底): opened, answered by owners, signed, finished, reopened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Region, User
from accounts.roles import Capability, Role
from communities.catalogue import items_for
from communities.models import CatalogueItem, Community, Survey, SurveyFinding, SurveySignOff
from records.models import ChangeSet, VersionedRecord
from records.planning import Change, Outcome
from records.services import Mode, NothingWritten, apply, apply_many

# One click opens at most so many: sixty items each are written in the request.
MOST_AT_ONCE = 200
TO_DO = (SurveyFinding.Condition.DAMAGED, SurveyFinding.Condition.MISSING)


class SurveyRefused(Exception):
    """What was asked cannot be done now; the message says why and what to do first."""


@transaction.atomic
def open_surveys(
    communities: Sequence[Community], *, due_on: date, actor: User, source: ChangeSet.Source
) -> list[int]:
    """Open a survey of each community, a blank finding per item and a sign-off per owner; return the keys.

    Raises SurveyRefused for a community with a survey under way, without items to ask about or with a due
    date in the past; PermissionDenied for one the actor may only read.
    """
    if not actor.may(Capability.LEDGER_EDIT):
        raise PermissionDenied("survey")
    if due_on < timezone.localdate():
        raise SurveyRefused(_("The due date lies in the past."))
    if not communities or len(communities) > MOST_AT_ONCE:
        raise SurveyRefused(_("Choose between 1 and %(most)d communities.") % {"most": MOST_AT_ONCE})
    own = set(
        Community.objects.editable_by(actor)
        .filter(pk__in=[row.pk for row in communities])
        .values_list("pk", flat=True)
    )
    if any(community.pk not in own for community in communities):
        raise PermissionDenied("survey")
    asked = items_for(communities)
    bare = [community.name for community in communities if not asked[community.pk]]
    if bare:
        raise SurveyRefused(_("No catalogue holds for: %(names)s.") % {"names": "、".join(bare[:5])})
    opened = [
        {"community_id": community.pk, "opened_on": timezone.localdate(), "due_on": due_on}
        for community in communities
    ]
    try:
        surveys = _write(Survey, opened, actor, source)
    except NothingWritten as nothing:
        raise SurveyRefused(_first_words(nothing, communities)) from nothing
    pairs = list(zip(surveys, communities, strict=True))
    findings = [{"survey_id": pk, "item_id": item.pk} for pk, place in pairs for item in asked[place.pk]]
    _write(SurveyFinding, findings, actor, source)
    owners = [
        {"survey_id": pk, "department_id": owner, "due_on": due_on}
        for pk, place in pairs
        for owner in dict.fromkeys(item.department_id for item in asked[place.pk])
    ]
    _write(SurveySignOff, owners, actor, source)
    return surveys


def _write(
    model: type[VersionedRecord], rows: Iterable[Mapping[str, Any]], actor: User, source: ChangeSet.Source
) -> list[int]:
    outcomes = apply_many(
        model,
        actor=actor,
        source=source,
        changes=[Change(values=row) for row in rows],
        mode=Mode.ALL_OR_NOTHING,
        bound=False,
    )
    return [found.row["id"] for found in outcomes]


def _first_words(nothing: NothingWritten, communities: Sequence[Community]) -> str:
    for community, found in zip(communities, nothing.outcomes, strict=True):
        if found.findings:
            return f"{community.name}：{found.findings[0].message}"
    return _("The survey cannot be opened.")


def enter(
    finding: SurveyFinding,
    values: Mapping[str, Any],
    *,
    actor: User,
    base_version: int,
    source: ChangeSet.Source = ChangeSet.Source.FORM,
) -> Outcome:
    """Answer one finding and return what became of it; the day of finding is today unless it is given.

    What is good or does not apply needs no quantity: one that stood there is cleared.
    """
    answered = dict(values)
    if answered.get("condition") and "found_on" not in answered:
        answered["found_on"] = timezone.localdate()
    if "condition" in answered and answered["condition"] not in TO_DO:
        answered["quantity"] = None
    return apply(
        SurveyFinding, actor=actor, source=source, values=answered, pk=finding.pk, base_version=base_version
    )


def may_sign(
    sign_off: SurveySignOff, actor: User, with_account: Collection[tuple[int, int]] | None = None
) -> str:
    """Return why the actor cannot sign for a department, empty when they can.

    A liaison signs for their own department.  An entry officer signs for departments without a liaison's
    account in the place, so that no survey waits for nobody.  ``with_account`` holds (community, department)
    pairs that have one; without it they are looked up.
    """
    if not actor.may(Capability.SURVEY_SIGN):
        return _("Your role does not sign surveys.")
    if actor.role == Role.LIAISON:
        if actor.duty_id == sign_off.department_id:
            return ""
        return _("%(department)s signs for itself.") % {"department": sign_off.department}
    pairs = liaison_pairs([sign_off]) if with_account is None else with_account
    if (sign_off.community_id, sign_off.department_id) in pairs:
        return _("%(department)s has an account of its own and signs with it.") % {
            "department": sign_off.department
        }
    return ""


def liaison_pairs(sign_offs: Sequence[SurveySignOff]) -> set[tuple[int, int]]:
    """Return which (community, department) pairs have a liaison with an open account; two queries."""
    liaisons = list(
        User.objects.filter(
            role=Role.LIAISON, is_active=True, duty__in={row.department_id for row in sign_offs}
        ).values_list("duty_id", "region__path", "expires_on")
    )
    today = timezone.localdate()
    open_paths = [(duty, path) for duty, path, last in liaisons if last is None or last >= today]
    if not open_paths:
        return set()
    paths = dict(
        Region.objects.filter(communities__in={row.community_id for row in sign_offs}).values_list(
            "communities", "path"
        )
    )
    return {
        (row.community_id, row.department_id)
        for row in sign_offs
        for duty, path in open_paths
        if duty == row.department_id and paths[row.community_id].startswith(path)
    }


def unanswered(survey: int, department: int) -> list[SurveyFinding]:
    """Return the findings of a department that nobody has answered, or answered without the quantity."""
    rows = SurveyFinding.objects.live().filter(survey=survey, department=department).select_related("item")
    return [
        row
        for row in rows
        if not row.condition
        or (row.condition in TO_DO and row.quantity is None and "quantity" not in row.markers)
    ]


@transaction.atomic
def sign(sign_off: SurveySignOff, *, actor: User, name: str, source: ChangeSet.Source) -> bool:
    """Sign for a department (部门签认) and return whether the survey is finished with it.

    Raises ObjectDoesNotExist for a foreign survey, SurveyRefused when the department's findings are not all
    answered, when somebody else has to sign or when it has been signed.
    """
    survey = _locked(sign_off.survey_id, actor)
    fresh = SurveySignOff.objects.visible_to(actor).select_related("department").get(pk=sign_off.pk)
    if not SurveySignOff.objects.editable_by(actor).filter(pk=fresh.pk).exists():
        raise PermissionDenied("survey.sign")
    if reason := may_sign(fresh, actor):
        raise SurveyRefused(reason)
    if fresh.signed_on is not None:
        raise SurveyRefused(_("This has been signed by %(name)s already.") % {"name": fresh.signed_name})
    if not name.strip():
        raise SurveyRefused(_("Write the name of who signs."))
    if missing := unanswered(survey.pk, fresh.department_id):
        text = ngettext(
            "%(count)d item is not answered yet: %(names)s.",
            "%(count)d items are not answered yet: %(names)s.",
            len(missing),
        )
        names = "、".join(row.item.name for row in missing[:5]) + ("…" if len(missing) > 5 else "")
        raise SurveyRefused(text % {"count": len(missing), "names": names})
    signature = {
        "signed_on": timezone.localdate(),
        "signed_name": name.strip()[:60],
        "signed_by_id": actor.pk,
    }
    _set(SurveySignOff, fresh.pk, signature, actor, source)
    waiting = SurveySignOff.objects.live().filter(survey=survey, signed_on=None)
    if waiting.exists():
        return False
    finished = {"state": Survey.State.FINISHED, "finished_on": timezone.localdate()}
    _set(Survey, survey.pk, finished, actor, source)
    return True


@transaction.atomic
def reopen(sign_off: SurveySignOff, *, actor: User, reason: str, source: ChangeSet.Source) -> None:
    """Take a department's signature back, with the reason; a finished survey goes on.

    Raises SurveyRefused without a reason, without a signature, while another survey of the community is under
    way, or when a project has gone on to its plan on the strength of the survey.
    """
    survey = _locked(sign_off.survey_id, actor)
    if (
        not actor.may(Capability.LEDGER_EDIT)
        or not Survey.objects.editable_by(actor).filter(pk=survey.pk).exists()
    ):
        raise PermissionDenied("survey.reopen")
    fresh = SurveySignOff.objects.get(pk=sign_off.pk)
    if fresh.signed_on is None:
        raise SurveyRefused(_("This has not been signed."))
    if not reason.strip():
        raise SurveyRefused(_("Write the reason: it is kept with the survey."))
    if survey.state == Survey.State.FINISHED:
        _set(Survey, survey.pk, {"state": Survey.State.OPEN, "finished_on": None}, actor, source, reason)
    blank = {"signed_on": None, "signed_name": "", "signed_by_id": None}
    _set(SurveySignOff, fresh.pk, blank, actor, source, reason)


def _locked(pk: int, actor: User) -> Survey:
    """Return the survey, held until the transaction ends: two last signatures finish it once."""
    found: Survey | None = (
        Survey.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=pk).first()
    )
    if found is None:
        raise ObjectDoesNotExist(pk)
    return found


def _set(
    model: type[VersionedRecord],
    pk: int,
    values: Mapping[str, Any],
    actor: User,
    source: ChangeSet.Source,
    reason: str = "",
) -> None:
    found = apply(model, actor=actor, source=source, values=values, pk=pk, reason=reason.strip(), bound=False)
    if not found.writes:
        raise SurveyRefused(" ".join(str(finding.message) for finding in found.findings))


def progress(surveys: Collection[int]) -> dict[tuple[int, int], tuple[int, int]]:
    """Return (answered, asked) of every (survey, department); one query."""
    rows = SurveyFinding.objects.live().filter(survey__in=surveys)
    asked: Counter[tuple[int, int]] = Counter()
    answered: Counter[tuple[int, int]] = Counter()
    for survey, department, condition in rows.values_list(
        "survey_id", "department_id", "condition"
    ).order_by():
        asked[survey, department] += 1
        answered[survey, department] += bool(condition)
    return {pair: (answered[pair], count) for pair, count in asked.items()}


def task_list(survey: Survey) -> list[SurveyFinding]:
    """Return what is to be done (改造任务清单): all that is damaged or missing, as the catalogue lists it."""
    rows = SurveyFinding.objects.live().filter(survey=survey, condition__in=TO_DO)
    return list(
        rows.select_related("item__department", "item__taxonomy", "department").order_by("item__position")
    )


def items_of(findings: Iterable[SurveyFinding]) -> list[CatalogueItem]:
    """Return the items of findings, each once, in their order."""
    return list({finding.item_id: finding.item for finding in findings}.values())
