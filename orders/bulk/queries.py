"""What pages read of bulk moves: how far one is, which orders were refused, and the last ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from orders.bulk.models import DONE, REFUSED, BulkMove, BulkMoveItem
from shop.db import db
from shop.listing import Paged, paged

# How many bulk moves are not over: a number that another question may ask for in passing.
UNDER_WAY = select(func.count()).select_from(BulkMove).where(BulkMove.done_at.is_(None)).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a bulk move is, counted in orders."""

    move: BulkMove
    done: int
    refused: int

    @property
    def asked(self) -> int:
        """Those that have had their turn."""
        return self.done + self.refused

    @property
    def left(self) -> int:
        return self.move.total - self.asked

    @property
    def is_over(self) -> bool:
        return self.left <= 0


def find_progress(number: int) -> Progress | None:
    """A bulk move and how far it is: two questions. None when there is none."""
    found = db.session.get(BulkMove, number)
    return _progress([found])[0] if found else None


def refused_of(number: int) -> Sequence[BulkMoveItem]:
    """The orders a bulk move could not move, in their order."""
    return db.session.scalars(
        select(BulkMoveItem)
        .where(BulkMoveItem.bulk_move_id == number, BulkMoveItem.state == REFUSED)
        .options(joinedload(BulkMoveItem.order))
        .order_by(BulkMoveItem.position)
    ).all()


def under_way() -> list[Progress]:
    """The bulk moves that are not over, newest first."""
    found = db.session.scalars(select(BulkMove).where(BulkMove.done_at.is_(None)).order_by(BulkMove.id.desc())).all()
    return _progress(found)


def last_moves(side: int) -> Paged[Progress]:
    """A page of bulk moves, newest first: three questions."""
    page = paged(select(BulkMove).order_by(BulkMove.id.desc()), side)
    return page.told(_progress(page.rows))


def _progress(moves: Sequence[BulkMove]) -> list[Progress]:
    if not moves:
        return []
    rows = db.session.execute(
        select(BulkMoveItem.bulk_move_id, BulkMoveItem.state, func.count())
        .where(BulkMoveItem.bulk_move_id.in_([move.id for move in moves]))
        .group_by(BulkMoveItem.bulk_move_id, BulkMoveItem.state)
    )
    counts = {(move_id, state): count for move_id, state, count in rows}
    return [Progress(move, counts.get((move.id, DONE), 0), counts.get((move.id, REFUSED), 0)) for move in moves]
