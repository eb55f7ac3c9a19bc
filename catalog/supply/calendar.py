"""When something ordered can be there. Days are Europe/Copenhagen; lead times and the way count in working days."""

from dataclasses import dataclass
from datetime import date, timedelta

from shop.days import add_working_days, is_delivery_day
from shop.settings.read import value

WEEKDAYS = ("ma", "ti", "on", "to", "fr")


@dataclass(frozen=True, slots=True)
class Calendar:
    """The shop's closing days, the weekdays it delivers on, and how long a parcel is under way."""

    closed: frozenset[date]
    weekdays: frozenset[int]
    transit_days: int
    horizon_days: int

    def is_working(self, day: date) -> bool:
        """Whether anything is packed that day."""
        return is_delivery_day(day, self.closed)

    def is_open(self, day: date) -> bool:
        """Whether anything is delivered that day."""
        return day.weekday() in self.weekdays and self.is_working(day)

    def arrives(self, lead_days: int, transit_days: int, today: date) -> date:
        """The first day it can be there: packed after its lead time, under way, then the next day of delivery."""
        packed = add_working_days(today, lead_days, self.closed)
        day = add_working_days(packed, transit_days, self.closed)
        while not self.is_open(day):
            day += timedelta(days=1)
        return day


def shop_calendar() -> Calendar:
    """The calendar that the settings describe today."""
    closed = frozenset(date.fromisoformat(text) for text in value("delivery.closed"))
    weekdays = frozenset(WEEKDAYS.index(name) for name in str(value("delivery.weekdays")).split())
    return Calendar(closed, weekdays, int(value("delivery.transit_days")), int(value("delivery.horizon_days")))


def earliest_day(lead_days: int, today: date) -> date:
    """The first day a parcel ordered today can be there, as the catalogue's pages say it."""
    calendar = shop_calendar()
    return calendar.arrives(lead_days, calendar.transit_days, today)
