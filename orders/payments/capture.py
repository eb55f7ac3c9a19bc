"""The worker's part of payments: draw the money at dispatch."""

from datetime import datetime
from typing import Any

from orders.models import Order
from orders.payments.gateway import AUTHORISED
from orders.payments.pay import GATEWAYS, last_payment, lock_payment, settle
from orders.reversals.queries import gross_left
from shop.days import utc_now
from shop.db import db, transaction
from shop.jobs.outbox import handles


@handles("capture")
def capture(payload: dict[str, Any]) -> None:
    """Capture an order's payment. Nothing to capture, or captured before: nothing."""
    with transaction():
        capture_order(db.session.get_one(Order, payload["order_id"]), now=utc_now())


def capture_order(order: Order, *, now: datetime) -> None:
    """Draw what is left of an order that has been sent, inside the transaction under way; nothing left: let it go."""
    last = last_payment(order.id)
    if last is None or last.state != AUTHORISED:
        return
    payment = lock_payment(last.gateway, last.foreign_id)
    assert payment is not None
    bank, ore = GATEWAYS[payment.gateway], min(payment.ore, gross_left(order.id))
    if ore > 0:
        bank.capture(payment.foreign_id, key=f"{payment.key}-capture", ore=ore)
    else:
        bank.end(payment.foreign_id, key=payment.key)
    settle(payment, now=now)
