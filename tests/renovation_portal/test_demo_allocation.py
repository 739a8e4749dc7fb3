"""Simulated allocations stand beside the demonstration alone."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command

from accounts.models import User
from accounts.roles import Role
from assessments.models import AllocationRun, FiscalFactor
from tests.conftest import make_user


def test_beside_rows_of_ones_own_nothing_is_simulated(province_user: User) -> None:
    make_user("province2", "林", Role.MANAGER, "220000")
    said = StringIO()
    call_command("demo_allocation", stdout=said)
    assert said.getvalue() == "allocation: nothing to do\n"
    assert not AllocationRun.objects.exists()
    assert not FiscalFactor.objects.exists()
