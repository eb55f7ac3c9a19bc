"""Withdrawals at the same moment: one button is one statement, no piece is taken back twice, nothing is paid twice."""

import secrets
from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from orders.books.check import check_books
from orders.buyers import get_whole_order
from orders.lock import lock_order
from orders.models import FREIGHT, Order, OrderLine
from orders.moves import send
from orders.reversals.models import Refund
from orders.withdrawal.choice import available
from orders.withdrawal.models import Withdrawal, WithdrawalLine
from orders.withdrawal.receive import Statement, lock_withdrawal, receive_for_order, receive_words
from orders.withdrawal.settle import refund
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from tests.orders.withdrawal_world import sent_order, withdraw
from tests.together.crowd import together
from tests.tools.world import pay, place_order

MANY = 8


def _line(order: Order) -> int:
    query = select(OrderLine.id).where(OrderLine.order_id == order.id, OrderLine.kind != FREIGHT)
    return db.session.scalars(query).one()


def _press(order_id: int, line_id: int, pieces: int, key: str) -> Callable[[], int]:
    def press() -> int:
        with transaction():
            who = Statement(key, "Karla", "karla@example.com", "da")
            return receive_for_order(lock_order(order_id), who, {line_id: pieces}, now=utc_now()).id

    return press


def test_one_button_is_one_statement(example: Flask) -> None:
    order = sent_order()
    key, order_id, line_id = secrets.token_hex(16), order.id, _line(order)
    answers = together(example, [_press(order_id, line_id, 1, key)] * MANY)
    assert len(set(answers)) == 1
    assert db.session.scalar(select(func.sum(WithdrawalLine.quantity))) == 1


def test_two_pieces_are_withdrawn_from_by_two(example: Flask) -> None:
    order = sent_order()
    order_id, line_id = order.id, _line(order)
    together(example, [_press(order_id, line_id, 1, secrets.token_hex(16)) for _one in range(MANY)])
    assert db.session.scalar(select(func.sum(WithdrawalLine.quantity))) == 2
    assert db.session.scalar(select(func.count()).select_from(Withdrawal)) == 2


def test_the_same_words_at_once_are_one_row(example: Flask) -> None:
    key = secrets.token_hex(16)

    def say() -> int:
        with transaction():
            who = Statement(key, "Ane", "ane@example.com", "da")
            return receive_words(who, number="9999", whole=True, said="", now=utc_now()).id

    assert len(set(together(example, [say] * MANY))) == 1


def test_it_is_paid_back_once(example: Flask) -> None:
    order = sent_order()
    order_id, one = order.id, withdraw(order)

    def pay_back() -> int:
        with transaction():
            lock_order(order_id)
            refund(lock_withdrawal(one), by=COMMAND, now=utc_now())
        return 1

    answers = together(example, [pay_back] * MANY)
    assert sum(not isinstance(answer, Refused) for answer in answers) == 1
    assert db.session.scalar(select(func.count()).select_from(Refund)) == 1
    assert check_books().holds


def test_withdrawn_while_it_is_sent(example: Flask) -> None:
    """Either it is cancelled and cannot be sent, or it is sent and comes back."""
    order = place_order([("den-groenne-kurv", 2)])
    pay(order)
    from orders.moves import pack

    with transaction():
        pack(lock_order(order.id), by=COMMAND, now=utc_now())
    order_id, line_id = order.id, _line(order)

    def leave() -> int:
        with transaction():
            send(lock_order(order_id), by=COMMAND, now=utc_now())
        return 0

    answers = together(example, [leave, _press(order_id, line_id, 2, secrets.token_hex(16))])
    assert not isinstance(answers[1], Refused), "a statement is never refused"
    state = db.session.get_one(Order, order_id).state
    one = db.session.scalars(select(Withdrawal)).one()
    assert (state, one.state) in {("cancelled", "cancelled"), ("sent", "received")}
    assert isinstance(answers[0], Refused) == (state == "cancelled")
    assert not available(get_whole_order(order_id))
    assert check_books().holds
