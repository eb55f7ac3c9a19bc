"""A parcel that leaves later than a reservation lives: a saved card, or a link when it is time."""

from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from orders.lock import lock_order
from orders.models import Order
from orders.moves import cancel, pack
from orders.payments.gateway import AUTHORISED, DECLINED, ENDED, NEEDS_BUYER, SAVED
from orders.payments.later import ask_when_due, asked_on
from orders.payments.models import Payment, PayWay, SandboxPayment
from orders.payments.story import waiting_payments
from orders.states import CONFIRMED, PLACED
from shop.days import day_starts, local_day, utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.jobs.models import Intention
from shop.jobs.outbox import carry_out
from shop.journal.record import BUYER
from shop.mail.models import Letter
from tests.orders.shopper import Shopper
from tests.tools.stripe_shop import JOBS, StripeShop
from tests.tools.world import fulfil


def far() -> str:
    """A Thursday five weeks from now or so: later than any reservation lives."""
    day = local_day(utc_now()) + timedelta(days=35)
    while day.weekday() != 3 or (day.month == 12 and day.day > 20):
        day -= timedelta(days=1)
    return day.isoformat()


def ordered(app: Flask, way: str | None) -> tuple[Shopper, Order | None]:
    """A buyer who wants it in five weeks and chooses how to pay."""
    buyer = Shopper(app)
    buyer.put()
    buyer.tell(wanted_on=far())
    form = {**buyer.form("/kassen/bestil"), "terms": "1"}
    buyer.post("/kassen/bestil", {**form, "way": way} if way else form, follow=False)
    return buyer, db.session.scalar(select(Order).order_by(Order.id.desc()).limit(1))


def work() -> None:
    """The worker does what has to do with the bank."""
    for _round in range(5):
        db.session.rollback()
        ids = db.session.scalars(
            select(Intention.id).where(Intention.kind.in_(JOBS), Intention.done_at.is_(None), Intention.attempts == 0)
        ).all()
        for intention_id in ids:
            carry_out(intention_id, now=utc_now() + timedelta(seconds=1))
    db.session.rollback()


def newest(order: Order) -> Payment:
    db.session.rollback()
    query = select(Payment).where(Payment.order_id == order.id).order_by(Payment.id.desc()).limit(1)
    return db.session.scalars(query).one()


def letters(order: Order, kind: str) -> int:
    query = select(Letter.id).where(Letter.about == "order", Letter.about_id == order.id, Letter.kind == kind)
    return len(db.session.scalars(query).all())


def on(day: date) -> time_machine.travel:
    return time_machine.travel(day_starts(day) + timedelta(hours=9), tick=True)


def test_a_far_order_is_not_placed_before_the_buyer_has_chosen(example: Flask) -> None:
    buyer, order = ordered(example, None)
    assert order is None
    assert buyer.status == 422
    assert "Vælg, hvordan du vil betale." in buyer.text
    assert "Gem mit kort" in buyer.text


def test_a_near_order_is_not_asked(example: Flask) -> None:
    buyer = Shopper(example)
    buyer.put()
    buyer.tell()
    assert 'name="way"' not in buyer.page


def test_a_saved_card_is_charged_three_days_before_packing(example: Flask) -> None:
    buyer, order = ordered(example, "saved")
    assert order is not None
    buyer.follow()
    assert "Gem kortet" in buyer.text
    buyer.answer_bank()
    work()
    assert newest(order).state == SAVED
    assert db.session.get_one(Order, order.id).state == CONFIRMED
    buyer.get(f"/ordre/{order.token}")
    assert "dit kort er gemt" in buyer.text
    with pytest.raises(Refused, match="ikke betalt"), transaction():
        pack(lock_order(order.id), by=BUYER, now=utc_now())
    ask_when_due()  # too early: nothing
    assert newest(order).state == SAVED
    with on(asked_on(order.pack_on)):
        ask_when_due()
        ask_when_due()
        work()
        assert newest(order).state == AUTHORISED
        assert newest(order).ore == order.gross_ore
        fulfil(order)
        work()
        assert newest(order).captured_ore == order.gross_ore
    card = db.session.scalars(select(Payment).where(Payment.purpose == "save")).one()
    assert card.state == ENDED  # the money is drawn: the card is forgotten
    at_bank = db.session.scalars(select(SandboxPayment).where(SandboxPayment.foreign_id == card.foreign_id)).one()
    assert at_bank.state == ENDED


