"""Roles and what each may do: one table that pages, API, admin and jobs read.

System, security and audit administration are three roles that cannot be combined (GB/T 22239-2019,
安全管理中心), and none of them touches business data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.urls import resolve
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User


class Role(models.TextChoices):
    """Who somebody is in the work of renovation."""

    ENTRY = "entry", _("Data entry officer")
    REVIEWER = "reviewer", _("Reviewer")
    MANAGER = "manager", _("Provincial manager")
    WORKER = "worker", _("Neighbourhood worker")
    LIAISON = "liaison", _("Department or utility liaison")
    AUDITOR = "auditor", _("Auditor")
    SYSTEM_ADMIN = "system_admin", _("System administrator")
    SECURITY_ADMIN = "security_admin", _("Security administrator")
    AUDIT_ADMIN = "audit_admin", _("Audit administrator")


class Capability(StrEnum):
    """One thing that can be allowed."""

    LEDGER_VIEW = "ledger.view"
    LEDGER_EDIT = "ledger.edit"
    LEDGER_IMPORT = "ledger.import"
    LEDGER_EXPORT = "ledger.export"
    CATALOGUE_EDIT = "catalogue.edit"
    CALENDAR_EDIT = "calendar.edit"
    SURVEY_ENTER = "survey.enter"
    SURVEY_SIGN = "survey.sign"
    STAGE_MOVE = "stage.move"
    PLAN_DECLARE = "plan.declare"
    PLAN_REVIEW = "plan.review"
    PLAN_ISSUE = "plan.issue"
    RETURN_SUBMIT = "return.submit"
    RETURN_REVIEW = "return.review"
    ROUND_MANAGE = "round.manage"
    WAIVER_ASK = "waiver.ask"
    WAIVER_DECIDE = "waiver.decide"
    HOUSEHOLD_EDIT = "household.edit"
    CODE_ISSUE = "code.issue"
    CONSULTATION_VIEW = "consultation.view"
    CONSULTATION_MANAGE = "consultation.manage"
    CONSULTATION_MODERATE = "consultation.moderate"
    CONSULTATION_ANSWER = "consultation.answer"
    BALLOT_ENTER = "ballot.enter"
    FUND_VIEW = "fund.view"
    FUND_EDIT = "fund.edit"
    FUND_ALLOT = "fund.allot"
    SCHEME_EDIT = "scheme.edit"
    ASSESSMENT_VIEW = "assessment.view"
    ASSESSMENT_SELF = "assessment.self"
    ASSESSMENT_CHECK = "assessment.check"
    ASSESSMENT_REVIEW = "assessment.review"
    ASSESSMENT_ISSUE = "assessment.issue"
    ALLOCATION_VIEW = "allocation.view"
    ALLOCATION_RUN = "allocation.run"
    ALLOCATION_SIGN = "allocation.sign"
    ALERT_EXPLAIN = "alert.explain"
    ALERT_MANAGE = "alert.manage"
    DISPATCH_MANAGE = "dispatch.manage"
    TIMETABLE_EDIT = "timetable.edit"
    LIMIT_EDIT = "limit.edit"
    DASHBOARD_VIEW = "dashboard.view"
    SNAPSHOT_FREEZE = "snapshot.freeze"
    BULLETIN_VIEW = "bulletin.view"
    BULLETIN_EDIT = "bulletin.edit"
    BULLETIN_ISSUE = "bulletin.issue"
    HISTORY_VIEW = "history.view"
    API_TOKEN = "api.token"
    USERS_MANAGE = "users.manage"
    SETTINGS_MANAGE = "settings.manage"
    AUDIT_VIEW = "audit.view"


_READ = {
    Capability.LEDGER_VIEW,
    Capability.CONSULTATION_VIEW,
    Capability.FUND_VIEW,
    Capability.ASSESSMENT_VIEW,
    Capability.DASHBOARD_VIEW,
    Capability.BULLETIN_VIEW,
    Capability.HISTORY_VIEW,
}
_ENTER = {Capability.LEDGER_EDIT, Capability.LEDGER_IMPORT, Capability.LEDGER_EXPORT}
# What is done on the spot when residents are heard: register, slips, paper sheets, what may be shown.
_HEAR = {
    Capability.HOUSEHOLD_EDIT,
    Capability.CODE_ISSUE,
    Capability.CONSULTATION_VIEW,
    Capability.CONSULTATION_MODERATE,
    Capability.BALLOT_ENTER,
}

CAPABILITIES: dict[Role, frozenset[Capability]] = {
    Role.ENTRY: frozenset(
        _READ
        | _ENTER
        | _HEAR
        | {
            Capability.CONSULTATION_MANAGE,
            Capability.CONSULTATION_ANSWER,
            Capability.SURVEY_ENTER,
            Capability.SURVEY_SIGN,
            Capability.STAGE_MOVE,
            Capability.PLAN_DECLARE,
            Capability.RETURN_SUBMIT,
            Capability.FUND_EDIT,
            Capability.FUND_ALLOT,
            Capability.ASSESSMENT_SELF,
            Capability.ALERT_EXPLAIN,
            Capability.WAIVER_ASK,
            Capability.API_TOKEN,
        }
    ),
    Role.REVIEWER: frozenset(
        _READ
        | {
            Capability.LEDGER_EXPORT,
            Capability.PLAN_REVIEW,
            Capability.RETURN_REVIEW,
            Capability.ASSESSMENT_CHECK,
            Capability.WAIVER_ASK,
            Capability.API_TOKEN,
        }
    ),
    Role.MANAGER: frozenset(
        _READ
        | _ENTER
        | {
            Capability.CATALOGUE_EDIT,
            Capability.CALENDAR_EDIT,
            Capability.HOUSEHOLD_EDIT,
            Capability.CONSULTATION_MODERATE,
            Capability.SURVEY_ENTER,
            Capability.STAGE_MOVE,
            Capability.PLAN_REVIEW,
            Capability.PLAN_ISSUE,
            Capability.RETURN_REVIEW,
            Capability.ROUND_MANAGE,
            Capability.FUND_EDIT,
            Capability.FUND_ALLOT,
            Capability.SCHEME_EDIT,
            Capability.ASSESSMENT_REVIEW,
            Capability.ASSESSMENT_ISSUE,
            Capability.ALLOCATION_VIEW,
            Capability.ALLOCATION_RUN,
            Capability.ALLOCATION_SIGN,
            Capability.ALERT_MANAGE,
            Capability.DISPATCH_MANAGE,
            Capability.TIMETABLE_EDIT,
            Capability.LIMIT_EDIT,
            Capability.WAIVER_ASK,
            Capability.WAIVER_DECIDE,
            Capability.SNAPSHOT_FREEZE,
            Capability.BULLETIN_EDIT,
            Capability.BULLETIN_ISSUE,
            Capability.API_TOKEN,
        }
    ),
    Role.WORKER: frozenset(
        _HEAR
        | {
            Capability.LEDGER_VIEW,
            Capability.LEDGER_EDIT,
            Capability.SURVEY_ENTER,
            Capability.HISTORY_VIEW,
        }
    ),
    Role.LIAISON: frozenset(
        {
            Capability.LEDGER_VIEW,
            Capability.SURVEY_ENTER,
            Capability.SURVEY_SIGN,
            Capability.HISTORY_VIEW,
        }
    ),
    Role.AUDITOR: frozenset(
        _READ | {Capability.LEDGER_EXPORT, Capability.ALLOCATION_VIEW, Capability.AUDIT_VIEW}
    ),
    Role.SYSTEM_ADMIN: frozenset({Capability.SETTINGS_MANAGE}),
    Role.SECURITY_ADMIN: frozenset({Capability.USERS_MANAGE}),
    Role.AUDIT_ADMIN: frozenset({Capability.AUDIT_VIEW}),
}

# The three administrators (三员): none touches business data, and they are logged out sooner.
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def requires(*capabilities: Capability) -> Callable[[View[P]], View[P]]:
    """Guard a view: anonymous visitors go to the login page, users without all the capabilities get 403.

    The guarded view carries ``required_capabilities`` so that the access table test can see it.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            for capability in capabilities:
                if not request.user.may(capability):  # type: ignore[union-attr]
                    raise PermissionDenied
            return view(request, *args, **kwargs)

        wrapped = login_required(guarded)
        wrapped.required_capabilities = capabilities  # type: ignore[attr-defined]
        return wrapped  # type: ignore[return-value]

    return decorate


def may_open(user: User, url: str) -> bool:
    """Tell whether the guard of the page behind an address lets the user in; its rows may be foreign."""
    needed: Sequence[Capability] = getattr(resolve(url).func, "required_capabilities", ())
    return all(user.may(capability) for capability in needed)
