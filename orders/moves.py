"""The moves of an order after it has been placed: confirm, pack, send, close, cancel, expire."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from catalog.baskets.availability import refresh_steps
from catalog.items.models import ItemVersion
from catalog.supply.lots import Wanted
from catalog.supply.models import OFFER, STOCK, Supply
from catalog.supply.reserve import lock_supplies, put_back, release, take
from orders.books.rules import post_due
from orders.departures.leave import leave, leave_last
from orders.documents.issue import issue_invoice
from orders.lock import lock_order
from orders.models import Order, OrderLine, OrderSupply, Share
from orders.payments.credit import due_day, wants_invoice
from orders.payments.follow import ask_for_capture
from orders.payments.pay import ask_bank, end_payments, is_paid
from orders.payments.queries import waits_until
from orders.payments.repay import ask_to_repay
from orders.states import PACKED, PLACED, check_move, move
from orders.tell import tell_buyer
from shop.days import local_day, utc_now
from shop.db import db, how_it_broke, transaction
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.jobs.queue import every
from shop.journal.record import CLOCK, By, record
from shop.settings.read import value

log = logging.getLogger("shop.orders")


NEED_MONEY = ("confirm", "pack", "send", "send_part")


def check(order: Order, verb: str, *, paid: bool | None = None) -> None:
    """What stands in the way of a move of any order, Refused: where it is, and that its money is not there.

    `paid` is told by whoever has asked for many orders at once; else it is asked here.
    """
    check_move(order, verb)
    if verb in NEED_MONEY and not (is_paid(order.id) if paid is None else paid):
        raise Refused(_("Ordre %(number)s er ikke betalt endnu, så den kan ikke gå videre.", number=order.number))


def confirm(order: Order, *, by: By, now: datetime) -> None:
    """Confirm by hand. Refuses an order whose payment has not been reserved."""
    check(order, "confirm")
    move(order, "confirm", now=now)
    record("confirmed", "order", order.id, by=by, now=now)


def pack(order: Order, *, by: By, now: datetime, in_hand: Mapping[int, Sequence[int]] | None = None) -> None:
    """Packed: the goods leave the shelf, earliest best-before first. Refuses an order that is not paid for.

    Refuses goods that are not there, or would not keep long enough once they have come (domain-denmark § 5.3).
    `in_hand`: by item the lots that a person has scanned, which go first.
    """
    check(order, "pack")
    wanted = Wanted(keep_until(order.id, order.wanted_on), in_hand or {}, order.number)
    take(_held(order, (STOCK,)), reference=f"order:{order.cart_key}", now=now, wanted=wanted)
    move(order, "pack", now=now)
    record("packed", "order", order.id, by=by, now=now)


def send(order: Order, *, by: By, now: datetime, render: bool = True) -> None:
    """On its way: the buyer is told, the invoice issued, and only now is the money drawn, or asked for by invoice.

    Refuses an order whose reservation has ended. `render`: let the worker make the invoice's PDF and post it.
    """
    check(order, "send")
    move(order, "send", now=now)
    leave_last(order, now=now)
    post_due(order.id, now=now)  # paid for already: by transfer, or in cash
    ask_for_capture(order, now=now)
    tell_buyer(order, "order_sent", now=now)
    record("sent", "order", order.id, by=by, now=now)
    issue_invoice(order, now=now, by=by, render=render, due_on=due_day(order.id, local_day(now)))


def send_part(order: Order, pieces: Mapping[int, int], *, by: By, now: datetime) -> None:
    """A parcel leaves with some pieces of some lines (by line), and the rest is to come; the buyer is told.

    Its part of every share is earned. The invoice, and the money of a card, wait for the last parcel: a reservation
    is drawn once (design § 4). Refuses what `leave` refuses.
    """
    check(order, "send_part")
    made = leave(order, pieces, now=now)
    move(order, "send_part", now=now)
    tell_buyer(order, "order_part_sent", made.id, now=now, departure_id=made.id)
    record("sent_part", "order", order.id, by=by, now=now, no=made.no, pieces=sum(pieces.values()))


def close(order: Order, *, by: By, now: datetime) -> None:
    """Nothing more is to be done with it."""
    move(order, "close", now=now)
    record("closed", "order", order.id, by=by, now=now)


def cancel(order: Order, *, by: By, now: datetime, why: str) -> None:
    """Cancel before it is sent: goods back on the shelf, what was reserved on the card let go, the buyer told."""
    _give_back(order, "cancel", now)
    ask_to_repay(order.id, f"cancel:{order.id}", order.gross_ore, now=now)
    record("cancelled", "order", order.id, by=by, now=now, why=why)
    tell_buyer(order, "order_cancelled", now=now, why=why)


def expire(order: Order, *, now: datetime) -> None:
    """Never paid: what it held is free again. A buyer who waited for our yes is told that it did not come."""
    _give_back(order, "expire", now)
    record("expired", "order", order.id, by=CLOCK, now=now)
    if wants_invoice(order.id):
        tell_buyer(order, "order_not_approved", now=now)


def _give_back(order: Order, verb: str, now: datetime) -> None:
    was_packed = order.state == PACKED
    check(order, verb)
    lock_supplies([supply_id for supply_id, _pieces in _held(order)])  # all at once, in the order buyers lock them in
    reference = f"order:{order.cart_key}"
    if was_packed:
        put_back(_held(order, (STOCK,)), reference=reference, now=now)
        release(_held(order, (OFFER,)), reference=reference, now=now)
    else:
        release(_held(order), reference=reference, now=now)
    end_payments(order, now=now)
    move(order, verb, now=now)
    refresh_steps(_items(order))


def _held(order: Order, kinds: Sequence[str] = ()) -> list[tuple[int, int]]:
    query = select(OrderSupply.supply_id, OrderSupply.pieces).where(OrderSupply.order_id == order.id)
    if kinds:
        query = query.join(Supply, Supply.id == OrderSupply.supply_id).where(Supply.kind.in_(kinds))
    return [(supply_id, pieces) for supply_id, pieces in db.session.execute(query.order_by(OrderSupply.supply_id))]


def keep_until(order_id: int, wanted_on: date) -> dict[int, date]:
    """By item the day that what is packed must keep until: the day of delivery and the shelf life it was sold with."""
    days = shelf_days([order_id]).get(order_id, {})
    return {item_id: wanted_on + timedelta(days=count) for item_id, count in days.items()}


def shelf_days(order_ids: Sequence[int]) -> dict[int, dict[int, int]]:
    """By order and item how many days it was sold to keep after delivery."""
    rows = db.session.execute(
        select(OrderLine.order_id, ItemVersion.item_id, func.max(ItemVersion.min_shelf_days))
        .join(Share, Share.line_id == OrderLine.id)
        .join(ItemVersion, ItemVersion.id == Share.item_version_id)
        .where(OrderLine.order_id.in_(order_ids))
        .group_by(OrderLine.order_id, ItemVersion.item_id)
    )
    found: dict[int, dict[int, int]] = {}
    for order_id, item_id, days in rows:
        found.setdefault(order_id, {})[item_id] = int(days)
    return found


def _items(order: Order) -> set[int]:
    query = (
        select(Supply.item_id)
        .join(OrderSupply, OrderSupply.supply_id == Supply.id)
        .where(OrderSupply.order_id == order.id)
    )
    return set(db.session.scalars(query))


@every(60)
def expire_unpaid() -> None:
    """Let go of what unpaid orders hold, once their time is up (a setting, in minutes).

    The bank is asked first: its message may not have come. One order that fails does not hold up the others.
    """
    now = utc_now()
    before = now - timedelta(minutes=int(value("times.unpaid_minutes")))
    ids = db.session.scalars(
        select(Order.id)
        .where(Order.state == PLACED, Order.placed_at < before, ~waits_until(now))
        .order_by(Order.id)
        .limit(200)
    ).all()
    for order_id in ids:
        try:
            _expire_unless_paid(order_id, utc_now())
        except Exception as error:
            log.error("order %s could not expire: %s", order_id, how_it_broke(error))


def _expire_unless_paid(order_id: int, now: datetime) -> None:
    """A bank that does not answer may have the money: the order waits for its answer."""
    if not ask_bank(order_id, now=now):
        return
    with transaction():
        order = lock_order(order_id)
        if order.state == PLACED:
            expire(order, now=now)
