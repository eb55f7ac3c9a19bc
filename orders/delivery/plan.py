"""When a basket can be there, and when it must be packed. Days are Europe/Copenhagen; working days count."""

from dataclasses import dataclass
from datetime import date, timedelta

from orders.models import PARCEL
from shop.days import add_working_days, is_delivery_day
from shop.settings.read import value


@dataclass(frozen=True, slots=True)
class Calendar:
    """The shop's own closing days and how long a parcel is under way."""

    closed: frozenset[date]
    transit_days: int
    horizon_days: int

    def is_open(self, day: date) -> bool:
        return is_delivery_day(day, self.closed)


def shop_calendar() -> Calendar:
    """The calendar that the settings describe today."""
    closed = frozenset(date.fromisoformat(text) for text in value("delivery.closed"))
    return Calendar(closed, int(value("delivery.transit_days")), int(value("delivery.horizon_days")))


def transit(method: str, calendar: Calendar) -> int:
    """Working days from packing to the door: the parcel's way; the same day for pick-up and own delivery."""
    return calendar.transit_days if method == PARCEL else 0


def first_day(lead_days: int, method: str, today: date, calendar: Calendar) -> date:
    """The first day it can be there: lead time in working days, then the way."""
    packed = add_working_days(today, lead_days, calendar.closed)
    return add_working_days(packed, transit(method, calendar), calendar.closed)


def last_day(today: date, calendar: Calendar) -> date:
    """The last day that can be wished for."""
    return today + timedelta(days=calendar.horizon_days)


def last_open_day(today: date, calendar: Calendar) -> date:
    """The last day that can be wished for and on which something is delivered."""
    day = last_day(today, calendar)
    while not calendar.is_open(day):
        day -= timedelta(days=1)
    return day


def pack_day(wanted_on: date, method: str, calendar: Calendar) -> date:
    """The day it is packed to be there on the day wanted: the way, counted back in working days."""
    day = wanted_on
    for _step in range(transit(method, calendar)):
        day -= timedelta(days=1)
        while not calendar.is_open(day):
            day -= timedelta(days=1)
    return day
