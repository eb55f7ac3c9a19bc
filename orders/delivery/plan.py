"""When an order can be there, and when it must be packed. Days are Europe/Copenhagen; working days count."""

from datetime import date, timedelta

from catalog.supply.calendar import Calendar, shop_calendar
from orders.models import PARCEL

__all__ = ["Calendar", "first_day", "last_day", "last_open_day", "pack_day", "shop_calendar", "transit"]


def transit(method: str, calendar: Calendar) -> int:
    """Working days from packing to the door: the parcel's way; the same day for pick-up and own delivery."""
    return calendar.transit_days if method == PARCEL else 0


def first_day(lead_days: int, method: str, today: date, calendar: Calendar) -> date:
    """The first day it can be there: lead time in working days, then the way."""
    return calendar.arrives(lead_days, transit(method, calendar), today)


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
        while not calendar.is_working(day):
            day -= timedelta(days=1)
    return day
