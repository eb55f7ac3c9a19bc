"""What was sold in a period: by day, by basket and by kind of buyer. Orders that are neither cancelled nor unpaid."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from catalog.baskets.models import Basket, BasketVersion
from orders.models import BASKET, FREIGHT, Order, OrderLine
from orders.shares.hours import UtcHour, day_of
from orders.shares.queries import COUNTED
from shop.days import day_ends, day_starts
from shop.db import db

MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Sold:
    """What was sold of one thing: orders or pieces, and the price with and without VAT in øre."""

    key: str
    text_da: str
    text_en: str
    count: int
    gross_ore: int
    net_ore: int


@dataclass(frozen=True, slots=True)
class Sales:
    """A period's sales. `days` has every day of it, also those without any; its count is orders."""

    first: date
    last: date
    days: list[tuple[date, Sold]]
    kinds: list[Sold]
    baskets: list[Sold]

    @property
    def count(self) -> int:
        return sum(one.count for _day, one in self.days)

    @property
    def gross_ore(self) -> int:
        return sum(one.gross_ore for _day, one in self.days)

    @property
    def net_ore(self) -> int:
        return sum(one.net_ore for _day, one in self.days)


def sales_between(first: date, last: date) -> Sales:
    """The sales of orders placed from a day to a day, both included: two questions, whatever there is."""
    within = (Order.placed_at >= day_starts(first), Order.placed_at < day_ends(last), Order.state.in_(COUNTED))
    return Sales(first, last, *_days_and_kinds(first, last, within), _baskets(within))


def _days_and_kinds(
    first: date, last: date, within: tuple[object, ...]
) -> tuple[list[tuple[date, Sold]], list[Sold]]:  # fmt: skip
    """The same orders by day and by kind of buyer, read once from an index that has all that is asked for."""
    hour = UtcHour(Order.placed_at)
    rows = db.session.execute(
        select(hour, Order.buyer_kind, func.count(), func.sum(Order.gross_ore), func.sum(Order.net_ore))
        .where(*within)  # type: ignore[arg-type]
        .group_by(hour, Order.buyer_kind)
    )
    by_day: dict[date, list[int]] = {}
    by_kind: dict[str, list[int]] = {}
    for text, kind, *figures in rows:
        for held in (by_day.setdefault(day_of(text), [0, 0, 0]), by_kind.setdefault(kind, [0, 0, 0])):
            for place, figure in enumerate(figures):
                held[place] += int(figure)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    kinds = [Sold(kind, "", "", *sums) for kind, sums in by_kind.items()]
    return (
        [(day, Sold(day.isoformat(), "", "", *by_day.get(day, [0, 0, 0]))) for day in days],
        sorted(kinds, key=lambda one: -one.gross_ore),
    )


def _baskets(within: tuple[object, ...]) -> list[Sold]:
    """Each basket over all its versions, and items sold alone; freight is not a thing that is sold."""
    current = BasketVersion.__table__.alias("current")
    rows = db.session.execute(
        select(
            BasketVersion.basket_id,
            func.max(func.coalesce(current.c.name_da, "")),
            func.max(func.coalesce(current.c.name_en, "")),
            func.sum(OrderLine.quantity),
            func.sum(OrderLine.gross_ore),
            func.sum(OrderLine.net_ore),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .outerjoin(BasketVersion, BasketVersion.id == OrderLine.basket_version_id)
        .outerjoin(Basket, Basket.id == BasketVersion.basket_id)
        .outerjoin(current, current.c.id == Basket.current_version_id)
        .where(*within, OrderLine.kind != FREIGHT)  # type: ignore[arg-type]
        .group_by(BasketVersion.basket_id)
    )
    found = [
        Sold(BASKET if key else "item", da, en, int(count), int(gross), int(net))
        for key, da, en, count, gross, net in rows
    ]
    return sorted(found, key=lambda one: (-one.gross_ore, one.text_da))
