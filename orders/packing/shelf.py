"""The moves of a shelf as a person reads them: what each did, and to which order it belongs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from catalog.stock.queries import Shelf, moves_of
from catalog.supply.models import Lot, LotMove, SupplyMove
from orders.after.models import Parcel
from orders.models import Order
from orders.reversals.models import Refund
from shop.db import db
from shop.listing import Paged
from shop.numbers import whole_number

MOST_RECALLED = 5_000
PROMISES = ("reserve", "release")


@dataclass(frozen=True, slots=True)
class ShelfMove:
    """One move, and the number of the order it was for ("" for a person's own: a receipt, a count)."""

    move: SupplyMove
    order: str

    @property
    def is_promise(self) -> bool:
        """Whether only what is promised changed, and nothing on the shelf."""
        return self.move.kind in PROMISES


def shelf_moves(shelf: Shelf, side: int) -> Paged[ShelfMove]:
    """A page of a shelf's moves, newest first, each with its order: at most five questions."""
    page = moves_of(shelf, side)
    causes = {move.id: _cause(move.reference) for move in page.rows}
    keys = {name for kind, name in causes.values() if kind == "order"}
    parcels = {whole_number(name, 9) for kind, name in causes.values() if kind == "parcel"} - {None}
    numbers: dict[tuple[str, str], str] = {}
    if keys:
        rows = db.session.execute(select(Order.cart_key, Order.number).where(Order.cart_key.in_(keys)))
        numbers |= {("order", key): number for key, number in rows}
    if parcels:
        found = db.session.execute(
            select(Parcel.id, Order.number).join(Order, Order.id == Parcel.order_id).where(Parcel.id.in_(parcels))
        )
        numbers |= {("parcel", str(parcel_id)): number for parcel_id, number in found}
    refunds = {whole_number(name, 9) for kind, name in causes.values() if kind == "refund"} - {None}
    if refunds:
        taken = db.session.execute(
            select(Refund.id, Order.number).join(Order, Order.id == Refund.order_id).where(Refund.id.in_(refunds))
        )
        numbers |= {("refund", str(refund_id)): number for refund_id, number in taken}
    return page.told([ShelfMove(move, numbers.get(causes[move.id], "")) for move in page.rows])


def _cause(reference: str) -> tuple[str, str]:
    """What a move was for, as its reference begins: ("order", the cart's key), ("parcel", its id)."""
    kind, _colon, rest = reference.partition(":")
    return kind, rest.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Recalled:
    """An order that pieces of a lot have gone into, and how many still are."""

    number: str
    state: str
    buyer_kind: str
    wanted_on: date
    pieces: int


def find_lot(item_id: int, lot_id: int) -> Lot | None:
    """A lot of an item, also one that has been used up."""
    return db.session.scalar(select(Lot).where(Lot.id == lot_id, Lot.item_id == item_id))


def who_got(lot_id: int) -> Sequence[Recalled]:
    """Every order that has pieces of a lot in it: one question, for a recall (regulation (EC) 178/2002 art. 18-19)."""
    left = func.sum(LotMove.pieces)
    rows = db.session.execute(
        select(Order.number, Order.state, Order.buyer_kind, Order.wanted_on, left)
        .join(LotMove, LotMove.whose == Order.number)
        .where(LotMove.lot_id == lot_id)
        .group_by(Order.id)
        .having(left < 0)
        .order_by(Order.wanted_on, Order.id)
        .limit(MOST_RECALLED)
    )
    return [Recalled(row[0], row[1], row[2], row[3], -int(row[4])) for row in rows]
