"""Order the same again: what an order held is put into the cart as it is sold today."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.baskets.models import Basket, BasketVersion
from catalog.items.models import Item, ItemVersion
from orders.cart.change import is_for_sale, put_in
from orders.cart.models import Cart
from orders.models import BASKET, ITEM, Order, OrderLine
from shop.db import db
from shop.i18n import localised


def put_in_again(cart: Cart, order: Order, *, now: datetime) -> list[str]:
    """Fill a locked cart with what an order held, cards too. Answers the names of what is no longer sold."""
    gone = []
    for line in _lines(order):
        thing = _thing(line)
        if thing is None or not is_for_sale(thing):
            gone.append(localised(line, "text"))
        else:
            put_in(cart, thing, line.quantity, line.card_text, now=now)
    return gone


def _lines(order: Order) -> Sequence[OrderLine]:
    query = select(OrderLine).where(OrderLine.order_id == order.id, OrderLine.kind.in_((BASKET, ITEM)))
    return db.session.scalars(
        query.options(joinedload(OrderLine.basket_version), joinedload(OrderLine.item_version)).order_by(
            OrderLine.position
        )
    ).all()


def _thing(line: OrderLine) -> Basket | Item | None:
    sold: BasketVersion | ItemVersion | None = line.basket_version or line.item_version
    if isinstance(sold, BasketVersion):
        return db.session.get(Basket, sold.basket_id)
    return db.session.get(Item, sold.item_id) if sold else None
