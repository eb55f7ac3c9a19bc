"""What is on the shelf in these tests: set it, read it, and see that nothing was sold twice."""

from sqlalchemy import func, select

from catalog.baskets.models import Basket, BasketComponent
from catalog.items.models import STOCKED
from catalog.supply.models import STOCK, Supply
from orders.models import Order, OrderSupply
from orders.states import CANCELLED, EXPIRED
from shop.db import db, transaction


def stocked_parts(slug: str) -> list[BasketComponent]:
    """The parts of a basket that lie on a shelf, in its own order."""
    basket = db.session.scalars(select(Basket).where(Basket.slug == slug)).one()
    assert basket.current is not None
    return [part for part in basket.current.components if part.kind == "component" and part.item.supply == STOCKED]


def leave(item_id: int, pieces: int) -> None:
    """Leave so many pieces of an item on the shelf."""
    with transaction():
        row = _shelf(item_id)
        row.most = row.taken + pieces


def leave_baskets(slug: str, count: int) -> int:
    """Leave what is needed for so many of a basket of one of its parts; the part's item."""
    part = stocked_parts(slug)[0]
    item_id, pieces = part.item_id, part.quantity * count
    leave(item_id, pieces)
    return item_id


def left_of(item_id: int) -> int:
    """The pieces on the shelf that nobody has spoken for."""
    db.session.rollback()
    row = _shelf(item_id)
    return row.most - row.taken


def _shelf(item_id: int) -> Supply:
    return db.session.scalars(select(Supply).where(Supply.kind == STOCK, Supply.item_id == item_id)).one()


def check_nothing_sold_twice() -> None:
    """Every limit holds, and what is spoken for is exactly what living orders hold."""
    db.session.rollback()
    held: dict[int, int] = {
        supply_id: int(pieces)
        for supply_id, pieces in db.session.execute(
            select(OrderSupply.supply_id, func.sum(OrderSupply.pieces))
            .join(Order, Order.id == OrderSupply.order_id)
            .where(Order.state.not_in((CANCELLED, EXPIRED)))
            .group_by(OrderSupply.supply_id)
        )
    }
    for row in db.session.scalars(select(Supply)):
        assert 0 <= row.taken <= row.most, (row.kind, row.item_id, row.part)
        assert row.taken == held.get(row.id, 0), (row.kind, row.item_id, row.part)
