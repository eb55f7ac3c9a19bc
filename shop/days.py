"""Days and moments: stored in UTC, lived in Europe/Copenhagen, written in Danish and English.

A `datetime` here is always aware and a naive one is refused (ValueError); a `date` is always a day in Copenhagen.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

COPENHAGEN = ZoneInfo("Europe/Copenhagen")

FIRST_YEAR = 2000
LAST_YEAR = 2100
"""The years whose holidays are known. Outside them no day is a delivery day or a bank day."""

LONGEST_LEAD = 1000
"""The most working days that can be added at once."""

_ONE_DAY = timedelta(days=1)
_NO_DAYS: frozenset[date] = frozenset()

_MONTHS = {
    "da": (
        *("januar", "februar", "marts", "april", "maj", "juni"),
        *("juli", "august", "september", "oktober", "november", "december"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_WEEKDAYS = {
    "da": ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def utc_now() -> datetime:
    """The moment now, in UTC. The only clock of the product."""
    return datetime.now(UTC)


def local_day(moment: datetime) -> date:
    """The day in Copenhagen on which the moment falls."""
    return _local(moment).date()


def day_starts(day: date) -> datetime:
    """The first moment of the day in Copenhagen, in UTC."""
    return datetime.combine(day, time(), COPENHAGEN).astimezone(UTC)


def day_ends(day: date) -> datetime:
    """The first moment after the day, in UTC: a moment of the day is >= day_starts and < day_ends, also in 23 hours."""
    return day_starts(day + _ONE_DAY)


def firsts_between(first: date, last: date) -> list[date]:
    """The first day of every month that begins within a period, both its ends included."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [day for month in months if first <= (day := date(month // 12, month % 12 + 1, 1)) <= last]


def iso_week(day: date) -> str:
    """The ISO week of the day: "2026-W48"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def is_delivery_day(day: date, closed: frozenset[date] = _NO_DAYS) -> bool:
    """Whether parcels are delivered: no weekend, public holiday, 1 May, 5 June, 24 or 31 December, nor in `closed`."""
    return _is_working_day(day) and day not in closed


def next_delivery_day(day: date, closed: frozenset[date] = _NO_DAYS) -> date:
    """The first delivery day from `day` on, `day` itself included. Refuses (ValueError) to look past LAST_YEAR."""
    _check_year(day)
    while not is_delivery_day(day, closed):
        day += _ONE_DAY
        _check_year(day)
    return day


def add_working_days(day: date, n: int, closed: frozenset[date] = _NO_DAYS) -> date:
    """The n-th delivery day after `day`; n = 0 is the first from `day` on.

    Refuses (ValueError) n below 0 or above LONGEST_LEAD, and years without a known calendar.
    """
    if not 0 <= n <= LONGEST_LEAD:
        raise ValueError(f"cannot add {n} working days")
    if n == 0:
        return next_delivery_day(day, closed)
    for _ in range(n):
        day = next_delivery_day(day + _ONE_DAY, closed)
    return day


def is_bank_day(day: date) -> bool:
    """Whether banks move money: a working day that is not the Friday after Ascension Day, when Danish banks are closed.

    1 May counts as closed like the other half holidays: a day more for whoever has to pay.
    """
    return _is_working_day(day) and day not in _bank_fridays(day.year)


def next_bank_day(day: date) -> date:
    """The first bank day from `day` on, `day` itself included: what falls due on a closed day may be paid then."""
    _check_year(day)
    while not is_bank_day(day):
        day += _ONE_DAY
        _check_year(day)
    return day


def month_name(month: int, language: str = "da") -> str:
    """The name of a month (1–12), in Danish with a small letter."""
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}")
    return _names(_MONTHS, language)[month - 1]


def weekday_name(day: date, language: str = "da") -> str:
    """The name of the day's weekday, in Danish with a small letter."""
    return _names(_WEEKDAYS, language)[day.weekday()]


def format_day(day: date, language: str = "da", today: date | None = None) -> str:
    """The day as said aloud: "tirsdag den 1. december", "Tuesday 1 December"; with the year unless it is today's."""
    weekday, month = weekday_name(day, language), month_name(day.month, language)
    the_day = f"{weekday} den {day.day}. {month}" if language == "da" else f"{weekday} {day.day} {month}"
    this_year = (today or local_day(utc_now())).year
    return the_day if day.year == this_year else f"{the_day} {day.year}"


def format_moment(moment: datetime, language: str = "da") -> str:
    """The moment as a clock in Copenhagen shows it: "1. december 2026 kl. 14.05", "1 December 2026 at 14:05"."""
    local = _local(moment)
    month = month_name(local.month, language)
    if language == "da":
        return f"{local.day}. {month} {local.year} kl. {local.hour:02d}.{local.minute:02d}"
    return f"{local.day} {month} {local.year} at {local.hour:02d}:{local.minute:02d}"


def _local(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"a moment needs its time zone: {moment!r}")
    return moment.astimezone(COPENHAGEN)


def _names(table: Mapping[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    if language not in table:
        raise ValueError(f"no way to write days in {language!r}")
    return table[language]


def _check_year(day: date) -> None:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"no calendar is known for {day.year}")


def _is_working_day(day: date) -> bool:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return False
    return day.weekday() < 5 and day not in _holidays(day.year)


@cache
def _holidays(year: int) -> frozenset[date]:
    # "optional" holds 1 May, 5 June, 24 and 31 December: no public holidays, yet nobody drives.
    return frozenset(holidays.country_holidays("DK", years=year, categories=("public", "optional")))


@cache
def _bank_fridays(year: int) -> frozenset[date]:
    ascension = holidays.country_holidays("DK", years=year, language="en_US").get_named("Ascension Day")
    return frozenset(day + _ONE_DAY for day in ascension)
