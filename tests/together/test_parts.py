"""Two people send the same pieces at once: they leave once."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from orders import moves
from orders.books.check import check_books
from orders.departures.models import Departure, DepartureLine
from orders.lock import lock_order
from orders.models import Order
from orders.states import SENT
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import BUYER
from tests.orders.test_parts import goods, packed
from tests.together.crowd import together


def test_the_same_pieces_leave_once(example: Flask) -> None:
    order = packed([("den-groenne-kurv", 4)])
    order_id, (line,) = order.id, goods(order)
    db.session.rollback()

    def leave(pieces: int) -> Callable[[], bool]:
        def go() -> bool:
            try:
                with transaction():
                    moves.send_part(lock_order(order_id), {line: pieces}, by=BUYER, now=utc_now())
            except Refused:
                return False
            return True

        return go

    def send() -> bool:
        try:
            with transaction():
                moves.send(lock_order(order_id), by=BUYER, now=utc_now())
        except Refused:
            return False
        return True

    together(example, [leave(3), leave(3), leave(2), leave(2), send, send])
    db.session.rollback()
    if db.session.get_one(Order, order_id).state != SENT:
        assert send()
    db.session.rollback()
    gone = db.session.scalar(select(func.sum(DepartureLine.pieces)).where(DepartureLine.line_id == line))
    assert gone in (4, None), "all of it once; or at once, if the whole was quicker than any part"
    numbers = db.session.scalars(select(Departure.no).order_by(Departure.no)).all()
    assert list(numbers) == list(range(1, len(numbers) + 1))
    db.session.rollback()
    assert check_books().holds
