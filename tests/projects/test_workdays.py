"""Working days: the State Council's table, counting forth and back, and what is said where it is missing."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent, User
from projects.calendar_data import HolidayTableError, load_calendars, read_holidays
from projects.calendars import day_of, work_calendar
from projects.models import DeadlineRule, Holiday
from projects.workdays import WorkCalendar
from tests.conftest import ClientFor

days = st.dates(date(2018, 1, 1), date(2027, 12, 31))
calendars = st.dictionaries(days, st.booleans(), max_size=30).map(WorkCalendar)
counts = st.integers(0, 120)


@given(days, counts, calendars)
def test_going_forth_counts_what_lies_between(day: date, count: int, calendar: WorkCalendar) -> None:
    there = calendar.add(day, count)
    assert calendar.between(day, there) == count
    assert count == 0 or calendar.is_working_day(there)


@given(days, counts, calendars)
def test_going_back_from_a_working_day_comes_back(day: date, count: int, calendar: WorkCalendar) -> None:
    start = calendar.add(day, 1)
    assert calendar.add(calendar.add(start, -count), count) == start


@given(days, days, calendars)
def test_a_way_back_is_the_way_forth_with_a_minus(first: date, last: date, calendar: WorkCalendar) -> None:
    assert calendar.between(first, last) == -calendar.between(last, first)
    assert calendar.between(first, last + timedelta(7)) - calendar.between(first, last) >= 0 or last < first


def test_without_a_notice_only_weekends_are_known() -> None:
    empty = WorkCalendar()
    assert [empty.is_working_day(date(2026, 10, day)) for day in (1, 2, 3, 4, 5)] == [
        True,
        True,
        False,
        False,
        True,
    ]
    assert not empty.is_known(date(2026, 1, 1), date(2026, 1, 2))


@pytest.mark.django_db
def test_national_day_of_2026_is_counted_by_the_notice() -> None:
    calendar = work_calendar()
    # 20 September and 10 October are worked Sundays and Saturdays, 1 to 7 October is a holiday.
    assert calendar.is_working_day(date(2026, 9, 20))
    assert calendar.add(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert calendar.between(date(2026, 9, 30), date(2026, 10, 12)) == 4
    assert calendar.is_known(date(2019, 1, 1), date(2026, 12, 31))
    assert not calendar.is_known(date(2026, 1, 1), date(2027, 1, 1))


@pytest.mark.django_db
def test_each_year_gives_as_many_free_weekdays_as_the_law_gives_holidays() -> None:
    free = dict.fromkeys(range(2019, 2027), 0)
    for day, works in Holiday.objects.values_list("day", "is_working"):
        free[day.year] += -1 if works else day.weekday() < 5
    # Eleven days of holiday, thirteen from 2025; in 2020 the Spring Festival was two weekdays longer.
    assert free == {2019: 11, 2020: 13, 2021: 11, 2022: 11, 2023: 11, 2024: 11, 2025: 13, 2026: 13}


@pytest.mark.django_db
def test_loading_again_adds_nothing_and_keeps_what_was_corrected() -> None:
    Holiday.objects.filter(day=date(2026, 10, 10)).delete()
    assert set(load_calendars().values()) == {0}
    assert DeadlineRule.objects.live().get(code="preparation").source.startswith("吉林省2020年")


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"first": "1 Oct", "last": "2026-10-07"}, "2026-10-01"),
        ({"first": "2026-10-07", "last": "2026-10-01"}, "first day"),
        ({"first": "2026-01-01", "last": "2026-12-31"}, "first day"),
        ({"first": "2026-10-01", "last": "2026-10-01", "is_working": "yes"}, "first day"),
        ({"first": "2026-10-01", "last": "2026-10-01", "is_working": "1"}, "worked anyway"),
    ],
)
def test_a_wrong_line_is_named(row: dict[str, str], word: str) -> None:
    with pytest.raises(HolidayTableError, match=f"(?s)2.*{word}"):
        read_holidays(iter([row]))


def test_a_day_twice_is_refused() -> None:
    rows = [{"first": "2026-10-01", "last": "2026-10-03"}, {"first": "2026-10-03", "last": "2026-10-03"}]
    with pytest.raises(HolidayTableError, match="twice"):
        read_holidays(iter(rows))


def test_the_29th_of_february_is_the_first_of_march_in_common_years() -> None:
    assert (day_of(2027, 229), day_of(2028, 229)) == (date(2027, 3, 1), date(2028, 2, 29))


# Statutory days by 全国年节及纪念日放假办法: 11 until 2024, 13 since 2025; in 2020 the spring festival was
# prolonged by two working days (国办发明电〔2020〕1号).
STATUTORY = {2019: 11, 2020: 13, 2021: 11, 2022: 11, 2023: 11, 2024: 11, 2025: 13, 2026: 13}


@pytest.mark.django_db
def test_worked_weekends_leave_each_year_its_statutory_holidays() -> None:
    """Free weekdays less worked weekends are the statutory days: a year entered wrongly does not balance."""
    free: Counter[int] = Counter()
    for day, is_working in Holiday.objects.values_list("day", "is_working"):
        free[day.year] += -1 if is_working else int(day.weekday() < 5)
    assert free == STATUTORY
    calendar = work_calendar()
    worked = {
        year: calendar.between(date(year - 1, 12, 31), date(year, 12, 31)) for year in sorted(STATUTORY)
    }
    assert worked == {2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}


@pytest.mark.django_db
def test_rows_that_come_with_the_portal_say_that_they_must_be_compared() -> None:
    assert all("核对" in source for source in Holiday.objects.values_list("source", flat=True))


TABLE = """first,last,is_working,name,source
2027-01-01,2027-01-03,0,元旦,国办发明电〔2026〕0号（试）
2027-02-06,,1,春节调休,国办发明电〔2026〕0号（试）
"""


@pytest.mark.django_db
def test_a_table_of_holidays_is_uploaded_by_the_province_and_noted(
    province_user: User, yanji: User, client_for: ClientFor
) -> None:
    def sent(text: str) -> dict[str, SimpleUploadedFile]:
        return {"file": SimpleUploadedFile("2027.csv", text.encode("utf-8-sig"), "text/csv")}

    url = reverse("projects:calendar")
    assert client_for(yanji).post(url, sent(TABLE)).status_code == 403
    assert (
        client_for(province_user).post(url, sent(TABLE.replace("2027-02-06", "2027-02-08"))).status_code
        == 400
    )
    assert not Holiday.objects.filter(day__year=2027).exists()
    assert client_for(province_user).post(url, sent(TABLE)).status_code == 302
    days = Holiday.objects.filter(day__year=2027).values_list("day", "is_working")
    assert list(days) == [*((date(2027, 1, n), False) for n in (1, 2, 3)), (date(2027, 2, 6), True)]
    event = AuditEvent.objects.get(kind=AuditEvent.Kind.IMPORT)
    assert (event.actor, event.detail["years"], event.detail["file"]) == (province_user, [2027], "2027.csv")
