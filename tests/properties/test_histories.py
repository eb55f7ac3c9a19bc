"""Random lives of orders: whatever is paid, sent, taken back and borne by whom, the books follow the pure model.

HISTORIES_PURE and HISTORIES_DATABASE (how many of each) are set higher by `make bench`.
"""

import os
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from catalog.example.load import read
from catalog.supply.models import Supply
from orders.books.check import check_books
from orders.books.models import Account, Posting
from orders.lock import lock_order
from orders.models import FREIGHT, LOCAL, PARCEL, PICKUP, OrderLine
from orders.moves import cancel, pack, send
from orders.payments.capture import capture_order
from orders.payments.models import Payment
from orders.payments.repay import repay_order
from orders.refunds.give import refund_component, refund_goodwill, refund_pieces
from orders.refunds.plan import Bearer, Cause
from orders.reversals.queries import lines_left
from orders.reversals.taking import LineLeft, ShareLeft
from shop.days import utc_now
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND
from shop.money import offset_for
from tests.properties.ledger import No, Sold
from tests.tools.world import pay, place_order

PURE = int(os.environ.get("HISTORIES_PURE", "300"))
DATABASE = int(os.environ.get("HISTORIES_DATABASE", "100"))
BASKETS = [row["slug"] for row in read("baskets")["basket"]]
ITEMS = [row["slug"] for row in read("items")["item"] if row["sold_alone"] and row["stock"]["mode"] == "stocked"]
PICKUP_PLACE = read("seller")["freight"]["pickup"][0]["slug"]
BEARERS = ("as_sold", "as_sold", "as_sold", "pot", "enterprise", "shared")

Step = tuple[str, int, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(
            ("pay", "send", "capture", "pieces", "pieces", "component", "money", "cancel", "onward", "onward")
        ),
        st.integers(0, 2**20),
        st.integers(0, 2**20),
        st.integers(0, 2**20),
    ),
    min_size=5,
    max_size=20,
)
ore = st.integers(0, 200_000)


