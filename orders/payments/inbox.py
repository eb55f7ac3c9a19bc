"""What the banks tell us: kept once, answered at once, handled later, once. An event is only a reason to look."""

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from orders.payments.disputes import settle_dispute
from orders.payments.gateway import AUTHORISED, CAPTURED, STARTED, BankSilent
from orders.payments.models import Payment, PaymentEvent, SandboxPayment
from orders.payments.pay import find_payment, settle
from orders.payments.payouts import note_payouts
from orders.payments.repay import PATIENCE, settle_repayment, waiting_repayments
from orders.payments.sandbox import lock_sandbox_payment, play, play_later
from shop.days import utc_now
from shop.db import db, insert_once, transaction
from shop.jobs.outbox import handles, post
from shop.jobs.queue import every
from shop.settings.read import value

log = logging.getLogger("shop.payments")
FEE_PATIENCE = timedelta(days=7)


def keep_event(
    gateway: str, foreign_id: str, kind: str, payment_foreign_id: str, *, now: datetime, body: dict[str, Any]
) -> bool:
    """Keep an event and let the worker handle it; False when it has come before."""
    event_id = insert_once(
        PaymentEvent,
        gateway=gateway,
        foreign_id=foreign_id,
        kind=kind,
        payment_foreign_id=payment_foreign_id,
        body=body,
        received_at=now,
    )
    if event_id is None:
        return False
    post("payment_event", f"payment_event:{event_id}", now=now, event_id=event_id)
    return True


@handles("payment_event")
def handle_event(payload: dict[str, Any]) -> None:
    """Look up what the event is about. Handled before, or about nothing of ours: nothing."""
    event = db.session.get_one(PaymentEvent, payload["event_id"])
    if event.handled_at is not None:
        return
    event_id, now = event.id, utc_now()
    _look_up(event.gateway, event.kind, event.payment_foreign_id, now)
    with transaction():
        db.session.get_one(PaymentEvent, event_id, populate_existing=True).handled_at = now


def _look_up(gateway: str, kind: str, name: str, now: datetime) -> None:
    if kind.startswith("charge.dispute."):
        settle_dispute(gateway, name, now=now)
    elif kind.startswith(("refund.", "charge.refund.")):
        settle_repayment(name, now=now)
    elif kind.startswith("payout."):
        note_payouts()
    elif name:
        payment_id = find_payment(gateway, name)
        if payment_id is not None:
            settle(payment_id, now=now)


def sandbox_says(row: SandboxPayment, choice: str, *, now: datetime) -> None:
    """The sandbox bank acts, and tells the shop as a real bank would. `late` pays in a minute from now."""
    if choice == "late":
        post(
            "sandbox_late",
            f"late:{row.foreign_id}",
            now=now,
            due_at=now + timedelta(minutes=1),
            foreign_id=row.foreign_id,
        )
        return
    play(row, choice)
    keep_event("sandbox", f"{row.foreign_id}:{row.state}", f"payment.{row.state}", row.foreign_id, now=now, body={})


def sandbox_says_later(row: SandboxPayment, choice: str, *, now: datetime) -> None:
    """What happens at the sandbox bank after its customer has left, and how the shop hears of it."""
    play_later(row, choice)
    if row.dispute:
        name, kind = (
            f"dp_{row.foreign_id}",
            "charge.dispute.closed" if choice != "dispute" else "charge.dispute.created",
        )
        keep_event("sandbox", f"{name}:{row.dispute}", kind, name, now=now, body={})
    elif choice == "lapse":
        keep_event("sandbox", f"{row.foreign_id}:lapsed", "payment.lapsed", row.foreign_id, now=now, body={})


@handles("sandbox_late")
def pay_late(payload: dict[str, Any]) -> None:
    """The payment that was promised for later."""
    with transaction():
        row = lock_sandbox_payment(payload["foreign_id"])
        if row.state == STARTED:
            sandbox_says(row, "pay", now=utc_now())


@every(300)
def ask_about_open() -> None:
    """A message that never came: ask the bank about everything begun and not heard of. Silent: next time."""
    now = utc_now()
    try:
        for payment_id in _unheard(now):
            settle(payment_id, now=now)
        for name in waiting_repayments(now - PATIENCE):
            settle_repayment(name, now=now)
    except BankSilent as error:
        log.warning("the bank does not answer: %s", error)


def _unheard(now: datetime) -> list[int]:
    """Payments begun ten minutes ago, reservations whose time is up, and what was drawn without its fee known."""
    lives = timedelta(days=int(value("times.authorisation_days")))
    is_late = or_(Payment.lapses_at < now, and_(Payment.lapses_at.is_(None), Payment.authorised_at < now - lives))
    return list(
        db.session.scalars(
            select(Payment.id)
            .where(
                Payment.foreign_id.is_not(None),
                or_(
                    and_(Payment.state == STARTED, Payment.started_at < now - PATIENCE),
                    and_(Payment.state == AUTHORISED, is_late),
                    and_(
                        Payment.state == CAPTURED, Payment.fee_ore == 0, Payment.captured_at < now - PATIENCE,
                        Payment.captured_at > now - FEE_PATIENCE,
                    ),
                ),
            )
            .order_by(Payment.id)
            .limit(200)
        )
    )  # fmt: skip
