"""What every supplier brings, by when: worked out from the orders, issued as numbered lists, received and counted.

A supplier never learns who gets it: only items, pieces and days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from catalog.items.models import MADE, Item
from catalog.supply.calendar import Calendar, shop_calendar
from orders.after.models import REPLACEMENT, Parcel
from orders.after.states import PACKED as PARCEL_PACKED
from orders.after.states import PLANNED
from orders.after.states import SENT as PARCEL_SENT
from orders.models import Order
from orders.packing.difference import Change, changed, difference
from orders.packing.goods import goods_of_orders, sums_of_goods
from orders.packing.models import InboundCount, InboundList
from orders.packing.suffering import Claim, Suffers, who_suffers
from orders.states import CLOSED, CONFIRMED, PACKED, PART_SENT, PLACED, SENT
from shop.db import db, insert_new
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.people.models import Enterprise
from shop.people.notices import notify_enterprise
from shop.settings.read import seller, value

AHEAD = timedelta(days=21)  # how far ahead suppliers see, by pack day
BEHIND = timedelta(days=7)
# What is packed and sent has been brought: the list goes on saying so.
COUNTED = (CONFIRMED, PACKED, PART_SENT, SENT, CLOSED)
MOST_PIECES = 1_000_000


def due_day(pack_on: date, calendar: Calendar) -> date:
    """The day goods for a pack day are brought at the latest: the set working days before."""
    day = pack_on
    for _step in range(int(value("packing.inbound_days"))):
        day -= timedelta(days=1)
        while not calendar.is_working(day):
            day -= timedelta(days=1)
    return day


def pack_days(due_on: date, calendar: Calendar) -> list[date]:
    """The pack days whose goods are brought by a day."""
    days = [due_on + timedelta(days=ahead) for ahead in range(60)]
    return [day for day in days if due_day(day, calendar) == due_on]


def where_to() -> str:
    """Where goods are brought: as the setting says, or to the seller."""
    who = seller()
    return str(value("packing.place")) or f"{who.name}, {who.address}, {who.postcode} {who.city}"


@dataclass(slots=True)
class Delivery:
    """What one enterprise brings by one day: pieces by item; `waiting` are those of orders not yet paid.

    `issued` are the lists it has been given, newest first; `counts` what has come, by item.
    """

    enterprise: Enterprise
    due_on: date
    items: Mapping[int, Item]
    pieces: dict[int, int] = field(default_factory=dict)
    waiting: dict[int, int] = field(default_factory=dict)
    issued: list[InboundList] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)

    @property
    def last(self) -> InboundList | None:
        return self.issued[0] if self.issued else None

    @property
    def total(self) -> int:
        return sum(self.pieces.values())

    @property
    def changes(self) -> list[Change]:
        """Every item against the list last issued; nothing issued: all of it is new."""
        return difference(pieces_of(self.last), self.pieces)

    @property
    def changed(self) -> list[Change]:
        return changed(self.changes)

    @property
    def waiting_total(self) -> int:
        return sum(self.waiting.values())

    def missing(self, item_id: int) -> int:
        """How many pieces of an item have not come, of those that were counted."""
        return max(0, self.pieces.get(item_id, 0) - self.counts[item_id]) if item_id in self.counts else 0


def pieces_of(issued: InboundList | None) -> dict[int, int]:
    """What a list says, by item."""
    return {int(line["item_id"]): int(line["pieces"]) for line in issued.lines} if issued else {}


class Inbound:
    """What is to be brought by the days from `first` on, of one enterprise or all: seven questions."""

    def __init__(self, first: date, last: date, enterprise_id: int | None = None) -> None:
        self.first, self.last, self.enterprise_id = first, last, enterprise_id
        self.calendar = shop_calendar()

    @cached_property
    def deliveries(self) -> list[Delivery]:
        """By day, then by enterprise's name."""
        lists = self._lists()
        wanted = self._wanted()
        ids = {item for _ent, _due, item, _n, _w in wanted} | {item for one in lists for item in pieces_of(one)}
        items = {
            item.id: item
            for item in db.session.scalars(
                select(Item).where(Item.id.in_(ids)).options(joinedload(Item.current), joinedload(Item.enterprise))
            )
        }
        made: dict[tuple[int, date], Delivery] = {}
        for enterprise_id, due_on, item_id, pieces, is_waiting in wanted:
            one = made.setdefault((enterprise_id, due_on), Delivery(items[item_id].enterprise, due_on, items))
            held = one.waiting if is_waiting else one.pieces
            held[item_id] = held.get(item_id, 0) + pieces
        for issued in lists:
            key = (issued.enterprise_id, issued.due_on)
            made.setdefault(key, Delivery(issued.enterprise, issued.due_on, items)).issued.append(issued)
        self._add_counts(made)
        for one in made.values():
            one.pieces = dict(sorted(one.pieces.items(), key=lambda pair: _name(items[pair[0]])))
        return sorted(made.values(), key=lambda one: (one.due_on, one.enterprise.name))

    def _wanted(self) -> list[tuple[int, date, int, int, bool]]:
        """(enterprise, due day, item, pieces, whether its order is not paid yet)."""
        # Goods for a pack day are brought so many working days before: a fortnight of closed days is looked past.
        until = self.last + timedelta(days=int(value("packing.inbound_days")) * 2 + 14)
        here = set(db.session.scalars(select(Item.id).where(Item.supply != MADE, Item.stored_here)))
        rows = sums_of_goods(
            Order.pack_on >= self.first, Order.pack_on <= until, Order.state.in_((PLACED, *COUNTED)),
            enterprise_id=self.enterprise_id,
        )  # fmt: skip
        dues = {day: due_day(day, self.calendar) for day in {row[0] for row in rows}}
        found = [(ent, dues[day], item, pieces, state == PLACED) for day, state, ent, item, pieces in rows]
        found += self._of_parcels(until)
        return [row for row in found if self.first <= row[1] <= self.last and row[2] not in here and row[3]]

    def _of_parcels(self, until: date) -> list[tuple[int, date, int, int, bool]]:
        """Replacements hold goods too."""
        parcels = db.session.execute(
            select(Parcel.pack_on, Parcel.lines).where(
                Parcel.kind == REPLACEMENT, Parcel.state.in_((PLANNED, PARCEL_PACKED, PARCEL_SENT)),
                Parcel.pack_on >= self.first, Parcel.pack_on <= until,
            )
        ).all()  # fmt: skip
        lines = [(day, int(line["item_id"]), int(line["pieces"])) for day, some in parcels if day for line in some]
        if not lines:
            return []
        owners = select(Item.id, Item.enterprise_id).where(Item.id.in_({item for _day, item, _n in lines}))
        owner = {row.id: row.enterprise_id for row in db.session.execute(owners)}
        return [
            (owner[item], due_day(day, self.calendar), item, pieces, False)
            for day, item, pieces in lines
            if self.enterprise_id in (None, owner[item])
        ]

    def _lists(self) -> Sequence[InboundList]:
        query = select(InboundList).where(InboundList.due_on >= self.first, InboundList.due_on <= self.last)
        if self.enterprise_id is not None:
            query = query.where(InboundList.enterprise_id == self.enterprise_id)
        return db.session.scalars(
            query.options(joinedload(InboundList.enterprise)).order_by(InboundList.due_on, InboundList.revision.desc())
        ).all()

    def _add_counts(self, made: Mapping[tuple[int, date], Delivery]) -> None:
        rows = db.session.execute(
            select(InboundCount.item_id, InboundCount.due_on, InboundCount.pieces, Item.enterprise_id)
            .join(Item, Item.id == InboundCount.item_id)
            .where(InboundCount.due_on >= self.first, InboundCount.due_on <= self.last)
        )
        for item_id, due_on, pieces, enterprise_id in rows:
            if (enterprise_id, due_on) in made:
                made[enterprise_id, due_on].counts[item_id] = pieces


