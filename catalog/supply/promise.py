"""The first day a buyer can count on, said on the catalogue's pages. Days are Europe/Copenhagen."""

from datetime import date

from shop.days import add_working_days
from shop.settings.read import value


def earliest_day(lead_days: int, today: date) -> date:
    """The first day a parcel ordered today can be there: packed after its lead time, then under way (settings)."""
    closed = frozenset(date.fromisoformat(text) for text in value("delivery.closed"))
    packed = add_working_days(today, lead_days, closed)
    return add_working_days(packed, int(value("delivery.transit_days")), closed)
