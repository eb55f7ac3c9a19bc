"""Two people at once on one order's money: it happens once, and never more than there is."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from orders.books.check import check_books
from orders.lock import lock_order
from orders.models import Order
from orders.payments.capture import capture_order
from orders.refunds.discount import discounts_of, give_discount
from orders.refunds.give import refund_component, refund_goodwill
from orders.refunds.plan import Bearer, Cause
from orders.reversals.models import BY_POT, Refund
from orders.reversals.queries import gross_left
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from tests.orders.office_room import Office
from tests.orders.test_office_refunds import hidden, preview, url
from tests.together.crowd import together
from tests.tools.world import fulfil, pay, place_order

CROWD = 6


def sold() -> Order:
    order = place_order()
    pay(order)
    fulfil(order)
    capture_order(order.id, now=utc_now())
    return order


def goodwill(order_id: int, key: str, ore: int) -> Callable[[], int]:
    def give() -> int:
        with transaction():
            return refund_goodwill(lock_order(order_id), ore, Cause(key, "x"), by=COMMAND, now=utc_now()).id

    return give


def refunds() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(Refund)) or 0)


def test_the_same_cause_at_once_is_one_refund(example: Flask) -> None:
    order_id = sold().id
    answers = together(example, [goodwill(order_id, "same", 5_000)] * CROWD)
    assert len(set(map(str, answers))) == 1
    assert refunds() == 1
    assert check_books().holds


def test_many_refunds_at_once_never_give_more_than_was_sold(example: Flask) -> None:
    order = sold()
    order_id, part = order.id, order.gross_ore * 2 // 5
    answers = together(example, [goodwill(order_id, f"k{number}", part) for number in range(CROWD)])
    assert sum(isinstance(answer, Refused) for answer in answers) == CROWD - 2
    assert 0 < gross_left(order_id) == order.gross_ore - 2 * part
    assert check_books().holds


def test_one_component_at_once_is_taken_once(example: Flask) -> None:
    order = sold()
    order_id, share_id = order.id, order.lines[0].shares[0].id

    def take(number: int) -> Callable[[], int]:
        def give() -> int:
            with transaction():
                cause = Cause(f"k{number}", "x")
                return refund_component(lock_order(order_id), share_id, 1, cause, by=COMMAND, now=utc_now()).id

        return give

    answers = together(example, [take(number) for number in range(CROWD)])
    assert sum(isinstance(answer, Refused) for answer in answers) == CROWD - 1
    assert refunds() == 1
    assert check_books().holds


@pytest.mark.parametrize("same", [True, False])
def test_discounts_at_once(example: Flask, same: bool) -> None:
    order = place_order()
    order_id, whole = order.id, order.gross_ore

    def give(number: int) -> Callable[[], None]:
        def run() -> None:
            key = "same" if same else f"k{number}"
            with transaction():
                give_discount(
                    lock_order(order_id), gross_ore=1_000, bearer=Bearer(BY_POT), why="x", key=key, by=COMMAND,
                    now=utc_now(),
                )  # fmt: skip

        return run

    together(example, [give(number) for number in range(CROWD)])
    db.session.rollback()
    assert len(discounts_of(order_id)) == (1 if same else CROWD)
    assert db.session.get_one(Order, order_id).gross_ore == whole - 1_000 * (1 if same else CROWD)
    assert check_books().holds


def test_two_coordinators_press_the_last_button_at_once(example: Flask) -> None:
    """Both have seen the same order; one of them gives, the other is shown that it has changed."""
    order = sold()
    address = url(order, "kulance")
    pages = [preview(Office(example), order, "kulance", amount="50", why="x", bearer="as_sold") for _person in range(2)]
    offices = [(Office(example), hidden(page)) for page in pages]

    def press(office: Office, carried: dict[str, str]) -> Callable[[], int]:
        token = office.client.get("/konto").text.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"')[0]

        def run() -> int:
            answer = office.client.post(address, data={"csrf_token": token, "trin": "goer", **carried})
            return answer.status_code

        return run

    answers = together(example, [press(office, carried) for office, carried in offices])
    assert sorted(answers, key=str) == [303, 409]
    assert refunds() == 1
