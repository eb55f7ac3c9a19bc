"""Withdrawals by their verbs, on both databases: what is received, how long, what comes back, and what is refused."""

import secrets
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from orders.books.check import check_books
from orders.buyers import get_whole_order
from orders.lock import lock_order
from orders.models import Order
from orders.payments.models import Payment
from orders.reversals.models import Refund
from orders.withdrawal.choice import available, refund_of
from orders.withdrawal.deadlines import delivered_on, is_in_time, last_day, refund_by, return_by
from orders.withdrawal.queries import waiting_withdrawals
from orders.withdrawal.settle import refund, take_back
from orders.withdrawal.states import RECEIVED
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from tests.orders.withdrawal_world import (
    GREEN,
    act,
    get,
    goods,
    letters,
    moment,
    refund_row,
    sent_order,
    withdraw,
    work,
)
from tests.tools.world import pay, place_order

# --- The days of the law ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "wanted", "delivered", "last"),
    [
        (date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 25), date(2026, 12, 9)),
        (date(2026, 11, 27), date(2026, 11, 25), date(2026, 11, 30), date(2026, 12, 14)),  # late: the carrier's days
        (date(2026, 11, 20), date(2026, 12, 1), date(2026, 12, 1), date(2026, 12, 15)),  # wished for later
        (date(2026, 12, 8), date(2026, 12, 10), date(2026, 12, 10), date(2026, 12, 28)),  # Christmas Eve to Monday
    ],
)
def test_the_last_day(sqlite_example: Flask, sent: date, wanted: date, delivered: date, last: date) -> None:
    """One working day under way, fourteen days, and a day on which nobody works is moved to the next."""
    order = sent_order()
    order.sent_at, order.wanted_on = moment(sent, 12), wanted
    assert delivered_on(order) == delivered
    assert last_day(order) == last
    assert is_in_time(order, moment(last, 23, 59))
    assert not is_in_time(order, moment(last + timedelta(days=1), 0, 0))


def test_before_it_is_sent_it_is_always_in_time(sqlite_example: Flask) -> None:
    order = place_order()
    assert last_day(order) is None
    assert is_in_time(order, utc_now() + timedelta(days=400))


def test_goods_and_money_have_fourteen_days(sqlite_example: Flask) -> None:
    order = sent_order()
    one = get(withdraw(order, at=moment(date(2026, 12, 1), 23, 30)))
    assert return_by(one) == refund_by(one) == date(2026, 12, 15)


# --- Received ---------------------------------------------------------------------------------------------------------


def test_everything_comes_back_with_its_delivery(example: Flask) -> None:
    order = sent_order()
    paid = order.gross_ore
    one = get(withdraw(order))
    assert (one.state, one.in_time, one.whole) == (RECEIVED, True, True)
    assert one.deadline_on == last_day(order)
    promised = sum(back.gross_ore for back in refund_of(get_whole_order(order.id), one.picks, key=one.key))
    act(one.id, take_back, stock_back=True)
    act(one.id, refund)
    work()
    given = refund_row(order)
    assert given.gross_ore == promised == paid
    assert get(one.id).refund_id == given.id
    payment = db.session.scalars(select(Payment).where(Payment.order_id == order.id)).one()
    assert payment.refunded_ore == paid
    assert check_books().holds
    assert [len(letters(kind)) for kind in ("withdrawal_receipt", "withdrawal_refunded")] == [1, 1]


def test_a_part_of_it_leaves_the_delivery(example: Flask) -> None:
    order = sent_order((("den-groenne-kurv", 2), ("kaffepausen", 1)))
    green, coffee = goods(order)
    price = green.gross_ore // 2
    first = withdraw(order, {green.id: 1})
    assert available(get_whole_order(order.id)) == {green.id: 1, coffee.id: 1}
    assert not get(first).whole
    act(first, refund)
    assert refund_row(order).gross_ore == price


def test_the_last_part_brings_the_delivery(example: Flask) -> None:
    order = sent_order()
    (line,) = goods(order)
    whole = order.gross_ore
    for _piece in range(2):
        act(withdraw(order, {line.id: 1}), refund)
    total = db.session.scalar(select(func.sum(Refund.gross_ore)).where(Refund.order_id == order.id))
    assert total == whole
    assert not available(get_whole_order(order.id))


def test_said_twice_it_is_the_first(example: Flask) -> None:
    order = sent_order()
    first = withdraw(order, at=utc_now() - timedelta(hours=3))
    (line,) = goods(order)
    assert withdraw(order, {line.id: 2}) == first
    assert withdraw(order, {line.id: 1}) == first, "what is withdrawn from already is in the first"
    work()
    assert len(letters("withdrawal_receipt")) == 1


def test_a_button_pressed_twice_is_one(example: Flask) -> None:
    order = sent_order()
    (line,) = goods(order)
    key = secrets.token_hex(16)
    assert withdraw(order, {line.id: 1}, key=key) == withdraw(order, {line.id: 1}, key=key)
    assert get(1).picks == {line.id: 1}


def test_more_than_is_left_is_what_is_left(example: Flask) -> None:
    """An old page says two when one has been withdrawn from since."""
    order = sent_order()
    (line,) = goods(order)
    withdraw(order, {line.id: 1})
    assert get(withdraw(order, {line.id: 2})).picks == {line.id: 1}


def test_too_late_is_received_and_waits_for_a_person(example: Flask) -> None:
    order = sent_order()
    with transaction():
        long_ago = utc_now() - timedelta(days=40)
        locked = lock_order(order.id)
        locked.placed_at = locked.sent_at = long_ago
        locked.wanted_on = local_day(long_ago)
    one = get(withdraw(order))
    assert (one.state, one.in_time) == (RECEIVED, False)
    work()
    assert len(letters("withdrawal_receipt")) == 1
    assert "Fristen for at fortryde er gået." in letters("withdrawal_receipt")[0].text
    assert waiting_withdrawals(utc_now()).count == 1


def test_a_company_is_received_and_waits_for_a_person(example: Flask) -> None:
    order = place_order(GREEN)
    pay(order)
    with transaction():
        db.session.execute(update(Order).where(Order.id == order.id).values(buyer_kind="company"))
    one = get(withdraw(order))
    assert one.state == RECEIVED, "nothing is cancelled by itself"
    work()
    assert "Dem giver loven ingen fortrydelsesret" in letters("withdrawal_receipt")[0].text
    assert waiting_withdrawals(utc_now()).count == 1


def test_somebody_elses_key_shows_nothing(example: Flask) -> None:
    mine, yours = sent_order(), sent_order()
    key = secrets.token_hex(16)
    withdraw(yours, key=key)
    with pytest.raises(Refused):
        withdraw(mine, key=key)
