"""The yearly assessment: facts, scores and rows of 2,800 units in one go."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from django.db import connection

from accounts.models import Region
from assessments import computing, facts, proceedings
from assessments.models import Assessment, FactSheet, Scheme
from projects.models import Project
from renovation_portal.bench.meter import Clock, Stopwatch, in_process
from renovation_portal.bench.report import Aim, Section
from renovation_portal.bench.scratch import refresh_statistics, scratch_database
from renovation_portal.demo.loading import load

UNITS, SECONDS = 2800, 10
YEAR, END = 2021, date(2021, 12, 31)


def measure(units: int, clock: Clock) -> Section:
    """Measure the opening of a year for so many units, and its recomputation."""
    with scratch_database():
        in_process(partial(_fill, units), clock)
        run = in_process(_assess, clock)
    section = Section(
        f"Assessment: {run.answer['units']:,} units, {run.answer['projects']:,} projects"
        f" ({connection.vendor})",
        ("stage", "wall s", "CPU s"),
    )
    section.rows = [(lap.name, f"{lap.wall:.2f}", f"{lap.cpu:.2f}") for lap in run.laps]
    wall = sum(lap.wall for lap in run.laps[:1])
    section.aims = [
        Aim("facts, scores and rows of all units", f"{wall:.2f} s", f"aim ≤ {SECONDS} s", wall <= SECONDS),
        Aim(
            "recomputed byte for byte",
            f"{run.answer['same']:,}",
            f"aim ≥ {run.answer['units']:,}",
            run.answer["same"] == run.answer["units"],
        ),
    ]
    section.notes = [f"memory {run.peak:.0f} MB; the year is opened in one transaction, facts frozen with it"]
    return section


def _fill(units: int, _watch: Stopwatch) -> dict[str, Any]:
    """Load the demonstration and hand its projects of one year to so many units in turn."""
    load()
    province = Region.objects.get(level=Region.Level.PROVINCE)
    prefecture = Region.objects.filter(level=Region.Level.PREFECTURE).order_by("path")[0]
    have = Region.objects.units().count()
    Region.objects.bulk_create(
        [
            Region(
                code=f"9{number:05d}",
                name=f"测试{number}市",
                level=Region.Level.UNIT,
                parent=prefecture,
                path=f"{province.code}/{prefecture.code}/9{number:05d}/",
            )
            for number in range(units - have)
        ],
        batch_size=1000,
    )
    every = list(Region.objects.units().order_by("path").values_list("pk", flat=True))
    quote = connection.ops.quote_name
    # Every project of every year counts for the year measured, so that no unit is without one.
    keys = list(Project.objects.order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(Project._meta.db_table)} SET unit_id = %s WHERE id = %s",
            [(every[place % len(every)], pk) for place, pk in enumerate(keys)],
        )
        cursor.execute(f"UPDATE {quote(Project._meta.db_table)} SET plan_year = %s", [YEAR])
    refresh_statistics()
    return {}


def _assess(watch: Stopwatch) -> dict[str, Any]:
    scheme = Scheme.objects.get(code="default")
    made = proceedings.open_year(year=YEAR, scheme=scheme, on=END, by=None)
    watch.lap("facts, scores, rows")
    sheet = FactSheet.objects.get(year=YEAR, kind=FactSheet.Kind.ANNUAL)
    again = computing.scores_of(scheme, sheet, [row.unit.code for row in made])
    rows = Assessment.objects.filter(year=YEAR).select_related("unit")
    same = sum(again[row.unit.code] == row.document for row in rows)
    assert facts.is_intact(sheet)
    watch.lap("recomputed and compared")
    return {"units": len(made), "projects": Project.objects.of_year(YEAR).count(), "same": same}
