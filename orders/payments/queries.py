"""What a buyer's page reads of a payment, and how it asks the bank itself when nobody has told the shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, select

from orders.books.post import fees_ore, received_ore
from orders.models import Order
from orders.payments.gateway import STARTED
from orders.payments.models import TRANSFER, MoneyIn, Payment, PayWay, SandboxPayment
from orders.payments.pay import lock_last_payment, settle
from orders.reversals.queries import gross_left
from orders.states import CANCELLED, EXPIRED
from shop.db import db
from shop.jobs.models import Intention
from shop.settings.read import value

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
    """How the money of an order stands, in øre: what the buyer is to pay in all, and what has been received."""

    due_ore: int
    received_ore: int

    @property
    def missing_ore(self) -> int:
        return max(0, self.due_ore - self.received_ore)

    @property
    def over_ore(self) -> int:
        return max(0, self.received_ore - self.due_ore)

    @property
    def is_enough(self) -> bool:
        """Whether it is all there; the little that may be missing is written off when the parcel leaves."""
        return self.missing_ore <= int(value("limits.difference_ore"))


def by_hand(order: Order) -> ByHand:
    """What has come in, against what is left of the order; of one that is over nothing is."""
    due = 0 if order.state in (CANCELLED, EXPIRED) else gross_left(order.id)
    fees = fees_ore(order.id)
    return ByHand(due + fees, received_ore(order.id) + fees)


def is_paid_by_hand(order_id: int) -> bool:
    """Whether any money for it has come by transfer or in cash."""
    return db.session.scalar(select(MoneyIn.id).where(MoneyIn.order_id == order_id).limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Hand:
    """How an order is paid outside the bank's pages: the way, until when the shop waits, and how the money stands."""

    way: str
    until: datetime | None
    money: ByHand


def find_hand(order: Order, money: ByHand | None = None) -> Hand | None:
    """How an order is paid by hand; None when it is a card's affair alone. `money` when that has been asked already."""
    pay_way, money = find_pay_way(order.id), money or by_hand(order)
    if pay_way is None and not (money.received_ore and is_paid_by_hand(order.id)):
        return None
    return Hand(pay_way.way, pay_way.until, money) if pay_way else Hand(TRANSFER, None, money)
