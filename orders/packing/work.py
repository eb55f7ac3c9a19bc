"""Packing one order on a tablet: begun by one, taken over by another, ticked step by step, packed once."""

from datetime import date, datetime

from sqlalchemy import delete, func, select

from catalog.items.models import Item
from catalog.supply.lots import first_out, keeps, lots_of
from catalog.supply.models import Lot
from orders.models import Order
from orders.moves import pack
from orders.packing.models import PackingMinutes, PackingStep, PackingWork
from orders.packing.steps import THING, Checklist, Step, checklist_of, keep_days
from orders.payments.pay import is_paid
from orders.states import check_move
from shop.db import db, insert_new
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.i18n import localised
from shop.journal.record import By, Named, record

TABLE = Named("pakkebordet")
MOST_MINUTES = 100_000


class Busy(Refused):
    """Somebody else is packing this order, on another tablet."""

    def __init__(self, work: PackingWork) -> None:
        super().__init__(_("%(name)s er i gang med den på en anden tablet.", name=work.by_name))


def find_work(order_id: int) -> PackingWork | None:
    """Who is packing an order, if somebody is."""
    return db.session.scalar(select(PackingWork).where(PackingWork.order_id == order_id))


def begin(order: Order, tablet: str, *, by: By, now: datetime, take_over: bool = False) -> None:
    """Begin to pack a locked order, or go on with it. Refuses what cannot be packed, and (Busy) what another packs.

    `take_over`: take it from the other tablet, whose next tick is then refused. What is ticked stays ticked.
    """
    _check(order)
    work = find_work(order.id)
    if work is None:
        db.session.add(
            PackingWork(order_id=order.id, tablet=tablet, by_name=by.by_name[:200], begun_at=now, touched_at=now)
        )
        return
    if work.tablet != tablet and not take_over:
        raise Busy(work)
    if work.tablet != tablet:
        work.tablet, work.by_name = tablet, by.by_name[:200]
        record("packing_taken_over", "order", order.id, by=by, now=now)
    work.touched_at = now


def _check(order: Order) -> None:
    check_move(order, "pack")
    if not is_paid(order.id):
        raise Refused(_("Ordre %(number)s er ikke betalt endnu, så den kan ikke pakkes.", number=order.number))


def tick(order: Order, key: str, tablet: str, *, code: str = "", by: By, now: datetime) -> bool:
    """One thing has been put in; its code scanned or typed, or nothing. Whether the order is packed now.

    Refuses a tablet that has lost it to another, a code of another thing, and a lot that is too old or not the first to
    leave. Ticked before: nothing happens. The last tick packs the order.
    """
    _check(order)
    work = _own(order, tablet)
    checklist = checklist_of(order.id)
    step = checklist.find(key)
    if step is None:
        raise Refused(_("Ordren er ændret. Se, hvad der skal i nu."))
    lot = _scanned(step, checklist, code, order.wanted_on) if code else None
    insert_new(PackingStep, order_id=order.id, step=key, lot_id=lot.id if lot else None, at=now)
    work.touched_at = now
    db.session.flush()
    after = checklist_of(order.id)
    if after.done < len(after.steps):
        return False
    pack(order, by=by, now=now, in_hand=after.in_hand)
    db.session.delete(work)
    return True


def untick(order: Order, key: str, tablet: str, *, now: datetime) -> None:
    """It was not put in after all."""
    _check(order)
    _own(order, tablet).touched_at = now
    db.session.execute(delete(PackingStep).where(PackingStep.order_id == order.id, PackingStep.step == key))


def _own(order: Order, tablet: str) -> PackingWork:
    work = find_work(order.id)
    if work is None:
        raise Refused(_("Tryk på «Begynd» først."))
    if work.tablet != tablet:
        raise Busy(work)
    return work


def _scanned(step: Step, checklist: Checklist, code: str, wanted_on: date) -> Lot | None:
    """The lot that a code names. None for a code of the thing itself. Refuses everything else in words."""
    if step.kind != THING or step.version is None:
        return None
    item = step.version.item
    name = localised(step.version, "name")
    same = db.session.scalars(select(Lot).where(func.lower(Lot.code) == code.lower())).all()
    lot = next((one for one in same if one.item_id == item.id), None)
    if lot is None:
        if code.lower() in (item.slug, str(step.version.facts.get("ean", "")).lower()):
            return None
        if same:
            raise Refused(
                _("Det er noget andet: «%(other)s». Tag «%(name)s».", other=_name(same[0].item_id), name=name),
                field="code",
            )
        raise Refused(_("Vi kender ikke koden. Se, om det er «%(name)s».", name=name), field="code")
    return _fits(lot, step, checklist, keep_days(step, wanted_on))


def _fits(lot: Lot, step: Step, checklist: Checklist, until: date) -> Lot:
    if not keeps(lot, until):
        raise Refused(
            _("Den er for gammel til denne gave. Læg den væk, og tag en, der holder til %(day)s.", day=_day(until)),
            field="code",
        )
    shelf = lots_of([lot.item_id]).get(lot.item_id, [])
    left = [one for one in first_out(shelf, until) if one.pieces > checklist.used(one.id) or one.id == step.lot_id]
    if lot not in left:
        raise Refused(_("Det parti er brugt op. Tag et andet."), field="code")
    if left[0].best_before != lot.best_before:
        raise Refused(
            _(
                "Tag først dem med bedst før %(day)s, parti %(code)s.",
                day=_day(left[0].best_before), code=left[0].code,
            ),
            field="code",
        )  # fmt: skip
    return lot


def _day(day: date | None) -> str:
    return f"{day.day}.{day.month}.{day.year}" if day else "–"


def _name(item_id: int) -> str:
    item = db.session.get_one(Item, item_id)
    return localised(item.current, "name") if item.current else item.slug


def note_minutes(day: date, batch: str, parcels: int, minutes: int, *, key: str, now: datetime) -> bool:
    """How long a batch took, all hands together; nobody is named, in the journal neither. False: noted before."""
    row = insert_new(PackingMinutes, key=key, day=day, batch=batch[:200], parcels=parcels, minutes=minutes, at=now)
    if row is None:
        return False
    record(
        "packing_minutes", "packing_day", day.toordinal(), by=TABLE, now=now, batch=batch, parcels=parcels,
        minutes=minutes,
    )  # fmt: skip
    return True
