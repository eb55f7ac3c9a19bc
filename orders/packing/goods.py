"""The goods of orders as they are left to be packed: what was sold less what has been taken back, item by item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from catalog.items.models import GOODS, Item, ItemVersion
from orders.models import COMPONENT, Order, OrderLine, Share
from orders.reversals.models import Refund, RefundLine, RefundShare
from shop.db import db


@dataclass(frozen=True, slots=True)
class Goods:
    """Pieces of one item in one line of an order. `lines` is how many of the line's pieces still have it in them."""

    order_id: int
    number: str
    buyer_kind: str
    state: str
    pack_on: date
    placed_at: datetime
    line_id: int
    share_id: int
    item_id: int
    version_id: int
    enterprise_id: int
    pieces: int
    lines: int


def goods_of_orders(*orders: ColumnElement[bool], enterprise_id: int | None = None) -> list[Goods]:
    """The goods of the orders that fit, of one enterprise or all: three questions, however many orders there are."""
    rows = db.session.execute(_shares(*orders, enterprise_id=enterprise_id)).all()
    lines, alone = _taken(*orders)
    found = []
    for row in rows:
        left = max(0, min(row.quantity - lines.get(row.line_id, 0), row.quantity - alone.get(row.share_id, 0)))
        if left:
            pieces = row.pieces // row.quantity * left
            values: list[Any] = [*row[:11], pieces, left]
            found.append(Goods(*values))
    return found


def _shares(*orders: ColumnElement[bool], enterprise_id: int | None = None) -> Any:
    query = (
        select(
            Order.id, Order.number, Order.buyer_kind, Order.state, Order.pack_on, Order.placed_at,
            OrderLine.id.label("line_id"), Share.id.label("share_id"), ItemVersion.item_id, ItemVersion.id,
            Item.enterprise_id, Share.pieces.label("pieces"), OrderLine.quantity.label("quantity"),
        )
        .select_from(Order)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Share, Share.line_id == OrderLine.id)
        .join(ItemVersion, ItemVersion.id == Share.item_version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Share.kind == COMPONENT, Item.kind == GOODS, *orders)
        .order_by(Order.id, OrderLine.position, Share.position)
    )  # fmt: skip
    return query if enterprise_id is None else query.where(Item.enterprise_id == enterprise_id)


def _taken(*orders: ColumnElement[bool]) -> tuple[dict[int, int], dict[int, int]]:
    """Of such orders, what has been taken back: pieces of lines, and shares alone."""
    refunds = select(Refund.id).join(Order, Order.id == Refund.order_id).where(*orders)
    lines = db.session.execute(
        select(RefundLine.line_id, func.sum(RefundLine.quantity))
        .where(RefundLine.refund_id.in_(refunds))
        .group_by(RefundLine.line_id)
    )
    alone = db.session.execute(
        select(RefundShare.share_id, func.sum(RefundShare.pieces))
        .join(RefundLine, RefundLine.id == RefundShare.refund_line_id)
        .where(RefundLine.refund_id.in_(refunds), RefundShare.share_id.is_not(None))
        .group_by(RefundShare.share_id)
    )
    return {row[0]: int(row[1] or 0) for row in lines}, {row[0]: int(row[1] or 0) for row in alone if row[0]}


def sums_of_goods(
    *orders: ColumnElement[bool], enterprise_id: int | None = None
) -> Sequence[tuple[date, str, int, int, int]]:
    """How many pieces of each item: (pack day, state, enterprise, item, pieces); added up by the database.

    Orders of which something has been taken back are few, and counted one by one.
    """
    again = aliased(Refund)
    touched = select(again.id).where(again.order_id == Order.id).correlate(Order).exists()
    sums = _shares(*orders, ~touched, enterprise_id=enterprise_id).with_only_columns(
        Order.pack_on, Order.state, Item.enterprise_id, Item.id, func.sum(Share.pieces), maintain_column_froms=True
    )
    sums = sums.group_by(Order.pack_on, Order.state, Item.enterprise_id, Item.id).order_by(None)
    rows = [(row[0], str(row[1]), int(row[2]), int(row[3]), int(row[4])) for row in db.session.execute(sums)]
    apart = goods_of_orders(*orders, touched, enterprise_id=enterprise_id)
    return [*rows, *((one.pack_on, one.state, one.enterprise_id, one.item_id, one.pieces) for one in apart)]
