"""Orders as plain data, for the command line and for whoever reads its JSON."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from orders.models import Order, OrderLine, Share
from shop.db import db


def orders_as_json() -> list[dict[str, Any]]:
    """Every order, oldest first. Amounts in øre."""
    rows = db.session.execute(
        select(Order.number, Order.state, Order.buyer_kind, Order.placed_at, Order.gross_ore).order_by(Order.id)
    )
    return [
        {
            "number": row.number,
            "state": row.state,
            "buyer_kind": row.buyer_kind,
            "placed_at": row.placed_at.isoformat(),
            "gross_ore": row.gross_ore,
        }
        for row in rows
    ]


def order_as_json(number: str) -> dict[str, Any] | None:
    """One order with its lines (freight is a line too) and their shares; no personal data. Amounts in øre."""
    order = db.session.scalar(
        select(Order)
        .where(Order.number == number)
        .options(selectinload(Order.lines).selectinload(OrderLine.shares).joinedload(Share.enterprise))
    )
    if order is None:
        return None
    return {
        "number": order.number,
        "state": order.state,
        "buyer_kind": order.buyer_kind,
        "placed_at": order.placed_at.isoformat(),
        "gross_ore": order.gross_ore,
        "net_ore": order.net_ore,
        "vat_ore": order.vat_ore,
        "lines": [_line(line) for line in order.lines],
    }


def order_lines(told: dict[str, Any]) -> Iterator[str]:
    """The same as a person reads it: the order, its lines, and under each line whose it is."""
    yield f"{told['number']}\t{told['state']}\t{told['gross_ore']}"
    for line in told["lines"]:
        yield f"  {line['quantity']} × {line['text']}\t{line['gross_ore']}"
        for share in line["shares"]:
            yield f"    {share['enterprise'] or 'puljen'}\t{share['kind']}\t{share['ore']}"


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "text": line.text_da,
        "quantity": line.quantity,
        "net_ore": line.net_ore,
        "vat_ore": line.vat_ore,
        "gross_ore": line.gross_ore,
        "vat_rate_bp": line.vat_rate_bp,
        "policy": line.policy,
        "shares": [
            {"enterprise": share.enterprise.slug if share.enterprise else None, "kind": share.kind, "ore": share.ore}
            for share in line.shares
        ],
    }
