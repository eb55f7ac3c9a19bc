"""An order that its buyer wants changed."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from orders.after.change import Wish, change_order
from orders.buyers import address_of
from orders.delivery.plan import shop_calendar
from orders.lock import lock_order
from orders.models import Order
from shop.address import PostalAddress
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import BUYER
from shop.mail.models import Letter
from tests.tools.world import place_order as place_any

ELSEWHERE = PostalAddress("Ane Gavesen", "", "Gemmestræde 91", "2. th.", "5000", "Odense C")


MADE_BASKET = "det-lange-bord"


def place_order(*things: Any, **more: Any) -> Order:
    """An order with a telephone that can be called, as the checkout sees to."""
    return place_any(*things, **{"recipient_phone": "22334455", **more})


def wish_of(order: Order, **other: Any) -> Wish:
    """What holds now, with something changed."""
    held = {
        "recipient": address_of(order.recipient),
        "phone": order.recipient["phone"],
        "wanted_on": order.wanted_on,
        "cards": {},
    }
    return Wish(**{**held, **other})


def change(order: Order, **other: Any) -> list[str]:
    """Change it in a transaction of its own; the acts of the journal."""
    with transaction():
        locked = lock_order(order.id)
        return [entry.act for entry in change_order(locked, wish_of(locked, **other), by=BUYER, now=utc_now())]


def refusal(order: Order, **other: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        change(order, **other)
    db.session.rollback()
    return caught.value


def day_in_another_week(order: Order) -> date:
    """A day of delivery a week later or more."""
    day, calendar = order.wanted_on + timedelta(days=7), shop_calendar()
    while not calendar.is_open(day):
        day += timedelta(days=1)
    return day


def letters(kind: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Letter).where(Letter.kind == kind)) or 0
