"""A shop whose bank is the stand-in for Stripe: buy, let the world act and the worker work, and see that all agrees."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from orders.books.check import check_books
from orders.models import Order
from orders.payments.models import Payment
from orders.payments.pay import open_payment, start_payment
from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.models import Intention
from shop.jobs.outbox import carry_out
from tests.standin import Standin
from tests.tools.world import place_order

JOBS = ("payment_event", "capture", "repay", "end_payment", "charge_saved")
BACK = "http://shop.test/ordre/x"


@dataclass
class StripeShop:
    """The shop and its bank. The webhook is the shop's own address, asked by the test client."""

    app: Flask
    bank: Standin

    def __post_init__(self) -> None:
        self.bank.webhook = self.hear

    def hear(self, body: bytes, signature: str) -> int:
        """What Stripe posts, and the status it is answered with."""
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        with self.app.app_context():  # it is told in a thread of its own
            return int(self.app.test_client().post("/stripe/webhook", data=body, headers=headers).status_code)

    def open(self, order: Order, **more: Any) -> str:
        """Begin and open a payment; Stripe's name for its page."""
        with transaction():
            opening = start_payment(db.session.get_one(Order, order.id), back_url="/", now=utc_now(), **more)
        open_payment(opening.payment_id, back_url=BACK, now=utc_now())
        return self.payment(order).foreign_id or ""

    def paid(self, **more: Any) -> Order:
        """An order whose buyer has paid at Stripe, of which the shop has heard."""
        order = place_order(**more)
        self.bank.pay(self.open(order))
        self.hear_all()
        return order

    def work(self, *kinds: str) -> None:
        """The worker does what has to do with the bank, until nothing more is open; what fails is left."""
        for _round in range(10):
            db.session.rollback()
            query = select(Intention.id).where(
                Intention.kind.in_(kinds or JOBS), Intention.done_at.is_(None), Intention.attempts == 0
            )
            ids = db.session.scalars(query.order_by(Intention.id)).all()
            if not ids:
                return
            for intention_id in ids:
                carry_out(intention_id, now=utc_now() + timedelta(seconds=1))

    def try_again(self) -> None:
        """Later: what has failed is tried once more."""
        with transaction():
            db.session.execute(
                update(Intention)
                .where(Intention.done_at.is_(None), Intention.kind.in_(JOBS))
                .values(attempts=0, due_at=utc_now())
            )
        self.work()

    def hear_all(self, **how: Any) -> None:
        """Stripe tells of everything it has not told of yet, and the worker works."""
        assert set(self.bank.deliver(**how)) <= {200}
        self.work()

    def payment(self, order: Order) -> Payment:
        """The newest payment of an order, read anew."""
        db.session.rollback()
        query = select(Payment).where(Payment.order_id == order.id).order_by(Payment.id.desc()).limit(1)
        return db.session.scalars(query.execution_options(populate_existing=True)).one()

    def state(self, order: Order) -> str:
        db.session.rollback()
        return db.session.get_one(Order, order.id, populate_existing=True).state

    def check(self) -> None:
        """The books balance; what they say of every payment is what Stripe says; every POST had a key of ours."""
        db.session.rollback()
        report = check_books()
        assert report.holds, [finding for finding in report.findings if finding.broken]
        for payment in db.session.scalars(select(Payment).where(Payment.gateway == "stripe")):
            ours = payment.captured_ore - payment.refunded_ore
            assert ours == self.bank.charged({"payment": payment.key}), payment.key
        assert self.bank.unkeyed == 0
