"""The bank, the office and the worker at the same moment, on both databases: each thing happens once."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from catalog.supply.models import Supply, SupplyMove
from orders.lock import lock_order
from orders.models import Order
from orders.moves import cancel, expire, pack, send
from orders.payments.inbox import handle_event, keep_event
from orders.payments.models import Payment, PaymentEvent, SandboxPayment
from orders.payments.pay import find_payment, last_payment, settle
from orders.payments.sandbox import play
from orders.states import CANCELLED, CONFIRMED, EXPIRED, PACKED, SENT
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.jobs import outbox
from shop.jobs.models import Intention
from shop.jobs.outbox import carry_out, handles, post
from shop.journal.models import JournalEntry
from shop.journal.record import BUYER
from shop.mail.models import Letter
from tests.together.crowd import together
from tests.together.supplies import check_nothing_sold_twice
from tests.tools.world import pay, place_order


def bank_has_it(order: Order) -> str:
    """The customer has paid, and the shop has not heard of it yet; the bank's name for the payment."""
    with transaction():
        payment = last_payment(order.id)
        assert payment is not None
        row = select(SandboxPayment).where(SandboxPayment.foreign_id == payment.foreign_id)
        play(db.session.scalars(row).one(), "pay")
        assert payment.foreign_id is not None
        return payment.foreign_id


def tell(name: str, foreign_id: str) -> None:
    with transaction():
        keep_event("sandbox", name, "payment.authorised", foreign_id, now=utc_now(), body={})


def ask(foreign_id: str) -> None:
    payment_id = find_payment("sandbox", foreign_id)
    assert payment_id is not None
    settle(payment_id, now=utc_now())


def count(kind: type[Any], *conditions: Any) -> int:
    return int(db.session.scalar(select(func.count()).select_from(kind).where(*conditions)) or 0)


def test_two_events_at_once_confirm_once(example: Flask) -> None:
    order_id = (order := place_order()).id
    foreign_id = bank_has_it(order)
    tell("event one", foreign_id)
    tell("event two", foreign_id)
    events = list(db.session.scalars(select(PaymentEvent.id)))

    def handle(event_id: int) -> Callable[[], None]:
        return lambda: handle_event({"event_id": event_id})

    jobs: list[Callable[[], None]] = [handle(event_id) for event_id in events for _ in range(2)]
    together(example, [*jobs, lambda: ask(foreign_id), lambda: ask(foreign_id)])
    assert db.session.get_one(Order, order_id).state == CONFIRMED
    assert count(Letter, Letter.kind == "order_confirmation") == 1
    assert count(JournalEntry, JournalEntry.act == "confirmed") == 1
    assert count(PaymentEvent, PaymentEvent.handled_at.is_(None)) == 0


def test_paying_and_expiring_at_once_is_one_of_the_two(example: Flask) -> None:
    order_id = (order := place_order()).id
    foreign_id = bank_has_it(order)

    def expire_it() -> None:
        with transaction():
            expire(lock_order(order_id), now=utc_now())

    together(example, [lambda: ask(foreign_id), expire_it])
    state = db.session.get_one(Order, order_id).state
    payment = db.session.scalars(select(Payment)).one()
    assert (state, payment.state) in {(CONFIRMED, "authorised"), (EXPIRED, "ended")}
    check_nothing_sold_twice()


def test_packing_twice_takes_the_goods_once(example: Flask) -> None:
    order_id = (order := place_order()).id
    pay(order)
    before = {row.id: row.most for row in db.session.scalars(select(Supply))}

    def pack_it() -> None:
        with transaction():
            pack(lock_order(order_id), by=BUYER, now=utc_now())

    answers = together(example, [pack_it] * 4)
    assert sum(isinstance(answer, Refused) for answer in answers) == 3
    assert db.session.get_one(Order, order_id).state == PACKED
    moves = db.session.scalars(select(SupplyMove).where(SupplyMove.kind == "take")).all()
    after = {row.id: row.most for row in db.session.scalars(select(Supply))}
    assert {move.supply_id: -move.pieces for move in moves} == {
        supply_id: before[supply_id] - most for supply_id, most in after.items() if most != before[supply_id]
    }


def test_cancelling_and_packing_at_once_leave_the_shelves_as_they_were(example: Flask) -> None:
    """Cancelled first, it is not packed; packed first, the goods are put back."""
    query = select(Supply.kind, Supply.item_id, Supply.part, Supply.most, Supply.taken).where(Supply.kind != "week")
    before = set(db.session.execute(query).all())
    order_id = (order := place_order()).id
    pay(order)

    def pack_it() -> None:
        with transaction():
            pack(lock_order(order_id), by=BUYER, now=utc_now())

    def cancel_it() -> None:
        with transaction():
            cancel(lock_order(order_id), by=BUYER, now=utc_now(), why="fortrudt")

    _, cancelled = together(example, [pack_it, cancel_it])
    assert not isinstance(cancelled, Refused)
    assert db.session.get_one(Order, order_id).state == CANCELLED
    assert set(db.session.execute(query).all()) == before
    assert count(Letter, Letter.kind == "order_cancelled") == 1


def test_of_sending_and_cancelling_one_wins(example: Flask) -> None:
    order_id = (order := place_order()).id
    pay(order)
    with transaction():
        pack(lock_order(order_id), by=BUYER, now=utc_now())

    def send_it() -> None:
        with transaction():
            send(lock_order(order_id), by=BUYER, now=utc_now())

    def cancel_it() -> None:
        with transaction():
            cancel(lock_order(order_id), by=BUYER, now=utc_now(), why="fortrudt")

    answers = together(example, [send_it, cancel_it, send_it, cancel_it])
    assert sum(isinstance(answer, Refused) for answer in answers) == 3
    state = db.session.get_one(Order, order_id).state
    assert state in {SENT, CANCELLED}
    assert count(Letter, Letter.kind == "order_sent") == (state == SENT)
    assert count(Letter, Letter.kind == "order_cancelled") == (state == CANCELLED)


@pytest.fixture
def done() -> Iterator[list[str]]:
    """A kind of intention that notes each time it is carried out, and takes its time."""
    noted: list[str] = []

    def note(payload: dict[str, Any]) -> None:
        noted.append(payload["text"])
        threading.Event().wait(0.05)

    handles("test_note")(note)
    yield noted
    del outbox._handlers["test_note"]


def test_an_intention_is_carried_out_once_by_many_workers(example: Flask, done: list[str]) -> None:
    with transaction():
        intention_id = post("test_note", "note:1", now=utc_now(), text="once")
        assert intention_id is not None
    answers = together(example, [lambda: carry_out(intention_id, now=utc_now())] * 8)
    assert done == ["once"]
    assert sum(answer is True for answer in answers) == 1


def test_the_same_intention_posted_at_once_is_one(example: Flask) -> None:
    order_id = (order := place_order()).id
    pay(order)
    with transaction():
        pack(lock_order(order_id), by=BUYER, now=utc_now())
        send(lock_order(order_id), by=BUYER, now=utc_now())
    captures = list(db.session.scalars(select(Intention.id).where(Intention.kind == "capture")))
    assert len(captures) == 1
    together(example, [lambda: carry_out(captures[0], now=utc_now())] * 4)
    payment = db.session.scalars(select(Payment)).one()
    assert payment.state == "captured"
    assert payment.captured_ore == payment.ore
    assert count(JournalEntry, JournalEntry.act == "captured") == 1
