"""Money on its way back to the buyer: by the same means it came (forbrugeraftaleloven § 22), once."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from orders.books.models import BANK, CASH
from orders.books.post import received_ore
from orders.books.rules import post_repaid
from orders.models import Order
from orders.payments.gateway import CAPTURED
from orders.payments.models import Payment
from orders.payments.pay import GATEWAYS
from orders.reversals.queries import gross_left
from orders.states import CANCELLED, EXPIRED
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.jobs.outbox import handles, post
from shop.journal.record import BANK as BY_BANK
from shop.journal.record import By, record


def ask_to_repay(order_id: int, cause: str, ore: int, *, now: datetime) -> None:
    """Let the worker give money back: at most `ore`, and never more than the buyer has paid too much."""
    if received_ore(order_id) > 0:
        post("repay", f"repay:{cause}", now=now, order_id=order_id, cause=cause, ore=ore)


def owed_to_buyer(order: Order) -> int:
    """What the shop holds of a buyer's money and has not sold for, in øre: received less what is left of the order."""
    return received_ore(order.id) - (0 if order.state in (CANCELLED, EXPIRED) else gross_left(order.id))


@handles("repay")
def repay(payload: dict[str, Any]) -> None:
    """Ask the gateway to give it back; what came by bank or in cash waits for a person."""
    with transaction():
        order = db.session.scalars(
            select(Order)
            .where(Order.id == payload["order_id"])
            .with_for_update()
            .execution_options(populate_existing=True)
        ).one()
        repay_order(order, str(payload["cause"]), int(payload["ore"]), now=utc_now())


def repay_order(order: Order, cause: str, ore: int, *, now: datetime) -> None:
    """Give back at most `ore` of what the buyer has paid too much, through the payments it came by.

    The key of each call is made of the cause: asked again after a crash, the gateway does it once.
    """
    left = min(ore, owed_to_buyer(order))
    paid = db.session.scalars(
        select(Payment).where(Payment.order_id == order.id, Payment.state == CAPTURED).order_by(Payment.id)
    )
    for payment in paid:
        part = min(left, payment.captured_ore - payment.refunded_ore)
        if part <= 0:
            continue
        GATEWAYS[payment.gateway].refund(payment.foreign_id, key=f"{payment.key}-{cause}", ore=part)
        payment.refunded_ore += part
        post_repaid(order.id, f"{payment.key}:{cause}", part, now=now)
        record("repaid", "order", order.id, by=BY_BANK, now=now, ore=part)
        left -= part


def note_repaid(order: Order, ore: int, key: str, *, kind: str, by: By, now: datetime) -> None:
    """A person has given money back by transfer or in cash. Refuses more than the buyer is owed."""
    assert kind in (BANK, CASH)
    if not 0 < ore <= owed_to_buyer(order):
        raise Refused(_("Så meget har køberen ikke til gode."), field="amount")
    post_repaid(order.id, f"by_hand:{key}", ore, out_of=kind, now=now)
    record("repaid", "order", order.id, by=by, now=now, ore=ore)
