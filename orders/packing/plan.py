"""What is packed on a day: by basket type and by way, which orders, and which cannot be packed and why."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from catalog.items.models import Item
from orders.models import BASKET, FREIGHT, Order, OrderLine
from orders.packing.goods import sums_of_goods
from orders.packing.inbound import missing_for
from orders.packing.models import PackingMinutes
from orders.packing.suffering import Suffers, short_on_shelves
from orders.queries import paid_orders
from orders.reversals.models import Refund, RefundLine
from orders.states import CONFIRMED, PACKED, PART_SENT, PLACED, SENT
from shop.db import db
from shop.i18n import gettext as _
from shop.i18n import pick

PLANNED_STATES = (PLACED, CONFIRMED, PACKED, PART_SENT, SENT)
WAITING, DONE = (PLACED, CONFIRMED), (PACKED, PART_SENT, SENT)
MIXED, LOOSE = "blandet", "varer"
UNPAID, SHORT, NOT_BROUGHT = "unpaid", "short", "not_brought"
AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One line that is packed: how many baskets (or pieces), and whether a card goes with each."""

    line_id: int
    order_id: int
    kind: str
    basket_version_id: int | None
    text_da: str
    text_en: str
    quantity: int
    card_text: str

    @property
    def name(self) -> str:
        return pick(self.text_da, self.text_en)


@dataclass(slots=True)
class PlannedOrder:
    """One order of the day. `why` is what stands in the way of packing it: nothing, or one of the words above."""

    order_id: int
    number: str
    state: str
    delivery: str
    place: Mapping[str, Any]
    placed_at: datetime
    lines: list[PlannedLine] = field(default_factory=list)
    why: str = ""
    missing: Sequence[Suffers] = ()

    @property
    def batch(self) -> str:
        """The basket type it is packed with: its version, or mixed, or single goods alone."""
        kinds = {line.basket_version_id if line.kind == BASKET else None for line in self.lines}
        if kinds == {None}:
            return LOOSE
        return f"k{next(iter(kinds))}" if len(kinds) == 1 else MIXED

    @property
    def batch_name(self) -> str:
        if self.batch in (MIXED, LOOSE):
            return str(_("Blandet") if self.batch == MIXED else _("Enkelte varer"))
        return self.lines[0].name

    @property
    def parcels(self) -> int:
        """Each basket is a parcel of its own; goods bought alone travel together in one."""
        baskets = sum(line.quantity for line in self.lines if line.kind == BASKET)
        return baskets + any(line.kind != BASKET for line in self.lines)

    @property
    def is_done(self) -> bool:
        return self.state in DONE

    @property
    def can_pack(self) -> bool:
        return self.state == CONFIRMED and not self.why

    @property
    def turn(self) -> tuple[str, str, str, str, int]:
        """The one order that lists, cards and labels are in: by basket type, way and place."""
        return (self.batch_name, self.batch, self.delivery, str(self.place.get("slug", "")), self.order_id)


@dataclass(frozen=True, slots=True)
class Group:
    """Some orders of the day under one name."""

    key: str
    name: str
    orders: Sequence[PlannedOrder]

    def count(self, which: Callable[[PlannedOrder], bool] = lambda _one: True) -> int:
        return sum(one.parcels for one in self.orders if which(one))

    @property
    def parcels(self) -> int:
        return self.count()

    @property
    def done(self) -> int:
        return self.count(lambda one: one.is_done)

    @property
    def stopped(self) -> int:
        return self.count(lambda one: bool(one.why))

    @property
    def next(self) -> PlannedOrder | None:
        return next((one for one in self.orders if one.can_pack), None)


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A packing day with its orders in the order they are packed, and the goods it takes."""

    day: date
    orders: Sequence[PlannedOrder]

    @property
    def batches(self) -> list[Group]:
        return _groups(self.orders, lambda one: (one.batch, one.batch_name))

    def ways(self, names: Mapping[str, Any]) -> list[Group]:
        """By way; each pick-up place by itself."""
        return _groups(self.orders, lambda one: (one.delivery + str(one.place.get("slug", "")), _way(one, names)))

    @property
    def stopped(self) -> list[PlannedOrder]:
        return [one for one in self.orders if one.why]

    @property
    def all(self) -> Group:
        return Group("", "", self.orders)


def _way(one: PlannedOrder, names: Mapping[str, Any]) -> str:
    place = pick(str(one.place.get("name_da", "")), str(one.place.get("name_en", "")))
    return f"{names[one.delivery]}: {place}" if place else str(names[one.delivery])


def _groups(orders: Iterable[PlannedOrder], key: Callable[[PlannedOrder], tuple[str, str]]) -> list[Group]:
    found: dict[tuple[str, str], list[PlannedOrder]] = {}
    for one in orders:
        found.setdefault(key(one), []).append(one)
    return [Group(*name, some) for name, some in sorted(found.items(), key=lambda pair: pair[0][1])]


def plan_of(day: date) -> DayPlan:
    """A day's plan: six questions, and three more where something is short."""
    rows = db.session.execute(
        select(Order.id, Order.number, Order.state, Order.delivery, Order.delivery_place, Order.placed_at).where(
            Order.pack_on == day, Order.state.in_(PLANNED_STATES)
        )
    )
    orders = {row.id: PlannedOrder(*row) for row in rows}
    if orders:
        for line in lines_of(Order.pack_on == day, Order.state.in_(PLANNED_STATES)):
            orders[line.order_id].lines.append(line)
        _say_why(orders, day)
    planned = [one for one in orders.values() if one.lines]
    return DayPlan(day, sorted(planned, key=lambda one: one.turn))


