"""What makes rows of every ledger, for the tests that go through all of them."""

from __future__ import annotations

from tests.ledgers import allocation_rows, build_rows, care_rows, fund_rows, hearing_rows, rows, shared_rows

MAKERS = {
    **rows.MAKERS,
    **build_rows.MAKERS,
    **care_rows.MAKERS,
    **shared_rows.MAKERS,
    **hearing_rows.MAKERS,
    **fund_rows.MAKERS,
    **allocation_rows.MAKERS,
}
