"""A withdrawal in the buyer's own words: found by number and address, and never done by itself."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from orders.lock import lock_order
from orders.models import Order
from orders.withdrawal.deadlines import last_day
from orders.withdrawal.models import Withdrawal
from orders.withdrawal.queries import waiting_withdrawals
from orders.withdrawal.receive import lock_withdrawal, match_to_order
from orders.withdrawal.settle import cancel, refund
from orders.withdrawal.states import RECEIVED, REFUNDED, REPEATED
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from tests.orders.withdrawal_world import (
    GREEN,
    act,
    get,
    goods,
    letters,
    moment,
    refund_row,
    say,
    sent_order,
    withdraw,
    work,
)
from tests.tools.world import pay, place_order


def test_words_are_matched_by_number_and_address(example: Flask) -> None:
    order = sent_order()
    one = get(say(f" #{order.number}".strip(), "KARLA@example.com"))
    assert one.order_id == order.id
    assert one.picks == {goods(order)[0].id: 2}
    assert one.in_time


def test_a_part_in_words_is_chosen_by_the_office(example: Flask) -> None:
    order = sent_order()
    (line,) = goods(order)
    one = say(order.number, whole=False, said="den ene kurv")
    assert get(one).picks == {}
    assert waiting_withdrawals(utc_now()).count == 1
    with pytest.raises(Refused):
        act(one, refund)
    for picks in ({}, {line.id: 0}, {line.id: 3}, {999_999: 1}):
        with pytest.raises(Refused):
            match(one, order, picks)
    match(one, order, {line.id: 1})
    act(one, refund)
    assert refund_row(order).gross_ore == line.gross_ore // 2


def match(withdrawal_id: int, order: Order, picks: Mapping[int, int]) -> None:
    with transaction():
        locked = lock_order(order.id)
        match_to_order(lock_withdrawal(withdrawal_id), locked, picks, by=COMMAND, now=utc_now())


@pytest.mark.parametrize(("number", "email"), [("9999", "karla@example.com"), ("", "fremmed@example.com")])
def test_an_unknown_order_is_received_and_stands_on_the_board(example: Flask, number: str, email: str) -> None:
    order = sent_order()
    one = get(say(number or order.number, email))
    assert (one.state, one.order_id, one.picks) == (RECEIVED, None, {})
    assert len(letters("withdrawal_receipt")) == 1
    waiting = waiting_withdrawals(utc_now())
    assert (waiting.count, waiting.unmatched) == (1, 1)
    match(one.id, order, {goods(order)[0].id: 2})
    act(one.id, refund)
    assert get(one.id).state == REFUNDED


def test_the_same_words_twice_are_one(example: Flask) -> None:
    order = sent_order()
    first, second = say(order.number), say(order.number)
    assert get(second).state == REPEATED
    assert get(second).first_id == first
    unknown = [say("9999", said="alt"), say("9999", said="alt")]
    assert [get(one).state for one in unknown] == [RECEIVED, REPEATED]
    receipts = letters("withdrawal_receipt")
    assert len(receipts) == 4, "every statement gets its receipt"
    assert "Vi havde allerede modtaget det samme" in receipts[1].text


def test_words_never_cancel_by_themselves(example: Flask) -> None:
    """Whoever knows a number and an address is not therefore the buyer; nothing that cannot be undone happens."""
    order = place_order(GREEN)
    pay(order)
    one = say(order.number)
    assert db.session.get_one(Order, order.id).state == "confirmed"
    assert waiting_withdrawals(utc_now()).count == 1
    act(one, cancel)
    assert db.session.get_one(Order, order.id).state == "cancelled"


def test_nobodys_letter_box_is_filled(example: Flask) -> None:
    for number in range(23):
        say(f"{number}", "offer@example.com")
    assert len(letters("withdrawal_receipt")) == 20
    assert db.session.scalar(select(func.count()).select_from(Withdrawal)) == 23


def test_the_worker_may_come_twice(example: Flask) -> None:
    from orders.withdrawal.receive import match_words

    order = sent_order()
    one = say(order.number)
    match_words({"withdrawal_id": one})
    work()
    assert len(letters("withdrawal_receipt")) == 1
    assert get(one).picks == {goods(order)[0].id: 2}


def test_local_day_is_copenhagens(sqlite_example: Flask) -> None:
    """Half an hour past midnight here is the evening before in UTC."""
    order = sent_order()
    last = last_day(order)
    assert last is not None
    after = moment(last + timedelta(days=1), 0, 30)
    assert local_day(after) == last + timedelta(days=1)
    assert get(withdraw(order, at=after)).in_time is False
