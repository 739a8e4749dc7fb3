"""What assessments owe: steps that are somebody's turn, appeals to make and to answer, scores to issue."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import Capability
from assessments import proceedings
from assessments.models import Appeal, Assessment

Item = dict[str, Any]
State = Assessment.State


def owed(user: User) -> list[Item]:
    """Return what the user owes here; rows of components/todo_list.html."""
    items: list[Item] = []
    if user.may(Capability.ASSESSMENT_SELF):
        items += [*_own(user), *_to_appeal(user)]
    for state in (State.CHECK, State.REVIEW):
        if user.may(proceedings.CAPABILITY_OF[state]):
            items += _waiting(user, state)
    if user.may(Capability.ASSESSMENT_ISSUE):
        items += [*_appeals(user), *_to_issue(user)]
    return items


def _item(text: str, url: str, action: str, due: Any = None) -> Item:
    return {"due": due, "due_note": "", "kind": _("Assessment"), "text": text, "url": url, "action": action}


def _own(user: User) -> list[Item]:
    rows = proceedings.in_hands_of(user, State.SELF).select_related("unit").defer("document")[:20]
    return [
        _item(
            _("%(unit)s, plan year %(year)s: self-assessment") % {"unit": row.unit.label, "year": row.year},
            row.get_absolute_url(),
            _("Assess ourselves"),
            row.due_on,
        )
        for row in rows
    ]


def _to_appeal(user: User) -> list[Item]:
    today = timezone.localdate()
    rows = Assessment.objects.editable_by(user).filter(state=State.PUBLISHED, appeal_until__gte=today)
    return [
        _item(
            _("%(unit)s, plan year %(year)s: %(total)s points are published; appeals are open")
            % {"unit": row.unit.label, "year": row.year, "total": row.total},
            row.get_absolute_url(),
            _("Look"),
            row.appeal_until,
        )
        for row in rows.select_related("unit").defer("document")[:20]
    ]


def _waiting(user: User, state: Assessment.State) -> list[Item]:
    """One line a year whose assessments wait for this reviewer."""
    rows = proceedings.in_hands_of(user, state).order_by("year").values("year")
    return [
        _item(
            ngettext(
                "Plan year %(year)s: %(count)d assessment waits: %(step)s",
                "Plan year %(year)s: %(count)d assessments wait: %(step)s",
                group["number"],
            )
            % {"year": group["year"], "count": group["number"], "step": state.label},
            f"{reverse('assessments:index')}?year={group['year']}",
            _("Look"),
            group["first"],
        )
        for group in rows.annotate(number=Count("pk"), first=Min("due_on"))
    ]


def _appeals(user: User) -> list[Item]:
    rows = Appeal.objects.filter(
        outcome=Appeal.Outcome.OPEN, assessment__in=Assessment.objects.issuable_by(user)
    )
    return [
        _item(
            _("%(unit)s, plan year %(year)s: an appeal waits for its answer")
            % {"unit": row.assessment.unit.label, "year": row.assessment.year},
            f"{row.assessment.get_absolute_url()}#appeal",
            _("Answer"),
            row.assessment.appeal_until,
        )
        for row in rows.select_related("assessment__unit").defer("assessment__document")[:20]
    ]


def _to_issue(user: User) -> list[Item]:
    """One line a year whose published scores nobody may appeal against any more."""
    today = timezone.localdate()
    rows = proceedings.in_hands_of(user, State.PUBLISHED).filter(appeal_until__lt=today)
    ready = rows.exclude(appeals__outcome=Appeal.Outcome.OPEN).order_by("year").values("year")
    return [
        _item(
            _("Plan year %(year)s: %(count)d scores can be issued")
            % {"year": group["year"], "count": group["number"]},
            f"{reverse('assessments:index')}?year={group['year']}",
            _("Look"),
        )
        for group in ready.annotate(number=Count("pk"))
    ]
