"""The books of one order after another: what is booked when, and that it can be taken apart again to nothing."""

from typing import Any

import pytest
from sqlalchemy import func, select

from orders.books.check import check_books
from orders.books.models import EARNED, FEES, PAYABLE, RECEIVABLE, Account, Posting
from orders.books.post import order_balance, share_balances
from orders.books.rules import post_replacement
from orders.lock import lock_order
from orders.models import FREIGHT, Order, OrderLine, Share
from orders.moves import cancel
from orders.payments.capture import capture_order
from orders.payments.models import Payment, SandboxPayment
from orders.payments.repay import repay_order
from orders.refunds.give import refund_component, refund_goodwill, refund_pieces
from orders.refunds.plan import Bearer, Cause
from orders.reversals.queries import gross_left, lines_left
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from tests.tools.world import fulfil, pay, place_order

AS_SOLD = Bearer()
pytestmark = pytest.mark.usefixtures("example")


def sold(**more: Any) -> int:
    """An order that has been sent and paid for."""
    order = place_order(**more)
    pay(order)
    fulfil(order)
    capture_order(order.id, now=utc_now())
    return order.id


def balances() -> dict[str, int]:
    """Every account kind's balance, debits less credits, where it is not zero."""
    found: dict[str, int] = {}
    for side, sign in ((Posting.debit_id, 1), (Posting.credit_id, -1)):
        rows = db.session.execute(
            select(Account.kind, func.sum(Posting.ore)).join(Account, Account.id == side).group_by(Account.kind)
        )
        for kind, ore in rows:
            found[kind] = found.get(kind, 0) + sign * int(ore)
    return {kind: ore for kind, ore in found.items() if ore}


def goods(order_id: int) -> list[OrderLine]:
    return list(
        db.session.scalars(
            select(OrderLine)
            .where(OrderLine.order_id == order_id, OrderLine.kind != FREIGHT)
            .order_by(OrderLine.position)
        )
    )


def give(order_id: int, what: dict[int, int] | tuple[int, int] | int, key: str = "k", bearer: Bearer = AS_SOLD) -> None:
    """Take something back through the verbs, and let the bank give the money back."""
    with transaction():
        order, cause = lock_order(order_id), Cause(key, "prøve", bearer)
        if isinstance(what, dict):
            refund = refund_pieces(order, what, cause, by=COMMAND, now=utc_now())
        elif isinstance(what, tuple):
            refund = refund_component(order, what[0], what[1], cause, by=COMMAND, now=utc_now())
        else:
            refund = refund_goodwill(order, what, cause, by=COMMAND, now=utc_now())
    repay_order(order.id, f"refund:{refund.id}", refund.gross_ore, now=utc_now())


def test_nothing_is_booked_before_the_parcel_leaves() -> None:
    order = place_order()
    pay(order)
    assert balances() == {}
    assert check_books().holds


def test_a_sale_is_booked_when_it_leaves_and_due_when_it_is_paid() -> None:
    order = place_order()
    pay(order)
    fulfil(order)
    assert order_balance(order.id, RECEIVABLE) == order.gross_ore
    earned = share_balances(order.id, EARNED)
    shares = db.session.scalars(select(Share).join(OrderLine).where(OrderLine.order_id == order.id)).all()
    assert earned == {share.id: share.ore for share in shares if share.enterprise_id and share.ore}
    capture_order(order.id, now=utc_now())
    assert order_balance(order.id, RECEIVABLE) == 0
    assert share_balances(order.id, PAYABLE) == earned
    assert not any(share_balances(order.id, EARNED).values())
    assert check_books().holds


def test_everything_refunded_piece_by_piece_leaves_the_fee_alone() -> None:
    order_id = sold(baskets=(("den-groenne-kurv", 3),))
    line = goods(order_id)[0]
    freight = next(one.line_id for one in lines_left(order_id) if one.line_id != line.id)
    share = next(share for share in line.shares if share.enterprise_id)
    give(order_id, {line.id: 1}, "a")
    give(order_id, 1_234, "b")
    give(order_id, (share.id, 1), "c")
    give(order_id, {line.id: 2, freight: 1}, "d")
    assert gross_left(order_id) == 0
    left = balances()
    assert left.keys() == {FEES, "gateway"}
    assert left[FEES] == -left["gateway"]
    assert check_books().holds


