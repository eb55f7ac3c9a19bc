"""What the banks tell us: kept once, answered at once, handled later, once. An event is only a reason to look."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from orders.payments.gateway import STARTED
from orders.payments.models import Payment, PaymentEvent, SandboxPayment
from orders.payments.pay import lock_payment, settle
from orders.payments.sandbox import lock_sandbox_payment, play
from shop.days import utc_now
from shop.db import db, insert_once, transaction
from shop.jobs.outbox import handles, post
from shop.jobs.queue import every


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
    """Look the event's payment up. Handled before, or about a payment we do not know: nothing."""
    with transaction():
        event = db.session.get_one(PaymentEvent, payload["event_id"])
        if event.handled_at is not None:
            return
        payment = lock_payment(event.gateway, event.payment_foreign_id)
        if payment is not None:
            settle(payment, now=utc_now())
        event.handled_at = utc_now()


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


@handles("sandbox_late")
def pay_late(payload: dict[str, Any]) -> None:
    """The payment that was promised for later."""
    with transaction():
        row = lock_sandbox_payment(payload["foreign_id"])
        if row.state == STARTED:
            sandbox_says(row, "pay", now=utc_now())


@every(300)
def ask_about_started() -> None:
    """A message that never came: ask the bank about every payment begun and not heard of for ten minutes."""
    before = utc_now() - timedelta(minutes=10)
    names = db.session.execute(
        select(Payment.gateway, Payment.foreign_id)
        .where(Payment.state == STARTED, Payment.started_at < before)
        .order_by(Payment.id)
        .limit(200)
    ).all()
    for gateway, foreign_id in names:
        with transaction():
            payment = lock_payment(gateway, foreign_id)
            if payment is not None:
                settle(payment, now=utc_now())
