"""The demonstration accounts: one of each role, with a password that anybody may know.

They come with the demonstration data only, and no demonstration account is let in where ``PORTAL_ENV`` is
``production``, not even one that was carried there with a database (``accounts.backends.has_access``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import Department, Region, User
from accounts.roles import Role
from renovation_portal.demo.loading import Presence, RefusedInProductionError, presence

PASSWORD = (
    "Wanjia-Denghuo-365"  # 万家灯火: long enough, three kinds of characters, no place and no portal word
)
# Before the password of an untouched account is due for change (90 days), or the account counts as dormant.
_RENEW_AFTER = timedelta(days=30)


class NoDemoDataError(Exception):
    """The accounts belong to the demonstration data, which is not here."""


class State(StrEnum):
    """What became of one account."""

    READY = "ready"
    CHANGED = "changed"
    CLOSED = "closed"
    TAKEN = "taken"


@dataclass(frozen=True)
class Member:
    """Somebody of the cast, and what to try as them; ``region`` is a region's code."""

    username: str
    display_name: str
    role: Role
    region: str
    department: str
    task: Promise
    # The code of the department or utility a liaison answers for.
    duty: str = ""


@dataclass(frozen=True)
class Seat:
    """A member with the state of their account and the name of their region."""

    member: Member
    state: State
    region: str


CAST: tuple[Member, ...] = (
    Member(
        "yanji",
        "王",
        Role.ENTRY,
        "222401",
        "延吉市住房和城乡建设局",
        _("Enter and paste rows in the ledger grid of 2020; add communities to 2023, still a draft."),
    ),
    Member(
        "dunhua",
        "孙",
        Role.ENTRY,
        "222403",
        "敦化市住房和城乡建设局",
        _("Download the template, change it in Excel, upload it and read the differences."),
    ),
    Member(
        "yanbian",
        "崔",
        Role.REVIEWER,
        "222400",
        "延边州住房和城乡建设局",
        _("See the eight units of the prefecture and their dashboards; change nothing."),
    ),
    Member(
        "province",
        "陈",
        Role.MANAGER,
        "220000",
        "省住房和城乡建设厅",
        _("Read the dashboards of 2020 month by month; draft the bulletin of June 2020."),
    ),
    Member(
        "province2",
        "林",
        Role.MANAGER,
        "220000",
        "省住房和城乡建设厅",
        _("Issue the bulletin that the first provincial manager has drafted."),
    ),
    Member(
        "auditor",
        "何",
        Role.AUDITOR,
        "220000",
        "省审计厅",
        _("See who changed what, when and why; export."),
    ),
    Member(
        "worker",
        "金",
        Role.WORKER,
        "222401",
        "延吉市北山街道",
        _("Correct the communities of one city."),
    ),
    Member(
        "liaison",
        "朴",
        Role.LIAISON,
        "222401",
        "延吉市供热公司",
        _("Enter and sign what the survey finds about the heating pipes of each community."),
        "heating",
    ),
    Member(
        "sysadmin",
        "赵",
        Role.SYSTEM_ADMIN,
        "220000",
        "省住房和城乡建设厅信息中心",
        _("See that settings are yours and business data is not."),
    ),
    Member(
        "secadmin",
        "周",
        Role.SECURITY_ADMIN,
        "220000",
        "省住房和城乡建设厅信息中心",
        _("Open and close accounts; give roles and regions."),
    ),
    Member(
        "auditadmin",
        "吴",
        Role.AUDIT_ADMIN,
        "220000",
        "省住房和城乡建设厅信息中心",
        _("Read the audit trail."),
    ),
)


@transaction.atomic
def seat_cast() -> list[Seat]:
    """Make the accounts that are missing and return all of them; running it again changes nothing.

    An account whose password somebody has changed keeps it, and a login name that belongs to somebody else is
    left alone.  Raise RefusedInProductionError in production, NoDemoDataError without the demonstration data.
    """
    if settings.PRODUCTION:
        raise RefusedInProductionError
    if presence() is not Presence.DEMO:
        raise NoDemoDataError
    regions = {region.code: region for region in Region.objects.filter(code__in={m.region for m in CAST})}
    known = {user.username: user for user in User.objects.filter(username__in={m.username for m in CAST})}
    _make([member for member in CAST if member.username not in known], regions)
    return [
        Seat(member, _settle(known.get(member.username)), regions[member.region].label) for member in CAST
    ]


def offered() -> list[User]:
    """Return the accounts that the login page shows: open ones whose password is still the public one."""
    if settings.PRODUCTION:
        return []
    untouched = User.objects.filter(
        is_demo=True, is_active=True, must_change_password=False, password_history__isnull=True
    )
    return list(untouched.select_related("region").order_by("pk"))


def _make(members: Sequence[Member], regions: dict[str, Region]) -> None:
    if not members:
        return
    # One hash for all: the password is public, and hashing is slow on purpose.
    password = make_password(PASSWORD)
    for member in members:
        user = User(
            username=member.username,
            display_name=member.display_name,
            role=member.role,
            region=regions[member.region],
            view_region=regions[member.region],
            department=member.department,
            duty=Department.objects.filter(code=member.duty).first() if member.duty else None,
            password=password,
            must_change_password=False,
            password_changed_at=timezone.now(),
            is_demo=True,
        )
        user.full_clean()
        user.save()
        audit.record(
            audit.Kind.USER_CREATE, account=user.pk, username=user.username, role=user.role, is_demo=True
        )


def _settle(user: User | None) -> State:
    """Return the state of an account that was there; one that nobody has touched for a month is renewed."""
    if user is None:
        return State.READY
    if not user.is_demo:
        return State.TAKEN
    # The history of passwords begins with the first one that its owner chose.
    if user.must_change_password or user.password_history.exists():
        return State.CHANGED
    changed_at = user.password_changed_at
    if changed_at is None or timezone.now() - changed_at > _RENEW_AFTER:
        user.password_changed_at = user.last_login = timezone.now()
        user.is_active = True
        user.save(update_fields=["password_changed_at", "last_login", "is_active"])
    return State.READY if user.is_active else State.CLOSED
