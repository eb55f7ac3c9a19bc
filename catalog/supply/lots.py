"""Lots leave the shelf earliest best-before first, and only those that keep long enough.

The shelf's row (Supply) is the lock of its item's lots: whoever calls holds it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from catalog.items.models import Item
from catalog.supply.models import STOCK, Lot, LotMove, Supply
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.i18n import localised

_LOTS: Any = Lot.__table__
_MOVES: Any = LotMove.__table__
_LEAVE = (
    update(_LOTS)
    .where(_LOTS.c.id == bindparam("lot"), _LOTS.c.pieces >= bindparam("pieces"))
    .values(pieces=_LOTS.c.pieces - bindparam("pieces"))
)
_COME = update(_LOTS).where(_LOTS.c.id == bindparam("lot")).values(pieces=_LOTS.c.pieces + bindparam("pieces"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of lots: by item the day they must keep until, and those a person has in hand, which go first.

    `whose` is the number of the order the pieces are for.
    """

    keep_until: Mapping[int, date] = field(default_factory=dict)
    in_hand: Mapping[int, Sequence[int]] = field(default_factory=dict)
    whose: str = ""


ANY = Wanted()


def keeps(lot: Lot, until: date | None) -> bool:
    """Whether a lot may be packed for something that must keep until a day; one without a date keeps."""
    return until is None or lot.best_before is None or lot.best_before >= until


def first_out(lots: Sequence[Lot], until: date | None = None) -> list[Lot]:
    """The lots that may be packed, in the order they leave: earliest best-before first, those without a date last."""
    fit = [lot for lot in lots if lot.pieces and keeps(lot, until)]
    return sorted(fit, key=lambda lot: (lot.best_before is None, lot.best_before or date.max, lot.id))


def lots_of(item_ids: Sequence[int]) -> dict[int, list[Lot]]:
    """The lots of items that still have pieces on the shelf."""
    found: dict[int, list[Lot]] = {}
    for lot in db.session.scalars(select(Lot).where(Lot.item_id.in_(item_ids), Lot.pieces > 0).order_by(Lot.id)):
        found.setdefault(lot.item_id, []).append(lot)
    return found


def choose_lots(
    shelves: Sequence[tuple[Supply, int]], wanted: Wanted, lots: Mapping[int, Sequence[Lot]] | None = None
) -> list[tuple[Lot, int]]:
    """Which lots so many pieces of each shelf come from. Refuses, naming it, what does not lie there or keep.

    Nothing is written. `lots` are those of every item, when they have been read already.
    """
    if lots is None:
        lots = lots_of([shelf.item_id for shelf, _pieces in shelves])
    chosen: list[tuple[Lot, int]] = []
    for shelf, pieces in shelves:
        if pieces > shelf.on_hand:
            raise Refused(
                _(
                    "Der ligger kun %(there)s stk. af «%(name)s» på lageret, og der skal bruges %(pieces)s.",
                    there=shelf.on_hand, name=_name(shelf.item_id), pieces=pieces,
                )
            )  # fmt: skip
        chosen += _from_shelf(shelf, pieces, lots.get(shelf.item_id, []), wanted)
    return chosen


def _from_shelf(shelf: Supply, pieces: int, lots: Sequence[Lot], wanted: Wanted) -> list[tuple[Lot, int]]:
    until = wanted.keep_until.get(shelf.item_id)
    in_hand = list(wanted.in_hand.get(shelf.item_id, ()))
    order = first_out(lots, until)
    order.sort(key=lambda lot: lot.id not in in_hand)  # a stable sort: the rest keeps its order
    chosen, left = [], pieces
    for lot in order:
        count = min(left, lot.pieces)
        if count:
            chosen.append((lot, count))
            left -= count
    undated = shelf.on_hand - sum(lot.pieces for lot in lots)
    if left > undated:
        raise Refused(
            _(
                "Af «%(name)s» er der kun %(fit)s stk., der kan holde sig længe nok (mindst til %(day)s), og der skal "
                "bruges %(pieces)s.",
                name=_name(shelf.item_id), fit=pieces - left + max(0, undated), day=_day(until), pieces=pieces,
            )
        )  # fmt: skip
    return chosen


def _day(day: date | None) -> str:
    return f"{day.day}.{day.month}.{day.year}" if day else "?"


def _name(item_id: int) -> str:
    item = db.session.get_one(Item, item_id)
    return localised(item.current, "name") if item.current else item.slug


def move_lots(moved: Sequence[tuple[int, int]], kind: str, *, reference: str, now: datetime, whose: str = "") -> None:
    """Let pieces of lots (lot id, pieces: minus leaves, plus comes) move. Twice is refused by the database."""
    connection = db.session.connection()
    for statement, sign in ((_LEAVE, -1), (_COME, 1)):
        some = [{"lot": lot_id, "pieces": abs(pieces)} for lot_id, pieces in moved if pieces * sign > 0]
        if some:
            connection.execute(statement, some)
    rows = [
        {"lot_id": lot_id, "pieces": pieces, "reference": f"{reference}:{kind}:{lot_id}", "whose": whose, "at": now}
        for lot_id, pieces in moved
        if pieces
    ]
    if rows:
        connection.execute(insert(_MOVES), rows)


def back_to_lots(shelves: Sequence[tuple[int, int]], *, reference: str, now: datetime) -> None:
    """Pieces (supply id, pieces) that were taken under a reference come back to the lots they left.

    Those that came from no lot lie on the shelf without a date, as before.
    """
    left = db.session.execute(
        select(LotMove.lot_id, LotMove.pieces, Supply.id, LotMove.whose)
        .join(Lot, Lot.id == LotMove.lot_id)
        .join(Supply, (Supply.item_id == Lot.item_id) & (Supply.kind == STOCK))
        .where(LotMove.reference.startswith(f"{reference}:take:", autoescape=True))
        .order_by(LotMove.id)
    ).all()
    back = dict(shelves)
    moved = []
    for lot_id, pieces, supply_id, _whose in left:
        count = min(-pieces, back.get(supply_id, 0))
        if count:
            moved.append((lot_id, count))
            back[supply_id] -= count
    move_lots(moved, "return", reference=reference, now=now, whose=left[0][3] if left else "")
