"""After the order, at the same moment: days that change places, a buyer who cancels while it is packed, two clicks."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import Flask
from sqlalchemy import func, select, update

from catalog.items.models import MADE, Item
from orders.after.change import CHANGEABLE, cancel_by_buyer, change_day
from orders.after.models import Report
from orders.after.report import report_problem
from orders.books.models import CASH
from orders.books.post import order_balance
from orders.delivery.plan import shop_calendar
from orders.lock import lock_order
from orders.models import Order
from orders.moves import pack
from orders.payments.models import MoneyIn
from orders.payments.received import note_received
from orders.states import CANCELLED, PACKED
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import BUYER, COMMAND
from tests.together.crowd import together
from tests.together.supplies import check_nothing_sold_twice
from tests.tools.world import fulfil, pay, place_order

MADE_BASKET = "det-lange-bord"


def open_day(weeks: int) -> date:
    """A Wednesday or the next open day, so many weeks from now."""
    day, calendar = local_day(utc_now()) + timedelta(weeks=weeks), shop_calendar()
    day += timedelta(days=2 - day.weekday())
    while not calendar.is_open(day):
        day += timedelta(days=1)
    return day


def paid(wanted_on: date) -> int:
    order = place_order([(MADE_BASKET, 1)], wanted_on=wanted_on)
    pay(order)
    return order.id


def moves_to(order_id: int, day: date) -> Callable[[], str]:
    def job() -> str:
        with transaction():
            change_day(lock_order(order_id), day, by=BUYER, now=utc_now())
        return "moved"

    return job


def cancels(order_id: int) -> Callable[[], str]:
    def job() -> str:
        with transaction():
            cancel_by_buyer(lock_order(order_id), now=utc_now())
        return "cancelled"

    return job


def packs(order_id: int) -> Callable[[], str]:
    def job() -> str:
        with transaction():
            pack(lock_order(order_id), by=COMMAND, now=utc_now())
        return "packed"

    return job


def test_orders_that_change_weeks_with_each_other_wait_for_nobody_for_ever(example: Flask) -> None:
    """Half go from one week to the other and half the other way, while some are cancelled."""
    early, late = open_day(4), open_day(6)
    first, second = [paid(early) for _one in range(4)], [paid(late) for _one in range(4)]
    jobs = [*(moves_to(one, late) for one in first), *(moves_to(one, early) for one in second)]
    answers = together(example, [*jobs, *(cancels(one) for one in (*first[:2], *second[:2]))])
    assert not [answer for answer in answers[8:] if isinstance(answer, Refused)]
    days = dict(db.session.execute(select(Order.id, Order.wanted_on).where(Order.state.in_(CHANGEABLE))).all())
    assert days == {**dict.fromkeys(first[2:], late), **dict.fromkeys(second[2:], early)}
    check_nothing_sold_twice()


def test_the_last_place_of_a_week_goes_to_one(example: Flask) -> None:
    early, late = open_day(4), open_day(6)
    orders = [paid(early) for _one in range(3)]
    with transaction():
        db.session.execute(update(Item).where(Item.supply == MADE).values(weekly_capacity=1))
    answers = together(example, [moves_to(one, late) for one in orders])
    assert answers.count("moved") == 1
    assert [answer.field for answer in answers if isinstance(answer, Refused)] == ["wanted_on"] * 2
    check_nothing_sold_twice()


def test_cancelled_or_packed_but_never_both(example: Flask) -> None:
    orders = [paid(open_day(4)) for _one in range(4)]
    answers = together(example, [job for one in orders for job in (cancels(one), packs(one))])
    for number, order_id in enumerate(orders):
        pair = [answer for answer in answers[2 * number : 2 * number + 2] if isinstance(answer, str)]
        assert len(pair) == 1, pair
        assert db.session.get_one(Order, order_id).state == {"cancelled": CANCELLED, "packed": PACKED}[pair[0]]


def test_clicked_at_once_it_is_one_report_and_one_payment(example: Flask) -> None:
    sent, waiting = place_order(), place_order()
    pay(sent)
    fulfil(sent)
    ids, today = (sent.id, waiting.id), local_day(utc_now())

    def reports() -> None:
        with transaction():
            report_problem(lock_order(ids[0]), kind="lost", said="?", photo="", key="same", now=utc_now())

    def notes() -> None:
        with transaction():
            locked, now = lock_order(ids[1]), utc_now()
            note_received(locked, kind="cash", ore=100, received_on=today, key="same", by=COMMAND, now=now)

    together(example, [*[reports] * 4, *[notes] * 4])
    assert db.session.scalar(select(func.count()).select_from(Report)) == 1
    assert db.session.scalar(select(func.count()).select_from(MoneyIn)) == 1
    assert order_balance(ids[1], CASH) == 100
