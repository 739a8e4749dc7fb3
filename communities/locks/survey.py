"""Surveys: a department writes its own findings, and what has been signed stays as it was signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Department, User
from accounts.roles import Capability
from communities.models import CatalogueItem, Survey, SurveySignOff
from records.locks import ALL, Lock, lock

Rows = Sequence[dict[str, Any]]


@lock("communities.survey", fields=(ALL,))
@lock("communities.surveysignoff", fields=(ALL,))
def by_its_page(rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """Surveys are opened, signed and reopened on their page alone, where the order of things is kept."""
    for position, _row in enumerate(rows):
        yield position, Lock(ALL, _("This is done on the page of the survey."))


@lock("communities.surveyfinding", fields=("survey_id", "item_id", "is_removed"))
def asked_once(rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """What a survey asks about is fixed when it is opened."""
    reason = _("The items of a survey are fixed when it is opened; answer «not applicable» instead.")
    for position, _row in enumerate(rows):
        for field in ("survey_id", "item_id", "is_removed"):
            yield position, Lock(field, reason)


@lock("communities.surveyfinding", fields=(ALL,))
def signed(rows: Rows, _user: User) -> Iterator[tuple[int, Lock]]:
    """Findings that were signed, or whose survey is finished, are closed until it is reopened."""
    surveys = {row["survey_id"] for row in rows if row.get("survey_id")}
    if not surveys:
        return
    finished = set(
        Survey.objects.filter(pk__in=surveys).exclude(state=Survey.State.OPEN).values_list("pk", flat=True)
    )
    signatures = SurveySignOff.objects.live().filter(survey__in=surveys, signed_on__isnull=False)
    by_department = {
        (survey, department): (name, on)
        for survey, department, name, on in signatures.values_list(
            "survey_id", "department_id", "signed_name", "signed_on"
        )
    }
    for position, row in enumerate(rows):
        signature = by_department.get((row.get("survey_id"), row.get("department_id")))
        if signature is not None:
            text = _("Signed by %(name)s on %(on)s. Have the survey reopened to correct this.")
            yield position, Lock(ALL, text % {"name": signature[0], "on": signature[1].isoformat()})
        elif row.get("survey_id") in finished:
            yield position, Lock(ALL, _("The survey is finished. Have it reopened to correct this."))


@lock("communities.surveyfinding", fields=(ALL,))
def own_department(rows: Rows, user: User) -> Iterator[tuple[int, Lock]]:
    """A liaison enters what belongs to their own department or utility."""
    if user.may(Capability.LEDGER_EDIT):
        return
    names = dict(Department.objects.values_list("pk", "name"))
    owners = _owners(rows)
    for position, row in enumerate(rows):
        owner = row.get("department_id") or owners.get(row.get("item_id") or 0)
        if owner != user.duty_id or user.duty_id is None:
            reason = _("This belongs to %(department)s, which enters it itself.")
            yield position, Lock(ALL, reason % {"department": names.get(owner or 0, "—")})


def _owners(rows: Rows) -> dict[int, int]:
    asked = {row["item_id"] for row in rows if row.get("item_id") and not row.get("department_id")}
    return (
        dict(CatalogueItem.objects.filter(pk__in=asked).values_list("pk", "department_id")) if asked else {}
    )
