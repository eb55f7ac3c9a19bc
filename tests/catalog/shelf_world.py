"""A shelf in these tests: which item, what is done to it, and how it stands."""

from datetime import date

from sqlalchemy import select

from catalog.items.models import Item
from catalog.stock.change import Done, count, receive, write_off
from catalog.supply.models import STOCK, Lot, Supply
from shop.days import utc_now
from shop.db import db, transaction
from shop.journal.record import COMMAND
from tests.together.supplies import stocked_parts

BASKET = "den-groenne-kurv"


def scarce_item(slug: str = BASKET) -> tuple[int, int]:
    """The first stocked part of a basket: its item, and how many are in one basket."""
    part = stocked_parts(slug)[0]
    return part.item_id, part.quantity


def shelf_of(item_id: int) -> Supply:
    db.session.rollback()
    return db.session.scalars(select(Supply).where(Supply.kind == STOCK, Supply.item_id == item_id)).one()


def standing(item_id: int) -> tuple[int, int, int]:
    """On hand, promised, missing."""
    row = shelf_of(item_id)
    return row.on_hand, row.taken, row.short


def clear(item_id: int) -> None:
    """Nothing lies there and nothing is promised."""
    with transaction():
        row = db.session.scalars(select(Supply).where(Supply.kind == STOCK, Supply.item_id == item_id)).one()
        row.most = row.taken = row.short = 0


def come(item_id: int, pieces: int, key: str, *, code: str = "", best_before: date | None = None) -> Done:
    with transaction():
        item = db.session.get_one(Item, item_id)
        return receive(item, pieces, key=key, by=COMMAND, now=utc_now(), code=code, best_before=best_before)


def counted(item_id: int, pieces: int, key: str, *, what: str = "all", why: str = "talt") -> Done:
    with transaction():
        return count(db.session.get_one(Item, item_id), what, pieces, why=why, key=key, by=COMMAND, now=utc_now())


def written_off(item_id: int, pieces: int, key: str, *, what: str = "all") -> Done:
    with transaction():
        item = db.session.get_one(Item, item_id)
        return write_off(item, what, pieces, why="knust", key=key, by=COMMAND, now=utc_now())


def lots(item_id: int) -> dict[str, int]:
    """What is left of each lot, by its code."""
    db.session.rollback()
    return {lot.code: lot.pieces for lot in db.session.scalars(select(Lot).where(Lot.item_id == item_id))}
