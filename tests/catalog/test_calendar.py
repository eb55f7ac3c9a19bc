"""Days of delivery: weekends, holidays, the shop's own days and weekdays."""

from datetime import date

import pytest

from catalog.supply.calendar import Calendar
from orders.delivery.plan import first_day, last_open_day, pack_day

EVERY_DAY = frozenset(range(5))


def _calendar(
    weekdays: frozenset[int] = EVERY_DAY, closed: frozenset[date] = frozenset(), transit: int = 1
) -> Calendar:
    return Calendar(closed, weekdays, transit, 90)


@pytest.mark.parametrize(
    ("today", "lead", "method", "expected"),
    [
        (date(2026, 11, 23), 1, "parcel", date(2026, 11, 25)),
        (date(2026, 11, 27), 1, "parcel", date(2026, 12, 1)),  # Friday: packed Monday, there Tuesday
        (date(2026, 11, 27), 1, "pickup", date(2026, 11, 30)),
        (date(2026, 12, 22), 1, "parcel", date(2026, 12, 28)),  # 24, 25 and 26 December are no days for parcels
        (date(2027, 3, 24), 1, "local", date(2027, 3, 30)),  # Easter
    ],
)
def test_the_first_day(today: date, lead: int, method: str, expected: date) -> None:
    assert first_day(lead, method, today, _calendar()) == expected


def test_only_the_weekdays_chosen() -> None:
    tuesdays = _calendar(frozenset({1}))
    assert first_day(1, "parcel", date(2026, 11, 23), tuesdays) == date(2026, 12, 1)
    assert last_open_day(date(2026, 11, 23), tuesdays) == date(2027, 2, 16)
    # Packing is done on any working day: Monday, for a Tuesday.
    assert pack_day(date(2026, 12, 1), "parcel", tuesdays) == date(2026, 11, 30)


def test_a_closed_day_is_neither_packed_nor_delivered_on() -> None:
    closed = _calendar(closed=frozenset({date(2026, 11, 24)}))
    assert first_day(1, "parcel", date(2026, 11, 23), closed) == date(2026, 11, 26)
    assert pack_day(date(2026, 11, 25), "parcel", closed) == date(2026, 11, 23)
