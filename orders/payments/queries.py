"""What a buyer's page reads of a payment, and how it asks the bank itself when nobody has told the shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, func, select

from orders.models import Order
from orders.payments.gateway import AUTHORISED, CAPTURED, STARTED
from orders.payments.models import MoneyIn, Payment, PayWay, SandboxPayment
from orders.payments.pay import has_card_payment, last_payment, lock_payment, received_ore, settle
from orders.states import CANCELLED, EXPIRED
from shop.db import db
from shop.jobs.models import Intention


def ask_bank(order_id: int, *, now: datetime) -> None:
    """Look up an order's unsettled payment at the bank, inside the transaction under way; harmless twice."""
    last = last_payment(order_id)
    if last is None or last.state != STARTED:
        return
    payment = lock_payment(last.gateway, last.foreign_id)
    if payment is not None:
        settle(payment, now=now)


def is_promised(payment: Payment) -> bool:
    """Whether the buyer has told the bank to pay later, and the bank has not done so yet."""
    if payment.state != STARTED:
        return False
    promise = select(Intention.id).where(Intention.key == f"late:{payment.foreign_id}", Intention.done_at.is_(None))
    return db.session.scalar(promise) is not None


def find_sandbox_payment(foreign_id: str, *, lock: bool = False) -> SandboxPayment | None:
    """The sandbox bank's own row of a payment."""
    query = select(SandboxPayment).where(SandboxPayment.foreign_id == foreign_id)
    return db.session.scalar(query.with_for_update() if lock else query)


def waits_until(now: datetime) -> ColumnElement[bool]:
    """Of an order: whether the office has agreed to wait for its money until after a moment."""
    return exists(select(PayWay.id).where(PayWay.order_id == Order.id, PayWay.until > now))


def find_pay_way(order_id: int) -> PayWay | None:
    """How an order that the office has taken down is paid; None for one of the shop's own checkout."""
    return db.session.scalar(select(PayWay).where(PayWay.order_id == order_id))


def money_of(order_id: int) -> Sequence[MoneyIn]:
    """What has come in by hand for an order, oldest first."""
    return db.session.scalars(select(MoneyIn).where(MoneyIn.order_id == order_id).order_by(MoneyIn.id)).all()


@dataclass(frozen=True, slots=True)
class ByHand:
    """How the money that came in by hand stands, in øre: what is due that way, and what is there."""

    due_ore: int
    received_ore: int

    @property
    def missing_ore(self) -> int:
        return max(0, self.due_ore - self.received_ore)

    @property
    def over_ore(self) -> int:
        return max(0, self.received_ore - self.due_ore)


def by_hand(order: Order) -> ByHand:
    """What is due by hand: nothing of an order that is over, or that a card has paid."""
    is_over = order.state in (CANCELLED, EXPIRED) or has_card_payment(order.id)
    return ByHand(0 if is_over else order.gross_ore, received_ore(order.id))


def paid_too_much() -> Sequence[tuple[str, int]]:
    """The orders whose buyer has money coming back by hand: number and øre, oldest first."""
    card = exists(select(Payment.id).where(Payment.order_id == Order.id, Payment.state.in_((AUTHORISED, CAPTURED))))
    due = case((Order.state.in_((CANCELLED, EXPIRED)) | card, 0), else_=Order.gross_ore)
    over = func.sum(MoneyIn.ore) - due
    rows = db.session.execute(
        select(Order.number, over)
        .join(MoneyIn, MoneyIn.order_id == Order.id)
        .group_by(Order.id)
        .having(over > 0)
        .order_by(Order.id)
        .limit(20)
    )
    return [(number, int(ore)) for number, ore in rows]
