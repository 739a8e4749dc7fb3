"""A workbook of 20,000 rows from the file to the ledger, beside its floor and the stock library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import connection, transaction

from accounts.models import Region, User
from accounts.roles import Role
from communities.models import Community
from ledgers.importing import batches
from ledgers.models import ImportBatch
from ledgers.registry import LEDGERS
from renovation_portal.bench import floor, sheet, stock
from renovation_portal.bench.meter import BenchError, Clock, Run, Stopwatch, fastest, in_process
from renovation_portal.bench.report import Section, at_least, at_most, seconds
from renovation_portal.bench.scratch import empty, refresh_statistics, scratch_database

# The stock library is slow: a part of the file is enough to know its pace.
STOCK_ROWS = 2000
PASSES = 3
ROWS_PER_SECOND, TIMES_STOCK, MEGABYTES = 5000, 10, 300


def measure(rows: int, clock: Clock) -> Section:
    """Measure the workbook pipeline; the file has ``rows`` rows."""
    with scratch_database() as folder:
        province = Region.objects.get(level=Region.Level.PROVINCE)
        User.objects.create_user(
            "bench", display_name="bench", role=Role.MANAGER, region=province, view_region=province
        )
        in_process(partial(_write_files, folder, rows), clock)
        plain = [in_process(partial(floor.bulk_load, folder / "new.xlsx"), clock) for _ in range(PASSES)]
        passes = [_one_pass(folder, clock) for _ in range(PASSES)]
        in_process(_clear, clock)
        stocked = in_process(partial(stock.preview_and_commit, folder / "stock.xlsx"), clock)
    return _report(rows, fastest(plain), passes, stocked)


def _write_files(folder: Path, rows: int, _watch: Stopwatch) -> dict[str, Any]:
    units = [unit.label for unit in Region.objects.units()]
    sheet.write_workbook(folder / "new.xlsx", rows, units)
    sheet.write_workbook(folder / "changed.xlsx", rows, units, changed=True)
    sheet.write_workbook(folder / "stock.xlsx", min(rows, STOCK_ROWS), units)
    return {}


def _one_pass(folder: Path, clock: Clock) -> dict[str, Run]:
    """Import the file into an empty ledger, then its later state over it; each stage in its own process."""
    in_process(_clear, clock)
    stages: dict[str, Callable[[Stopwatch], dict[str, Any]]] = {
        "new: check": partial(_check, folder / "new.xlsx"),
        "new: commit": _commit,
        "changed: check": partial(_check, folder / "changed.xlsx"),
        "changed: commit": _commit,
    }
    return {name: in_process(work, clock) for name, work in stages.items()}


def _clear(_watch: Stopwatch) -> dict[str, Any]:
    history: Any = Community.history.model
    empty(history._meta.db_table, Community._meta.db_table)
    refresh_statistics()
    return {}


def _check(path: Path, watch: Stopwatch) -> dict[str, Any]:
    """Read, map, check and compare a file, as the job does; the upload itself is not counted."""
    user = User.objects.select_related("region").get(username="bench")
    with path.open("rb") as file:
        upload: Any = File(file, name="台账.xlsx")
        made = batches.upload(
            user=user, ledger=LEDGERS["communities"], region=user.region, year=None, file=upload
        )
    made.options["answers"] = sheet.LEFT_OUT
    made.save(update_fields=["options"])
    batch = _latest()
    watch.lap("")
    watch.laps.clear()
    document = batches.open_document(batch)
    watch.lap("read the file")
    stages = iter(("map the headings, read the cells", "check, compare with the ledger"))
    batches.examine(batch, document, lambda *_progress: watch.lap(next(stages)))
    watch.lap("add up the totals, keep the plan")
    return dict(batch.summary)


def _commit(watch: Stopwatch) -> dict[str, Any]:
    """Save what was planned, with history, as the job does."""
    batch = _latest()
    watch.lap("")
    watch.laps.clear()
    with transaction.atomic():
        counts = batches.commit(batch)
    watch.lap("load the plan, save with history")
    history: Any = Community.history.model
    return {
        **counts,
        "rows": Community.objects.count(),
        "history": history.objects.filter(change_set=batch.change_set).count(),
    }


def _latest() -> ImportBatch:
    return ImportBatch.objects.select_related("uploaded_by__region", "region").latest("pk")


def _report(rows: int, plain: Run, passes: Sequence[dict[str, Run]], stocked: Run) -> Section:
    _see_that_all_arrived(rows, passes)
    section = Section(
        f"Workbook: {rows:,} rows × {len(sheet.HEADINGS)} columns into the community ledger"
        f" ({connection.vendor}, fastest of {PASSES})",
        ("stage", "", "wall s", "CPU s", "rows/s", "peak MB"),
    )
    paces = {}
    for kind in ("new", "changed"):
        runs = [fastest([one[f"{kind}: {part}"] for one in passes]) for part in ("check", "commit")]
        for run in runs:
            for number, lap in enumerate(run.laps):
                peak = f"{run.peak:.0f}" if number == len(run.laps) - 1 else ""
                section.rows.append((kind, lap.name, seconds(lap.wall), seconds(lap.cpu), "", peak))
        wall, cpu = sum(run.wall for run in runs), sum(run.cpu for run in runs)
        paces[kind] = rows / wall
        peak = f"{max(run.peak for run in runs):.0f}"
        section.rows.append((kind, "whole", seconds(wall), seconds(cpu), f"{rows / wall:,.0f}", peak))
    few = int(stocked.answer["rows"])
    laps = [lap for lap in plain.laps if lap.name == "read and load"]
    for name, what, count, parts in (
        ("floor", "calamine + bulk load", rows, laps),
        ("stock", f"django-import-export, {few:,} rows", few, stocked.laps),
    ):
        wall, cpu = sum(lap.wall for lap in parts), sum(lap.cpu for lap in parts)
        paces[name] = count / wall
        peak = f"{(plain if name == 'floor' else stocked).peak:.0f}"
        section.rows.append((name, what, seconds(wall), seconds(cpu), f"{count / wall:,.0f}", peak))
    peak_of_all = max(run.peak for one in passes for run in one.values())
    section.aims += [
        at_least("new rows, from file to history", paces["new"], ROWS_PER_SECOND, " rows/s"),
        at_least("changed rows, from file to history", paces["changed"], ROWS_PER_SECOND, " rows/s"),
        at_least("against stock import-export", paces["new"] / paces["stock"], TIMES_STOCK, " ×"),
        at_most("memory of any stage", peak_of_all, MEGABYTES, " MB"),
    ]
    section.notes.append(f"The bulk-load floor is {paces['floor'] / paces['new']:.1f} × as fast.")
    return section


def _see_that_all_arrived(rows: int, passes: Sequence[dict[str, Run]]) -> None:
    """Refuse to print a pace of work that was not done."""
    for one in passes:
        done = [
            one["new: check"].answer["new"],
            one["new: commit"].answer["created"],
            one["changed: check"].answer["changed"],
            one["changed: commit"].answer["updated"],
            *(
                one[f"{kind}: commit"].answer[what]
                for kind in ("new", "changed")
                for what in ("rows", "history")
            ),
        ]
        if set(done) != {rows}:
            raise BenchError(f"Not every row arrived: {done} of {rows}.")
