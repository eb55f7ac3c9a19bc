"""Let a payment and its order follow what the bank has answered. Harmless however often, in whatever order."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from orders.books.post import received_ore
from orders.books.rules import post_fee, post_receipt
from orders.models import Order
from orders.payments.gateway import (
    AUTHORISED,
    CAPTURED,
    CURRENCY,
    DECLINED,
    ENDED,
    LAPSED,
    PAYMENT,
    SAVED,
    STARTED,
    Found,
)
from orders.payments.models import FROM_CARD, Payment
from orders.reversals.queries import gross_left
from orders.states import CANCELLED, CLOSED, EXPIRED, PLACED, SENT, move
from orders.tell import tell_buyer
from shop.db import db
from shop.jobs.outbox import post
from shop.journal.record import BANK, By, record

OVER = (CANCELLED, EXPIRED)
GONE = (SENT, CLOSED)
_VERBS = {DECLINED: "decline", ENDED: "end", LAPSED: "lapse"}


def follow(payment: Payment, found: Found, *, now: datetime) -> None:
    """Note what the bank says of a payment that is locked with its order, and do what follows from it."""
    _note_names(payment, found)
    if found.state == AUTHORISED:
        _authorised(payment, found, now)
    elif found.state == SAVED:
        _saved(payment, now)
    elif found.state == CAPTURED:
        _captured(payment, found, now)
    elif found.state in _VERBS and found.state != payment.state:
        _over(payment, found, now)


def _note_names(payment: Payment, found: Found) -> None:
    """The bank's names of things, which only become known, never other ones."""
    payment.foreign_id = payment.foreign_id or found.foreign_id or None
    payment.intent_id = payment.intent_id or found.intent_id or None
    payment.url = payment.url or found.url
    payment.method = found.method or payment.method
    payment.customer = payment.customer or found.customer
    payment.card = payment.card or found.card
    payment.why = found.why or payment.why
    payment.lapses_at = found.lapses_at or payment.lapses_at


def _authorised(payment: Payment, found: Found, now: datetime) -> None:
    """The money is reserved. An order that is over, or paid in another window, gets its money back at once."""
    order = payment.order
    if payment.state in (AUTHORISED, CAPTURED):
        return  # heard before; or what the bank says is older than what it has drawn
    if not PAYMENT.can(payment.state, "authorise") or not _is_wanted(payment, found):
        why = "ordren kunne ikke tage imod betalingen"
        if payment.state == STARTED:
            payment.state, payment.ended_at = ENDED, now
            record("payment_ended", "order", order.id, by=BANK, now=now, why=why)
        post("end_payment", f"end:{payment.id}:authorised", now=now, payment_id=payment.id)
        return
    payment.state, payment.authorised_at = AUTHORISED, now
    if order.state == PLACED:
        confirm_and_tell(order, by=BANK, now=now, ore=found.ore)
        return
    record("payment_authorised", "order", order.id, by=BANK, now=now, ore=found.ore)
    if order.state in GONE:
        ask_for_capture(order, now=now, payment_id=payment.id)


def _is_wanted(payment: Payment, found: Found) -> bool:
    """Whether it is the amount that was asked for, in kroner, for an order that waits for it and has no other."""
    order = payment.order
    if order.state in OVER or (found.ore, found.currency) != (payment.ore, CURRENCY):
        return False
    other = select(Payment.id).where(
        Payment.order_id == order.id, Payment.state == AUTHORISED, Payment.id != payment.id
    )
    return db.session.scalar(other.limit(1)) is None and gross_left(order.id) > received_ore(order.id)


def _saved(payment: Payment, now: datetime) -> None:
    """The card is kept until it is time to reserve: as good as paid, so the order is confirmed."""
    if payment.state == SAVED:
        return
    if not PAYMENT.can(payment.state, "save") or payment.order.state in OVER:
        post("end_payment", f"end:{payment.id}:saved", now=now, payment_id=payment.id)
        return
    payment.state = SAVED
    record("card_saved", "order", payment.order_id, by=BANK, now=now)
    if payment.order.state == PLACED:
        confirm_and_tell(payment.order, by=BANK, now=now)


def _captured(payment: Payment, found: Found, now: datetime) -> None:
    """The money is drawn, whatever the shop thought of it: the books say what is true. Too much goes back."""
    order = payment.order
    if payment.state != CAPTURED:
        payment.state, payment.captured_ore, payment.captured_at = CAPTURED, found.captured_ore, now
        payment.authorised_at, payment.ended_at = payment.authorised_at or now, None
        post_receipt(order.id, payment.key, found.captured_ore, now=now)
        record("captured", "order", order.id, by=BANK, now=now, ore=found.captured_ore)
        if order.state == PLACED:
            confirm_and_tell(order, by=BANK, now=now, ore=found.captured_ore)
        _forget_cards(order, now)
        over = received_ore(order.id) - (0 if order.state in OVER else gross_left(order.id))
        if over > 0:
            post("repay", f"repay:over:{payment.id}", now=now, order_id=order.id, cause=f"over:{payment.id}", ore=over)
    if found.fee_ore and not payment.fee_ore:
        payment.fee_ore = found.fee_ore
        post_fee(order.id, payment.key, found.fee_ore, now=now)


def _forget_cards(order: Order, now: datetime) -> None:
    """The money is drawn: a card that was saved for it is not kept any longer."""
    for card in db.session.scalars(select(Payment).where(Payment.order_id == order.id, Payment.state == SAVED)):
        card.state, card.ended_at = ENDED, now
        post("end_payment", f"end:{card.id}:used", now=now, payment_id=card.id)


def _over(payment: Payment, found: Found, now: datetime) -> None:
    """Declined, ended or run out. A buyer whose order waits for the money is told what to do."""
    was = payment.state
    if not PAYMENT.can(was, _VERBS[found.state]):
        return
    payment.state, payment.ended_at = found.state, now
    order = payment.order
    record("payment_" + found.state, "order", order.id, by=BANK, now=now, why=found.why)
    if order.state not in (*OVER, PLACED) and (was == AUTHORISED or payment.purpose == FROM_CARD):
        ask_anew(order, payment.id, now=now)


def ask_anew(order: Order, cause: object, *, now: datetime) -> None:
    """Write to a buyer whose money is not there after all: here is the link to pay."""
    tell_buyer(order, "pay_link", f"{order.id}:{cause}", now=now)


def confirm_and_tell(order: Order, *, by: By, now: datetime, **details: Any) -> None:
    """The order is confirmed, its money being there or promised; the buyer gets the whole agreement by letter."""
    move(order, "confirm", now=now)
    record("confirmed", "order", order.id, by=by, now=now, **details)
    tell_buyer(order, "order_confirmation", now=now)


def ask_for_capture(order: Order, *, now: datetime, payment_id: int | None = None) -> None:
    """Let the worker draw the money now that the goods have left (no card is charged before)."""
    key = f"capture:{order.id}" + (f":{payment_id}" if payment_id else "")
    post("capture", key, now=now, order_id=order.id)
