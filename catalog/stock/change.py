"""What a person does to a shelf: goods come, are counted, are written off. Each form is done once, by its key."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from catalog.baskets.availability import refresh_steps
from catalog.items.models import MADE, Item
from catalog.supply.lots import lots_of, move_lots
from catalog.supply.models import STOCK, Lot, Supply, SupplyMove
from shop.db import db, insert_new
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record

RECEIPT, COUNT, WRITE_OFF = "receipt", "count", "write_off"
MOST_PIECES = 1_000_000
ALL, UNDATED = "all", "undated"  # what of a shelf is counted, beside the id of a lot


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a form. `again`: it had been done before, and nothing was done now. `short`: pieces missing."""

    again: bool
    short: int
    difference: int = 0


def lock_shelf(item: Item) -> Supply:
    """An item's shelf, locked, and made when it has none yet. Refuses what is made to order: it has no shelf."""
    if item.supply == MADE:
        raise Refused(_("Varen laves på bestilling og har intet lager."))
    insert_new(Supply, kind=STOCK, item_id=item.id, part="", most=0, taken=0)
    return db.session.scalars(
        select(Supply)
        .where(Supply.kind == STOCK, Supply.item_id == item.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _was_done(key: str) -> bool:
    return db.session.scalar(select(SupplyMove.id).where(SupplyMove.reference == key)) is not None


def receive(
    item: Item,
    pieces: int,
    *,
    key: str,
    by: By,
    now: datetime,
    expected: int | None = None,
    code: str = "",
    best_before: date | None = None,
) -> Done:
    """Goods have come: so many pieces, of a lot when they have a date or a code. More or fewer than expected is noted.

    A lot without a code is called by its date (directive 2011/91/EU art. 5). Refuses a known lot with another date.
    """
    shelf = lock_shelf(item)
    if _was_done(key):
        return Done(True, shelf.short)
    code = code or (best_before.isoformat() if best_before else "")
    lot = _lot(item, code, best_before, now) if code else None
    why = str(_("Ventet: %(expected)s stk.", expected=expected)) if expected not in (None, pieces) else ""
    _change(shelf, shelf.on_hand + pieces)
    if lot is not None:
        move_lots([(lot.id, pieces)], RECEIPT, reference=key, now=now)
    _note(shelf, RECEIPT, pieces, key, by=by, now=now, why=why, lot=code)
    return Done(False, shelf.short, pieces - expected if expected is not None else 0)


def _lot(item: Item, code: str, best_before: date | None, now: datetime) -> Lot:
    insert_new(Lot, item_id=item.id, code=code, best_before=best_before, pieces=0, at=now)
    lot = db.session.scalars(select(Lot).where(Lot.item_id == item.id, Lot.code == code)).one()
    if best_before is not None and lot.best_before != best_before:
        raise Refused(
            _("Partiet %(code)s står med en anden dato. Se på pakken, eller giv det en anden kode.", code=code),
            field="best_before",
        )
    return lot


def count(item: Item, what: str, counted: int, *, why: str, key: str, by: By, now: datetime) -> Done:
    """A count: so many pieces lie there, of a lot (its id), of what has no date, or in all (where there are no lots).

    Refuses a difference that nobody explains, and a part that is not there. Fewer than are promised: `short` says how
    many are missing, nothing more can be promised, and the caller says whom it hits.
    """
    shelf = lock_shelf(item)
    if _was_done(key):
        return Done(True, shelf.short)
    lot, there = _part(shelf, what)
    difference = counted - there
    if difference and not why:
        raise Refused(_("Der skulle ligge %(there)s stk. Skriv, hvad forskellen skyldes.", there=there), field="why")
    _change(shelf, shelf.on_hand + difference)
    if lot is not None and difference:
        move_lots([(lot.id, difference)], COUNT, reference=key, now=now)
    _note(shelf, COUNT, difference, key, by=by, now=now, why=why, lot=lot.code if lot else "")
    return Done(False, shelf.short, difference)


def write_off(item: Item, what: str, pieces: int, *, why: str, key: str, by: By, now: datetime) -> Done:
    """Pieces are broken, too old or given away, and why. Refuses more than lie there."""
    shelf = lock_shelf(item)
    if _was_done(key):
        return Done(True, shelf.short)
    lot, there = _part(shelf, what)
    if pieces > there:
        raise Refused(_("Der ligger kun %(there)s stk. af det.", there=there), field="pieces")
    _change(shelf, shelf.on_hand - pieces)
    if lot is not None:
        move_lots([(lot.id, -pieces)], WRITE_OFF, reference=key, now=now)
    _note(shelf, WRITE_OFF, -pieces, key, by=by, now=now, why=why, lot=lot.code if lot else "")
    return Done(False, shelf.short, -pieces)


def _part(shelf: Supply, what: str) -> tuple[Lot | None, int]:
    """A part of what lies on a shelf, and how many pieces that is by the books."""
    lots = lots_of([shelf.item_id]).get(shelf.item_id, [])
    undated = shelf.on_hand - sum(lot.pieces for lot in lots)
    if what == UNDATED or (what == ALL and not lots):
        return None, undated
    lot = next((lot for lot in lots if str(lot.id) == what), None)
    if lot is None:
        raise Refused(_("Det parti ligger der ikke mere. Vælg et fra listen."), field="what")
    return lot, lot.pieces


def _change(shelf: Supply, on_hand: int) -> None:
    """So many pieces lie there now. What is promised stays promised; what is missing to it is `short`."""
    assert on_hand >= 0
    shelf.short = max(0, shelf.taken - on_hand)
    shelf.most = on_hand + shelf.short
    db.session.flush()


def _note(shelf: Supply, kind: str, pieces: int, key: str, *, by: By, now: datetime, why: str, lot: str) -> None:
    db.session.add(
        SupplyMove(
            supply_id=shelf.id, kind=kind, pieces=pieces, reference=key, at=now, why=why, lot=lot,
            by_name=by.by_name[:200],
        )
    )  # fmt: skip
    record(kind, "item", shelf.item_id, by=by, now=now, why=why, pieces=pieces, lot=lot, short=shelf.short)
    db.session.flush()
    refresh_steps({shelf.item_id})