@st.composite
def sold_lines(draw: st.DrawFn) -> list[LineLeft]:
    """One to four lines and the freight, as no shop would dare to sell them: pots deep below zero, a single øre."""
    lines = []
    for number in range(draw(st.integers(2, 5))):
        owners = draw(st.lists(st.integers(1, 6), max_size=5))
        parts = [draw(ore) for _ in owners]
        net = draw(st.integers(0, sum(parts) + 50_000))
        shares = [
            ShareLeft(number * 10 + n, owner, part, 1)
            for n, (owner, part) in enumerate(zip(owners, parts, strict=True))
        ]
        shares.append(ShareLeft(number * 10 + 9, None, net - sum(parts), 1))
        quantity = draw(st.integers(1, 7)) if number else 1
        whole = tuple(ShareLeft(one.share_id, one.enterprise_id, one.ore, quantity) for one in shares)
        lines.append(LineLeft(number, quantity, net, draw(st.sampled_from((net // 4, 0))), whole))
    return lines


def takes_of(order: Sold, step: Step, key: str) -> tuple[object, list, str, int | None, Fraction]:  # type: ignore[type-arg]
    """What a step takes of an order, and who bears it: the same for the model and for the shop."""
    kind, a, b, c = step
    offset, bearer = offset_for(f"refund:{key}"), BEARERS[c % len(BEARERS)]
    line = order.lines[a % len(order.lines)]
    owners = [share.enterprise_id for one in order.lines for share in one.shares if share.enterprise_id is not None]
    bearer_id = owners[b % len(owners)] if bearer == "enterprise" and owners else None
    bearer = "pot" if bearer == "enterprise" and bearer_id is None else bearer
    if kind == "pieces":
        picks = {line.line_id: 1 + b % (line.quantity + 1)}
        return picks, order.pieces(picks, offset), bearer, bearer_id, offset
    if kind == "component":
        shares = [share for share in line.shares if share.enterprise_id is not None] or list(line.shares)
        share = shares[b % len(shares)]
        pieces = 1 + c % (share.quantity + 1)
        return (
            (share.share_id, pieces),
            order.component(line.line_id, share.share_id, pieces),
            bearer,
            bearer_id,
            offset,
        )
    gross = 1 + b % (order.gross_left + order.gross_left // 8 + 1)
    return gross, order.money(gross, offset), bearer, bearer_id, offset


def onward(order: Sold) -> str:
    """The next step of an ordinary life."""
    return {"placed": "pay", "paid": "send", "sent": "capture"}.get(order.state, "capture")


def take_everything(order: Sold) -> None:
    picks = {line.line_id: line.quantity for line in order.lines if line.quantity}
    if picks:
        order.refund(order.pieces(picks, Fraction(1, 3)), "as_sold", None, Fraction(1, 3))


@settings(max_examples=PURE, deadline=None)
@given(sold_lines(), steps)
def test_the_model_holds_after_every_step(lines: list[LineLeft], history: Sequence[Step]) -> None:
    order = Sold(lines, freight_id=0)
    for number, step in enumerate(history):
        kind = onward(order) if step[0] == "onward" else step[0]
        with suppress(No):
            if kind in ("pay", "send", "cancel"):
                getattr(order, kind)()
            elif kind == "capture":
                order.capture(fee=1 + step[1] % 500)
            else:
                _what, takes, bearer, bearer_id, offset = takes_of(order, (kind, *step[1:]), str(number))
                order.refund(takes, bearer, bearer_id, offset)
        order.check()
    if order.is_sold and order.as_sold_only:
        take_everything(order)
        order.check()
        if all(line.quantity == 0 for line in order.lines):
            assert order.gross_left == 0
            if order.state == "captured":
                assert order.is_empty()


@pytest.mark.usefixtures("sqlite_example")
@settings(max_examples=DATABASE, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.sampled_from(BASKETS), st.integers(1, 3)), min_size=1, max_size=2, unique_by=lambda pair: pair[0]
    ),
    st.lists(st.tuples(st.sampled_from(ITEMS), st.integers(1, 3)), max_size=1),
    st.sampled_from((PARCEL, PICKUP, LOCAL)),
    steps,
)
def test_the_books_follow_the_model(
    baskets: list[tuple[str, int]], items: list[tuple[str, int]], delivery: str, history: Sequence[Step]
) -> None:
    with transaction():
        db.session.execute(update(Supply).values(most=Supply.most + 100))  # the shelves are filled again
    try:
        order_id = place_order(baskets, items, delivery=delivery, place=PICKUP_PLACE if delivery == PICKUP else "").id
    except Refused:
        return  # heavier than any parcel
    freight = db.session.scalars(
        select(OrderLine.id).where(OrderLine.order_id == order_id, OrderLine.kind == FREIGHT)
    ).one()
    model = Sold(lines_left(order_id), freight)
    for number, step in enumerate(history):
        kind = onward(model) if step[0] == "onward" else step[0]
        _both(model, order_id, (kind, *step[1:]), f"{order_id}:{number}")
        model.check()
        assert _left(lines_left(order_id)) == _left(model.lines)
        assert booked(order_id) == {account: ore for account, ore in model.booked.items() if ore}
    assert check_books().holds


def _left(lines: Sequence[LineLeft]) -> list[tuple[object, ...]]:
    return [
        (line.line_id, line.quantity, line.net_ore, line.vat_ore, [(one.share_id, one.ore) for one in line.shares])
        for line in lines
    ]


def booked(order_id: int) -> dict[tuple[str, int | None], int]:
    """What stands on each account for an order in the database, debits less credits."""
    found: Counter[tuple[str, int | None]] = Counter()
    for side, sign in ((Posting.debit_id, 1), (Posting.credit_id, -1)):
        rows = db.session.execute(
            select(Account.kind, Account.enterprise_id, Posting.ore)
            .join(Account, Account.id == side)
            .where(Posting.order_id == order_id)
        )
        for kind, owner, amount in rows:
            found[kind, owner] += sign * amount
    return {account: amount for account, amount in found.items() if amount}


def _both(model: Sold, order_id: int, step: Step, key: str) -> None:
    """The step in the model and in the shop: both do it, or both refuse."""
    kind, now = step[0], utc_now()
    # What the shop shows of its pieces a share is in decides what may be asked.
    model.lines = lines_left(order_id)
    if kind in ("pieces", "component", "money"):
        _refund(model, order_id, step, key)
        return
    if kind == "capture" and model.state not in ("sent", "captured"):
        return
    try:
        if kind == "capture":
            capture_order(order_id, now=now)
            payment = db.session.scalars(select(Payment).where(Payment.order_id == order_id)).one()
            with suppress(No):
                model.capture(payment.fee_ore)
            return
        accepted = _moved(kind, order_id)
    except Refused:
        accepted = False
    try:
        getattr(model, kind)()
        assert accepted, f"the shop refused {kind}"
    except No:
        assert not accepted, f"the shop did not refuse {kind}"


def _moved(kind: str, order_id: int) -> bool:
    order, now = lock_order(order_id), utc_now()
    if kind == "pay":
        if order.state != "placed":
            return False
        pay(order)
        return True
    with transaction():
        locked = lock_order(order_id)
        if kind == "cancel":
            cancel(locked, by=COMMAND, now=now, why="prøve")
        else:
            pack(locked, by=COMMAND, now=now)
            send(locked, by=COMMAND, now=now)
    return True


def _asked(model: Sold, step: Step) -> object:
    """More than is left, of what the model has just refused: the shop must refuse it too."""
    kind, a, b, c = step
    line = model.lines[a % len(model.lines)]
    if kind == "pieces":
        return {line.line_id: line.quantity + 1 + b % 3}
    if kind == "component":
        return line.shares[0].share_id, line.quantity + 1 + c % 3
    return model.gross_left + 1 + b % 1000


def _refund(model: Sold, order_id: int, step: Step, key: str) -> None:
    if model.state == "placed":
        return  # taking back from what is not paid ends the payment begun; tested by itself
    try:
        what, takes, bearer, bearer_id, offset = takes_of(model, step, key)
        model.refund(takes, bearer, bearer_id, offset)
    except No:
        what, takes, bearer, bearer_id = _asked(model, step), [], "as_sold", None
    cause = Cause(key, "prøve", Bearer(bearer, bearer_id))
    try:
        with transaction():
            order, now = lock_order(order_id), utc_now()
            if isinstance(what, dict):
                refund = refund_pieces(order, what, cause, by=COMMAND, now=now)
            elif isinstance(what, tuple):
                refund = refund_component(order, what[0], what[1], cause, by=COMMAND, now=now)
            else:
                assert isinstance(what, int)
                refund = refund_goodwill(order, what, cause, by=COMMAND, now=now)
        repay_order(order_id, f"refund:{refund.id}", refund.gross_ore, now=now)
    except Refused:
        assert not takes, "the shop refused what the model allows"
