"""What the money ledgers have behind their doors: a source, batches and events of each unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from accounts.models import Region
from funding.models import Agreement, Allotment, Contribution, FundBatch, MoneyEvent, PayBand, Source

# Those that a stranger must leave as they are, and that say whose they are in their unit.
YEAR = 2020


def targets(write: Callable[..., list[int]], region: Region, project: int) -> dict[str, str]:
    """Write one of everything in a unit; return what the doors name.

    ``fund_batch`` is a draft of which nothing is handed on yet, ``split_batch`` one that the unit has split.
    """
    kind = {"channel": "county", "instrument": "own_budget"}
    [source] = write(
        Source, [{**kind, "code": f"own-{region.code}", "name": "本级专项", "region_id": region.pk}]
    )
    common = {"source_id": source, "region_id": region.pk, "level": "unit", "fiscal_year": YEAR}
    common |= {"plan_year": YEAR, "amount_fen": 200_000_000, "issued_on": date(YEAR, 3, 1)}
    draft, split = write(FundBatch, [{**common, "number": "1号"}, {**common, "number": "2号"}])
    part = {"batch_id": split, "unit_id": region.pk, "amount_fen": 100_000_000}
    [allotment] = write(Allotment, [part])
    of = {"project_id": project, "source_id": source}
    event = {**of, "step": "planned", "happened_on": date(YEAR, 3, 1), "amount_fen": 100_000_000}
    [planned] = write(MoneyEvent, [{**event, "voucher": "1"}])
    given = {**of, "payer": "residents", "group": "1栋", "agreed_fen": 800_000, "households": 10}
    [contribution] = write(Contribution, [given])
    agreed = {"project_id": project, "partner": "某公司", "mode": "ppp", "base_pay_fen": 100_000_000}
    plain, banded = write(Agreement, [{**agreed, "number": "XY-1"}, {**agreed, "number": "XY-2"}])
    [band] = write(
        PayBand, [{"agreement_id": banded, "from_score": Decimal("90"), "share_percent": Decimal("100")}]
    )
    return {
        "source": str(source),
        "fund_batch": str(draft),
        "split_batch": str(split),
        "allotment": str(allotment),
        "money": str(planned),
        "contribution": str(contribution),
        "agreement": str(plain),
        "band": str(band),
    }
