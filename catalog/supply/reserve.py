"""Reserve, take and give back, so that nothing is ever sold twice.

Every limit an order touches is locked in id order, looked at, and moved by one conditional update; the CHECK on the
row is the last guard. The same on both databases (SQLite holds the one write lock already).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, case, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from catalog.supply.lots import ANY, Wanted, back_to_lots, choose_lots, move_lots
from catalog.supply.models import WEEK, Supply, SupplyMove
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _

Key = tuple[str, int, str]

# Statements that every order sends are made once: making one takes longer than sending it.
_ROWS: Any = Supply.__table__
_PIECES: Any = bindparam("pieces")
_LOCKED = (
    select(Supply)
    .where(Supply.item_id.in_(bindparam("items", expanding=True)), Supply.part.in_(bindparam("parts", expanding=True)))
    .order_by(Supply.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_RESERVE = (
    update(_ROWS)
    .where(_ROWS.c.id == bindparam("supply"), _ROWS.c.taken + _PIECES <= _ROWS.c.most)
    .values(taken=_ROWS.c.taken + _PIECES)
)
# What is let go, and what comes back to the shelf, first makes good what a count found missing: then nobody can be
# promised it. Reserving has a statement of its own, whose condition no count can lift.
_MADE_GOOD = case((_ROWS.c.short > _PIECES, _PIECES), else_=_ROWS.c.short)
_RELEASE = (
    update(_ROWS)
    .where(_ROWS.c.id == bindparam("supply"), _ROWS.c.taken >= _PIECES)
    .values(taken=_ROWS.c.taken - _PIECES, most=_ROWS.c.most - _MADE_GOOD, short=_ROWS.c.short - _MADE_GOOD)
)
_TAKE = (
    update(_ROWS)
    .where(_ROWS.c.id == bindparam("supply"), _ROWS.c.taken >= _PIECES, _ROWS.c.most - _ROWS.c.short >= _PIECES)
    .values(most=_ROWS.c.most - _PIECES, taken=_ROWS.c.taken - _PIECES)
)
_PUT_BACK = (
    update(_ROWS)
    .where(_ROWS.c.id == bindparam("supply"))
    .values(most=_ROWS.c.most + _PIECES - _MADE_GOOD, short=_ROWS.c.short - _MADE_GOOD)
)
_NEW_WEEK = {
    "postgresql": postgresql.insert(_ROWS).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(_ROWS).on_conflict_do_nothing(),
}
_NEW_MOVE = insert(SupplyMove.__table__)  # type: ignore[arg-type]  # it is a Table


@dataclass(frozen=True, slots=True)
class Need:
    """So many pieces of one limit. `weekly` is the capacity a week's row is made with when it is not there yet."""

    kind: str
    item_id: int
    part: str
    pieces: int
    weekly: int = 0

    @property
    def key(self) -> Key:
        return (self.kind, self.item_id, self.part)


class SoldOut(Refused):
    """There is not enough of something; nothing has been reserved. `item_ids` are the items that are short."""

    def __init__(self, item_ids: Iterable[int], left: Mapping[int, int]) -> None:
        super().__init__(_("Der er ikke nok tilbage. Der er ikke trukket penge, og din bestilling er gemt."))
        self.item_ids = frozenset(item_ids)
        self.left = dict(left)


def add_up(needs: Iterable[Need]) -> list[Need]:
    """The demand on each limit as one number, however many lines it comes from."""
    total: dict[Key, Need] = {}
    for need in needs:
        held = total.get(need.key)
        pieces = need.pieces + (held.pieces if held else 0)
        total[need.key] = Need(need.kind, need.item_id, need.part, pieces, need.weekly)
    return list(total.values())


def reserve(needs: Sequence[Need], *, reference: str, now: datetime) -> list[tuple[Supply, int]]:
    """Reserve all of it or nothing (SoldOut). Returns the limits with the pieces reserved, in id order."""
    wanted = {need.key: need for need in add_up(needs)}
    _make_weeks(need for need in wanted.values() if need.kind == WEEK)
    rows = _lock(wanted)
    short = {
        need.item_id: max(0, rows[key].most - rows[key].taken) if key in rows else 0
        for key, need in wanted.items()
        if key not in rows or rows[key].most - rows[key].taken < need.pieces
    }
    if short:
        raise SoldOut(short, short)
    held = sorted(((rows[key], need.pieces) for key, need in wanted.items()), key=lambda pair: pair[0].id)
    _move(_RESERVE, [(row.id, pieces) for row, pieces in held])
    _write_moves([(row.id, pieces) for row, pieces in held], "reserve", reference, now)
    return held


