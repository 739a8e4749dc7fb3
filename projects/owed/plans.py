"""What waits on the way into the plan: reviews, returned declarations, plans to be issued, open drafts."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Region, User
from accounts.roles import Capability
from projects import plans
from projects.models import PlanVersion, Project, StageTransition

Item = dict[str, Any]
Library = Project.Library


def owed(user: User) -> list[Item]:
    """Return what the user owes here; rows of components/todo_list.html."""
    items: list[Item] = []
    if user.may(Capability.PLAN_REVIEW):
        items += _reviews(user)
    if user.may(Capability.PLAN_ISSUE):
        items += _to_issue(user)
    if user.may(Capability.PLAN_DECLARE):
        items += [*_returned(user), *_drafts(user)]
    return items


def _item(kind: str, text: str, url: str, action: str) -> Item:
    return {"due": None, "due_note": "", "kind": kind, "text": text, "url": url, "action": action}


def _reviews(user: User) -> list[Item]:
    """One line a unit and year whose declared projects wait for this reviewer."""
    if user.region.level not in plans.REVIEWS:
        return []
    waiting, _onward = plans.REVIEWS[user.region.level]
    rows = Project.objects.visible_to(user).in_region(user.region)
    rows = rows.filter(library=waiting, standing=Project.Standing.ACTIVE).order_by("unit__path", "plan_year")
    groups = rows.values("unit__code", "unit__name", "unit__short_name", "plan_year").annotate(
        number=Count("pk")
    )
    return [
        _item(
            _("Review"),
            ngettext(
                "%(unit)s, %(year)d: %(count)d declared project waits",
                "%(unit)s, %(year)d: %(count)d declared projects wait",
                group["number"],
            )
            % {
                "unit": group["unit__short_name"] or group["unit__name"],
                "year": group["plan_year"],
                "count": group["number"],
            },
            f"{reverse('projects:review')}?year={group['plan_year']}&unit={group['unit__code']}",
            _("Review"),
        )
        for group in groups[:10]
    ]


def _to_issue(user: User) -> list[Item]:
    """Years whose passed projects no document has issued yet."""
    if user.region.level != Region.Level.PROVINCE:
        return []
    rows = Project.objects.visible_to(user).filter(
        library=Library.PROVINCE_PASSED, standing=Project.Standing.ACTIVE
    )
    groups = rows.order_by("plan_year").values("plan_year").annotate(number=Count("pk"))
    return [
        _item(
            _("Plan of %(year)d") % {"year": group["plan_year"]},
            ngettext(
                "%(count)d passed project waits for the document that issues it",
                "%(count)d passed projects wait for the document that issues them",
                group["number"],
            )
            % {"count": group["number"]},
            f"{reverse('projects:library')}?year={group['plan_year']}&place={Library.PROVINCE_PASSED}",
            _("Issue"),
        )
        for group in groups[:5]
    ]


def _returned(user: User) -> list[Item]:
    """Declarations that came back, each with the reviewer's words."""
    last = StageTransition.objects.filter(project=OuterRef("pk")).order_by("-pk")
    rows = (
        Project.objects.editable_by(user)
        .filter(library=Library.RESERVE, standing=Project.Standing.ACTIVE, is_history=False)
        .annotate(
            last_action=Subquery(last.values("action")[:1]), last_reason=Subquery(last.values("reason")[:1])
        )
        .filter(last_action=StageTransition.Action.RETURN)
        .order_by("pk")
        .values_list("community__name", "plan_year", "unit__code", "last_reason")
    )
    return [
        _item(
            _("Returned"),
            f"{name} {year}：{reason}",
            f"{reverse('projects:library')}?year={year}&unit={code}&place={Library.RESERVE}",
            _("Mend and declare"),
        )
        for name, year, code, reason in rows[:10]
    ]


def _drafts(user: User) -> list[Item]:
    """Plans of communities in planning that are still drafts."""
    rows = (
        PlanVersion.objects.editable_by(user)
        .filter(
            state=PlanVersion.State.DRAFT,
            project__stage=Project.Stage.PLAN,
            project__standing=Project.Standing.ACTIVE,
            project__is_history=False,
        )
        .select_related("project__community")
        .order_by("project__plan_year", "project__code")
    )
    return [
        _item(
            _("Plan of a community"),
            _("%(name)s: version %(number)d is a draft")
            % {"name": version.project.community.name, "number": version.number},
            reverse("projects:version", args=[version.pk]),
            _("Go on"),
        )
        for version in rows[:5]
    ]
