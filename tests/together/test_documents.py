"""Many documents issued at once: numbers without a gap and without a double, whatever else is going on."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from orders.documents.issue import issue_invoice
from orders.documents.models import Document, NumberSeries
from orders.lock import lock_order
from orders.models import Order
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from tests.together.crowd import together
from tests.tools.world import place_order

CONNECTIONS, EACH = 16, 14
GIVEN_UP = 24  # of these, rolled back after their number was taken


def issue(order_ids: list[int], give_up: set[int]) -> Callable[[], list[int]]:
    """One connection's work: the invoices of some orders, one transaction each; the serials taken."""

    def run() -> list[int]:
        serials = []
        for order_id in order_ids:
            try:
                with transaction():
                    serial = issue_invoice(lock_order(order_id), now=utc_now()).serial
                    if order_id in give_up:
                        raise Refused("never mind")
                    serials.append(serial)
            except Refused:
                continue
        return serials

    return run


def test_two_hundred_from_sixteen_connections_leave_no_gap_and_no_double(example: Flask) -> None:
    first = place_order()
    with transaction():
        values = {column.key: getattr(first, column.key) for column in Order.__mapper__.columns if column.key != "id"}
        for number in range(CONNECTIONS * EACH):
            key = f"{number:032d}"
            db.session.add(Order(**{**values, "number": f"N{number}", "cart_key": key, "token": key}))
    ids = list(db.session.scalars(select(Order.id).where(Order.number.like("N%")).order_by(Order.id)))
    with transaction():
        lines = [
            {column.key: getattr(line, column.key) for column in type(line).__mapper__.columns if column.key != "id"}
            for line in db.session.get_one(Order, first.id).lines
        ]
        for order_id in ids:
            for line in lines:
                key = f"{order_id}:{line['position']}"
                db.session.add(type(first.lines[0])(**{**line, "order_id": order_id, "key": key}))
    give_up = set(ids[:: len(ids) // GIVEN_UP][:GIVEN_UP])
    answers = together(example, [issue(ids[at::CONNECTIONS], give_up) for at in range(CONNECTIONS)])
    taken = sorted(serial for some in answers if not isinstance(some, Refused) for serial in some)
    assert taken == list(range(1, 201))
    stored = list(db.session.scalars(select(Document.number).order_by(Document.serial)))
    assert stored == [f"F-{serial}" for serial in taken]
    assert db.session.get_one(NumberSeries, "F-").last == 200


def test_the_same_order_sent_from_many_windows_has_one_invoice(example: Flask) -> None:
    order_id = place_order().id
    answers = together(example, [issue([order_id], set()) for _ in range(8)])
    assert answers == [[1]] * 8
    assert len(db.session.scalars(select(Document.id)).all()) == 1
