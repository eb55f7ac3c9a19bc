"""What leaves in which parcel, booked as it does. The verbs themselves are `orders.moves.send_part` and `send`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from orders.books.sale import Leaving, post_part, post_sale
from orders.departures.models import Departure, DepartureLine
from orders.models import FREIGHT, Order, OrderLine
from orders.reversals.queries import lines_left
from shop.db import db
from shop.errors import Refused
from shop.i18n import lazy_gettext as _


def departures_of(order_id: int) -> Sequence[Departure]:
    """The parcels of an order that has left, or leaves, in several; the first one first."""
    whole = joinedload(Departure.lines).joinedload(DepartureLine.line)
    query = select(Departure).where(Departure.order_id == order_id).order_by(Departure.no).options(whole)
    return db.session.scalars(query).unique().all()


def still_here(order_id: int) -> dict[int, Leaving]:
    """By line what has left before and what was to leave in all. Freight is one piece, and leaves with the last."""
    rows = db.session.execute(
        select(DepartureLine.line_id, func.sum(DepartureLine.pieces), func.max(DepartureLine.whole))
        .join(Departure, Departure.id == DepartureLine.departure_id)
        .where(Departure.order_id == order_id)
        .group_by(DepartureLine.line_id)
    ).all()
    if rows:
        return {line_id: Leaving(int(pieces), 0, whole) for line_id, pieces, whole in rows}
    return {left.line_id: Leaving(0, 0, left.quantity) for left in lines_left(order_id)}


def leave(order: Order, pieces: Mapping[int, int], *, now: datetime) -> Departure:
    """A parcel leaves with so many pieces of some lines, and others stay. The order is locked by the caller.

    Refuses more than is here, a parcel with nothing in it, and the last one: that is the order's own «send».
    """
    here = still_here(order.id)
    freight = set(
        db.session.scalars(select(OrderLine.id).where(OrderLine.order_id == order.id, OrderLine.kind == FREIGHT))
    )
    leaving = {
        line_id: Leaving(one.before, 0 if line_id in freight else pieces.get(line_id, 0), one.whole)
        for line_id, one in here.items()
    }
    for line_id, one in leaving.items():
        if not 0 <= one.now <= one.whole - one.before:
            raise Refused(
                _("Der er %(count)s tilbage her, som ikke er sendt.", count=one.whole - one.before), field=str(line_id)
            )
    if not any(one.now for one in leaving.values()):
        raise Refused(_("Skriv, hvor mange der er i pakken."))
    if all(one.before + one.now == one.whole for line_id, one in leaving.items() if line_id not in freight):
        raise Refused(_("Det er det sidste af ordren. Tryk på «Sendt» i stedet."))
    return _write(order, leaving, is_last=False, now=now)


def leave_last(order: Order, *, now: datetime) -> None:
    """All that is left leaves. An order that has sent nothing before has no parcels told apart."""
    if not order.parcels:
        post_sale(order, now=now)
        return
    here = still_here(order.id)
    leaving = {key: Leaving(one.before, one.whole - one.before, one.whole) for key, one in here.items()}
    _write(order, leaving, is_last=True, now=now)


def _write(order: Order, leaving: Mapping[int, Leaving], *, is_last: bool, now: datetime) -> Departure:
    no = order.parcels = order.parcels + 1
    book = post_sale if is_last else partial(post_part, no=no)
    gross = book(order, now=now, leaving=leaving)
    made = Departure(order_id=order.id, no=no, at=now, gross_ore=gross)
    made.lines = [DepartureLine(line_id=key, pieces=one.now, whole=one.whole) for key, one in leaving.items()]
    db.session.add(made)
    db.session.flush()
    return made
