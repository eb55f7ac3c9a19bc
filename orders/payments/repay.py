"""Money on its way back to the buyer: by the same means it came (forbrugeraftaleloven § 22), once."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from orders.books.models import BANK, CASH
from orders.books.post import received_ore
from orders.books.rules import post_receipt, post_repaid
from orders.lock import lock_order
from orders.models import Order
from orders.payments.gateway import ASKED, CAPTURED, DONE, FAILED, Repaid, bank_named
from orders.payments.models import Payment, Repayment
from orders.payments.pay import answer_of, at_bank, lock_payment
from orders.reversals.queries import gross_left
from orders.states import CANCELLED, EXPIRED
from shop.days import utc_now
from shop.db import db, insert_once, transaction
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.jobs.outbox import handles, post
from shop.journal.record import BANK as BY_BANK
from shop.journal.record import By, record

PATIENCE = timedelta(minutes=10)


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
    repay_order(int(payload["order_id"]), str(payload["cause"]), int(payload["ore"]), now=utc_now())


def repay_order(order_id: int, cause: str, ore: int, *, now: datetime) -> None:
    """Give back at most `ore` of what the buyer has paid too much, through the payments it came by.

    How much of which payment is written down before the bank is asked: done again after a crash, it is the same.
    Opens its own transactions. Raises BankSilent.
    """
    with transaction():
        ids = _write_down(order_id, cause, ore, now)
    for repayment_id in ids:
        _give_back(repayment_id, now)


def _write_down(order_id: int, cause: str, ore: int, now: datetime) -> list[int]:
    order = lock_order(order_id)
    query = select(Repayment.id, Repayment.state).join(Payment).where(
        Payment.order_id == order_id, Repayment.cause == cause
    )  # fmt: skip
    known = db.session.execute(query.order_by(Repayment.id)).all()
    if known:
        return [row.id for row in known if row.state == ASKED]
    left = min(ore, owed_to_buyer(order) - _on_its_way(order_id))
    ids: list[int] = []
    paid = db.session.scalars(
        select(Payment).where(Payment.order_id == order_id, Payment.state == CAPTURED).order_by(Payment.id)
    ).all()
    for payment in paid:
        part = min(left, payment.captured_ore - payment.refunded_ore - _on_its_way(order_id, payment.id))
        if part <= 0:
            continue
        made = insert_once(
            Repayment, key=f"{payment.key}-{cause}", payment_id=payment.id, cause=cause, ore=part, state=ASKED,
            asked_at=now,
        )  # fmt: skip
        assert made is not None
        ids.append(made)
        left -= part
    return ids


def _on_its_way(order_id: int, payment_id: int | None = None) -> int:
    query = (
        select(func.coalesce(func.sum(Repayment.ore), 0))
        .join(Payment)
        .where(Payment.order_id == order_id, Repayment.state == ASKED)
    )
    if payment_id is not None:
        query = query.where(Payment.id == payment_id)
    return int(db.session.scalar(query) or 0)


def _give_back(repayment_id: int, now: datetime) -> None:
    """Ask the bank for one of them, and book it. A bank that refuses leaves it failed, for a person to see."""
    row = db.session.get_one(Repayment, repayment_id, options=[joinedload(Repayment.payment)])
    bank, at, key, ore = bank_named(row.payment.gateway), at_bank(row.payment), row.key, row.ore
    with answer_of(bank, lambda: bank.refund(at, key=key, ore=ore)) as told:
        _note(_lock(repayment_id), told, now)


def _lock(repayment_id: int) -> Repayment:
    """A repayment, locked with its order."""
    lock_payment(db.session.scalars(select(Repayment.payment_id).where(Repayment.id == repayment_id)).one())
    return db.session.get_one(Repayment, repayment_id, populate_existing=True)


def _note(row: Repayment, told: Repaid, now: datetime) -> None:
    """Follow what the bank says of a repayment; one that fails after it was booked is booked back."""
    payment, was = row.payment, row.state
    row.foreign_id = row.foreign_id or told.foreign_id or None
    if was in (told.state, FAILED):
        return
    if was == ASKED and told.state == DONE:
        payment.refunded_ore += row.ore
        post_repaid(payment.order_id, row.key, row.ore, now=now)
        record("repaid", "order", payment.order_id, by=BY_BANK, now=now, ore=row.ore)
    elif told.state == FAILED:
        if was == DONE:
            payment.refunded_ore -= row.ore
            post_receipt(payment.order_id, f"failed:{row.key}", row.ore, now=now)
        record("repay_failed", "order", payment.order_id, by=BY_BANK, now=now, ore=row.ore)
    row.state, row.ended_at = told.state, now


def settle_repayment(foreign_id: str, *, now: datetime) -> None:
    """Ask the bank how a repayment is, by the bank's name for it; one we do not know is nothing of ours."""
    row = db.session.scalar(
        select(Repayment).where(Repayment.foreign_id == foreign_id).options(joinedload(Repayment.payment))
    )
    if row is None:
        return
    repayment_id, bank = row.id, bank_named(row.payment.gateway)
    with answer_of(bank, lambda: bank.look_up_refund(foreign_id)) as told:
        _note(_lock(repayment_id), told, now)


def waiting_repayments(before: datetime) -> list[str]:
    """The bank's names of repayments it has not finished since a moment."""
    query = (
        select(Repayment.foreign_id)
        .where(Repayment.state == ASKED, Repayment.foreign_id.is_not(None), Repayment.asked_at < before)
        .order_by(Repayment.id)
        .limit(200)
    )
    return [name for name in db.session.scalars(query) if name]


def note_repaid(order: Order, ore: int, key: str, *, kind: str, by: By, now: datetime) -> None:
    """A person has given money back by transfer or in cash. Refuses more than the buyer is owed."""
    assert kind in (BANK, CASH)
    if not 0 < ore <= owed_to_buyer(order):
        raise Refused(_("Så meget har køberen ikke til gode."), field="amount")
    post_repaid(order.id, f"by_hand:{key}", ore, out_of=kind, now=now)
    record("repaid", "order", order.id, by=by, now=now, ore=ore)
