"""What buyers are to pay, order by order: the open ones, and those a line of the account names. All amounts in øre."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, or_, select

from orders.books.models import REMINDER, WRITE_OFF, WRITTEN_OFF, Account, Posting
from orders.books.post import RECEIVED
from orders.documents.models import INVOICE, Document
from orders.ledger.receivables import open_balances
from orders.models import Order
from orders.payments.gateway import AUTHORISED, CAPTURED
from orders.payments.models import Payment
from orders.reversals.models import Refund
from orders.states import CANCELLED, CONFIRMED, EXPIRED, PACKED, PLACED
from shop.db import db

MOST_OPEN = 3_000


@dataclass(frozen=True, slots=True)
class Due:
    """One order and how its money stands. `due_ore` with reminders' fees, less what was written off.

    `is_open`: money for it is still to come by bank; no card is about to be charged.
    """

    order_id: int
    number: str
    name: str
    state: str
    invoices: Sequence[str]
    due_ore: int
    received_ore: int
    is_open: bool

    @property
    def left_ore(self) -> int:
        """What is still to be paid; below zero: so much too much has come."""
        return self.due_ore - self.received_ore

    @property
    def missing_ore(self) -> int:
        return max(0, self.left_ore)

    @property
    def over_ore(self) -> int:
        return max(0, -self.left_ore)


def open_order_ids(today: date) -> list[int]:
    """The orders that wait for money by bank: not sent and not paid, or sent and still owed. The newest first."""
    unsent = select(Order.id).where(Order.state.in_((PLACED, CONFIRMED, PACKED))).order_by(Order.id.desc())
    waiting = db.session.scalars(unsent.limit(MOST_OPEN)).all()
    owed = [one.order.id for one in open_balances(today).receivables]
    return sorted({*waiting, *owed}, reverse=True)[:MOST_OPEN]


def dues_of(ids: Collection[int]) -> dict[int, Due]:
    """How the money of some orders stands, by order: five questions however many they are."""
    if not ids:
        return {}
    orders = db.session.execute(
        select(Order.id, Order.number, Order.buyer_name, Order.state, Order.gross_ore).where(Order.id.in_(ids))
    ).all()
    taken = _sums(select(Refund.order_id, func.sum(Refund.gross_ore)).where(Refund.order_id.in_(ids)).group_by(
        Refund.order_id
    ))  # fmt: skip
    booked = _booked(ids)
    cards = set(
        db.session.scalars(
            select(Payment.order_id).where(Payment.order_id.in_(ids), Payment.state.in_((AUTHORISED, CAPTURED)))
        )
    )
    invoices: dict[int, list[str]] = {}
    for order_id, number in db.session.execute(
        select(Document.order_id, Document.number).where(Document.order_id.in_(ids), Document.kind == INVOICE)
    ):
        invoices.setdefault(order_id, []).append(number)
    found = {}
    for order_id, number, name, state, gross in orders:
        fees, received, written_off = booked.get(order_id, (0, 0, 0))
        over = state in (CANCELLED, EXPIRED)
        due = fees + (0 if over else gross - taken.get(order_id, 0)) - written_off
        left = due - received
        is_open = left > 0 and not over and order_id not in cards
        found[order_id] = Due(order_id, number, name, state, tuple(invoices.get(order_id, ())), due, received, is_open)
    return found


def _booked(ids: Collection[int]) -> dict[int, tuple[int, int, int]]:
    """Of each order what reminders cost, what was received, and what was written off (less what was paid after all)."""
    account = select(Account.id).where(Account.kind == WRITTEN_OFF).scalar_subquery()
    signed = func.sum(case((Posting.credit_id == account, -Posting.ore), else_=Posting.ore))
    rows = db.session.execute(
        select(Posting.order_id, Posting.code, func.sum(Posting.ore), signed)
        .where(Posting.order_id.in_(ids), or_(Posting.code.in_(RECEIVED), Posting.code == WRITE_OFF))
        .group_by(Posting.order_id, Posting.code)
    )
    found: dict[int, tuple[int, int, int]] = {}
    for order_id, code, ore, written_off in rows:
        fees, received, gone = found.get(order_id, (0, 0, 0))
        if code == WRITE_OFF:
            gone += int(written_off)
        elif code == REMINDER:
            fees += int(ore)
        else:
            received += RECEIVED[code] * int(ore)
        found[order_id] = (fees, received, gone)
    return found


def _sums(query: object) -> Mapping[int, int]:
    return {int(order_id): int(ore) for order_id, ore in db.session.execute(query)}  # type: ignore[call-overload]


def find_due(order_id: int) -> Due:
    """How the money of one order stands."""
    return dues_of([order_id])[order_id]
