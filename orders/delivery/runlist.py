"""The run list of a partner that delivers itself: the one place where a partner sees who gets a parcel.

It can be seen from packing until the set days after the day of delivery (times.recipient_days), only by the enterprise
that drives, and every look stands in the journal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from orders.delivery.freight import local_service
from orders.models import BASKET, ITEM, LOCAL, Order, OrderLine
from orders.states import PACKED, PART_SENT, SENT
from shop.days import local_day
from shop.db import db
from shop.journal.record import By, record
from shop.settings.read import value

ON_THE_LIST = (PACKED, PART_SENT, SENT)
NEAR_DAYS = 14


@dataclass(frozen=True, slots=True)
class Stop:
    """One recipient of the day: where to go, how to call, how many parcels. Nothing of price or card."""

    number: str
    state: str
    name: str
    attention: str
    street: tuple[str, ...]
    postcode: str
    city: str
    phone: str
    parcels: int


def is_carrier(enterprise_id: int) -> bool:
    """Whether an enterprise drives for the shop: it has had orders to deliver, or its service is the one in use."""
    driven = select(Order.id).where(Order.carrier_id == enterprise_id, Order.delivery == LOCAL).limit(1)
    if db.session.scalar(driven) is not None:
        return True
    service = local_service()
    return service is not None and service.enterprise_id == enterprise_id


def days_to_drive(enterprise_id: int, today: date) -> Sequence[tuple[date, int]]:
    """The days from today on that have something to deliver, and how many recipients each has."""
    query = (
        select(Order.wanted_on, func.count())
        .where(*_on_list(enterprise_id), Order.wanted_on >= today)
        .group_by(Order.wanted_on)
        .order_by(Order.wanted_on)
        .limit(NEAR_DAYS)
    )
    return [(day, count) for day, count in db.session.execute(query)]


def look(enterprise_id: int, day: date, *, by: By, now: datetime) -> list[Stop]:
    """The day's stops by postal code, and the look in the journal: who, which day, how many."""
    oldest = local_day(now) - timedelta(days=int(value("times.recipient_days")))
    stops = [] if day < oldest else _stops(enterprise_id, day)
    record("looked", "run_list", enterprise_id, by=by, now=now, day=day.isoformat(), orders=len(stops))
    return stops


def _on_list(enterprise_id: int) -> tuple[ColumnElement[bool], ...]:
    return Order.carrier_id == enterprise_id, Order.delivery == LOCAL, Order.state.in_(ON_THE_LIST)


def _stops(enterprise_id: int, day: date) -> list[Stop]:
    # Each basket is a parcel of its own; items bought alone travel together in one.
    parcels = func.sum(case((OrderLine.kind == BASKET, OrderLine.quantity), else_=0)) + func.max(
        case((OrderLine.kind == ITEM, 1), else_=0)
    )
    query = (
        select(Order.number, Order.state, Order.recipient, parcels)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(*_on_list(enterprise_id), Order.wanted_on == day)
        .group_by(Order.id)
    )
    stops = [_stop(*row) for row in db.session.execute(query)]
    return sorted(stops, key=lambda stop: (stop.postcode, stop.street, stop.number))


def _stop(number: str, state: str, recipient: dict[str, Any], parcels: int) -> Stop:
    def part(name: str) -> str:
        return str(recipient.get(name) or "")

    return Stop(
        number=number,
        state=state,
        name=part("name"),
        attention=part("attention"),
        street=tuple(line for line in (part("line1"), part("line2")) if line),
        postcode=part("postcode"),
        city=part("city"),
        phone=part("phone"),
        parcels=parcels,
    )