def test_the_bank_wants_the_buyer_so_a_link_is_mailed(example: Flask) -> None:
    buyer, order = ordered(example, "saved")
    assert order is not None
    buyer.follow()
    bank = buyer.path
    buyer.answer_bank()
    work()
    buyer.get(bank)
    buyer.send(f"{bank}/senere", valg="customer")
    with on(asked_on(order.pack_on)):
        ask_when_due()
        work()
        assert (newest(order).state, newest(order).why) == (DECLINED, NEEDS_BUYER)
        assert letters(order, "pay_link") == 1
        assert [one.id for one in waiting_payments(local_day(utc_now())).unpaid] == [order.id]
        buyer.get(f"/ordre/{order.token}")
        assert "Banken vil have, at køberen selv godkender." in buyer.text
        buyer.send(f"/ordre/{order.token}/betal")
        buyer.answer_bank()
        work()
        assert newest(order).state == AUTHORISED
        assert waiting_payments(local_day(utc_now())).unpaid == []
        fulfil(order)


def test_a_link_is_mailed_when_it_is_time(example: Flask) -> None:
    buyer, order = ordered(example, "later")
    assert order is not None
    buyer.follow()
    assert db.session.get_one(Order, order.id).state == CONFIRMED
    assert "Du får en mail med et link" in buyer.text
    assert "Betal nu" not in buyer.text
    assert letters(order, "order_confirmation") == 1
    ask_when_due()
    assert letters(order, "pay_link") == 0
    with on(asked_on(order.pack_on)):
        ask_when_due()
        ask_when_due()
        assert letters(order, "pay_link") == 1
        buyer.get(f"/ordre/{order.token}")
        buyer.send(f"/ordre/{order.token}/betal")
        buyer.answer_bank()
        work()
        assert newest(order).state == AUTHORISED
        fulfil(order)


def test_a_card_that_is_not_saved_is_no_order(example: Flask) -> None:
    buyer, order = ordered(example, "saved")
    assert order is not None
    buyer.follow()
    buyer.answer_bank("afvis")
    work()
    assert db.session.get_one(Order, order.id).state == PLACED
    assert newest(order).state == DECLINED
    buyer.send(f"/ordre/{order.token}/betal")
    assert "Gem kortet" in buyer.text
    buyer.answer_bank()
    work()
    assert db.session.get_one(Order, order.id).state == CONFIRMED


def test_a_cancelled_order_forgets_the_card(example: Flask) -> None:
    buyer, order = ordered(example, "saved")
    assert order is not None
    buyer.follow()
    buyer.answer_bank()
    work()
    with transaction():
        cancel(lock_order(order.id), by=BUYER, now=utc_now(), why="fortrudt")
    work()
    assert newest(order).state == ENDED
    with on(asked_on(order.pack_on)):
        ask_when_due()
        work()
    assert newest(order).state == ENDED
    assert db.session.scalars(select(PayWay)).one().asked_at is None


@pytest.mark.parametrize(
    ("card", "why"), [("ok", ""), ("declined_later", "card_declined"), ("needs_customer_later", NEEDS_BUYER)]
)
def test_a_card_saved_at_stripe(stripe_shop: StripeShop, card: str, why: str) -> None:
    _buyer, order = ordered(stripe_shop.app, "saved")
    assert order is not None
    stripe_shop.bank.pay(newest(order).foreign_id, card)  # type: ignore[arg-type]
    stripe_shop.hear_all()
    assert stripe_shop.state(order) == CONFIRMED
    with on(asked_on(order.pack_on)):
        ask_when_due()
        stripe_shop.work()
        found = stripe_shop.payment(order)
        assert (found.state, found.why) == ((DECLINED, why) if why else (AUTHORISED, ""))
        assert letters(order, "pay_link") == bool(why)
        if why:
            stripe_shop.bank.pay(stripe_shop.open(order))
            stripe_shop.hear_all()
        fulfil(order)
        stripe_shop.hear_all()
    assert stripe_shop.bank.charged() == order.gross_ore
    assert next(one["customer"] for one in stripe_shop.bank.find("payment_method")) is None  # and the card is forgotten
    stripe_shop.check()


@pytest.mark.parametrize("how", ["500", "cut", "cut_before", "429"])
def test_bad_luck_at_a_saved_card_reserves_once(stripe_shop: StripeShop, how: str) -> None:
    _buyer, order = ordered(stripe_shop.app, "saved")
    assert order is not None
    stripe_shop.bank.pay(newest(order).foreign_id)
    stripe_shop.hear_all()
    stripe_shop.bank.trouble("POST /v1/payment_intents", how, times=3)
    with on(asked_on(order.pack_on)):
        ask_when_due()
        stripe_shop.work()
        for _later in range(3):
            stripe_shop.try_again()
        assert stripe_shop.payment(order).state == AUTHORISED
        assert len(stripe_shop.bank.find("payment_intent")) == 1
    stripe_shop.check()
