"""Many orders in many states, and the bulk moves of them."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select

from catalog.supply.models import STOCK, Supply
from orders.bulk.models import BulkMoveItem
from orders.bulk.work import Seen, begin_bulk
from orders.lock import lock_order
from orders.models import Order, OrderSupply
from orders.moves import cancel, pack
from shop.days import utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND
from tests.tools.world import fulfil, pay, place_order

UNPAID, PAID, PACKED, SENT, CANCELLED = "unpaid", "paid", "packed", "sent", "cancelled"


def order_in(state: str) -> Order:
    """An order of one basket, as far as that."""
    order = place_order()
    if state in {PAID, PACKED, SENT}:
        pay(order)
    if state == PACKED:
        with transaction():
            pack(lock_order(order.id), by=COMMAND, now=utc_now())
    if state == SENT:
        fulfil(order)
    if state == CANCELLED:
        with transaction():
            cancel(lock_order(order.id), by=COMMAND, now=utc_now(), why="x")
    db.session.rollback()
    return order


def seen(orders: Sequence[Order]) -> list[Seen]:
    db.session.rollback()
    return [Seen(order.id, order.state, order.pack_on) for order in orders]


def begin(verb: str, orders: Sequence[Order], key: str = "k", why: str = "") -> int:
    looked = seen(orders)
    with transaction():
        return begin_bulk(verb, looked, key=key, by=COMMAND, now=utc_now(), why=why)


def how_it_went(number: int) -> dict[int, tuple[str, str]]:
    """By order its state in the bulk move, and the sentence."""
    db.session.rollback()
    rows = db.session.scalars(select(BulkMoveItem).where(BulkMoveItem.bulk_move_id == number))
    return {row.order_id: (row.state, row.sentence_da) for row in rows}


def states(orders: Sequence[Order]) -> list[str]:
    return states_of([order.id for order in orders])


def states_of(ids: Sequence[int]) -> list[str]:
    db.session.rollback()
    found = dict(db.session.execute(select(Order.id, Order.state).where(Order.id.in_(ids))).all())
    return [found[one] for one in ids]


def leave_goods_for(order: Order, baskets: int) -> None:
    """Let the scarcest shelf of an order's basket hold goods for only so many baskets like it; the rest is missing."""
    with transaction():
        row = db.session.execute(
            select(OrderSupply.supply_id, OrderSupply.pieces)
            .join(Supply, Supply.id == OrderSupply.supply_id)
            .where(OrderSupply.order_id == order.id, Supply.kind == STOCK)
            .order_by(OrderSupply.supply_id)
        ).first()
        assert row is not None
        shelf = db.session.get_one(Supply, row.supply_id)
        shelf.most = shelf.taken
        shelf.short = shelf.taken - baskets * row.pieces


def next_week(order: Order) -> None:
    """The buyer has changed the day."""
    with transaction():
        moved = lock_order(order.id)
        moved.pack_on += timedelta(days=7)
        moved.wanted_on += timedelta(days=7)


def check_shelves() -> None:
    """What is promised of each shelf is what orders that are not packed hold: nothing was taken or let go twice."""
    db.session.rollback()
    held = dict(
        db.session.execute(
            select(OrderSupply.supply_id, func.sum(OrderSupply.pieces))
            .join(Order, Order.id == OrderSupply.order_id)
            .where(Order.state.in_(("placed", "confirmed")))
            .group_by(OrderSupply.supply_id)
        ).all()
    )
    for row in db.session.scalars(select(Supply).where(Supply.kind == STOCK)):
        assert row.taken == int(held.get(row.id, 0)), row.item_id
