"""Excel's serial numbers become dates in both date systems."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from ledgers.reader import excel_date


@pytest.mark.parametrize(
    ("serial", "date1904", "expected"),
    [
        (43921, False, date(2020, 3, 31)),
        (42459, True, date(2020, 3, 31)),
        (43921.75, False, datetime(2020, 3, 31, 18)),
        (43921.999999999, False, datetime(2020, 4, 1)),
        (61, False, date(1900, 3, 1)),
        (0, True, date(1904, 1, 1)),
        (2958465, False, date(9999, 12, 31)),
    ],
)
def test_serials(serial: float, date1904: bool, expected: date) -> None:
    assert excel_date(serial, date1904) == expected


@pytest.mark.parametrize(
    ("serial", "date1904"), [(60, False), (1, False), (-1, True), (2958466, False), (1e300, False)]
)
def test_numbers_that_are_no_day(serial: float, date1904: bool) -> None:
    with pytest.raises(ValueError, match="calendar"):
        excel_date(serial, date1904)
