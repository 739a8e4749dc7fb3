"""The schemes and grades that come with the portal."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from django.db import transaction

from assessments.models import Band, BandSet, Block, Indicator, Scheme
from assessments.schemes import adopt_loaded

FOLDER = Path(__file__).resolve().parent / "data"
Row = Mapping[str, str]


@transaction.atomic
def load_schemes_files(folder: Path = FOLDER) -> int:
    """Add the grades and schemes that are not there yet, adopted; return how many schemes were added."""
    bands = _load_bands(_read(folder / "bands.csv"))
    indicators = {
        code: list(rows) for code, rows in groupby(_read(folder / "indicators.csv"), itemgetter("scheme"))
    }
    known = set(Scheme.objects.exclude(code="").values_list("code", flat=True))
    fresh = [row for row in _read(folder / "schemes.csv") if row["code"] not in known]
    for row in fresh:
        _load_scheme(row, bands[row["bands"]], indicators[row["code"]])
    return len(fresh)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _load_bands(rows: Iterable[Row]) -> dict[str, BandSet]:
    found = {}
    for code, listed in groupby(rows, itemgetter("set")):
        mine = list(listed)
        head = mine[0]
        kept, is_new = BandSet.objects.get_or_create(
            code=code, defaults={"name": head["set_name"], "source": head["source"]}
        )
        if is_new:
            Band.objects.bulk_create(
                Band(band_set=kept, label=row["label"], from_score=Decimal(row["from_score"])) for row in mine
            )
        found[code] = kept
    return found


def _load_scheme(head: Row, bands: BandSet, rows: list[dict[str, str]]) -> None:
    scheme = Scheme.objects.create(
        code=head["code"], year=int(head["year"]), name=head["name"], source=head["source"], band_set=bands
    )
    blocks: dict[str, Block] = {}
    for position, row in enumerate(rows, start=1):
        if row["block"] not in blocks:
            blocks[row["block"]] = Block.objects.create(
                scheme=scheme, code=row["block"], name=row["block_name"], position=len(blocks) + 1
            )
        Indicator.objects.create(
            scheme=scheme,
            block=blocks[row["block"]],
            position=position,
            code=row["code"],
            name=row["name"],
            points=Decimal(row["points"]),
            formula=row["formula"],
            method=row["method"],
            direction=row["direction"],
            params=dict(part.split("=") for part in row["params"].split(";") if part),
            needs_evidence=row["evidence"] == "1",
            note=row["note"],
        )
    adopt_loaded(scheme)
