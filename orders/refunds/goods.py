"""The goods of what is taken back: free again before they are packed, on the shelf again afterwards."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload, selectinload

from catalog.baskets.availability import refresh_steps
from catalog.baskets.models import BasketComponent
from catalog.supply.models import OFFER, STOCK, Supply
from catalog.supply.reserve import lock_supplies, put_back, release
from orders.models import Order, OrderLine, OrderSupply, Share
from orders.reversals.models import Refund
from orders.states import CONFIRMED, PACKED, PLACED
from shop.db import db

Key = tuple[int, str]  # an item, and the offer it came by ("": pieces on hand or of a week)


def give_back(
    order: Order,
    refund: Refund,
    taken: Sequence[tuple[int, int, int | None]],
    *,
    now: datetime,
    keep: Collection[int] = (),
) -> None:
    """Give back what pieces of lines hold: (line id, pieces, one share of it or None for all of them).

    Not packed yet: what was reserved is let go. Packed or sent: pieces come back on the shelf when the refund says
    that they are fit for it (packed but not sent: always). Goods whose shares are named in `keep` stay where they are.
    """
    wanted = _pieces(taken, keep)
    if not wanted or (order.state not in (PLACED, CONFIRMED, PACKED) and not refund.stock_back):
        return
    rows = db.session.execute(
        select(OrderSupply.id, OrderSupply.supply_id, OrderSupply.pieces, Supply.kind, Supply.item_id, Supply.part)
        .join(Supply, Supply.id == OrderSupply.supply_id)
        .where(OrderSupply.order_id == order.id)
        .order_by(Supply.id)
    ).all()
    back = [(row, min(row.pieces, wanted.get((row.item_id, row.part if row.kind == OFFER else ""), 0))) for row in rows]
    back = [(row, pieces) for row, pieces in back if pieces]
    lock_supplies([row.supply_id for row, _pieces in back])
    reference = f"refund:{refund.id}"
    shelf = [(row.supply_id, pieces) for row, pieces in back if row.kind == STOCK]
    if order.state in (PLACED, CONFIRMED):
        release([(row.supply_id, pieces) for row, pieces in back], reference=reference, now=now)
    else:
        put_back(shelf, reference=reference, now=now)
    if order.state == PACKED:
        release([(row.supply_id, pieces) for row, pieces in back if row.kind == OFFER], reference=reference, now=now)
    _hold_less([(row.id, row.pieces - pieces) for row, pieces in back])
    refresh_steps({row.item_id for row, _pieces in back})


def _hold_less(rows: Sequence[tuple[int, int]]) -> None:
    for row_id, pieces in rows:
        if pieces:
            db.session.execute(update(OrderSupply).where(OrderSupply.id == row_id).values(pieces=pieces))
        else:
            db.session.execute(delete(OrderSupply).where(OrderSupply.id == row_id))


def _pieces(taken: Sequence[tuple[int, int, int | None]], keep: Collection[int]) -> dict[Key, int]:
    """How many of each item, and under each offer; the same jar in two baskets once."""
    lines = {
        line.id: line
        for line in db.session.scalars(
            select(OrderLine)
            .where(OrderLine.id.in_([line_id for line_id, _pieces, _share in taken]))
            .options(selectinload(OrderLine.shares).joinedload(Share.item_version))
        )
    }
    offers = _offers([share.component_id for line in lines.values() for share in line.shares if share.component_id])
    found: dict[Key, int] = {}
    for line_id, pieces, only in taken:
        line = lines[line_id]
        for share in line.shares:
            if share.item_version is None or share.id in keep or (only is not None and share.id != only):
                continue
            count = share.pieces * pieces // line.quantity
            offer = offers.get(share.component_id or 0, "")
            for key in {(share.item_version.item_id, ""), (share.item_version.item_id, offer)}:
                found[key] = found.get(key, 0) + count
    return found


def _offers(component_ids: Sequence[int]) -> dict[int, str]:
    rows = db.session.scalars(
        select(BasketComponent).where(BasketComponent.id.in_(component_ids)).options(joinedload(BasketComponent.offer))
    )
    return {row.id: str(row.offer_id) for row in rows}
