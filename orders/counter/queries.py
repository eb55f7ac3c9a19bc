"""What the office can take an order of: everything that is on sale, baskets and single items."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from catalog.baskets.models import PUBLISHED, Basket
from catalog.items.models import APPROVED, GOODS, Item
from orders.cart.models import Cart
from orders.cart.queries import find_cart_by_key
from shop.db import db

MARK = "counter"  # in a cart's checkout: the office is taking an order down in it


def baskets_on_sale() -> Sequence[Basket]:
    """The published baskets, in the shop's order."""
    return db.session.scalars(
        select(Basket)
        .where(Basket.state == PUBLISHED)
        .options(joinedload(Basket.current))
        .order_by(Basket.position, Basket.id)
    ).all()


def items_on_sale() -> Sequence[Item]:
    """The goods that are sold alone, by who makes them."""
    return db.session.scalars(
        select(Item)
        .where(Item.state == APPROVED, Item.sold_alone, Item.kind == GOODS)
        .options(joinedload(Item.current), joinedload(Item.enterprise), selectinload(Item.prices))
        .order_by(Item.enterprise_id, Item.id)
    ).all()


def find_taken_down(key: str) -> Cart | None:
    """The cart an order is being taken down in; never a buyer's own."""
    cart = find_cart_by_key(key)
    return cart if cart is not None and cart.checkout.get(MARK) else None
