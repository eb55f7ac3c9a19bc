"""The worker's part of payments: draw the money at dispatch."""

from datetime import datetime
from typing import Any

from orders.books.post import received_ore
from orders.payments.gateway import AUTHORISED
from orders.payments.pay import ask_to_end, consult, last_payment, lock_payment
from orders.reversals.queries import gross_left
from shop.days import utc_now
from shop.db import transaction
from shop.jobs.outbox import handles


@handles("capture")
def capture(payload: dict[str, Any]) -> None:
    """Capture an order's payment. Nothing to capture, or captured before: nothing."""
    capture_order(payload["order_id"], now=utc_now())


def capture_order(order_id: int, *, now: datetime) -> None:
    """Draw what is left of an order that has been sent; nothing left: let it go. Opens its own transactions.

    How much is written down first: asked again after a crash, it is the same amount and the same key, so it is once.
    """
    with transaction():
        asked = _asked(order_id, now)
    if asked is not None:
        payment_id, ore = asked
        consult(payment_id, lambda bank, at: bank.capture(at, ore=ore), now=now)


def _asked(order_id: int, now: datetime) -> tuple[int, int] | None:
    last = last_payment(order_id)
    if last is None or last.state != AUTHORISED:
        return None
    payment = lock_payment(last.id)
    if payment.asked_ore is None:
        payment.asked_ore = min(payment.ore, gross_left(order_id) - received_ore(order_id))
    if payment.asked_ore <= 0:
        ask_to_end(payment, "nothing", now=now)
        return None
    return payment.id, payment.asked_ore
