"""The accounts of the demonstration: every role, all with one password that stands on the login page.

They come only with the demonstration data.  In production they are neither made nor let in.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from accounts.models import Region, User
from accounts.roles import Role

PASSWORD = "Shi-fan-2020"


class DemonstrationRefused(Exception):
    """Demonstration accounts were asked for in production."""


@dataclass(frozen=True)
class DemoAccount:
    """One person of the demonstration; regions by code."""

    username: str
    display_name: str
    role: Role
    region: str
    view_region: str = ""
    department: str = ""


CAST = (
    DemoAccount("sheng", "王海涛", Role.MANAGER, "220000", department="省住房和城乡建设厅"),
    DemoAccount("yanji", "金美兰", Role.ENTRY, "222401", department="延吉市住房和城乡建设局"),
    DemoAccount("dunhua", "刘志强", Role.ENTRY, "222403", department="敦化市住房和城乡建设局"),
    DemoAccount("changchun", "赵丽华", Role.ENTRY, "220101", department="长春市住房保障和房屋管理局"),
    DemoAccount("yanbian", "朴成哲", Role.REVIEWER, "222400", department="延边州住房和城乡建设局"),
    DemoAccount("shequ", "孙秀英", Role.WORKER, "222401", department="延吉市某社区"),
    DemoAccount("gongre", "陈国栋", Role.LIAISON, "222401", department="延吉市某供热公司"),
    DemoAccount("shenji", "周明", Role.AUDITOR, "220000", department="省审计厅"),
    DemoAccount("xitong", "吴磊", Role.SYSTEM_ADMIN, "220000", department="信息中心"),
    DemoAccount("anquan", "郑洁", Role.SECURITY_ADMIN, "220000", department="信息中心"),
    DemoAccount("shenjiyuan", "冯刚", Role.AUDIT_ADMIN, "220000", department="信息中心"),
)


@transaction.atomic
def load_accounts() -> list[User]:
    """Make the demonstration accounts that are not there yet; return all of them in the order of the cast.

    Raise DemonstrationRefused in production.
    """
    if settings.PRODUCTION:
        raise DemonstrationRefused
    known = {user.username: user for user in User.objects.filter(is_demo=True)}
    return [known.get(person.username) or _make(person) for person in CAST]


def _make(person: DemoAccount) -> User:
    return User.objects.create_user(
        person.username,
        PASSWORD,
        display_name=person.display_name,
        role=person.role,
        region=Region.objects.get(code=person.region),
        view_region=Region.objects.get(code=person.view_region or person.region),
        department=person.department,
        must_change_password=False,
        is_demo=True,
    )


def shown_at_login() -> list[User]:
    """Return the accounts that the login page offers: none without demonstration data, none in production."""
    if settings.PRODUCTION:
        return []
    return list(User.objects.filter(is_demo=True, is_active=True).select_related("region").order_by("pk"))
