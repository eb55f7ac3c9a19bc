"""What an enterprise has: expected, earned, payable and paid, and the postings of one share.

Earned and payable are the balances of its accounts in the books; expected are the shares of paid orders that have not
left yet, less what has been taken back. All amounts are net øre.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from orders.books.models import BANK, EARNED, PAYABLE, Account, Posting
from orders.models import Order, OrderLine, Share
from orders.reversals.models import Refund, RefundLine, RefundShare
from orders.shares.queries import AFTER_PAYMENT, COUNTED
from orders.states import PART_SENT
from shop.db import db

_SOLD, _TAKEN, _LEFT = "sold", "taken", "left"


@dataclass(frozen=True, slots=True)
class Amounts:
    """What an enterprise has, in øre. `payable_ore` is below zero when it owes the others; `taken_ore` is off already.

    `is_paid`: whether money has ever gone from its account to its bank.
    """

    expected_ore: int = 0
    earned_ore: int = 0
    payable_ore: int = 0
    paid_ore: int = 0
    taken_ore: int = 0
    is_paid: bool = False

    @property
    def owed_ore(self) -> int:
        return max(0, -self.payable_ore)


def amounts_of(enterprise_id: int) -> Amounts:
    """What an enterprise has now: two questions, whatever it has sold."""
    sold: dict[str, int] = {}
    taken: dict[str, int] = {}
    left: dict[str, int] = {}
    for state, what, ore in db.session.execute(_by_order_state(enterprise_id)):
        found = {_SOLD: sold, _TAKEN: taken, _LEFT: left}[what]
        found[state] = found.get(state, 0) + int(ore)
    balances: dict[str, int] = {EARNED: 0, PAYABLE: 0}
    paid, is_paid = 0, False
    for kind, other, ore in db.session.execute(_by_account(enterprise_id)):
        balances[kind] += int(ore)
        if (kind, other) == (PAYABLE, BANK):
            paid, is_paid = paid - int(ore), True
    return Amounts(
        expected_ore=sum(sold.get(s, 0) - taken.get(s, 0) - left.get(s, 0) for s in AFTER_PAYMENT),
        earned_ore=balances[EARNED],
        payable_ore=balances[PAYABLE],
        paid_ore=paid,
        taken_ore=sum(taken.get(state, 0) for state in COUNTED),
        is_paid=is_paid,
    )


def _by_order_state(enterprise_id: int) -> Any:
    """What was sold and what was taken back, by the state of the orders; and what parcels have earned of those that
    have not all left."""
    sold = (
        select(Order.state, literal(_SOLD), func.sum(Share.ore))
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Share, Share.line_id == OrderLine.id)
        .where(Share.enterprise_id == enterprise_id)
        .group_by(Order.state)
    )
    taken = (
        select(Order.state, literal(_TAKEN), func.sum(RefundShare.ore))
        .join(Refund, Refund.order_id == Order.id)
        .join(RefundLine, RefundLine.refund_id == Refund.id)
        .join(RefundShare, RefundShare.refund_line_id == RefundLine.id)
        .where(RefundShare.enterprise_id == enterprise_id)
        .group_by(Order.state)
    )
    mine, other = Account.id == Posting.credit_id, Account.id == Posting.debit_id
    left = (
        select(Order.state, literal(_LEFT), func.sum(case((mine, Posting.ore), else_=-Posting.ore)))
        .join(Posting, Posting.order_id == Order.id)
        .join(Account, or_(mine, other))
        .where(Order.state == PART_SENT, Account.enterprise_id == enterprise_id, Account.kind == EARNED)
        .group_by(Order.state)
    )
    return union_all(sold, taken, left)


def _by_account(enterprise_id: int) -> Any:
    """The balances of the enterprise's accounts, by the account on the other side."""
    mine, other = aliased(Account), aliased(Account)

    def side(own: Any, others: Any, ore: Any) -> Select[Any]:
        return (
            select(mine.kind, other.kind, func.sum(ore))
            .select_from(Posting)
            .join(mine, mine.id == own)
            .join(other, other.id == others)
            .where(mine.enterprise_id == enterprise_id)
            .group_by(mine.kind, other.kind)
        )

    return union_all(
        side(Posting.credit_id, Posting.debit_id, Posting.ore), side(Posting.debit_id, Posting.credit_id, -Posting.ore)
    )


@dataclass(frozen=True, slots=True)
class Booked:
    """One posting as the enterprise sees it: what it added to earned and to payable, in øre."""

    day: date
    code: str
    earned_ore: int
    payable_ore: int
    reference: str


def postings_of(enterprise_id: int, share_id: int) -> list[Booked]:
    """Every posting of one of the enterprise's shares, oldest first."""
    own = {
        row.id: row.kind
        for row in db.session.execute(select(Account.id, Account.kind).where(Account.enterprise_id == enterprise_id))
    }
    query = select(Posting).where(
        Posting.share_id == share_id, or_(Posting.debit_id.in_(own), Posting.credit_id.in_(own))
    )
    found = []
    for posting in db.session.scalars(query.order_by(Posting.id)):
        added = dict.fromkeys((EARNED, PAYABLE), 0)
        for account_id, ore in ((posting.credit_id, posting.ore), (posting.debit_id, -posting.ore)):
            if account_id in own:
                added[own[account_id]] += ore
        found.append(Booked(posting.booked_on, posting.code, added[EARNED], added[PAYABLE], posting.reference))
    return found
