"""What somebody still owes in surveys, and where to do it."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Region, User
from accounts.roles import Capability, Role
from communities.models import SurveyFinding, SurveySignOff

Item = dict[str, Any]
MOST_DAYS = 20


def owed(user: User) -> list[Item]:
    """Return what the user owes: rows of components/todo_list.html, dated ones first; one query.

    A liaison owes the parts of their own department; an entry officer those of departments without an
    account in the place.
    """
    if not user.may(Capability.SURVEY_SIGN) or user.region.level in {
        Region.Level.PROVINCE,
        Region.Level.PREFECTURE,
    }:
        return []
    parts = SurveySignOff.objects.editable_by(user).filter(signed_on=None)
    if user.role == Role.LIAISON:
        if user.duty_id is None:
            return []
        parts = parts.filter(department=user.duty_id)
    else:
        taken = User.objects.filter(
            role=Role.LIAISON, is_active=True, duty__isnull=False, region=user.region_id
        )
        parts = parts.exclude(department__in=taken.values("duty"))
    blank = SurveyFinding.objects.filter(
        survey=OuterRef("survey"), department=OuterRef("department"), is_removed=False, condition=""
    )
    days = (
        parts.annotate(is_blank=Exists(blank))
        .values("due_on")
        .annotate(
            places=Count("survey", distinct=True),
            blank=Count("survey", distinct=True, filter=Q(is_blank=True)),
        )
        .order_by("due_on")[:MOST_DAYS]
    )
    return [_item(day) for day in days]


def _item(day: dict[str, Any]) -> Item:
    if day["blank"]:
        text = ngettext(
            "%(count)d community is to be surveyed", "%(count)d communities are to be surveyed", day["blank"]
        ) % {"count": day["blank"]}
    else:
        text = ngettext(
            "%(count)d survey is answered and waits for the signature",
            "%(count)d surveys are answered and wait for the signature",
            day["places"],
        ) % {"count": day["places"]}
    return {
        "due": day["due_on"],
        "due_note": "",
        "kind": _("Survey"),
        "text": text,
        "url": reverse("communities:surveys"),
        "action": _("Survey it") if day["blank"] else _("Sign"),
    }