def _name(item: Item) -> str:
    return item.current.name_da if item.current else item.slug


def find_delivery(enterprise_id: int, due_on: date) -> Delivery | None:
    """What one enterprise brings by one day; None when that is nothing and never was."""
    found = Inbound(due_on, due_on, enterprise_id).deliveries
    return found[0] if found else None


def deliveries_from(today: date, enterprise_id: int | None = None) -> list[Delivery]:
    """What is to be brought from a week ago on and as far as suppliers see ahead."""
    return Inbound(today - BEHIND, today + AHEAD, enterprise_id).deliveries


def issue_list(enterprise_id: int, due_on: date, *, by: By, now: datetime) -> InboundList:
    """Give a supplier the next revision of its list, and tell it so. Refuses one that says nothing new."""
    found = find_delivery(enterprise_id, due_on)
    if found is None or not found.changed:
        raise Refused(_("Der er ikke noget nyt at sige siden den seneste liste."))
    no = found.last.revision + 1 if found.last else 1
    lines = [
        {
            "item_id": item_id, "pieces": pieces, "name_da": _name(found.items[item_id]),
            "name_en": _english(found.items[item_id]),
        }
        for item_id, pieces in found.pieces.items()
    ]  # fmt: skip
    issued = insert_new(
        InboundList, enterprise_id=enterprise_id, due_on=due_on, revision=no, lines=lines, issued_at=now,
        by_name=by.by_name[:200],
    )  # fmt: skip
    if issued is None:
        raise Refused(_("Der er ikke noget nyt at sige siden den seneste liste."))
    record("inbound_issued", "enterprise", enterprise_id, by=by, now=now, due_on=due_on.isoformat(), revision=no)
    text = (
        _("Her er listen over, hvad I skal levere senest %(day)s.", day=f"{due_on.day}.{due_on.month}.{due_on.year}")
        if no == 1
        else _(
            "Det, I skal levere senest %(day)s, er ændret (liste nr. %(no)s).",
            day=f"{due_on.day}.{due_on.month}.{due_on.year}", no=no,
        )
    )  # fmt: skip
    notify_enterprise(
        enterprise_id, f"inbound:{enterprise_id}:{due_on}:{no}", text, path=f"/partner/levering/{due_on}", now=now
    )
    return issued


