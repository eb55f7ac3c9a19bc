"""Start a payment, and believe only what the gateway answers when it is asked."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from orders.books.post import received_ore
from orders.books.rules import post_fee, post_receipt
from orders.models import Order
from orders.payments.gateway import (
    AUTHORISED,
    CAPTURED,
    DECLINED,
    ENDED,
    PAYMENT,
    STARTED,
    Found,
    Gateway,
    Started,
)
from orders.payments.models import Payment
from orders.payments.sandbox import Sandbox
from orders.reversals.queries import gross_left
from orders.states import PLACED, move
from orders.tell import tell_buyer
from shop.db import db, insert_once
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.jobs.outbox import post
from shop.journal.record import BANK, By, record
from shop.settings.read import value

GATEWAYS: dict[str, Gateway] = {"sandbox": Sandbox()}
DEFAULT = "sandbox"
_ANEW = {"populate_existing": True}
_NEWEST = select(Payment).where(Payment.order_id == bindparam("order")).order_by(Payment.id.desc()).limit(1)
_NEWEST_ANEW = _NEWEST.execution_options(**_ANEW)
_LOCKED_ORDER = select(Order).where(Order.id == bindparam("order")).with_for_update().execution_options(**_ANEW)


def start_payment(
    order: Order, *, back_url: str, now: datetime, gateway: str = DEFAULT, is_new: bool = False
) -> Started:
    """Open a payment of what is left of the order. One that is open already is used again; a paid order is refused.

    `is_new`: the order has been placed in this very transaction, so that there is no payment to look for.
    """
    last = None if is_new else last_payment(order.id)
    if order.state != PLACED or (last is not None and last.state in (AUTHORISED, CAPTURED)):
        raise Refused(_("Ordre %(number)s er allerede betalt eller afsluttet.", number=order.number))
    bank = GATEWAYS[gateway]
    attempt = 1
    if last is not None:
        attempt = 1 + int(
            db.session.scalar(select(func.count()).select_from(Payment).where(Payment.order_id == order.id)) or 0
        )
        if last.state == STARTED and last.gateway == gateway:
            attempt -= 1
    key = f"{order.cart_key[:24]}-{attempt}"
    ore = order.gross_ore if is_new else gross_left(order.id)
    started = bank.start(key=key, ore=ore, text=order.number, back_url=back_url, now=now)
    if last is None or last.foreign_id != started.foreign_id:
        insert_once(
            Payment,
            key=key,
            order_id=order.id,
            gateway=gateway,
            foreign_id=started.foreign_id,
            state=STARTED,
            ore=ore,
            started_at=now,
        )
    return started


def last_payment(order_id: int) -> Payment | None:
    """The newest payment of an order."""
    return db.session.scalar(_NEWEST, {"order": order_id})


def has_card_payment(order_id: int) -> bool:
    """Whether a card's money is reserved or drawn for it."""
    last = last_payment(order_id)
    return last is not None and last.state in (AUTHORISED, CAPTURED)


def is_paid(order_id: int) -> bool:
    """Whether what is left of it is there: reserved or drawn at the bank, or received by transfer or in cash.

    By hand a little may be missing (limits.difference_ore): it is written off when the parcel leaves.
    """
    if has_card_payment(order_id):
        return True
    return gross_left(order_id) - received_ore(order_id) <= int(value("limits.difference_ore"))


def lock_payment(gateway: str, foreign_id: str) -> Payment | None:
    """The payment the gateway knows by a name, locked together with its order."""
    order_id = db.session.scalar(
        select(Payment.order_id).where(Payment.gateway == gateway, Payment.foreign_id == foreign_id)
    )
    if order_id is None:
        return None
    db.session.execute(select(Order.id).where(Order.id == order_id).with_for_update()).all()
    return db.session.scalars(
        select(Payment)
        .where(Payment.gateway == gateway, Payment.foreign_id == foreign_id)
        .options(joinedload(Payment.order))
        .execution_options(populate_existing=True)
    ).one()


def lock_last_payment(order_id: int) -> Payment | None:
    """The newest payment of an order, locked together with it."""
    order = db.session.scalars(_LOCKED_ORDER, {"order": order_id}).one()
    payment = db.session.scalar(_NEWEST_ANEW, {"order": order_id})
    if payment is not None:
        set_committed_value(payment, "order", order)
    return payment


def settle(payment: Payment, *, now: datetime) -> None:
    """Ask the gateway how a payment is, and let payment and order follow. Harmless however often it is done."""
    found = GATEWAYS[payment.gateway].look_up(payment.foreign_id)
    if found.state == payment.state:
        return
    if found.state == AUTHORISED:
        _authorised(payment, found, now)
    elif found.state == CAPTURED and payment.state == AUTHORISED:
        payment.state, payment.captured_ore, payment.captured_at = CAPTURED, found.captured_ore, now
        payment.fee_ore = found.fee_ore
        post_receipt(payment.order_id, payment.key, found.captured_ore, now=now)
        post_fee(payment.order_id, payment.key, found.fee_ore, now=now)
        record("captured", "order", payment.order_id, by=BANK, now=now, ore=found.captured_ore)
    elif found.state in (DECLINED, ENDED) and PAYMENT.can(payment.state, "end"):
        payment.state, payment.ended_at = found.state, now
        record("payment_" + found.state, "order", payment.order_id, by=BANK, now=now)


def _authorised(payment: Payment, found: Found, now: datetime) -> None:
    """The money is reserved. An order that is over, or paid in another window, gets its money back at once."""
    order = payment.order
    if payment.state == CAPTURED:
        return  # what the bank says is older than what it has drawn
    if payment.state != STARTED or order.state != PLACED or found.ore != payment.ore:
        GATEWAYS[payment.gateway].end(payment.foreign_id, key=payment.key)
        payment.state, payment.ended_at = ENDED, now
        record("payment_ended", "order", order.id, by=BANK, now=now, why="ordren kunne ikke tage imod betalingen")
        return
    payment.state, payment.authorised_at = AUTHORISED, now
    confirm_paid(order, by=BANK, now=now, ore=found.ore)


def confirm_paid(order: Order, *, by: By, now: datetime, **details: Any) -> None:
    """What is to be paid is there: the order is confirmed, and the buyer gets the whole agreement by letter."""
    move(order, "confirm", now=now)
    record("confirmed", "order", order.id, by=by, now=now, **details)
    tell_buyer(order, "order_confirmation", now=now)


def ask_for_capture(order: Order, *, now: datetime) -> None:
    """Let the worker draw the money now that the goods have left (no card is charged before)."""
    post("capture", f"capture:{order.id}", now=now, order_id=order.id)


def end_payments(order: Order, *, now: datetime) -> None:
    """Give up every payment of an order that is over: what was reserved is let go."""
    for payment in db.session.scalars(select(Payment).where(Payment.order_id == order.id)):
        if PAYMENT.can(payment.state, "end"):
            GATEWAYS[payment.gateway].end(payment.foreign_id, key=payment.key)
            payment.state, payment.ended_at = ENDED, now
