"""What a buyer's page reads of a payment, and how it asks the bank itself when nobody has told the shop."""

from datetime import datetime

from sqlalchemy import bindparam, select

from orders.payments.gateway import STARTED
from orders.payments.models import Payment, SandboxPayment
from orders.payments.pay import lock_last_payment, settle
from shop.db import db
from shop.jobs.models import Intention

_SANDBOX = select(SandboxPayment).where(SandboxPayment.foreign_id == bindparam("foreign"))
_SANDBOX_LOCKED = _SANDBOX.with_for_update()


def ask_bank(order_id: int, *, now: datetime) -> None:
    """Look up an order's unsettled payment at the bank, inside the transaction under way; harmless twice."""
    payment = lock_last_payment(order_id)
    if payment is not None and payment.state == STARTED:
        settle(payment, now=now)


def is_promised(payment: Payment) -> bool:
    """Whether the buyer has told the bank to pay later, and the bank has not done so yet."""
    if payment.state != STARTED:
        return False
    promise = select(Intention.id).where(Intention.key == f"late:{payment.foreign_id}", Intention.done_at.is_(None))
    return db.session.scalar(promise) is not None


def find_sandbox_payment(foreign_id: str, *, lock: bool = False) -> SandboxPayment | None:
    """The sandbox bank's own row of a payment."""
    return db.session.scalar(_SANDBOX_LOCKED if lock else _SANDBOX, {"foreign": foreign_id})
