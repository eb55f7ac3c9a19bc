"""Days in Copenhagen: when they begin, which of them count, and how they are said."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
import time_machine

from shop.days import (
    add_working_days,
    day_ends,
    day_starts,
    format_day,
    format_moment,
    is_bank_day,
    is_delivery_day,
    iso_week,
    local_day,
    month_name,
    next_bank_day,
    next_delivery_day,
    utc_now,
    weekday_name,
)

TODAY = date(2026, 11, 23)


def test_the_clock_is_in_utc() -> None:
    with time_machine.travel(datetime(2026, 12, 1, 13, 5, tzinfo=UTC), tick=False):
        assert utc_now() == datetime(2026, 12, 1, 13, 5, tzinfo=UTC)
        assert utc_now().tzinfo is UTC


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 30, 22, 59, tzinfo=UTC), date(2026, 11, 30)),
        (datetime(2026, 11, 30, 23, 0, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2026, 6, 30, 22, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 12, 1, 1, 0, tzinfo=timezone(timedelta(hours=9))), date(2026, 11, 30)),
    ],
)
def test_the_day_of_a_moment_is_copenhagens(moment: datetime, day: date) -> None:
    assert local_day(moment) == day


@pytest.mark.parametrize("ask", [local_day, format_moment])
def test_a_moment_without_time_zone_is_refused(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(ValueError, match="time zone"):
        ask(datetime(2026, 12, 1, 12, 0))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(
    ("day", "starts", "hours"),
    [
        (date(2026, 12, 1), datetime(2026, 11, 30, 23, tzinfo=UTC), 24),
        (date(2026, 7, 1), datetime(2026, 6, 30, 22, tzinfo=UTC), 24),
        (date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC), 23),
        (date(2026, 10, 25), datetime(2026, 10, 24, 22, tzinfo=UTC), 25),
    ],
)
def test_a_day_has_the_hours_of_its_clock(day: date, starts: datetime, hours: int) -> None:
    assert day_starts(day) == starts
    assert day_starts(day).tzinfo is UTC
    assert day_ends(day) - day_starts(day) == timedelta(hours=hours)
    assert day_ends(day) == day_starts(day + timedelta(days=1))


def test_the_iso_week_has_its_own_year() -> None:
    assert iso_week(date(2026, 11, 23)) == "2026-W48"
    assert iso_week(date(2027, 1, 1)) == "2026-W53"
    assert iso_week(date(2026, 1, 5)) == "2026-W02"


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 4, 2),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 6, 5),
        date(2026, 12, 24),
        date(2026, 12, 25),
        date(2026, 12, 31),
        date(2026, 11, 28),
        date(2026, 11, 29),
    ],
)
def test_weekends_and_holidays_are_no_delivery_days(day: date) -> None:
    assert not is_delivery_day(day)
    assert not is_bank_day(day)


@pytest.mark.parametrize("day", [TODAY, date(2026, 12, 23), date(2026, 12, 28), date(2026, 5, 4), date(2024, 4, 26)])
def test_ordinary_days_are_delivery_days(day: date) -> None:
    # 26 April 2024 would have been Store bededag, abolished from that year on.
    assert is_delivery_day(day)
    assert is_bank_day(day)


def test_store_bededag_was_a_holiday_until_2023() -> None:
    assert not is_delivery_day(date(2023, 5, 5))


def test_a_day_closed_by_the_shop_is_no_delivery_day() -> None:
    closed = frozenset({TODAY})
    assert not is_delivery_day(TODAY, closed)
    assert next_delivery_day(TODAY, closed) == date(2026, 11, 24)
    assert add_working_days(date(2026, 11, 20), 1, closed) == date(2026, 11, 24)


def test_the_next_delivery_day_may_be_the_day_itself() -> None:
    assert next_delivery_day(TODAY) == TODAY
    assert next_delivery_day(date(2026, 12, 24)) == date(2026, 12, 28)
    assert next_delivery_day(date(2026, 4, 2)) == date(2026, 4, 7)


@pytest.mark.parametrize(
    ("day", "n", "reached"),
    [
        (TODAY, 0, TODAY),
        (TODAY, 1, date(2026, 11, 24)),
        (TODAY, 5, date(2026, 11, 30)),
        (date(2026, 11, 28), 0, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (date(2026, 12, 23), 1, date(2026, 12, 28)),
        (date(2026, 12, 30), 1, date(2027, 1, 4)),
    ],
)
def test_working_days_are_added_past_closed_ones(day: date, n: int, reached: date) -> None:
    assert add_working_days(day, n) == reached


@pytest.mark.parametrize("n", [-1, 1001, 10**6])
def test_only_a_sensible_number_of_working_days_is_added(n: int) -> None:
    with pytest.raises(ValueError, match="working days"):
        add_working_days(TODAY, n)


@pytest.mark.parametrize("day", [date.min, date(1999, 12, 31), date(2101, 1, 3), date.max])
def test_years_without_a_known_calendar_have_no_delivery_days(day: date) -> None:
    assert not is_delivery_day(day)
    assert not is_bank_day(day)
    for ask in (next_delivery_day, next_bank_day):
        with pytest.raises(ValueError, match="no calendar"):
            ask(day)


def test_looking_for_a_delivery_day_stops_where_the_calendar_ends() -> None:
    closed = frozenset({date(2100, 12, 30)})
    with pytest.raises(ValueError, match="2101"):
        next_delivery_day(date(2100, 12, 30), closed)


def test_banks_are_closed_the_friday_after_ascension_day() -> None:
    assert is_delivery_day(date(2026, 5, 15))
    assert not is_bank_day(date(2026, 5, 15))
    assert next_bank_day(date(2026, 5, 14)) == date(2026, 5, 18)
    assert next_bank_day(TODAY) == TODAY


@pytest.mark.parametrize(
    ("day", "danish", "english"),
    [
        (date(2026, 12, 1), "tirsdag den 1. december", "Tuesday 1 December"),
        (date(2026, 1, 31), "lørdag den 31. januar", "Saturday 31 January"),
        (date(2027, 12, 1), "onsdag den 1. december 2027", "Wednesday 1 December 2027"),
    ],
)
def test_a_day_as_it_is_said(day: date, danish: str, english: str) -> None:
    assert format_day(day, today=TODAY) == danish
    assert format_day(day, "en", TODAY) == english


def test_without_today_the_year_is_left_out_in_copenhagens_year() -> None:
    with time_machine.travel(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), tick=False):
        assert format_day(date(2027, 1, 4)) == "mandag den 4. januar"
        assert format_day(date(2026, 12, 31)) == "torsdag den 31. december 2026"


def test_a_moment_as_it_is_said() -> None:
    moment = datetime(2026, 12, 1, 13, 5, tzinfo=UTC)
    assert format_moment(moment) == "1. december 2026 kl. 14.05"
    assert format_moment(moment, "en") == "1 December 2026 at 14:05"
    assert format_moment(datetime(2026, 7, 31, 22, 0, tzinfo=UTC)) == "1. august 2026 kl. 00.00"


def test_names_of_months_and_weekdays() -> None:
    assert [month_name(month) for month in (1, 5, 12)] == ["januar", "maj", "december"]
    assert month_name(5, "en") == "May"
    assert weekday_name(date(2026, 11, 29)) == "søndag"
    for month in (0, 13, -1):
        with pytest.raises(ValueError, match="no month"):
            month_name(month)
    with pytest.raises(ValueError, match="'de'"):
        month_name(1, "de")
