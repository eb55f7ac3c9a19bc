"""How the money of many orders stands, in a few questions however many they are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, select

from orders.books.models import Posting
from orders.books.post import RECEIVED
from orders.models import OrderLine
from orders.payments.models import Credit
from orders.reversals.models import Refund
from shop.db import db


def open_amounts(ids: Sequence[int]) -> dict[int, int]:
    """By order what is left of it less what has been received, in øre; below zero the shop owes. Three questions."""
    sold = _sums(OrderLine.order_id, OrderLine.gross_ore, ids)
    taken = _sums(Refund.order_id, Refund.gross_ore, ids)
    sign = case(*((Posting.code == code, way * Posting.ore) for code, way in RECEIVED.items()))
    received = _sums(Posting.order_id, sign, ids, Posting.code.in_(RECEIVED))
    return {one: sold.get(one, 0) - taken.get(one, 0) - received.get(one, 0) for one in ids}


def credits_of(ids: Sequence[int]) -> dict[int, int]:
    """By order what its buyer may owe, in øre."""
    return _sums(Credit.order_id, Credit.ore, ids)


def _sums(order_id: Any, ore: Any, ids: Sequence[int], *wanted: Any) -> dict[int, int]:
    rows = db.session.execute(select(order_id, func.sum(ore)).where(order_id.in_(ids), *wanted).group_by(order_id))
    return {row[0]: int(row[1]) for row in rows}
