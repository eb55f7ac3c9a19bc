"""Begin a move of many orders, and carry it out: each order in a transaction of its own, by the verb of one order.

Interrupted anywhere, it goes on with those that wait. Done twice, or by two at once, each order is asked once.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from orders.bulk.models import CANCEL, CLOSE, CONFIRM, DONE, PACK, REFUSED, SEND, WAITING, BulkMove, BulkMoveItem
from orders.lock import lock_order
from orders.models import Order
from orders.moves import cancel, close, confirm, pack, send
from orders.states import ORDER
from shop.days import utc_now
from shop.db import db, how_it_broke, insert_new, lock_row, transaction
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.i18n import speaking
from shop.jobs.outbox import handles, post
from shop.journal.record import By, record

log = logging.getLogger("shop.orders")
JOB = "bulk_move"
PORTION = 25  # orders at a time: then letters and payments that have been asked for meanwhile have their turn
BROKEN = _("Det gik galt hos os, og ordren er ikke rørt. Prøv den for sig.")


@dataclass(frozen=True, slots=True)
class Seen:
    """An order as the coordinator saw it in the preview."""

    order_id: int
    state: str
    pack_on: date


@dataclass(frozen=True, slots=True)
class Begun:
    """What is done to each order, and who wanted it (who may have left the house meanwhile)."""

    verb: str
    why: str
    by_id: int | None
    by_name: str


_VERBS: Mapping[str, Callable[[Order, Begun, datetime], None]] = {
    CONFIRM: lambda order, begun, now: confirm(order, by=begun, now=now),
    PACK: lambda order, begun, now: pack(order, by=begun, now=now),
    SEND: lambda order, begun, now: send(order, by=begun, now=now),
    CLOSE: lambda order, begun, now: close(order, by=begun, now=now),
    CANCEL: lambda order, begun, now: cancel(order, by=begun, now=now, why=begun.why),
}


def begin_bulk(verb: str, orders: Sequence[Seen], *, key: str, by: By, now: datetime, why: str = "") -> int:
    """Begin to move some orders, in their order; the worker does it. The same `key` again is the same bulk move.

    Answers its id. Refuses none at all.
    """
    if not orders:
        raise Refused(_("Der er ingen ordrer at flytte."))
    begun = insert_new(
        BulkMove, key=key, verb=verb, why=why, by_id=by.by_id, by_name=by.by_name[:200], total=len(orders), begun_at=now
    )
    if begun is None:
        return db.session.scalars(select(BulkMove.id).where(BulkMove.key == key)).one()
    db.session.add_all(
        BulkMoveItem(
            bulk_move_id=begun.id, order_id=one.order_id, position=position, seen_state=one.state, seen_on=one.pack_on
        )
        for position, one in enumerate(orders, start=1)
    )
    record("begun", JOB, begun.id, by=by, now=now, why=why, verb=verb, orders=len(orders))
    _post_next(begun.id, 1, now)
    return begun.id


def _post_next(bulk_id: int, position: int, now: datetime) -> None:
    post(JOB, f"{JOB}:{bulk_id}:{position}", now=now, bulk_id=bulk_id)


@handles(JOB)
def carry_on(payload: dict[str, Any]) -> None:
    """Move the next orders that wait, and ask for the rest to be moved after what else is waiting in the queue."""
    bulk_id = int(payload["bulk_id"])
    for item_id in _waiting(bulk_id, PORTION):
        _move_one(item_id)
    with transaction():
        now, waiting = utc_now(), _waiting(bulk_id, 1)
        if waiting:
            _post_next(bulk_id, db.session.get_one(BulkMoveItem, waiting[0]).position, now)
        else:
            db.session.execute(
                update(BulkMove).where(BulkMove.id == bulk_id, BulkMove.done_at.is_(None)).values(done_at=now)
            )


def _waiting(bulk_id: int, most: int) -> Sequence[int]:
    return db.session.scalars(
        select(BulkMoveItem.id)
        .where(BulkMoveItem.bulk_move_id == bulk_id, BulkMoveItem.state == WAITING)
        .order_by(BulkMoveItem.position)
        .limit(most)
    ).all()


def _move_one(item_id: int) -> None:
    """One order. Refused, or broken by a mistake of ours, it is noted with the reason; the others go on.

    A database that does not answer is no reason to refuse anything: the whole is tried again later.
    """
    try:
        with transaction():
            _move_unless_done(item_id, utc_now())
    except Refused as refused:
        _note_refused(item_id, refused.sentence)
    except OperationalError:
        raise
    except Exception as error:
        log.error("item %s of a bulk move broke: %s", item_id, how_it_broke(error))
        _note_refused(item_id, BROKEN)


def _move_unless_done(item_id: int, now: datetime) -> None:
    found = db.session.get_one(BulkMoveItem, item_id)
    order = lock_order(found.order_id)
    item = lock_row(BulkMoveItem, item_id)
    if item.state != WAITING:
        return
    move = db.session.get_one(BulkMove, item.bulk_move_id)
    # What the state alone forbids is refused by the verb, in its own words.
    if ORDER.can(order.state, move.verb) and (order.state, order.pack_on) != (item.seen_state, item.seen_on):
        raise Refused(_("Ordre %(number)s er ændret, siden du så den. Se den igen.", number=order.number))
    _VERBS[move.verb](order, Begun(move.verb, move.why, move.by_id, move.by_name), now)
    item.state, item.done_at = DONE, now


def _note_refused(item_id: int, sentence: Any) -> None:
    told = {}
    for language in ("da", "en"):
        with speaking(language):
            told[f"sentence_{language}"] = str(sentence)[:500]
    with transaction():
        db.session.execute(
            update(BulkMoveItem)
            .where(BulkMoveItem.id == item_id, BulkMoveItem.state == WAITING)
            .values(state=REFUSED, done_at=utc_now(), **told)
        )
