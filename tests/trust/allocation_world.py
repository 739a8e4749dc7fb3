"""What allocation has behind its doors: scenarios, a signed run and a coefficient of a prefecture."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from accounts.models import Region, User
from accounts.roles import Role
from assessments import signing
from assessments.allocating import Order, simulate
from assessments.allocation_data import load_allocation_rules
from assessments.models import AllocationRule, AllocationRun, FiscalFactor
from tests.conftest import make_user


def targets(write: Callable[..., list[int]], unit: Region, year: int) -> dict[str, str]:
    """Allocate the money of the prefecture above a unit; return what the doors name."""
    prefecture = unit.parent
    assert prefecture is not None
    [factor] = write(FiscalFactor, [{"unit_id": unit.pk, "year": year, "coefficient": Decimal("1.1000")}])
    load_allocation_rules()
    rule = AllocationRule.objects.get(code="cz2019-31-first", revision=1)
    maker, signer = (
        make_user(f"trust-{unit.code}-{what}", what, Role.MANAGER, prefecture.code)
        for what in ("maker", "signer")
    )
    one, other, last = (_keep(prefecture, rule, year, title, maker) for title in ("甲", "乙", "丙"))
    signed = signing.sign(last, by=signer)
    return {
        "factor": str(factor),
        "allocation": str(one.pk),
        "other_allocation": str(other.pk),
        "signed_allocation": str(signed.pk),
        "allocation_rule": str(rule.pk),
    }


def _keep(region: Region, rule: AllocationRule, year: int, title: str, maker: User) -> AllocationRun:
    typed = {unit.code: {"k": Fraction(1)} for unit in region.subtree().units()}
    order = Order(region, rule, year, year, year - 1, 123_456_789, "live", typed)
    return signing.keep(simulate(order), title=title, by=maker)
