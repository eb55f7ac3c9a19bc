"""What the office and the command line tell of payments: the board, the order's page, the transfers, one history."""

import json
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from orders.lock import lock_order
from orders.models import Order
from orders.payments.capture import capture_order
from orders.payments.disputes import settle_dispute
from orders.payments.gateway import Movement, PaidOut
from orders.payments.inbox import sandbox_says_later
from orders.payments.models import PaymentEvent
from orders.payments.pay import last_payment, settle
from orders.payments.payouts import note_payout
from orders.payments.repay import repay_order
from orders.payments.sandbox import later_choices, lock_sandbox_payment
from orders.refunds.give import refund_goodwill
from orders.refunds.plan import Bearer, Cause
from shop.cli import payments
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND
from tests.orders.office_room import Office, words
from tests.orders.shopper import Shopper
from tests.tools.statements import counted
from tests.tools.world import fulfil, pay, place_order


def at_bank(order: Order, choice: str) -> None:
    """Something happens at the sandbox bank afterwards, and the shop hears of it."""
    payment = last_payment(order.id)
    assert payment is not None
    foreign_id = str(payment.foreign_id)
    with transaction():
        sandbox_says_later(lock_sandbox_payment(foreign_id), choice, now=utc_now())
    if choice in ("dispute", "win", "lose"):
        settle_dispute("sandbox", f"dp_{foreign_id}", now=utc_now())
    else:
        settle(payment.id, now=utc_now())


def drawn() -> Order:
    order = place_order()
    pay(order)
    fulfil(order)
    capture_order(order.id, now=utc_now())
    return order


def test_an_objection_stands_on_the_board_until_it_is_decided(example: Flask) -> None:
    order, office = drawn(), Office(example)
    assert "indsigelse" not in words(office.get("/kontor"))
    at_bank(order, "dispute")
    said = words(office.get("/kontor"))
    assert f"Køberen af ordre {order.number} har gjort indsigelse" in said
    assert "Svar hos kortindløseren senest" in said
    said = words(office.get(f"/kontor/ordrer/{order.number}"))
    assert "venter på svar" in said
    assert "Køberen siger, at varen ikke er kommet." in said
    at_bank(order, "lose")
    assert "har gjort indsigelse mod" not in words(office.get("/kontor"))
    assert "afgjort til køberens fordel" in words(office.get(f"/kontor/ordrer/{order.number}"))


def test_a_reservation_that_ran_out_stands_on_the_board(example: Flask) -> None:
    order = place_order()
    pay(order)
    at_bank(order, "lapse")
    said = words(Office(example).get("/kontor"))
    assert f"Ordre {order.number} skal pakkes" in said
    assert "er ikke betalt. Køberen har fået et link." in said


def test_the_banks_page_offers_what_can_still_happen(example: Flask) -> None:
    order = place_order()
    pay(order)
    payment = last_payment(order.id)
    assert payment is not None
    page = Shopper(example)
    page.get(f"/bank/{payment.foreign_id}")
    assert "Reservationen udløber" in page.text
    page.send(f"/bank/{payment.foreign_id}/senere", valg="lapse")
    assert page.status == 200
    assert "Reservationen udløber" not in page.text
    page.post(f"/bank/{payment.foreign_id}/senere", {"valg": "win"})
    assert page.status == 400  # without its token nothing happens
    assert db.session.scalar(select(func.count(PaymentEvent.id)).where(PaymentEvent.kind == "payment.lapsed")) == 1
    with transaction():
        assert later_choices(lock_sandbox_payment(str(payment.foreign_id))) == ()


def test_a_transfer_shows_its_orders(example: Flask) -> None:
    order, office = drawn(), Office(example)
    assert "ikke kommet nogen overførsel" in office.get("/kontor/penge/kortindloeser")
    payment = last_payment(order.id)
    assert payment is not None
    lines = [Movement("txn_1", "charge", str(payment.intent_id), order.gross_ore, 897, order.gross_ore - 897)]

    def transfer(number: int) -> None:
        told = PaidOut(f"po_{number}", order.gross_ore - 897, local_day(utc_now()), tuple(lines))
        with transaction():
            note_payout("sandbox", told, now=utc_now())
            assert note_payout("sandbox", told, now=utc_now()) is None

    transfer(1)
    with counted() as few:
        page = office.get("/kontor/penge/kortindloeser")
    assert f"/kontor/ordrer/{order.number}" in page
    assert "betaling" in words(page)
    transfer(2)
    transfer(3)
    with counted() as many:
        office.get("/kontor/penge/kortindloeser")
    assert len(many) == len(few) <= 6


def test_the_board_asks_no_more_with_more_trouble(example: Flask) -> None:
    office, orders = Office(example), [drawn() for _ in range(3)]
    at_bank(orders[0], "dispute")
    office.get("/kontor")
    with counted() as few:
        office.get("/kontor")
    for order in orders[1:]:
        at_bank(order, "dispute")
    with counted() as many:
        office.get("/kontor")
    assert len(many) == len(few)


def test_one_orders_history_on_the_command_line(example: Flask) -> None:
    order = drawn()
    with transaction():
        refund = refund_goodwill(
            lock_order(order.id), 1_000, Cause("k", "prøve", Bearer()), by=COMMAND, now=utc_now() + timedelta(seconds=1)
        )
    repay_order(order.id, f"refund:{refund.id}", 1_000, now=utc_now())
    at_bank(order, "dispute")
    run = example.test_cli_runner()
    told = run.invoke(payments, ["show", order.number, "--json"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert found["order"] == order.number
    assert [one["state"] for one in found["payments"]] == ["captured"]
    assert found["payments"][0]["captured_ore"] == order.gross_ore
    assert [(one["ore"], one["state"]) for one in found["repayments"]] == [(1_000, "done")]
    assert [(one["ore"], one["state"]) for one in found["disputes"]] == [(order.gross_ore - 1_000, "open")]
    plain = run.invoke(payments, ["show", order.number])
    for word in ("captured", "repayment\t1000\tdone", "dispute"):
        assert word in plain.stdout
    missing = run.invoke(payments, ["show", "nope"])
    assert missing.exit_code == 1
    assert "nope" in missing.stderr
