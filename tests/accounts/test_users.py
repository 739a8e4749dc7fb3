"""Accounts: one spelling of a name, one role, two regions."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Region, User
from accounts.roles import ADMINISTRATORS, CAPABILITIES, Capability, Role
from tests.conftest import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("spelling", ["Zhang", "ZHANG", "ｚｈａｎｇ", " zhang ", "Ｚｈａｎｇ"])
def test_one_name_in_any_case_or_width_is_one_account(spelling: str) -> None:
    make_user("zhang", "张", Role.ENTRY, "222401")

    assert User.objects.get_by_natural_key(spelling).username == "zhang"
    with pytest.raises(ValidationError, match="already exists"):
        make_user(spelling, "另一个张", Role.ENTRY, "222401")


def test_nobody_enters_where_they_do_not_see() -> None:
    with pytest.raises(ValidationError, match="must hold the region where data is entered"):
        make_user("zhang", "张", Role.ENTRY, "222401", view_region="222403")

    assert make_user("li", "李", Role.ENTRY, "222401", view_region="222400").view_region.code == "222400"


def test_a_role_that_does_not_exist_cannot_be_stored(yanji: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=yanji.pk).update(role="superuser")


def test_every_role_has_its_row_in_the_table() -> None:
    assert set(CAPABILITIES) == set(Role)


def test_the_three_administrators_share_no_capability_and_touch_no_business_data() -> None:
    business = {
        Capability.LEDGER_VIEW, Capability.LEDGER_EDIT, Capability.LEDGER_IMPORT, Capability.LEDGER_EXPORT,
        Capability.PLAN_ISSUE, Capability.DASHBOARD_VIEW, Capability.SNAPSHOT_FREEZE, Capability.HISTORY_VIEW,
        Capability.BULLETIN_VIEW, Capability.BULLETIN_EDIT, Capability.BULLETIN_ISSUE,
    }  # fmt: skip

    assert {role: CAPABILITIES[role] for role in ADMINISTRATORS} == {
        Role.SYSTEM_ADMIN: {Capability.SETTINGS_MANAGE},
        Role.SECURITY_ADMIN: {Capability.USERS_MANAGE},
        Role.AUDIT_ADMIN: {Capability.AUDIT_VIEW},
    }
    assert not business & set().union(*(CAPABILITIES[role] for role in ADMINISTRATORS))


def test_a_closed_account_may_do_nothing(yanji: User) -> None:
    assert yanji.may(Capability.LEDGER_EDIT)

    yanji.is_active = False

    assert not any(yanji.may(capability) for capability in Capability)


def test_an_account_lasts_through_its_last_day_in_shanghai(yanji: User) -> None:
    yanji.expires_on = datetime.date(2020, 12, 31)

    with time_machine.travel("2020-12-31T23:59:00+08:00", tick=False):
        assert yanji.may(Capability.LEDGER_EDIT)
    with time_machine.travel("2021-01-01T00:01:00+08:00", tick=False):
        assert not yanji.may(Capability.LEDGER_EDIT)


def test_entering_is_limited_to_the_own_region(yanji: User, prefecture_reviewer: User) -> None:
    own, foreign = Region.objects.get(code="222401"), Region.objects.get(code="222403")

    assert yanji.may_enter(own)
    assert not yanji.may_enter(foreign)
    assert not prefecture_reviewer.may_enter(own)
