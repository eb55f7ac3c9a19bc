"""Which orders suffer when there is less than was promised: those packed last, by pack day and then by placing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from catalog.supply.models import STOCK, Supply
from orders.after.models import Parcel, ParcelSupply
from orders.after.states import PLANNED
from orders.models import Order, OrderSupply
from orders.states import CONFIRMED, PLACED
from shop.db import db

HOLDING = (PLACED, CONFIRMED)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one order has been promised of an item. `parcel_id`: promised to a parcel that follows the first."""

    order_id: int
    number: str
    buyer_kind: str
    state: str
    pack_on: date
    placed_at: datetime
    pieces: int
    parcel_id: int = 0

    @property
    def turn(self) -> tuple[date, datetime, int, int]:
        """Whose turn comes first."""
        return (self.pack_on, self.placed_at, self.order_id, self.parcel_id)


@dataclass(frozen=True, slots=True)
class Suffers:
    """An order that cannot get all it was promised, and how many pieces are missing."""

    claim: Claim
    missing: int


def who_suffers(claims: Iterable[Claim], there: int) -> list[Suffers]:
    """Give what is there to one after the other, in turn; those who get less than they were promised.

    What is missing adds up to what is promised beyond what is there.
    """
    left, found = max(0, there), []
    for claim in sorted(claims, key=lambda claim: claim.turn):
        given = min(claim.pieces, left)
        left -= given
        if given < claim.pieces:
            found.append(Suffers(claim, claim.pieces - given))
    return found


def shelf_claims(item_ids: Sequence[int]) -> dict[int, list[Claim]]:
    """By item everything promised of its shelf: orders not packed yet, and parcels that follow. Two questions."""
    claims: dict[int, list[Claim]] = {}
    columns = (Order.id, Order.number, Order.buyer_kind, Order.state)
    on_shelf = (Supply.kind == STOCK, Supply.item_id.in_(item_ids))
    orders = db.session.execute(
        select(Supply.item_id, *columns, Order.pack_on, Order.placed_at, OrderSupply.pieces)
        .join(OrderSupply, OrderSupply.supply_id == Supply.id)
        .join(Order, Order.id == OrderSupply.order_id)
        .where(*on_shelf, Order.state.in_(HOLDING))
    )
    for row in orders:
        claims.setdefault(row[0], []).append(Claim(*row[1:]))
    parcels = db.session.execute(
        select(
            Supply.item_id, *columns, func.coalesce(Parcel.pack_on, Order.pack_on), Parcel.made_at,
            ParcelSupply.pieces, Parcel.id,
        )
        .join(ParcelSupply, ParcelSupply.supply_id == Supply.id)
        .join(Parcel, Parcel.id == ParcelSupply.parcel_id)
        .join(Order, Order.id == Parcel.order_id)
        .where(*on_shelf, Parcel.state == PLANNED)
    )  # fmt: skip
    for one in parcels:
        claims.setdefault(one[0], []).append(Claim(*one[1:]))
    return claims


def suffering_of(item_id: int, on_hand: int) -> list[Suffers]:
    """The orders that cannot get what they were promised of an item, with so many pieces on its shelf."""
    return who_suffers(shelf_claims([item_id]).get(item_id, []), on_hand)


def short_on_shelves() -> Mapping[int, list[Suffers]]:
    """By order, what is missing on any shelf: one question when nothing is, which is as a rule."""
    short = {row.item_id: row.on_hand for row in db.session.scalars(select(Supply).where(Supply.short > 0))}
    found: dict[int, list[Suffers]] = {}
    if short:
        for item_id, claims in shelf_claims(list(short)).items():
            for one in who_suffers(claims, short[item_id]):
                found.setdefault(one.claim.order_id, []).append(one)
    return found
