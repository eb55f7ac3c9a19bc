"""What an enterprise changes at once: pieces on hand, capacity a week, weeks it is closed, and its lead time.

Nothing promised is ever taken back: what is spoken for is the least there may be.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from catalog.baskets.availability import refresh_steps
from catalog.items.models import MADE, Item
from catalog.supply.lots import lots_of
from catalog.supply.models import STOCK, WEEK, Supply, SupplyMove
from shop.days import iso_week, local_day
from shop.db import db, insert_once, lock_row
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.i18n import ngettext
from shop.journal.record import By, record

WEEKS_AHEAD = 26


@dataclass(frozen=True, slots=True)
class Week:
    """A week ahead: its days, and the pieces promised in it."""

    key: str
    monday: date
    taken: int

    @property
    def number(self) -> int:
        return int(self.key[-2:])

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)


def weeks_ahead(item: Item, today: date) -> list[Week]:
    """The coming weeks, this one first, and those further away that are closed."""
    monday = today - timedelta(days=today.weekday())
    mondays = {iso_week(day): day for day in (monday + timedelta(weeks=n) for n in range(WEEKS_AHEAD))}
    mondays |= {key: date.fromisocalendar(int(key[:4]), int(key[-2:]), 1) for key in item.closed_weeks}
    taken = {row.part: row.taken for row in _weeks(item.id)}
    return [Week(key, day, taken.get(key, 0)) for key, day in sorted(mondays.items()) if key >= iso_week(today)]


def shelf_of(item: Item) -> Supply | None:
    """What is on hand of an item; None for what has never had any, or is made to order."""
    return db.session.scalar(select(Supply).where(Supply.kind == STOCK, Supply.item_id == item.id))


def set_stock(item: Item, *, pieces: int, lead_days: int, by: By, now: datetime) -> None:
    """Let so many be on hand, and this be the lead time in working days. Refuses fewer than are promised."""
    lock_row(Item, item.id)
    insert_once(Supply, kind=STOCK, item_id=item.id, part="", most=0, taken=0)
    shelf = db.session.scalars(
        select(Supply)
        .where(Supply.kind == STOCK, Supply.item_id == item.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if pieces < shelf.taken:
        raise Refused(
            ngettext(
                "%(num)s er allerede lovet til ordrer. Så mange skal der mindst være.",
                "%(num)s er allerede lovet til ordrer. Så mange skal der mindst være.",
                shelf.taken,
            ),
            field="pieces",
        )
    dated = sum(lot.pieces for lot in lots_of([item.id]).get(item.id, []))
    if pieces < dated:
        raise Refused(
            _("Der ligger %(num)s stk. med dato på lageret. Færre skal tælles på kontoret.", num=dated), field="pieces"
        )
    before = shelf.on_hand
    shelf.most, shelf.short = pieces, 0  # at least as many as are promised: what a count found missing is there again
    if pieces != before:
        reference = f"supplier:{shelf.id}:{now.isoformat()}"
        db.session.add(
            SupplyMove(supply_id=shelf.id, kind="count", pieces=pieces - before, reference=reference, at=now)
        )
    item.lead_days = lead_days
    db.session.flush()
    record("counted", "item", item.id, by=by, now=now, before=before, after=pieces, lead_days=lead_days)
    refresh_steps([item.id])


def set_capacity(
    item: Item, *, weekly: int, closed: Collection[str], lead_days: int, by: By, now: datetime
) -> None:  # fmt: skip
    """Let so many be made a week from now on, and none in the closed weeks.

    Refuses to close a week in which pieces are promised. A week in which more are promised than can be made from now
    on keeps those, and promises no more.
    """
    assert item.supply == MADE, item.slug
    lock_row(Item, item.id)
    this_week = iso_week(local_day(now))
    kept = sorted({*(week for week in item.closed_weeks if week < this_week), *closed})
    for week in closed:  # a row of its own, so that nobody makes one with pieces in it just now
        insert_once(Supply, kind=WEEK, item_id=item.id, part=week, most=0, taken=0)
    rows = _weeks(item.id, locked=True)
    _check_closed([row for row in rows if row.part in closed and row.taken])
    for row in rows:
        if row.part >= this_week:
            row.most = 0 if row.part in closed else max(weekly, row.taken)
    item.weekly_capacity, item.closed_weeks, item.lead_days = weekly, kept, lead_days
    db.session.flush()
    record("changed", "item", item.id, by=by, now=now, weekly=weekly, closed=kept, lead_days=lead_days)


def _check_closed(promised: Sequence[Supply]) -> None:
    if not promised:
        return
    weeks = ", ".join(
        str(_("uge %(week)s: %(count)s", week=int(row.part[-2:]), count=row.taken)) for row in promised
    )  # fmt: skip
    raise Refused(
        _("Der er lovet noget i de uger, så de kan ikke lukkes: %(weeks)s. Skriv til kontoret.", weeks=weeks),
        field="closed",
    )


def _weeks(item_id: int, *, locked: bool = False) -> Sequence[Supply]:
    query = select(Supply).where(Supply.kind == WEEK, Supply.item_id == item_id).order_by(Supply.id)
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(query).all()
