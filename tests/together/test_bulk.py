"""Two bulk moves over the same orders at once, and one by several workers: each order is moved once."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from catalog.supply.models import SupplyMove
from orders.bulk.models import BulkMoveItem
from orders.bulk.work import carry_on
from orders.lock import lock_order
from orders.models import Order
from orders.moves import cancel
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.models import JournalEntry
from shop.journal.record import COMMAND
from tests.orders.bulk_world import PAID, begin, check_shelves, how_it_went, order_in, states_of
from tests.together.crowd import together


def carry(number: int) -> Callable[[], None]:
    return lambda: carry_on({"bulk_id": number})


def packed(order_id: int) -> int:
    query = select(func.count()).where(JournalEntry.act == "packed", JournalEntry.subject_id == order_id)
    return int(db.session.scalar(query) or 0)


def test_two_bulk_moves_over_the_same_orders_move_each_once(example: Flask) -> None:
    orders = [order_in(PAID) for _ in range(6)]
    ids = [order.id for order in orders]
    one, other = begin("pack", orders, "one"), begin("pack", orders[::-1], "other")
    together(example, [carry(one), carry(other), carry(one), carry(other)])
    assert states_of(ids) == ["packed"] * 6
    assert [packed(order_id) for order_id in ids] == [1] * 6
    for order_id in ids:
        assert sorted(how_it_went(number)[order_id][0] for number in (one, other)) == ["done", "refused"]
    takes = db.session.scalars(select(SupplyMove.reference).where(SupplyMove.kind == "take")).all()
    assert len(takes) == len(set(takes))
    check_shelves()


def test_packing_and_cancelling_the_same_orders_is_one_of_the_two(example: Flask) -> None:
    """Whoever comes first; the other's order is changed since it was seen, and is left alone."""
    orders = [order_in(PAID) for _ in range(6)]
    ids = [order.id for order in orders]
    pack, cancel_them = begin("pack", orders, "pack"), begin("cancel", orders[::-1], "cancel", why="Udsolgt")
    together(example, [carry(pack), carry(cancel_them)])
    went, ended = how_it_went(pack), how_it_went(cancel_them)
    for order_id, state in zip(ids, states_of(ids), strict=True):
        assert (went[order_id][0], ended[order_id][0]) == {
            "packed": ("done", "refused"),
            "cancelled": ("refused", "done"),
        }[state]
    check_shelves()


def test_by_several_workers_and_a_hand_at_once(example: Flask) -> None:
    orders = [order_in(PAID) for _ in range(5)]
    ids = [order.id for order in orders]
    by_hand = ids[2]
    number = begin("pack", orders)

    def cancel_one() -> None:
        with transaction():
            cancel(lock_order(by_hand), by=COMMAND, now=utc_now(), why="x")

    answers = together(example, [carry(number)] * 4 + [cancel_one])
    assert not any(isinstance(answer, Refused) for answer in answers)
    waiting = select(func.count()).select_from(BulkMoveItem).where(BulkMoveItem.state == "waiting")
    assert db.session.scalar(waiting) == 0
    assert states_of(ids)[:2] + states_of(ids)[3:] == ["packed"] * 4
    assert [packed(order_id) for order_id in ids if order_id != by_hand] == [1] * 4
    assert db.session.get_one(Order, by_hand).state == "cancelled"
    check_shelves()
