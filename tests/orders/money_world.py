"""Orders on their way through the books: sent, paid, refunded and corrected, each through its verb."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from orders.books.models import EARNED, PAYABLE, Account, Posting
from orders.books.post import At
from orders.books.rules import post_correction
from orders.lock import lock_order
from orders.models import Order
from orders.money.amounts import amounts_of, postings_of
from orders.money.queries import EXPECTED, REFUND, SHARE, Line, Selection, each_line, lines_of_share, sum_up
from orders.payments.capture import capture_order
from orders.refunds.give import refund_component, refund_goodwill, refund_pieces
from orders.refunds.plan import Bearer, Cause
from orders.shares.origin import find_share
from orders.shares.queries import Selection as ShareSelection
from orders.shares.queries import sum_up as sum_up_shares
from shop.days import utc_now
from shop.db import db, transaction
from shop.journal.record import BUYER
from shop.people.models import Enterprise
from tests.orders.supplier_world import enterprise
from tests.tools.world import fulfil, pay, place_order

ALL = Selection()
WHY = "Zebulon Købmandsen har ringet"  # the buyer's affair: no supplier may read it
GREEN = [("den-groenne-kurv", 3)]
ALL_POLICIES = [("den-groenne-kurv", 3), ("det-lange-bord", 2), ("soendagskurven", 1)]


def captured(order: Order) -> None:
    """The worker draws the money of an order that has been sent."""
    capture_order(order.id, now=utc_now())


def sold(baskets: Sequence[tuple[str, int]] = GREEN, *, paid: bool = True, **more: Any) -> Order:
    """An order that is sent; with the buyer's money drawn, or not yet."""
    order = place_order(baskets, **more)
    pay(order)
    fulfil(order)
    if paid:
        captured(order)
    return order


def first_line(order: Order) -> int:
    return min(line.id for line in order.lines if line.kind != "freight")


def take_pieces(order: Order, pieces: int, *, bearer: Bearer | None = None, key: str = "p", note: str = "") -> None:
    with transaction():
        locked = lock_order(order.id)
        cause = Cause(f"{key}:{order.id}", WHY, bearer or Bearer(), note=note)
        refund_pieces(locked, {first_line(locked): pieces}, cause, by=BUYER, now=utc_now())


def take_component(order: Order, share_id: int, pieces: int, *, note: str = "") -> None:
    with transaction():
        cause = Cause(f"c:{share_id}", WHY, note=note)
        refund_component(lock_order(order.id), share_id, pieces, cause, by=BUYER, now=utc_now())


def give_goodwill(order: Order, ore: int, *, bearer: Bearer | None = None) -> None:
    with transaction():
        cause = Cause(f"g:{order.id}", WHY, bearer or Bearer())
        refund_goodwill(lock_order(order.id), ore, cause, by=BUYER, now=utc_now())


def correct(key: str, debit: At, credit: At, ore: int, why: str) -> None:
    with transaction():
        post_correction(key, debit, credit, ore, why=why, by=BUYER, now=utc_now())


def balance(slug: str, kind: str) -> int:
    """An account straight from its postings: credits less debits."""
    account = select(Account.id).where(Account.kind == kind, Account.enterprise_id == enterprise(slug).id)
    account_id = db.session.scalar(account)
    rows = db.session.scalars(select(Posting)).all()
    return sum(row.ore * ((row.credit_id == account_id) - (row.debit_id == account_id)) for row in rows)


def lines(slug: str = "social-foodies", selection: Selection = ALL) -> list[Line]:
    return list(each_line(enterprise(slug).id, selection))


def of_state(slug: str, state: str) -> int:
    return sum(line.ore for line in lines(slug) if line.state == state)


def check_agreement(slug: str) -> None:
    """Lines, sums, amounts, the books and Min andel all say the same, to the øre."""
    mine = enterprise(slug).id
    amounts, sums = amounts_of(mine), sum_up(mine, ALL)
    found = lines(slug)
    for state, amount in (
        (EXPECTED, amounts.expected_ore),
        (EARNED, amounts.earned_ore),
        (PAYABLE, amounts.payable_ore),
    ):
        assert sum(line.ore for line in found if line.state == state) == amount == sums.ore(state), (slug, state)
    assert amounts.earned_ore == balance(slug, EARNED)
    assert amounts.payable_ore == balance(slug, PAYABLE)
    shares = sum_up_shares(mine, ShareSelection())
    assert shares.expected_ore == amounts.expected_ore
    assert shares.earned_ore == sum(
        line.ore for line in found if line.kind in (SHARE, REFUND) and line.state in (EARNED, PAYABLE)
    )
    for line in found:
        if line.kind == SHARE:
            origin = find_share(line.id, mine)
            assert origin is not None
            assert sum(each.ore for each in lines_of_share(mine, origin)) == -origin.taken_ore
            booked = postings_of(mine, line.id)
            left = origin.left_ore if line.state in (EARNED, PAYABLE) else 0
            assert sum(each.earned_ore + each.payable_ore for each in booked) == left


def everyone() -> Iterator[str]:
    return iter(db.session.scalars(select(Enterprise.slug)).all())
