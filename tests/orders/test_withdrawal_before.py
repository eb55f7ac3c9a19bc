"""Withdrawn before it is sent: cancelled at once, or taken out of the order."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from catalog.supply.models import Supply
from orders.buyers import get_whole_order
from orders.lock import lock_order
from orders.models import Order
from orders.payments.models import Payment
from orders.withdrawal.choice import available, choices_of
from orders.withdrawal.models import Withdrawal
from orders.withdrawal.queries import waiting_withdrawals
from orders.withdrawal.settle import cancel, refund
from orders.withdrawal.states import CANCELLED, RECEIVED, REPEATED
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.queries import entries_of
from shop.journal.record import COMMAND
from tests.orders.withdrawal_world import FRESH, GREEN, act, get, goods, refund_row, say, withdraw
from tests.tools.world import pay, place_order


@pytest.mark.parametrize("paid", [False, True])
def test_unsent_it_is_cancelled_at_once(example: Flask, paid: bool) -> None:
    order = place_order(GREEN)
    held = db.session.scalar(select(func.sum(Supply.taken)))
    if paid:
        pay(order)
    one = get(withdraw(order))
    assert one.state == CANCELLED
    assert db.session.get_one(Order, order.id).state == "cancelled"
    left = db.session.scalar(select(func.sum(Supply.taken)))
    assert held is not None
    assert left is not None
    assert left < held, "what was reserved is free"
    states = set(db.session.scalars(select(Payment.state).where(Payment.order_id == order.id)))
    assert states == {"ended"}
    assert say_again(order) == REPEATED


def say_again(order: Order) -> str:
    return get(say(order.number)).state


def test_what_cannot_be_cancelled_is_received_all_the_same(example: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever refuses it, half of it done already: nothing is cancelled, and the statement stands."""

    def half_done(one: Withdrawal, **_more: object) -> None:
        one.answer = "half done"
        db.session.flush()
        raise Refused("Lageret er lukket.")

    order = place_order(GREEN)
    pay(order)
    monkeypatch.setattr("orders.withdrawal.receive.cancel", half_done)
    one = get(withdraw(order))
    assert (one.state, one.answer) == (RECEIVED, "")
    assert db.session.get_one(Order, order.id).state == "confirmed"
    assert waiting_withdrawals(utc_now()).count == 1
    entries = entries_of("withdrawal", one.id)
    assert [entry.why for entry in entries if entry.act == "withdrawal_waits"] == ["Lageret er lukket."]


@pytest.mark.parametrize("paid", [False, True])
def test_a_part_unsent_is_taken_out(example: Flask, paid: bool) -> None:
    order = place_order((("den-groenne-kurv", 2), ("kaffepausen", 1)))
    if paid:
        pay(order)
    green, coffee = goods(order)
    one = get(withdraw(order, {coffee.id: 1}))
    assert one.state == CANCELLED
    assert db.session.get_one(Order, order.id).state in ("placed", "confirmed")
    assert refund_row(order).kind == "cancel"
    assert available(get_whole_order(order.id)) == {green.id: 2}
    assert get(withdraw(order)).state == CANCELLED
    assert db.session.get_one(Order, order.id).state == "cancelled"


def test_nothing_is_excepted_before_it_is_sent(example: Flask) -> None:
    order = place_order(FRESH)
    assert [choice.never for choice in choices_of(get_whole_order(order.id))] == [()]


def test_a_packed_part_waits_for_whoever_unpacks_it(example: Flask) -> None:
    order = place_order(GREEN)
    pay(order)
    from orders.moves import pack

    with transaction():
        pack(lock_order(order.id), by=COMMAND, now=utc_now())
    (line,) = goods(order)
    one = withdraw(order, {line.id: 1})
    assert get(one).state == RECEIVED
    assert waiting_withdrawals(utc_now()).count == 1
    with pytest.raises(Refused):
        act(one, refund)
    act(one, cancel)
    assert get(one).state == CANCELLED
    assert refund_row(order).kind == "cancel"