def exchange(
    held: Sequence[tuple[int, int]], needs: Sequence[Need], *, reference: str, now: datetime
) -> list[tuple[Supply, int]]:
    """Give back what is held (supply id, pieces) and reserve something else instead, all of it or nothing (SoldOut).

    Everything is locked first, the old and the new together, in id order. `reference` is new for each exchange.
    """
    wanted = {need.key: need for need in add_up(needs)}
    _make_weeks(need for need in wanted.values() if need.kind == WEEK)
    lock_supplies([*(supply_id for supply_id, _pieces in held), *_ids_of(wanted)])
    release(held, reference=reference, now=now)
    return reserve(needs, reference=reference, now=now)


def _ids_of(wanted: Mapping[Key, Need]) -> Sequence[int]:
    found = db.session.execute(
        select(Supply.id, Supply.kind, Supply.item_id, Supply.part).where(
            Supply.item_id.in_({need.item_id for need in wanted.values()}),
            Supply.part.in_({need.part for need in wanted.values()}),
        )
    )
    return [row.id for row in found if (row.kind, row.item_id, row.part) in wanted]


def lock_supplies(ids: Sequence[int]) -> None:
    """Lock limits in id order. Whoever moves some now and some later locks all of them first."""
    db.session.execute(select(Supply.id).where(Supply.id.in_(ids)).order_by(Supply.id).with_for_update()).all()


def release(held: Sequence[tuple[int, int]], *, reference: str, now: datetime) -> None:
    """Give reserved pieces back: (supply id, pieces). Doing it twice is refused by the database."""
    lock_supplies([supply_id for supply_id, _pieces in held])
    _move(_RELEASE, sorted(held))
    _write_moves([(supply_id, -pieces) for supply_id, pieces in sorted(held)], "release", reference, now)


def take(held: Sequence[tuple[int, int]], *, reference: str, now: datetime, wanted: Wanted = ANY) -> None:
    """Take reserved pieces off the shelf: what is on hand and what is spoken for both fall. Stock rows only.

    Lots leave earliest best-before first. Refuses, naming it, what does not lie there or does not keep long enough.
    """
    if not held:
        return
    lock_supplies([supply_id for supply_id, _pieces in held])
    pieces = dict(held)
    rows = db.session.scalars(
        select(Supply).where(Supply.id.in_(pieces)).order_by(Supply.id).execution_options(populate_existing=True)
    ).all()
    lots = choose_lots([(row, pieces[row.id]) for row in rows], wanted)
    _move(_TAKE, sorted(held))
    move_lots([(lot.id, -count) for lot, count in lots], "take", reference=reference, now=now, whose=wanted.whose)
    _write_moves([(supply_id, -pieces) for supply_id, pieces in sorted(held)], "take", reference, now)


def _lock(wanted: Mapping[Key, Need]) -> dict[Key, Supply]:
    """Lock the rows in id order; one question for all of them."""
    items = {need.item_id for need in wanted.values()}
    parts = {need.part for need in wanted.values()}
    rows = db.session.scalars(_LOCKED, {"items": sorted(items), "parts": sorted(parts)})
    return {(row.kind, row.item_id, row.part): row for row in rows}


def _make_weeks(needs: Iterable[Need]) -> None:
    """Make the rows of weeks nobody has asked for before.

    Another buyer may be doing the same, and then one waits for the other: so before anything is locked, and all in
    the same order.
    """
    values = [
        {"kind": WEEK, "item_id": need.item_id, "part": need.part, "most": need.weekly, "taken": 0}
        for need in sorted(needs, key=lambda need: need.key)
    ]
    if not values:
        return
    connection = db.session.connection()
    connection.execute(_NEW_WEEK[connection.dialect.name], values)


def _move(statement: Any, pieces: Sequence[tuple[int, int]]) -> None:
    if not pieces:
        return
    # One executemany in id order; the condition stands in the statement, not only in what was read before.
    db.session.connection().execute(statement, [{"supply": supply_id, "pieces": count} for supply_id, count in pieces])


def _write_moves(pieces: Sequence[tuple[int, int]], kind: str, reference: str, now: datetime) -> None:
    if not pieces:
        return
    db.session.connection().execute(
        _NEW_MOVE,
        [
            {
                "supply_id": supply_id,
                "kind": kind,
                "pieces": count,
                "reference": f"{reference}:{kind}:{supply_id}",
                "at": now,
            }
            for supply_id, count in pieces
        ],
    )


def put_back(held: Sequence[tuple[int, int]], *, reference: str, now: datetime) -> None:
    """Put pieces that were taken back on the shelf: (supply id, pieces). Stock rows only."""
    if not held:
        return
    lock_supplies([supply_id for supply_id, _pieces in held])
    _move(_PUT_BACK, sorted(held))
    back_to_lots(held, reference=reference, now=now)
    _write_moves(sorted(held), "return", reference, now)