def lines_of(*wanted: Any) -> list[PlannedLine]:
    """The lines of orders with what is left of them, freight left out: two questions."""
    taken = dict(
        db.session.execute(
            select(RefundLine.line_id, func.sum(RefundLine.quantity))
            .join(Refund, Refund.id == RefundLine.refund_id)
            .join(Order, Order.id == Refund.order_id)
            .where(*wanted)
            .group_by(RefundLine.line_id)
        ).all()
    )
    rows = db.session.execute(
        select(
            OrderLine.id, OrderLine.order_id, OrderLine.kind, OrderLine.basket_version_id, OrderLine.text_da,
            OrderLine.text_en, OrderLine.quantity, OrderLine.card_text,
        )
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.kind != FREIGHT, *wanted)
        .order_by(OrderLine.order_id, OrderLine.position)
    )  # fmt: skip
    return [
        PlannedLine(*row[:6], quantity=row.quantity - int(taken.get(row.id) or 0), card_text=row.card_text)
        for row in rows
        if row.quantity > int(taken.get(row.id) or 0)
    ]


def _say_why(orders: Mapping[int, PlannedOrder], day: date) -> None:
    paid = {order_id for order_id, is_paid in paid_orders(list(orders)) if is_paid}
    shelves, brought = short_on_shelves(), missing_for(day)
    for one in orders.values():
        if one.is_done:
            continue
        if one.state == PLACED or one.order_id not in paid:
            one.why = UNPAID
        elif one.order_id in shelves:
            one.why, one.missing = SHORT, shelves[one.order_id]
        elif one.order_id in brought:
            one.why, one.missing = NOT_BROUGHT, brought[one.order_id]


@dataclass(frozen=True, slots=True)
class GoodsOfDay:
    """How many pieces of an item are packed on a day."""

    item: Item
    pieces: int


def goods_of_day(day: date) -> list[GoodsOfDay]:
    """What a day's confirmed orders take of every item, also of what is packed already."""
    pieces: dict[int, int] = {}
    for _day, _state, _enterprise, item_id, count in sums_of_goods(
        Order.pack_on == day, Order.state.in_((CONFIRMED, *DONE))
    ):
        pieces[item_id] = pieces.get(item_id, 0) + count
    items = db.session.scalars(select(Item).where(Item.id.in_(pieces)).options(joinedload(Item.current))).unique()
    found = [GoodsOfDay(item, pieces[item.id]) for item in items]
    return sorted(found, key=lambda one: one.item.current.name_da if one.item.current else one.item.slug)


@dataclass(slots=True)
class PackDay:
    """One day with something to pack or to send: orders by state."""

    day: date
    counts: dict[str, int] = field(default_factory=dict)


def pack_days(today: date) -> list[PackDay]:
    """The days that have orders to be packed or sent, those gone by first."""
    rows = db.session.execute(
        select(Order.pack_on, Order.state, func.count())
        .where(Order.state.in_((*WAITING, PACKED, PART_SENT)), Order.pack_on <= today + AHEAD)
        .group_by(Order.pack_on, Order.state)
        .order_by(Order.pack_on)
    )
    days: dict[date, PackDay] = {}
    for day, state, count in rows:
        days.setdefault(day, PackDay(day)).counts[state] = count
    return list(days.values())


def minutes_of(day: date) -> Sequence[PackingMinutes]:
    """What was noted of a day's batches."""
    return db.session.scalars(select(PackingMinutes).where(PackingMinutes.day == day).order_by(PackingMinutes.id)).all()
