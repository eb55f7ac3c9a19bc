"""What is taken back of some example orders: a part before it leaves, a broken jar, a bad day, and a whole regret."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from orders.buyers import get_whole_order
from orders.lock import lock_order
from orders.models import FREIGHT, Order, OrderLine
from orders.payments.repay import repay_order
from orders.refunds.give import refund_component, refund_goodwill, refund_pieces
from orders.refunds.plan import Bearer, Cause
from orders.reversals.models import BY_ENTERPRISE, Refund
from orders.states import CLOSED, SENT
from orders.withdrawal import settle
from orders.withdrawal.choice import available
from orders.withdrawal.receive import Statement, lock_withdrawal, receive_for_order
from orders.withdrawal.states import RECEIVED
from shop.days import day_starts
from shop.db import db, transaction
from shop.errors import Refused
from shop.journal.record import COMMAND


def take_out_before(dice: random.Random, order_id: int, moment: datetime) -> None:
    """Some who ordered several of something take one of them out again before it is packed."""
    if dice.random() > 0.15:
        return
    for line in _lines(order_id):
        if line.quantity > 1 and line.kind != FREIGHT:
            with transaction():
                cause = Cause(f"demo:{order_id}:before", "Køberen ville have en mindre")
                refund_pieces(lock_order(order_id), {line.id: 1}, cause, by=COMMAND, now=moment)
            return


def take_back_some(order_ids: Sequence[int], *, seed: int, now: datetime) -> None:
    """Now and then something comes back after it has been delivered; the money goes the way it came.

    In the order of its days, so that the numbers of the credit notes follow the calendar.
    """
    back = []
    for order_id in order_ids:
        order = db.session.get_one(Order, order_id)
        if order.state not in (SENT, CLOSED):
            continue
        dice = random.Random(f"{seed}:{order.cart_key}")
        fate, delivered = dice.random(), day_starts(order.wanted_on) + timedelta(hours=12)
        moment = delivered + timedelta(days=dice.randrange(1, 12))
        if moment < now and fate < 0.09:
            back.append((moment, order.id, fate, dice))
    for moment, order_id, fate, dice in sorted(back, key=lambda one: one[:2]):
        if fate < 0.02:
            _withdraw(order_id, moment, now)
            continue
        with transaction():
            order = lock_order(order_id)
            refund = _given(dice, order, fate, moment)
        repay_order(order_id, f"refund:{refund.id}", refund.gross_ore, now=moment)


def _withdraw(order_id: int, moment: datetime, now: datetime) -> None:
    """The whole order is regretted at the shop's own page; three days later the goods and the money have gone back."""
    with transaction():
        order = lock_order(order_id)
        who = Statement(f"demo:{order.cart_key}"[:32], order.buyer_name, order.buyer_email, order.language)
        one = receive_for_order(order, who, available(get_whole_order(order_id)), now=moment)
        key, back = one.id, moment + timedelta(days=3)
    if one.state != RECEIVED or back >= now:
        return
    try:
        with transaction():
            settled = lock_withdrawal(key)
            settle.take_back(settled, stock_back=True, by=COMMAND, now=back)
            settle.refund(settled, by=COMMAND, now=back)
            given = settled.refund_id
        repay_order(order_id, f"refund:{given}", order.gross_ore, now=back)
    except Refused:  # nothing in it can be sent back
        with transaction():
            settle.decline(lock_withdrawal(key), why="Varerne kan ikke tages tilbage", by=COMMAND, now=back)


def _given(dice: random.Random, order: Order, fate: float, moment: datetime) -> Refund:
    lines = _lines(order.id)
    key = f"demo:{order.id}:after"
    if fate < 0.05:
        line = dice.choice([one for one in lines if one.kind != FREIGHT])
        share = dice.choice([one for one in line.shares if one.enterprise_id and one.ore])
        return refund_component(
            order, share.id, 1, Cause(key, "Gik i stykker undervejs", render=False), by=COMMAND, now=moment
        )
    if fate < 0.07:
        return refund_goodwill(
            order, 2_500, Cause(key, "Pakken kom en dag for sent", render=False), by=COMMAND, now=moment
        )
    share = next(one for line in lines for one in line.shares if one.enterprise_id)
    cause = Cause(
        key, "En vare manglede", Bearer(BY_ENTERPRISE, share.enterprise_id), note="Den blev glemt i pakningen"
    )
    return refund_goodwill(order, 4_000, cause, by=COMMAND, now=moment)


def _lines(order_id: int) -> list[OrderLine]:
    query = select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.position)
    return list(db.session.scalars(query.options(selectinload(OrderLine.shares))))
