"""Start a payment, and believe only what the gateway answers when it is asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from orders.books.post import received_ore
from orders.lock import lock_order
from orders.models import PRIVATE, Order
from orders.payments.follow import follow
from orders.payments.gateway import (
    AUTHORISED,
    CAPTURED,
    PAYMENT,
    STARTED,
    At,
    BankSilent,
    Found,
    Gateway,
    Wish,
    bank_in_use,
    bank_named,
)
from orders.payments.gateway import ENDED as PAYMENT_ENDED
from orders.payments.models import PAY, Credit, Payment
from orders.reversals.queries import gross_left
from orders.states import CANCELLED, EXPIRED, PART_SENT
from shop.days import utc_now
from shop.db import db, insert_once, transaction
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.jobs.outbox import handles, post
from shop.settings.read import value

_NEWEST = select(Payment).where(Payment.order_id == bindparam("order")).order_by(Payment.id.desc()).limit(1)
T = TypeVar("T")
# A bank outside the house lets a page of its own be open for at least half an hour, and a day at most.
SHORTEST, LONGEST = timedelta(minutes=35), timedelta(hours=23)
OPENING = timedelta(minutes=4)  # one that has not been opened so long after it was begun is begun anew


@dataclass(frozen=True, slots=True)
class Opening:
    """A payment that has been begun, and where the buyer goes; no address yet when the bank is outside the house."""

    payment_id: int
    url: str


def covers(last: Payment | None, state: str) -> bool:
    """Whether a card's money is there for an order in a state."""
    return last is not None and (last.state == AUTHORISED or (last.state == CAPTURED and state != PART_SENT))


def still_to_pay(order: Order) -> int:
    """What a buyer can be asked to pay of an order now, in øre: nothing once a card's money is reserved or drawn.

    An organisation with credit pays its invoice, by bank.
    """
    last = last_payment(order.id)
    if order.state in (CANCELLED, EXPIRED) or covers(last, order.state):
        return 0
    return max(0, still_open(order.id))


def start_payment(order: Order, *, back_url: str, now: datetime, purpose: str = PAY, is_new: bool = False) -> Opening:
    """Begin a payment of what is left of the order. One that is open already is used again; a paid order is refused.

    `is_new`: the order has been placed in this very transaction, so that there is no payment to look for.
    """
    last = None if is_new else last_payment(order.id)
    ore = order.gross_ore if is_new else still_to_pay(order)
    bank = bank_in_use()
    if ore <= 0 or bank is None:
        raise Refused(_("Ordre %(number)s er allerede betalt eller afsluttet.", number=order.number))
    if last is not None and last.state == STARTED:
        if _is_same(last, bank, ore, purpose, now):
            return Opening(last.id, last.url)
        end_payment(last, now=now)
    wish = Wish(next_key(order, is_new=is_new), ore, order.number, purpose, back_url, order.buyer_email, order.language)
    opened = bank.start(wish) if bank.is_inside else Found(STARTED, ore)
    payment_id = insert_once(
        Payment,
        key=wish.key,
        order_id=order.id,
        gateway=bank.name,
        foreign_id=opened.foreign_id or None,
        url=opened.url,
        purpose=purpose,
        state=STARTED,
        ore=ore,
        started_at=now,
    )
    assert payment_id is not None
    return Opening(payment_id, opened.url)


def _is_same(last: Payment, bank: Gateway, ore: int, purpose: str, now: datetime) -> bool:
    if (last.gateway, last.ore, last.purpose) != (bank.name, ore, purpose):
        return False
    return bool(last.url) or last.started_at > now - OPENING


def next_key(order: Order, *, is_new: bool = False) -> str:
    """Our own key of an order's next payment: the cart's, with a number."""
    begun = 0 if is_new else db.session.scalar(select(func.count(Payment.id)).where(Payment.order_id == order.id))
    return f"{order.cart_key[:24]}-{int(begun or 0) + 1}"


def open_payment(payment_id: int, *, back_url: str, now: datetime) -> str:
    """Open a payment that was begun at a bank outside the house, and answer the address of the bank's page.

    `back_url` is the whole address the buyer comes back to. Raises BankSilent; asked again, it is the same payment.
    """
    payment = db.session.get_one(Payment, payment_id, options=[joinedload(Payment.order)])
    if payment.url:
        return payment.url
    order, bank = payment.order, bank_named(payment.gateway)
    lives = min(max(timedelta(minutes=int(value("times.unpaid_minutes"))), SHORTEST), LONGEST)
    wish = Wish(
        payment.key, payment.ore, order.number, payment.purpose, back_url,
        order.buyer_email, order.language, until=payment.started_at + lives,
        is_private=order.buyer_kind == PRIVATE,
    )  # fmt: skip
    db.session.rollback()
    opened = bank.start(wish)
    with transaction():
        locked = lock_payment(payment_id)
        follow(locked, opened, now=now)
        if locked.state != STARTED:  # the order was cancelled meanwhile
            ask_to_end(locked, "opened", now=now)
        return opened.url


def last_payment(order_id: int) -> Payment | None:
    """The newest payment of an order."""
    return db.session.scalar(_NEWEST, {"order": order_id})


