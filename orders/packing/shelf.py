"""The moves of a shelf as a person reads them: what each did, and to which order it belongs."""

from dataclasses import dataclass

from sqlalchemy import select

from catalog.stock.queries import Shelf, moves_of
from catalog.supply.models import SupplyMove
from orders.after.models import Parcel
from orders.models import Order
from shop.db import db
from shop.listing import Paged
from shop.numbers import whole_number

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
    """A page of a shelf's moves, newest first, each with its order: at most four questions."""
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
    return page.told([ShelfMove(move, numbers.get(causes[move.id], "")) for move in page.rows])


def _cause(reference: str) -> tuple[str, str]:
    """What a move was for, as its reference begins: ("order", the cart's key), ("parcel", its id)."""
    kind, _colon, rest = reference.partition(":")
    return kind, rest.partition(":")[0]
