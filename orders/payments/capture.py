"""The worker's part of payments: draw the money at dispatch."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from orders.books.models import RECEIVABLE
from orders.books.post import order_balance, received_ore
from orders.lock import lock_order
from orders.models import Order
from orders.payments.follow import ask_anew, ask_for_capture
from orders.payments.gateway import AUTHORISED
from orders.payments.models import Payment
from orders.payments.pay import ask_to_end, consult, is_paid, is_parted, last_payment, lock_payment
from orders.reversals.queries import gross_left
from orders.states import PART_SENT
from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.outbox import handles
from shop.jobs.queue import every
from shop.settings.read import value

A_DAY = timedelta(days=1)


@handles("capture")
def capture(payload: dict[str, Any]) -> None:
    """Capture an order's payment. Nothing to capture, or captured before: nothing."""
    capture_order(payload["order_id"], now=utc_now())


def capture_order(order_id: int, *, now: datetime) -> None:
    """Draw what is left of an order that has been sent; nothing left: let it go. Opens its own transactions.

    Of an order that leaves in several parcels and has not all left, what has is drawn (its reservation is about to
    end), and the buyer is asked for the rest: an authorisation is captured once.

    How much is written down first: asked again after a crash, it is the same amount and the same key, so it is once.
    """
    with transaction():
        asked = _asked(order_id, now)
    if asked is not None:
        payment_id, ore = asked
        consult(payment_id, lambda bank, at: bank.capture(at, ore=ore), now=now)
        with transaction():
            _ask_for_the_rest(order_id, payment_id, now)


def still_unpaid(order_id: int) -> int:
    """What is left of an order less what has been received, in øre."""
    return gross_left(order_id) - received_ore(order_id)


def _ask_for_the_rest(order_id: int, payment_id: int, now: datetime) -> None:
    order = lock_order(order_id)
    if order.state == PART_SENT and not is_paid(order_id):
        ask_anew(order, f"rest:{payment_id}", now=now)


@every(600)
def capture_before_it_ends() -> None:
    """Draw what has left of orders in parts whose reservation would end within a day (design § 4)."""
    now = utc_now()
    lives = timedelta(days=int(value("times.authorisation_days")))
    ends = or_(
        Payment.lapses_at < now + A_DAY,
        and_(Payment.lapses_at.is_(None), Payment.authorised_at < now + A_DAY - lives),
    )
    rows = db.session.execute(
        select(Payment.order_id, Payment.id)
        .join(Order, Order.id == Payment.order_id)
        .where(Payment.state == AUTHORISED, Order.state == PART_SENT, ends)
        .order_by(Payment.id)
        .limit(200)
    ).all()
    for order_id, payment_id in rows:
        with transaction():
            ask_for_capture(lock_order(order_id), now=now, payment_id=payment_id)


def _asked(order_id: int, now: datetime) -> tuple[int, int] | None:
    last = last_payment(order_id)
    if last is None or last.state != AUTHORISED:
        return None
    payment = lock_payment(last.id)
    if payment.asked_ore is None:
        wanted = order_balance(order_id, RECEIVABLE) if is_parted(order_id) else still_unpaid(order_id)
        payment.asked_ore = min(payment.ore, wanted)
    if payment.asked_ore <= 0:
        ask_to_end(payment, "nothing", now=now)
        return None
    return payment.id, payment.asked_ore
