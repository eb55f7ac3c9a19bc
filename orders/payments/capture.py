"""The worker's part of payments: draw the money at dispatch."""

from datetime import datetime
from typing import Any

from orders.models import Order
from orders.payments.gateway import AUTHORISED
from orders.payments.pay import GATEWAYS, last_payment, lock_payment, settle
from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.outbox import handles


@handles("capture")
def capture(payload: dict[str, Any]) -> None:
    """Capture an order's payment. Nothing to capture, or captured before: nothing."""
    with transaction():
        capture_order(db.session.get_one(Order, payload["order_id"]), now=utc_now())


def capture_order(order: Order, *, now: datetime) -> None:
    """Draw the whole amount of an order that has been sent, inside the transaction under way."""
    last = last_payment(order.id)
    if last is None or last.state != AUTHORISED:
        return
    payment = lock_payment(last.gateway, last.foreign_id)
    assert payment is not None
    GATEWAYS[payment.gateway].capture(payment.foreign_id, key=f"{payment.key}-capture", ore=payment.ore)
    settle(payment, now=now)