def test_one_component_touches_only_its_supplier_in_exactly_its_money() -> None:
    order_id = sold(baskets=(("den-groenne-kurv", 2),))
    line = goods(order_id)[0]
    share = next(share for share in line.shares if share.enterprise_id)
    before = share_balances(order_id, PAYABLE)
    give(order_id, (share.id, 2))
    after = share_balances(order_id, PAYABLE)
    assert after.pop(share.id) == 0
    assert before.pop(share.id) == share.ore
    assert after == before
    assert check_books().holds


def test_a_named_bearer_is_charged_and_the_others_keep_theirs() -> None:
    order_id = sold()
    line = goods(order_id)[0]
    share = next(share for share in line.shares if share.enterprise_id)
    before = share_balances(order_id, PAYABLE)
    give(order_id, 5_000, bearer=Bearer("enterprise", share.enterprise_id))
    assert share_balances(order_id, PAYABLE) == before
    charged = db.session.scalar(
        select(func.sum(Posting.ore))
        .join(Account, Account.id == Posting.debit_id)
        .where(Account.kind == PAYABLE, Account.enterprise_id == share.enterprise_id, Posting.code == "goodwill")
    )
    assert charged == 4_000
    assert check_books().holds


def test_the_same_cause_is_one_refund() -> None:
    order_id = sold()
    line = goods(order_id)[0]
    give(order_id, {line.id: 1})
    give(order_id, {line.id: 1})
    assert db.session.scalar(select(func.sum(Payment.refunded_ore))) == line.gross_ore
    assert db.session.scalar(select(SandboxPayment.refunded_ore)) == line.gross_ore
    assert check_books().holds


def test_more_than_is_left_is_refused() -> None:
    order_id = sold()
    line = goods(order_id)[0]
    share = next(share for share in line.shares if share.enterprise_id)
    give(order_id, (share.id, 1), "a")
    for what in ({line.id: 2}, (share.id, 1), 10**9):
        with pytest.raises(Refused):
            give(order_id, what, "b")
    assert check_books().holds


def test_what_is_cancelled_before_it_leaves_is_neither_drawn_nor_booked() -> None:
    order = place_order(baskets=(("den-groenne-kurv", 2),))
    pay(order)
    line = goods(order.id)[0]
    give(order.id, {line.id: 1})
    assert balances() == {}
    fulfil(order)
    capture_order(order.id, now=utc_now())
    payment = db.session.scalars(select(Payment)).one()
    assert payment.captured_ore == gross_left(order.id) == order.gross_ore - line.gross_ore // 2
    assert order_balance(order.id, RECEIVABLE) == 0
    assert check_books().holds


def test_the_whole_of_an_order_that_has_not_left_is_cancelled_instead() -> None:
    order = place_order()
    pay(order)
    with pytest.raises(Refused):
        give(order.id, {goods(order.id)[0].id: 1})
    with transaction():
        cancel(lock_order(order.id), by=COMMAND, now=utc_now(), why="prøve")
    with pytest.raises(Refused):
        give(order.id, {goods(order.id)[0].id: 1})
    assert db.session.get_one(Order, order.id).state == "cancelled"
    assert check_books().holds


@pytest.mark.parametrize("bearer", ["pot", "maker", "another", "shared", "as_sold"])
def test_goods_sent_again_are_paid_for_by_whoever_bears_it(bearer: str) -> None:
    order_id = sold()
    shares = [share for share in goods(order_id)[0].shares if share.enterprise_id]
    share = shares[0]
    other = next(one for one in shares if one.enterprise_id != share.enterprise_id)
    kind, owner = {
        "pot": ("pot", None),
        "maker": ("enterprise", share.enterprise_id),
        "another": ("enterprise", other.enterprise_id),
        "shared": ("shared", None),
        "as_sold": ("as_sold", None),
    }[bearer]
    with transaction():
        for _twice in range(2):
            post_replacement(1, order_id, {share.id: 1}, kind, owner, now=utc_now())
    booked = db.session.execute(
        select(Posting.ore, Posting.debit_id, Posting.credit_id).where(Posting.code == "replacement")
    ).all()
    makers = select(Account.id).where(Account.kind == PAYABLE, Account.enterprise_id == share.enterprise_id)
    maker = db.session.scalars(makers).one()
    assert all(row.credit_id == maker != row.debit_id for row in booked)
    paid = sum(row.ore for row in booked)
    if bearer in ("maker", "as_sold"):
        assert not booked
    elif bearer == "shared":
        assert 0 < paid < share.basis_ore
    else:
        assert paid == share.basis_ore
    assert check_books().holds
