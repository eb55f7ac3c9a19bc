"""Buying on an invoice: who may, within how much, for how long, and what becomes of the order and its paper."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from orders.books.check import check_books
from orders.bulk.foresee import paid_among
from orders.documents.einvoices import einvoice_xml
from orders.documents.issue import find_invoice
from orders.lock import lock_order
from orders.models import COMPANY, PRIVATE, PUBLIC, Order
from orders.moves import cancel, expire_unpaid, pack, send
from orders.organisation import Organisation
from orders.payments.credit import ask_for_credit, give_credit, owed_ore
from orders.payments.models import TRANSFER, Credit, PayWay
from orders.payments.pay import is_paid, still_to_pay
from orders.payments.received import note_received
from orders.queries import paid_orders
from orders.refunds.discount import give_discount
from orders.refunds.plan import Bearer
from orders.reminders.overdue import due_on
from orders.states import CONFIRMED, EXPIRED, PLACED
from shop.days import is_bank_day, local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from shop.people.models import GRANTED, Customer
from shop.settings.change import change_setting
from tests.orders.paperwork import MUNICIPALITY, TOWN_HALL
from tests.orders.test_letters import html_of, letter
from tests.tools.einvoice_rules import broken_rules
from tests.tools.world import place_order

FIRM = Organisation("Firma A/S", "12345674")


def on_invoice(kind: str = COMPANY, **more: Any) -> Order:
    """An order of an organisation that has asked for an invoice."""
    organisation = MUNICIPALITY if kind == PUBLIC else FIRM
    order = place_order([("kaffepausen", 2)], buyer=TOWN_HALL, buyer_kind=kind, organisation=organisation, **more)
    with transaction():
        ask_for_credit(lock_order(order.id), now=utc_now())
    return fresh(order)


def fresh(order: Order) -> Order:
    db.session.rollback()
    return db.session.get_one(Order, order.id, populate_existing=True)


def let(order: Order, days: int = 14) -> Order:
    with transaction():
        give_credit(lock_order(order.id), days, by=COMMAND, now=utc_now())
    return fresh(order)


def dispatch(order: Order) -> Order:
    with transaction():
        pack(lock_order(order.id), by=COMMAND, now=utc_now())
    with transaction():
        send(lock_order(order.id), by=COMMAND, now=utc_now())
    return fresh(order)


def account(credit_ore: int, days: int = 14) -> int:
    with transaction():
        row = Customer(
            kind=COMPANY, name="Firma A/S", cvr="12345674", on_invoice=GRANTED, credit_ore=credit_ore, days=days,
            made_at=utc_now(),
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        return row.id


def test_an_order_on_an_invoice_waits_for_a_yes(example: Flask) -> None:
    order = on_invoice()
    assert order.state == PLACED
    assert not is_paid(order.id)
    assert "faktura" in html_of(letter("order_on_invoice"))
    with transaction(), pytest.raises(Refused):
        pack(lock_order(order.id), by=COMMAND, now=utc_now())
    order = let(order)
    assert order.state == CONFIRMED
    assert is_paid(order.id)
    assert paid_among([order.id]) == {order.id}
    assert paid_orders([order.id]) == {(order.id, True)}
    assert still_to_pay(order) == 0
    assert "senest 14 dage efter" in html_of(letter("order_confirmation"))
    with transaction(), pytest.raises(Refused):
        give_credit(lock_order(order.id), 14, by=COMMAND, now=utc_now())


def test_the_invoice_says_when_and_the_money_comes_by_bank(example: Flask) -> None:
    for key, text in (("seller.bank_reg", "1234"), ("seller.bank_account", "0001234567")):
        with transaction():
            change_setting(key, text, valid_from=local_day(utc_now()), by=COMMAND, now=utc_now())
    order = dispatch(let(on_invoice(PUBLIC), 30))
    invoice = find_invoice(order.id)
    assert invoice is not None
    day = due_on(invoice)
    assert is_bank_day(day)
    assert invoice.issued_on + timedelta(days=30) <= day <= invoice.issued_on + timedelta(days=40)
    xml = einvoice_xml(invoice)
    assert not broken_rules(xml)
    assert f"<cbc:DueDate>{day.isoformat()}</cbc:DueDate>" in xml.decode()
    assert "PrepaidAmount" not in xml.decode()
    assert check_books().holds
    with transaction():
        note_received(
            lock_order(order.id), kind=TRANSFER, ore=order.gross_ore, received_on=local_day(utc_now()), key="x",
            by=COMMAND, now=utc_now(),
        )  # fmt: skip
    assert check_books().holds


@pytest.mark.parametrize(("kind", "days", "may"), [(PUBLIC, 30, True), (PUBLIC, 31, False), (COMPANY, 60, True),
                                                   (COMPANY, 61, False), (COMPANY, 0, False)])  # fmt: skip
def test_the_law_says_how_long(sqlite_example: Flask, kind: str, days: int, may: bool) -> None:
    order = on_invoice(kind)
    if may:
        assert let(order, days).state == CONFIRMED
        return
    with pytest.raises(Refused) as refused:
        let(order, days)
    assert refused.value.field == "days"
    assert fresh(order).state == PLACED


def test_a_private_buyer_pays_first(sqlite_example: Flask) -> None:
    order = place_order([("kaffepausen", 1)])
    assert order.buyer_kind == PRIVATE
    with transaction(), pytest.raises(Refused):
        ask_for_credit(lock_order(order.id), now=utc_now())


def test_an_account_buys_at_once_within_what_it_may_owe(example: Flask) -> None:
    one = place_order([("kaffepausen", 2)]).gross_ore
    number = account(2 * one + 1)
    first, second = on_invoice(customer_id=number), on_invoice(customer_id=number)
    assert {first.state, second.state} == {CONFIRMED}
    assert owed_ore(number) == 2 * one
    third = on_invoice(customer_id=number)
    assert third.state == PLACED  # no room: a person decides
    with transaction():
        cancel(lock_order(first.id), by=COMMAND, now=utc_now(), why="?")
    assert owed_ore(number) == one
    assert on_invoice(customer_id=number).state == CONFIRMED


def test_paid_is_no_longer_owed(example: Flask) -> None:
    number = account(100_000_00)
    order = dispatch(on_invoice(customer_id=number))
    assert owed_ore(number) == order.gross_ore
    with transaction():
        note_received(
            lock_order(order.id), kind=TRANSFER, ore=order.gross_ore - 100, received_on=local_day(utc_now()), key="y",
            by=COMMAND, now=utc_now(),
        )  # fmt: skip
    assert owed_ore(number) == 100


def test_two_colleagues_do_not_share_the_same_room(postgres_example: Flask) -> None:
    one = place_order([("kaffepausen", 2)]).gross_ore
    number = account(one)
    orders = [
        place_order([("kaffepausen", 2)], buyer=TOWN_HALL, buyer_kind=COMPANY, organisation=FIRM, customer_id=number)
        for _ in range(2)
    ]
    ids = [order.id for order in orders]
    db.session.rollback()
    together = threading.Barrier(2)

    def ask(order_id: int) -> None:
        with postgres_example.app_context():
            together.wait(10)
            with transaction():
                ask_for_credit(lock_order(order_id), now=utc_now())

    threads = [threading.Thread(target=ask, args=(order_id,)) for order_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    db.session.rollback()
    assert db.session.query(Credit).count() == 1
    states = sorted(db.session.scalars(select(Order.state).where(Order.id.in_(ids))))
    assert states == [CONFIRMED, PLACED]


def test_an_unanswered_order_lets_its_goods_go(sqlite_example: Flask) -> None:
    order = on_invoice()
    way = db.session.scalars(select(PayWay).where(PayWay.order_id == order.id)).one()
    assert local_day(way.until) == order.pack_on + timedelta(days=1)
    with time_machine.travel(way.until - timedelta(minutes=1), tick=False):
        expire_unpaid()
    assert fresh(order).state == PLACED
    with time_machine.travel(way.until + timedelta(minutes=1), tick=False):
        expire_unpaid()
    assert fresh(order).state == EXPIRED
    assert "I skal ikke betale noget" in html_of(letter("order_not_approved"))


def test_an_account_of_a_company_that_buys_for_a_public_body_keeps_its_law(sqlite_example: Flask) -> None:
    order = on_invoice(PUBLIC, customer_id=account(100_000_00, days=60))
    assert db.session.scalars(select(Credit.days).where(Credit.order_id == order.id)).one() == 30


def test_a_discount_lowers_what_is_owed(sqlite_example: Flask) -> None:
    order = on_invoice()
    with transaction():
        give_discount(
            lock_order(order.id), gross_ore=50_00, bearer=Bearer(), why="Tak", key="k", by=COMMAND, now=utc_now()
        )
    assert "Vi ser stadig på jeres ordre" in html_of(letter("order_discount"))
    let(order)
    assert db.session.scalars(select(Credit.ore).where(Credit.order_id == order.id)).one() == order.gross_ore


def test_due_days_are_bank_days_in_december(sqlite_example: Flask) -> None:
    order = dispatch(let(on_invoice(), 14))
    invoice = find_invoice(order.id)
    assert invoice is not None
    assert is_bank_day(date.fromisoformat(invoice.data["due_on"]))
