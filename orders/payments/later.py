"""Paying for a parcel that leaves later than a reservation lives: a saved card, or a link when it is time."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from orders.lock import lock_order
from orders.models import Order
from orders.payments.follow import ask_anew, confirm_and_tell
from orders.payments.gateway import SAVED as CARD_SAVED
from orders.payments.gateway import STARTED, Wish
from orders.payments.models import FROM_CARD, LATER, SAVED, Payment, PayWay
from orders.payments.pay import consult, has_card_payment, next_key, still_to_pay
from orders.states import CONFIRMED, PACKED, PART_SENT
from shop.days import day_ends, local_day, utc_now
from shop.db import db, insert_once, transaction
from shop.jobs.models import Intention
from shop.jobs.outbox import handles, post
from shop.jobs.queue import every
from shop.journal.record import By
from shop.settings.read import value

CHOICES = (SAVED, LATER)


def is_far(pack_on: date, today: date) -> bool:
    """Whether a parcel packed on a day leaves later than what is reserved today would live (a setting, in days)."""
    return (pack_on - today).days > int(value("times.authorisation_days"))


def asked_on(pack_on: date) -> date:
    """The day the money is asked for: some days before packing (a setting)."""
    return pack_on - timedelta(days=int(value("times.ask_days")))


def promise(order: Order, way: str, *, by: By, now: datetime) -> None:
    """Keep how a buyer will pay later. With a link it is an agreement already; a saved card is so once it is saved."""
    until = day_ends(order.pack_on) if way == LATER else now
    db.session.add(PayWay(order_id=order.id, way=way, until=until))
    db.session.flush()
    if way == LATER:
        confirm_and_tell(order, by=by, now=now, way=way)


@every(300)
def ask_when_due() -> None:
    """Reserve on saved cards and mail the links of what is to be packed in a few days."""
    now = utc_now()
    latest = local_day(now) + timedelta(days=int(value("times.ask_days")))
    ids = db.session.scalars(
        select(PayWay.order_id)
        .join(Order, Order.id == PayWay.order_id)
        .where(
            PayWay.way.in_(CHOICES), PayWay.asked_at.is_(None), Order.state.in_((CONFIRMED, PACKED, PART_SENT)),
            Order.pack_on <= latest,
        )
        .order_by(Order.pack_on, Order.id)
        .limit(500)
    ).all()  # fmt: skip
    for order_id in ids:
        with transaction():
            ask_for_money(order_id, now=now)


def ask_for_money(order_id: int, *, now: datetime) -> None:
    """It is time: charge the saved card, or write to the buyer. Once; inside the transaction under way."""
    order = lock_order(order_id)
    way = db.session.scalars(
        select(PayWay).where(PayWay.order_id == order_id).execution_options(populate_existing=True)
    ).one()
    if way.asked_at is not None:
        return
    way.asked_at = now
    ore = still_to_pay(order)
    if ore <= 0 or has_card_payment(order_id):
        return
    card = _saved_card(order_id) if way.way == SAVED else None
    if card is None:
        ask_anew(order, "later", now=now)
        return
    payment_id = insert_once(
        Payment, key=next_key(order), order_id=order_id, gateway=card.gateway, purpose=FROM_CARD, state=STARTED,
        ore=ore, customer=card.customer, card=card.card, started_at=now,
    )  # fmt: skip
    post("charge_saved", f"charge_saved:{payment_id}", now=now, payment_id=payment_id)


def _saved_card(order_id: int) -> Payment | None:
    query = select(Payment).where(Payment.order_id == order_id, Payment.state == CARD_SAVED)
    return db.session.scalar(query.order_by(Payment.id.desc()).limit(1))


@handles("charge_saved")
def charge_saved(payload: dict[str, Any]) -> None:
    """Reserve on a saved card. Done before, or given up before it was asked for: nothing.

    Asked for once and not answered, it is asked again with the same key, though the order is over by now: so the shop
    hears of what may be reserved, and lets it go.
    """
    payment = db.session.get_one(Payment, payload["payment_id"], options=[joinedload(Payment.order)])
    is_unanswered = payment.foreign_id is None and _was_tried(payment.id)
    if payment.state != STARTED and not is_unanswered:
        return
    order = payment.order
    wish = Wish(
        payment.key, payment.ore, order.number, FROM_CARD, email=order.buyer_email, language=order.language,
        customer=payment.customer, card=payment.card,
    )  # fmt: skip
    consult(payment.id, lambda bank, _at: bank.charge_saved(wish), now=utc_now())


def _was_tried(payment_id: int) -> bool:
    """Whether the bank may have been asked before: a try has failed, or was killed."""
    tried = (Intention.attempts > 1) | (Intention.error != "")
    query = select(Intention.id).where(Intention.key == f"charge_saved:{payment_id}", tried)
    return db.session.scalar(query) is not None