def has_card_payment(order_id: int) -> bool:
    """Whether a card's money is reserved or drawn for it; what was drawn of some of its parcels is not all of it."""
    last = last_payment(order_id)
    if last is None or last.state != CAPTURED:
        return covers(last, "")
    return covers(last, db.session.get_one(Order, order_id).state)


def is_parted(order_id: int) -> bool:
    """Whether some parcels of an order have left and others have not."""
    return db.session.get_one(Order, order_id).state == PART_SENT


def is_paid(order_id: int) -> bool:
    """Whether what is left of it is there: reserved or drawn, received by hand, or on credit.

    By hand a little may be missing (limits.difference_ore): it is written off when the parcel leaves.
    """
    if has_card_payment(order_id):
        return True
    return still_open(order_id) <= int(value("limits.difference_ore"))


def still_open(order_id: int) -> int:
    """What is left of an order, less what was received by transfer or in cash and what may be owed, in øre."""
    return gross_left(order_id) - received_ore(order_id) - credit_ore(order_id)


def credit_ore(order_id: int) -> int:
    """What an organisation may owe for an order, in øre; nothing without the shop's yes."""
    return int(db.session.scalar(select(Credit.ore).where(Credit.order_id == order_id)) or 0)


def find_payment(gateway: str, name: str) -> int | None:
    """The payment that a gateway means by a name: its page's, its money's, or our own key."""
    return db.session.scalar(
        select(Payment.id)
        .where(
            Payment.gateway == gateway,
            (Payment.foreign_id == name) | (Payment.intent_id == name) | (Payment.key == name),
        )
        .limit(1)
    )


def lock_payment(payment_id: int) -> Payment:
    """A payment, locked together with its order."""
    order = lock_order(db.session.scalars(select(Payment.order_id).where(Payment.id == payment_id)).one())
    payment = db.session.get_one(Payment, payment_id, populate_existing=True)
    set_committed_value(payment, "order", order)
    return payment


def consult(payment_id: int, ask: Callable[[Gateway, At], Found], *, now: datetime) -> Payment:
    """Ask the bank something of a payment, and let payment and order follow its answer. Opens its own transaction.

    A bank outside the house is asked while nothing is locked. Raises BankSilent when it does not answer.
    """
    payment = db.session.get_one(Payment, payment_id)
    bank, at = bank_named(payment.gateway), at_bank(payment)
    with answer_of(bank, lambda: ask(bank, at)) as found:
        locked = lock_payment(payment_id)
        follow(locked, found, now=now)
    return locked


@contextmanager
def answer_of(bank: Gateway, ask: Callable[[], T]) -> Iterator[T]:
    """Ask a bank something, and open a transaction to note its answer in.

    A bank outside the house is asked before, while nothing is locked. The sandbox bank's rows are locked before the
    order's, whatever it is asked.
    """
    if not bank.is_inside:
        db.session.rollback()
        told = ask()
    with transaction():
        yield ask() if bank.is_inside else told


def at_bank(payment: Payment) -> At:
    """What a payment is called at its bank."""
    return At(payment.key, payment.foreign_id or "", payment.intent_id or "", payment.purpose)


def settle(payment_id: int, *, now: datetime) -> Payment:
    """Ask the gateway how a payment is, and follow. Harmless however often it is done; one never opened is left."""
    payment = db.session.get_one(Payment, payment_id)
    if payment.foreign_id is None:
        return payment
    return consult(payment_id, lambda bank, at: bank.look_up(at), now=now)


def ask_bank(order_id: int, *, now: datetime) -> bool:
    """Look up an order's unsettled payment at the bank, outside any transaction. False when the bank is silent."""
    row = db.session.execute(
        select(Payment.id, Payment.state).where(Payment.order_id == order_id).order_by(Payment.id.desc()).limit(1)
    ).one_or_none()
    if row is not None and row.state == STARTED:
        try:
            settle(row.id, now=now)
        except BankSilent:
            return False
    return True


def end_payments(order: Order, *, now: datetime) -> None:
    """Give up every payment of an order that is over: what was reserved is let go, a saved card forgotten."""
    for payment in db.session.scalars(select(Payment).where(Payment.order_id == order.id)):
        end_payment(payment, now=now)


def end_payment(payment: Payment, *, now: datetime) -> None:
    """The shop wants nothing more of it; the worker tells the bank."""
    if PAYMENT.can(payment.state, "end"):
        payment.state, payment.ended_at = PAYMENT_ENDED, now
        ask_to_end(payment, "over", now=now)


def ask_to_end(payment: Payment, cause: str, *, now: datetime) -> None:
    """Let the worker tell the bank that a payment is over."""
    post("end_payment", f"end:{payment.id}:{cause}", now=now, payment_id=payment.id)


@handles("end_payment")
def tell_bank_it_is_over(payload: dict[str, Any]) -> None:
    """Close the bank's page and let go of what is reserved. One that was never opened there has nothing to close."""
    payment = db.session.get_one(Payment, payload["payment_id"])
    if payment.foreign_id is not None:
        consult(payment.id, lambda bank, at: bank.end(at), now=utc_now())
