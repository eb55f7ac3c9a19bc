"""The bank account in tests: files with lines about orders, and what became of them."""

from collections.abc import Sequence
from datetime import timedelta

import time_machine
from sqlalchemy import select

from orders.bank.models import BankBooking, BankLine, BankLineState
from orders.bank.queries import Read, find_read
from orders.bank.take_in import layout_of, take_in
from orders.documents.issue import find_invoice
from orders.lock import lock_order
from orders.models import Order
from orders.payments.models import Payment
from orders.reminders.models import Reminder
from orders.reminders.overdue import find_overdue
from orders.reminders.send import remind
from shop.days import local_day, utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND
from shop.money import format_amount
from tests.tools.world import fulfil, pay, place_order

DAY = local_day(utc_now()) - timedelta(days=1)


def bank_file(*rows: tuple[str, int], sender: str = "") -> bytes:
    """A file with lines of a text and an amount in øre, all on one day."""
    told = "\r\n".join(
        f'{DAY:%d-%m-%Y};"{text}";{format_amount(ore).replace("−", "-")};"{sender}"' for text, ore in rows
    )
    return f"Dato;Tekst;Beløb;Afsender\r\n{told}\r\n".encode()


def arrive(*rows: tuple[str, int], sender: str = "") -> list[int]:
    """Lines come in; their numbers, in order."""
    raw = bank_file(*rows, sender=sender)
    layout = layout_of(raw)
    with transaction():
        file, _new, _waiting = take_in(raw, layout, name="konto.csv", by=COMMAND, now=utc_now())
        return list(
            db.session.scalars(select(BankLine.id).where(BankLine.file_id == file.id).order_by(BankLine.row_no))
        )


def read(line_id: int) -> Read:
    db.session.rollback()
    found = find_read(line_id, today=local_day(utc_now()))
    assert found is not None
    return found


def state_of(line_id: int) -> tuple[str, int]:
    """What has become of a line, and how much is left of it."""
    db.session.rollback()
    row = db.session.scalars(select(BankLineState).where(BankLineState.line_id == line_id)).one()
    return row.state, row.left_ore


def booking_of(line_id: int) -> BankBooking:
    """The booking of a line that has one that stands."""
    db.session.rollback()
    query = select(BankBooking).where(BankBooking.line_id == line_id, BankBooking.undone_at.is_(None))
    return db.session.scalars(query).one()


def owing(baskets: Sequence[tuple[str, int]] = (("den-groenne-kurv", 1),)) -> Order:
    """An order that has been sent with an invoice, and whose card could not be charged after all: it is owed."""
    order = place_order(baskets)
    pay(order)
    fulfil(order)
    with transaction():
        lock_order(order.id)
        payment = db.session.scalars(select(Payment).where(Payment.order_id == order.id)).one()
        payment.state = "ended"
    return order


def invoice_no(order: Order) -> str:
    found = find_invoice(order.id)
    assert found is not None
    return found.number


def remind_owing(order: Order | None = None, *, days: int = 30) -> Reminder:
    """An order that is owed (a new one, if none is given) gets its next reminder so many days from now."""
    order = order or owing()
    with time_machine.travel(utc_now() + timedelta(days=days), tick=False):
        one = find_overdue(order.id, local_day(utc_now()))
        assert one is not None
        with transaction():
            return remind(lock_order(order.id), level=one.level, seen_ore=one.total_ore, by=COMMAND, now=utc_now())
