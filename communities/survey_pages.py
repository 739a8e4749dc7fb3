"""What the pages of the survey show: lists, one community by department, the cards of the phone form."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Department, User
from accounts.roles import Capability
from communities import surveys
from communities.models import Survey, SurveyFinding, SurveySignOff
from records.attachments import files_by_record
from records.models import Attachment

Card = dict[str, Any]
SIGNS = {"": "waiting", "good": "ok", "damaged": "soft", "missing": "hard", "na": "same"}


def survey_rows(listed: Sequence[Survey]) -> list[dict[str, Any]]:
    """Return rows of ``components/data_table.html``: a survey each, with how many departments have signed."""
    counted = dict(
        (pk, (signed, asked))
        for pk, asked, signed in SurveySignOff.objects.live()
        .filter(survey__in=[survey.pk for survey in listed])
        .values_list("survey_id")
        .annotate(asked=Count("pk"), signed=Count("pk", filter=Q(signed_on__isnull=False)))
        .order_by()
    )
    today = timezone.localdate()
    rows = []
    for survey in listed:
        signed, asked = counted.get(survey.pk, (0, 0))
        is_open = survey.state == Survey.State.OPEN
        late = is_open and survey.due_on is not None and survey.due_on < today
        rows.append(
            {
                "kind": "warning" if late else "",
                "cells": [
                    {"text": survey.community.name, "url": reverse("communities:survey", args=[survey.pk])},
                    survey.unit.label,
                    survey.community.street,
                    _iso(survey.opened_on),
                    _iso(survey.due_on),
                    f"{signed} / {asked}",
                    {
                        "status": "overdue" if late else "in_progress" if is_open else "completed",
                        "text": _("overdue") if late else survey.get_state_display(),
                    },
                ],
            }
        )
    return rows


def survey_columns() -> list[dict[str, Any]]:
    """Return the headings of ``survey_rows``."""
    labels = (
        _("Community"),
        _("Reporting unit"),
        _("Street"),
        _("Opened on"),
        _("Due on"),
        _("Departments signed"),
        _("State"),
    )
    return [{"label": label} for label in labels]


def duty_rows(user: User, parts: Sequence[SurveySignOff]) -> list[dict[str, Any]]:
    """Return rows of a department's own list: where, until when, how far, and what to do."""
    done = surveys.progress([part.survey_id for part in parts])
    today = timezone.localdate()
    rows = []
    for part in parts:
        answered, asked = done.get((part.survey_id, part.department_id), (0, 0))
        late = part.signed_on is None and part.due_on is not None and part.due_on < today
        if part.signed_on is not None:
            state = {"status": "completed", "text": _("signed"), "note": part.signed_name}
        elif answered == asked:
            state = {"status": "ready", "text": _("to be signed")}
        else:
            state = {"status": "overdue" if late else "in_progress", "text": _("to be surveyed")}
        route = "survey" if part.signed_on or answered == asked else "survey_enter"
        rows.append(
            {
                "kind": "warning" if late else "",
                "cells": [
                    {
                        "text": part.community.name,
                        "url": reverse(f"communities:{route}", args=[part.survey_id]),
                    },
                    part.community.street,
                    part.community.address,
                    _iso(part.due_on),
                    f"{answered} / {asked}",
                    state,
                ],
            }
        )
    return rows


def duty_columns() -> list[dict[str, Any]]:
    """Return the headings of ``duty_rows``."""
    labels = (_("Community"), _("Street"), _("Address"), _("Due on"), _("Items answered"), _("State"))
    return [{"label": label} for label in labels]


def _iso(day: Any) -> str:
    return day.isoformat() if day else ""


def findings_of(survey: Survey, department: Department | None = None) -> list[SurveyFinding]:
    """Return the findings of a survey in the order of the catalogue, of one department where given."""
    rows = SurveyFinding.objects.live().filter(survey=survey)
    if department is not None:
        rows = rows.filter(department=department)
    return list(rows.select_related("item", "department").order_by("department__position", "item__position"))


def parts_of(survey: Survey, user: User) -> list[dict[str, Any]]:
    """Return a survey by department: its findings with photos, how far it is, who signed or may sign."""
    findings = findings_of(survey)
    photos = files_by_record(user, "communities.surveyfinding", [found.pk for found in findings])
    sign_offs = list(
        SurveySignOff.objects.live()
        .filter(survey=survey)
        .select_related("department")
        .order_by("department__position")
    )
    pairs = surveys.liaison_pairs(sign_offs)
    by_department: dict[int, list[dict[str, Any]]] = {}
    for found in findings:
        line = {"finding": found, "photos": photos.get(found.pk, ()), "sign": SIGNS[found.condition]}
        by_department.setdefault(found.department_id, []).append(line)
    today, parts = timezone.localdate(), []
    for part in sign_offs:
        lines = by_department.get(part.department_id, [])
        answered = sum(bool(line["finding"].condition) for line in lines)
        is_late = part.signed_on is None and part.due_on is not None and part.due_on < today
        refusal = surveys.may_sign(part, user, pairs)
        parts.append(
            {
                "sign_off": part,
                "lines": lines,
                "answered": answered,
                "is_late": is_late,
                "is_mine": part.department_id == user.duty_id,
                "may_sign": not refusal and user.may(Capability.SURVEY_SIGN),
                "refusal": refusal,
                "may_enter": may_enter(user, part.department_id) and part.signed_on is None,
            }
        )
    return sorted(parts, key=lambda part: not part["is_mine"])


def may_enter(user: User, department: int) -> bool:
    """Tell whether the user answers for this department: a liaison for their own, officials for all."""
    if not user.may(Capability.SURVEY_ENTER):
        return False
    return user.may(Capability.LEDGER_EDIT) or user.duty_id == department


def cards(survey: Survey, department: Department, user: User) -> list[Card]:
    """Return the cards of the phone form, with a fresh key each: a card sent twice counts once."""
    findings = findings_of(survey, department)
    photos: Mapping[int, list[Attachment]] = files_by_record(
        user, "communities.surveyfinding", [found.pk for found in findings]
    )
    return [
        {
            "finding": found,
            "photos": photos.get(found.pk, ()),
            "key": str(uuid.uuid4()),
            "url": reverse("communities:finding_save", args=[found.pk]),
            "quantity": "" if found.quantity is None else f"{found.quantity.normalize():f}",
        }
        for found in findings
    ]
