"""Orders to be packed, and what suppliers bring for them."""

from datetime import date
from typing import Any

from sqlalchemy import select

from catalog.items.models import Item
from catalog.supply.calendar import shop_calendar
from catalog.supply.models import Lot
from orders.models import Order
from orders.packing.inbound import due_day, find_delivery, issue_list
from orders.packing.models import InboundList
from shop.days import utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND
from shop.people.models import Enterprise
from tests.catalog.shelf_world import come
from tests.tools.world import pay, place_order

MAKER = "blindes-arbejde"
BASKET = "den-groenne-kurv"


def enterprise_id(slug: str = MAKER) -> int:
    return db.session.scalars(select(Enterprise.id).where(Enterprise.slug == slug)).one()


def paid_order(baskets: int = 1, **more: Any) -> Order:
    """An order that is confirmed and can be packed."""
    order = place_order([(more.pop("basket", BASKET), baskets)], **more)
    pay(order)
    db.session.refresh(order)
    return order


def due_of(order: Order) -> date:
    return due_day(order.pack_on, shop_calendar())


def issue(due_on: date, slug: str = MAKER) -> InboundList:
    maker = enterprise_id(slug)
    with transaction():
        issued = issue_list(maker, due_on, by=COMMAND, now=utc_now())
        db.session.flush()
    return issued


def brought(due_on: date, slug: str = MAKER) -> dict[int, int]:
    """What an enterprise brings by a day, by item."""
    db.session.rollback()
    found = find_delivery(enterprise_id(slug), due_on)
    return dict(found.pieces) if found else {}


def issue_to_maker() -> date:
    """The maker has something to bring, and a list of it; the day."""
    due_on = due_of(paid_order())
    issue(due_on)
    return due_on


def lot_of(slug: str) -> int:
    """A lot of an item that has just come."""
    item_id = db.session.scalars(select(Item.id).where(Item.slug == slug)).one()
    come(item_id, 1, f"lot of {slug}", code="P1")
    return db.session.scalars(select(Lot.id).where(Lot.item_id == item_id)).one()