def _english(item: Item) -> str:
    return item.current.name_en or item.current.name_da if item.current else item.slug


def find_list(enterprise_id: int, due_on: date, revision: int) -> InboundList | None:
    """One issued list."""
    return db.session.scalar(
        select(InboundList).where(
            InboundList.enterprise_id == enterprise_id, InboundList.due_on == due_on, InboundList.revision == revision
        )
    )


def count_in(found: Delivery, counts: Mapping[int, int], *, by: By, now: datetime) -> list[int]:
    """Note what has come: pieces by item. Noted before, the new number stands. The items of which too few came."""
    for item_id, pieces in sorted(counts.items()):
        row = insert_new(InboundCount, item_id=item_id, due_on=found.due_on, pieces=pieces, at=now)
        if row is None:
            row = db.session.scalars(
                select(InboundCount)
                .where(InboundCount.item_id == item_id, InboundCount.due_on == found.due_on)
                .with_for_update()
            ).one()
            row.pieces, row.at = pieces, now
        found.counts[item_id] = pieces
    record(
        "inbound_counted", "enterprise", found.enterprise.id, by=by, now=now, due_on=found.due_on.isoformat(),
        counts={str(item_id): pieces for item_id, pieces in counts.items()},
    )  # fmt: skip
    return [item_id for item_id in counts if found.missing(item_id)]


def hit_by(found: Delivery) -> dict[int, list[Suffers]]:
    """By item of which too few have come: the orders that suffer, those packed last."""
    short = {item_id for item_id in found.pieces if found.missing(item_id)}
    return _hit(found.due_on, {item_id: found.counts[item_id] for item_id in short}, found.enterprise.id)


def _hit(due_on: date, there: Mapping[int, int], enterprise_id: int | None = None) -> dict[int, list[Suffers]]:
    if not there:
        return {}
    days = pack_days(due_on, shop_calendar())
    goods = goods_of_orders(Order.pack_on.in_(days), Order.state.in_(COUNTED), enterprise_id=enterprise_id)
    claims: dict[int, dict[int, Claim]] = {}
    for one in goods:
        if one.item_id in there:
            held = claims.setdefault(one.item_id, {}).get(one.order_id)
            pieces = one.pieces + (held.pieces if held else 0)
            claims[one.item_id][one.order_id] = Claim(
                one.order_id, one.number, one.buyer_kind, one.state, one.pack_on, one.placed_at, pieces
            )
    return {item_id: who_suffers(some.values(), there[item_id]) for item_id, some in claims.items()}


def missing_for(day: date) -> dict[int, list[Suffers]]:
    """By order to be packed on a day, what its suppliers have brought too little of."""
    due_on = due_day(day, shop_calendar())
    counts = dict(
        db.session.execute(select(InboundCount.item_id, InboundCount.pieces).where(InboundCount.due_on == due_on)).all()
    )
    found: dict[int, list[Suffers]] = {}
    for some in _hit(due_on, counts).values():
        for one in some:
            if one.claim.pack_on == day:
                found.setdefault(one.claim.order_id, []).append(one)
    return found


def days_with_lists(enterprise_id: int, before: date) -> Sequence[date]:
    """The days gone by for which an enterprise was given a list, newest first."""
    return db.session.scalars(
        select(InboundList.due_on)
        .where(InboundList.enterprise_id == enterprise_id, InboundList.due_on < before)
        .distinct()
        .order_by(InboundList.due_on.desc())
        .limit(24)
    ).all()
