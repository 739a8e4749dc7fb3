"""What officials owe residents: words to look at, answers, results that have hung long enough, new slips.

Rows of components/todo_list.html, one for each consultation or kind, with a constant number of queries.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import Capability
from consultations import answers, moderation
from consultations.models import Comment, Consultation
from consultations.slips import locked_items
from consultations.standing import local_day
from projects.models import Project

Item = dict[str, Any]
State = Consultation.State
# So many rows of one kind are shown; the rest are on the list of consultations.
MOST = 20


def owed(user: User) -> list[Item]:
    """Return what the user owes here, the dated ones first."""
    items: list[Item] = []
    if user.may(Capability.CONSULTATION_MODERATE):
        items += _to_look_at(user)
    if user.may(Capability.CONSULTATION_ANSWER):
        items += _to_answer(user)
    if user.may(Capability.CONSULTATION_MANAGE):
        items += _to_lead_on(user)
    if user.may(Capability.PLAN_ISSUE):
        items += _to_take_out(user)
    items += locked_items(user)
    return sorted(items, key=lambda item: (item["due"] is None, item["due"]))


def _item(kind: str, text: str, url: str, action: str, **due: Any) -> Item:
    return {"due": None, "due_note": "", **due, "kind": kind, "text": text, "url": url, "action": action}


def _to_look_at(user: User) -> Iterator[Item]:
    """Words that wait, in one line: the oldest has a day; those beyond are late."""
    found = moderation.waiting(user).order_by().aggregate(number=Count("pk"), oldest=Min("made_at"))
    if not found["number"]:
        return
    late = found["oldest"] < moderation.alarm_before()
    day = timezone.localdate(found["oldest"]) + timedelta(days=1)
    text = ngettext(
        "%(count)d resident's comment waits to be looked at before others read it",
        "%(count)d residents' comments wait to be looked at before others read them",
        found["number"],
    ) % {"count": found["number"]}
    yield _item(
        _("Comments to look at"),
        text,
        reverse("consultations:queue"),
        _("Look at them"),
        due=day,
        due_note=_("within 24 hours"),
        overdue=late,
    )


def _to_answer(user: User) -> Iterator[Item]:
    """Consultations with comments that have no answer, by the day the oldest is due."""
    days = answers.alarms()
    rows = (
        Comment.objects.editable_by(user)
        .filter(state__in=Comment.OWED, consultation__is_removed=False)
        .exclude(dispositions__is_current=True)
        .order_by()
        .values("consultation_id", "consultation__title", "project__community__name")
        .annotate(number=Count("pk"), oldest=Min("made_at"))
        .order_by("oldest")
    )
    today = local_day()
    for row in rows[:MOST]:
        asked = timezone.localdate(row["oldest"])
        passed = [limit for limit in days if (today - asked).days > limit]
        text = ngettext(
            "%(name)s: %(count)d comment has no answer",
            "%(name)s: %(count)d comments have no answer",
            row["number"],
        ) % {"name": row["project__community__name"], "count": row["number"]}
        note = _("unanswered for more than %(days)d days") % {"days": passed[-1]} if passed else ""
        url = reverse("consultations:answers", args=[row["consultation_id"]])
        due = asked + timedelta(days=days[0])
        yield _item(_("Comments to answer"), text, url, _("Answer"), due=due, due_note=note)


def _to_lead_on(user: User) -> Iterator[Item]:
    """Consultations whose day has come: closed and answered, revised, result hung long enough."""
    today = local_day()
    rows = Consultation.objects.editable_by(user).exclude(state__in=(*Consultation.ENDED, State.DRAFT))
    rows = rows.select_related("project__community").order_by("closes_on", "pk")
    words = {
        State.CLOSED: (_("Residents have spoken"), _("Lead on")),
        State.ANSWERED: (_("Answered: revise the plan and put the result up"), _("Lead on")),
        State.REVISED: (_("The plan is being revised: put the result up"), _("Lead on")),
        State.RESULT: (_("The result has hung long enough: make the plan final"), _("Make final")),
    }
    for row in rows[: 5 * MOST]:
        over = row.state in {State.NOTICE, State.OPEN} and row.closes_on and row.closes_on < today
        state = State.CLOSED if over else State(row.state)
        due = row.closes_on
        if state == State.RESULT:
            if row.result_to is None or row.result_to >= today:
                continue
            due = row.result_to + timedelta(days=1)
        if state in words:
            text, action = words[state]
            url = reverse("consultations:consultation", args=[row.pk])
            told = {"due": due if state == State.RESULT else None}
            yield _item(_("Consultation"), f"{row.project.community.name}：{text}", url, action, **told)


def _to_take_out(user: User) -> Iterator[Item]:
    """Communities whose residents have voted the plan down and that still stand in an issued plan."""
    rows = Consultation.objects.visible_to(user).filter(
        state=State.REJECTED,
        project__library=Project.Library.ISSUED,
        project__standing=Project.Standing.ACTIVE,
    )
    for row in rows.select_related("project__community")[:MOST]:
        yield _item(
            _("Voted down"),
            _("%(name)s: the residents have voted the plan down; take it out of the issued plan")
            % {"name": row.project.community.name},
            reverse("consultations:consultation", args=[row.pk]),
            _("Take it out"),
        )
