"""Simulated coefficients and allocations: one signed for 2022, scenarios for the year after."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.models import Region, User
from accounts.roles import Role
from assessments import signing
from assessments.allocating import Limits, Order, simulate
from assessments.models import AllocationRule, AllocationRun, FiscalFactor
from renovation_portal.demo.draw import Draw
from renovation_portal.demo.entering import enter
from renovation_portal.demo.loading import Presence, presence

YEARS = (2021, 2022)
TITLE = "中央财政城镇老旧小区改造补助资金"


class Command(BaseCommand):
    """Write coefficients of every unit and a few allocations; does nothing where there are some already."""

    help = "Add simulated difficulty coefficients and allocations."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Write what is not there yet."""
        region = Region.objects.get(code=settings.PORTAL_PROVINCE)
        makers = list(
            User.objects.filter(role=Role.MANAGER, region=region, is_active=True).order_by("pk")[:2]
        )
        if presence() is not Presence.DEMO or len(makers) < 2 or AllocationRun.objects.exists():
            self.stdout.write("allocation: nothing to do")
            return
        units = list(region.subtree().units().order_by("path"))
        self._coefficients(units)
        kept = self._allocate(region, units, makers)
        self.stdout.write(f"allocation: {len(units)} coefficients a year, {kept} runs (模拟数据)")

    def _coefficients(self, units: list[Region]) -> None:
        if FiscalFactor.objects.live().exists():
            return
        rows = [
            {
                "unit_id": unit.pk,
                "year": year,
                "coefficient": Decimal(Draw("k", unit.code).between(80, 140) + year - YEARS[0]) / 100,
                "remark": "模拟数据",
                "is_simulated": True,
            }
            for unit in units
            for year in YEARS
        ]
        enter(FiscalFactor, rows)

    def _allocate(self, region: Region, units: list[Region], makers: list[User]) -> int:
        rules = {rule.code: rule for rule in AllocationRule.objects.current()}
        typed = {
            unit.code: {"score": Fraction(Draw("S", unit.code).between(6500, 9900), 100)} for unit in units
        }
        first = Order(region, rules["cz2019-31-later"], 2021, 2021, 2020, 98_000_000_000, "live", typed)
        run = signing.keep(simulate(first), title=TITLE, note="模拟数据", by=makers[0])
        signed = signing.sign(run, by=makers[1])
        plans = (
            ("cz2019-31-later", Limits(), "沿用上年办法"),
            ("two-part-80-20", Limits(), "任务量80%、奖励20%"),
            ("two-part-80-20", Limits(floor_percent=Fraction(60), ceiling_percent=Fraction(140)), "保底封顶"),
        )
        for code, limits, note in plans:
            order = Order(
                region, rules[code], 2022, 2022, 2021, 84_600_000_000, "live", {}, limits, None, signed
            )
            simulation = simulate(order)
            if not simulation.problem:
                signing.keep(simulation, title=TITLE, note=f"{note}（模拟数据）", by=makers[0])
        return AllocationRun.objects.count()
