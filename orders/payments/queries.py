"""What pages read of payments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, exists, select

from orders.books.post import handed_over_ore
from orders.models import Order
from orders.payments.gateway import STARTED
from orders.payments.later import asked_on, is_far
from orders.payments.models import FROM_CARD, LATER, SAVED, TRANSFER, MoneyIn, Payment, PayWay, SandboxPayment
from orders.payments.pay import covers, still_to_pay
from orders.reversals.queries import gross_left
from orders.states import CANCELLED, EXPIRED, PLACED
from shop.days import local_day
from shop.db import db
from shop.jobs.models import Intention
from shop.settings.read import value

_SANDBOX = select(SandboxPayment).where(SandboxPayment.foreign_id == bindparam("foreign"))
_SANDBOX_LOCKED = _SANDBOX.with_for_update()


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


def last_day_of(until: datetime) -> date:
    """The day (Europe/Copenhagen) on which a wait ends; one that ends at midnight ends on the day before."""
    return local_day(until - timedelta(seconds=1))


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
    received, fees = handed_over_ore(order.id)
    return ByHand(due + fees, received)


def is_paid_by_hand(order_id: int) -> bool:
    """Whether any money for it has come by transfer or in cash."""
    return db.session.scalar(select(MoneyIn.id).where(MoneyIn.order_id == order_id).limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Hand:
    """How an order is paid outside the bank's pages: the way, until when the shop waits, and how the money stands."""

    way: str
    until: datetime | None
    money: ByHand

    @property
    def last_day(self) -> date | None:
        """The last day the shop waits."""
        return last_day_of(self.until) if self.until else None


def find_hand(order: Order, money: ByHand | None = None) -> Hand | None:
    """How an order is paid by hand; None when it is a card's affair alone. `money` when that has been asked already."""
    return hand_of(order, find_pay_way(order.id), money or by_hand(order))


def hand_of(order: Order, pay_way: PayWay | None, money: ByHand) -> Hand | None:
    """The same of what has been asked already."""
    if pay_way is not None and pay_way.way in (SAVED, LATER):
        pay_way = None  # a card's affair, later on
    if pay_way is None and not (money.received_ore and is_paid_by_hand(order.id)):
        return None
    return Hand(pay_way.way, pay_way.until, money) if pay_way else Hand(TRANSFER, None, money)


@dataclass(frozen=True, slots=True)
class Paying:
    """What a buyer is told of paying an order that has no card's money yet. `on`: the day it will be asked for.

    `state`: "silent" (the bank does not answer), "saved" or "later" (until that day), "wait" (the saved card is being
    charged), "asks" (to be paid now; `why` is the bank's code for what went wrong), or nothing to be said.
    """

    state: str = ""
    on: date | None = None
    ore: int = 0
    why: str = ""


def how_it_is_paid(order: Order, payment: Payment | None, *, heard: bool, today: date) -> Paying:
    """How the money of an order stands for its buyer; `heard` says whether the bank answered just now."""
    if order.state == PLACED:
        is_silent = not heard or (payment is not None and payment.state == STARTED and not payment.url)
        return Paying("silent" if is_silent else "")
    if order.state in (CANCELLED, EXPIRED) or covers(payment, order.state):
        return Paying()
    way = find_pay_way(order.id)
    is_later = way is not None and way.way in (SAVED, LATER)
    ore = still_to_pay(order) if is_later or payment is not None else 0
    if not ore:
        return Paying()
    if way is not None and is_later and way.asked_at is None:
        return Paying(way.way, asked_on(order.pack_on), ore)
    if payment is not None and payment.state == STARTED and payment.purpose == FROM_CARD:
        return Paying("wait", ore=ore)
    if is_far(order.pack_on, today):
        return Paying(LATER, asked_on(order.pack_on), ore)
    return Paying("asks", ore=ore, why=payment.why if payment is not None else "")
