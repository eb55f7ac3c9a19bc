"""What buyers owe, by age, and what is owed to them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, literal, select, true, union_all
from sqlalchemy.orm import defer

from orders.books.models import FREIGHT, RECEIPT, RECEIVABLE, SALE, Account, Posting
from orders.books.post import RECEIVED
from orders.ledger.models import OpenBalance
from orders.ledger.sums import after_mark, receivable_columns
from orders.models import Order, OrderLine
from orders.payments.gateway import CAPTURED
from orders.payments.models import Payment
from orders.reversals.models import Refund
from orders.states import CANCELLED, EXPIRED
from shop.db import db

AGES = (30, 60, 90)
"""The last day of each age group but the oldest, in days since the sale was booked."""


@dataclass(frozen=True, slots=True)
class Receivable:
    """What the buyer of one order owes, in øre with VAT, and how many days since it was sold."""

    order: Order
    ore: int
    days: int

    @property
    def age(self) -> int:
        """Which age group: 0 is the youngest."""
        return sum(self.days > last for last in AGES)


@dataclass(frozen=True, slots=True)
class Owed:
    """What the shop owes the buyer of one order. `by_hand_ore`: no gateway can give it back, a person must."""

    order: Order
    ore: int
    by_hand_ore: int


@dataclass(frozen=True, slots=True)
class Balances:
    """All open balances: the oldest debts first, and the largest owed."""

    receivables: Sequence[Receivable]
    owed: Sequence[Owed]

    @property
    def by_age(self) -> list[tuple[int, int]]:
        """For each age group how many orders there are, and how much."""
        groups = [[one.ore for one in self.receivables if one.age == age] for age in range(len(AGES) + 1)]
        return [(len(group), sum(group)) for group in groups]

    @property
    def old(self) -> int:
        """How many debts are older than the youngest group."""
        return sum(one.age > 0 for one in self.receivables)

    @property
    def by_hand(self) -> int:
        """How many buyers are owed something that a person must give back."""
        return sum(one.by_hand_ore > 0 for one in self.owed)


def open_balances(today: date) -> Balances:
    """What stands between the shop and its buyers on a day (Europe/Copenhagen)."""
    balances, sold_on = _open()
    orders = {
        order.id: order
        for order in db.session.scalars(
            select(Order).where(Order.id.in_(balances)).options(defer(Order.recipient), defer(Order.buyer_address))
        )
    } if balances else {}  # fmt: skip
    receivables = [
        Receivable(orders[order_id], ore, (today - sold_on.get(order_id, today)).days)
        for order_id, ore in balances.items()
        if ore > 0
    ]
    owed = _owed([orders[order_id] for order_id, ore in balances.items() if ore < 0])
    return Balances(
        sorted(receivables, key=lambda one: (-one.days, one.order.id)), sorted(owed, key=lambda one: -one.ore)
    )


def _open() -> tuple[dict[int, int], dict[int, date]]:
    """The orders whose buyers' account is not even: the balance (above zero: they owe), and the day of the sale.

    Kept balances and what came after them, in one question. An order that was even when it was kept has no row, so the
    day of its sale is looked up.
    """
    account = select(Account.id).where(Account.kind == RECEIVABLE).scalar_subquery()
    ore, sold_on, mine = receivable_columns(account)
    both = union_all(
        select(OpenBalance.order_id, OpenBalance.ore, OpenBalance.sold_on),
        select(Posting.order_id, ore, sold_on).where(after_mark(), mine, Posting.order_id.is_not(None)),
    ).subquery()
    order_id, balance, seen = both.c
    looked_up = (
        select(func.min(Posting.booked_on))
        .where(Posting.order_id == order_id, Posting.code.in_((SALE, FREIGHT)))
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(order_id, func.sum(balance), func.coalesce(func.min(seen), looked_up))
        .group_by(order_id)
        .having(func.sum(balance) != 0)
    ).all()
    return {row[0]: int(row[1]) for row in rows}, {row[0]: row[2] for row in rows if row[2]}


def _owed(orders: Sequence[Order]) -> list[Owed]:
    """Received less what is left of each order, as `owed_to_buyer` has it; a prepaid order owes nothing."""
    if not orders:
        return []
    ids = [order.id for order in orders]
    sums: dict[str, dict[int, int]] = {what: {} for what in ("received", "sold", "taken", "gateway")}
    for what, order_id, ore in db.session.execute(union_all(*_four_sums(ids))):
        sums[what][order_id] = int(ore)
    received, sold, taken, gateway = sums.values()
    found = []
    for order in orders:
        left = 0 if order.state in (CANCELLED, EXPIRED) else sold.get(order.id, 0) - taken.get(order.id, 0)
        ore = received.get(order.id, 0) - left
        if ore > 0:
            found.append(Owed(order, ore, max(0, ore - gateway.get(order.id, 0))))
    return found


def _four_sums(ids: Sequence[int]) -> Iterator[Any]:
    """By order what was received, sold, taken back, and what a gateway can give back; each row says which it is."""
    money = case((Posting.code == RECEIPT, Posting.ore), else_=-Posting.ore)
    drawn = Payment.captured_ore - Payment.refunded_ore
    for what, order_id, ore, wanted in (
        ("received", Posting.order_id, money, Posting.code.in_(RECEIVED)),
        ("sold", OrderLine.order_id, OrderLine.gross_ore, true()),
        ("taken", Refund.order_id, Refund.gross_ore, true()),
        ("gateway", Payment.order_id, drawn, Payment.state == CAPTURED),
    ):
        yield select(literal(what), order_id, func.sum(ore)).where(order_id.in_(ids), wanted).group_by(order_id)
