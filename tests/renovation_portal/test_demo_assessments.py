"""The simulated assessments of the demonstration."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from assessments import computing
from assessments.models import Assessment
from tests.dashboards.conftest import enter

pytestmark = pytest.mark.django_db


def test_two_years_are_assessed_once_and_can_be_recomputed() -> None:
    enter(
        [
            {"unit": unit, "plan_year": year, "started_on": date(year, 5, 1)}
            for year in (2021, 2022)
            for unit in ("222401", "222403", "220101", "220122", "220182")
        ]
    )
    call_command("demo_assessments", verbosity=0)
    call_command("demo_assessments", verbosity=0)
    rows = list(Assessment.objects.select_related("unit", "scheme", "fact_sheet"))
    assert {row.state for row in rows if row.year == 2021} == {Assessment.State.ISSUED}
    assert all(row.is_simulated for row in rows)
    assert all(computing.is_reproduced(row) for row in rows)
    assert len({(row.unit_id, row.year) for row in rows}) == len(rows)


def test_production_refuses_simulated_scores(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("demo_assessments")
