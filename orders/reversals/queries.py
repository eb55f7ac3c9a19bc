"""What is left of an order: its lines and shares less everything that has been taken back."""

from collections.abc import Sequence

from sqlalchemy import func, select

from orders.models import OrderLine, Share
from orders.reversals.models import Refund, RefundLine, RefundShare
from orders.reversals.taking import LineLeft, ShareLeft
from shop.db import db


def lines_left(order_id: int) -> list[LineLeft]:
    """What is left of every line of an order, in their order; four questions however many lines there are."""
    lines = db.session.execute(
        select(OrderLine.id, OrderLine.quantity, OrderLine.net_ore, OrderLine.vat_ore)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.position)
    ).all()
    shares = db.session.execute(
        select(Share.id, Share.line_id, Share.enterprise_id, Share.ore)
        .join(OrderLine, OrderLine.id == Share.line_id)
        .where(OrderLine.order_id == order_id)
        .order_by(Share.line_id, Share.position)
    ).all()
    pieces, net, vat = _taken_of_lines(order_id)
    taken, alone = _taken_of_shares(order_id)
    found = []
    for line in lines:
        quantity = line.quantity - pieces.get(line.id, 0)
        left = tuple(
            ShareLeft(
                share.id,
                share.enterprise_id,
                share.ore - taken.get(share.id, 0),
                max(0, min(quantity, line.quantity - alone.get(share.id, 0))),
            )
            for share in shares
            if share.line_id == line.id
        )
        found.append(
            LineLeft(line.id, quantity, line.net_ore - net.get(line.id, 0), line.vat_ore - vat.get(line.id, 0), left)
        )
    return found


def _taken_of_lines(order_id: int) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    rows = db.session.execute(
        select(
            RefundLine.line_id,
            func.sum(RefundLine.quantity).label("pieces"),
            func.sum(RefundLine.net_ore).label("net"),
            func.sum(RefundLine.vat_ore).label("vat"),
        )
        .join(Refund, Refund.id == RefundLine.refund_id)
        .where(Refund.order_id == order_id)
        .group_by(RefundLine.line_id)
    ).all()
    return (
        {row.line_id: int(row.pieces) for row in rows},
        {row.line_id: int(row.net) for row in rows},
        {row.line_id: int(row.vat) for row in rows},
    )


def _taken_of_shares(order_id: int) -> tuple[dict[int, int], dict[int, int]]:
    rows = db.session.execute(
        select(
            RefundShare.share_id, func.sum(RefundShare.ore).label("ore"), func.sum(RefundShare.pieces).label("pieces")
        )
        .join(RefundLine, RefundLine.id == RefundShare.refund_line_id)
        .join(Refund, Refund.id == RefundLine.refund_id)
        .where(Refund.order_id == order_id, RefundShare.share_id.is_not(None))
        .group_by(RefundShare.share_id)
    ).all()
    return {row.share_id: int(row.ore) for row in rows}, {row.share_id: int(row.pieces) for row in rows}


def gross_left(order_id: int) -> int:
    """What the buyer is to pay in all, in øre: the order's gross amount less everything taken back."""
    sold = select(func.sum(OrderLine.gross_ore)).where(OrderLine.order_id == order_id).scalar_subquery()
    taken = select(func.sum(Refund.gross_ore)).where(Refund.order_id == order_id).scalar_subquery()
    row = db.session.execute(select(sold, taken)).one()
    return int(row[0] or 0) - int(row[1] or 0)


def refunds_of(order_id: int) -> Sequence[Refund]:
    """Everything that has been taken back of an order, oldest first."""
    return db.session.scalars(select(Refund).where(Refund.order_id == order_id).order_by(Refund.id)).all()
