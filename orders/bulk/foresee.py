"""What a bulk move would do, order by order, asked by the code that refuses when it is done. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from catalog.items.models import Item
from catalog.supply.lots import Wanted, choose_lots
from catalog.supply.models import STOCK, Lot, Supply
from orders.bulk.models import PACK
from orders.models import Order, OrderSupply
from orders.moves import NEED_MONEY, check, shelf_days
from orders.payments.gateway import AUTHORISED, CAPTURED
from orders.payments.models import Payment
from orders.payments.standing import credits_of, open_amounts
from orders.queries import BoardFilter, board_query
from orders.states import PART_SENT
from shop.db import db
from shop.errors import Refused
from shop.settings.read import value

MOST = 500  # orders of one bulk move: more is more than anybody reads before pressing a button


@dataclass(frozen=True, slots=True)
class Foreseen:
    """An order, and why it would be refused ("": it would be moved)."""

    order: Order
    refused: str = ""


def shown_orders(wanted: BoardFilter, today: date) -> Sequence[Order]:
    """The orders that a filter of the board shows, in its order; one more than may be moved at once, at most."""
    return db.session.scalars(board_query(wanted, today).limit(MOST + 1)).all()


def named_orders(numbers: Sequence[str]) -> list[Order]:
    """The orders with these numbers, in the order they are given; what is no order is left out."""
    found = {one.number: one for one in db.session.scalars(select(Order).where(Order.number.in_(numbers)))}
    return [found[number] for number in dict.fromkeys(numbers) if number in found]


def foresee(orders: Sequence[Order], verb: str) -> list[Foreseen]:
    """What would become of each order, one after the other: nine questions, however many there are."""
    paid = paid_among([order.id for order in orders]) if verb in NEED_MONEY else frozenset[int]()
    shelves = PaperShelves([order.id for order in orders]) if verb == PACK else None
    return [Foreseen(order, _refusal(order, verb, order.id in paid, shelves)) for order in orders]


def _refusal(order: Order, verb: str, paid: bool, shelves: "PaperShelves | None") -> str:
    try:
        check(order, verb, paid=paid)
        if shelves is not None:
            shelves.take(order)
    except Refused as refused:
        return str(refused)
    return ""


def paid_among(ids: Sequence[int]) -> frozenset[int]:
    """Those of some orders that `is_paid` says are paid: five questions in all instead of five each."""
    newest = select(func.max(Payment.id)).where(Payment.order_id.in_(ids)).group_by(Payment.order_id)
    card = db.session.scalars(
        select(Payment.order_id)
        .join(Order, Order.id == Payment.order_id)
        .where(
            Payment.id.in_(newest),
            or_(Payment.state == AUTHORISED, and_(Payment.state == CAPTURED, Order.state != PART_SENT)),
        )
    ).all()
    credit, little = credits_of(ids), int(value("limits.difference_ore"))
    enough = {one for one, ore in open_amounts(ids).items() if ore - credit.get(one, 0) <= little}
    return frozenset(card) | enough


class PaperShelves:
    """The shelves and their lots copied onto paper, so that one order after the other can be packed there in thought.

    The rows are new ones that belong to no session: whatever is taken from them, the database never hears of it.
    """

    def __init__(self, order_ids: Sequence[int]) -> None:
        rows = db.session.execute(
            select(OrderSupply.order_id, Supply.id, OrderSupply.pieces, Supply.item_id, Supply.most, Supply.short)
            .join(Supply, Supply.id == OrderSupply.supply_id)
            .where(OrderSupply.order_id.in_(order_ids), Supply.kind == STOCK)
            .order_by(OrderSupply.order_id, Supply.id)
        ).all()
        self._shelves = {row.id: Supply(item_id=row.item_id, most=row.most, short=row.short) for row in rows}
        self._held: dict[int, list[tuple[Supply, int]]] = {}
        for row in rows:
            self._held.setdefault(row.order_id, []).append((self._shelves[row.id], row.pieces))
        item_ids = {shelf.item_id for shelf in self._shelves.values()}
        self._lots: dict[int, list[Lot]] = {}
        lots = select(Lot.id, Lot.item_id, Lot.best_before, Lot.pieces).where(Lot.item_id.in_(item_ids), Lot.pieces > 0)
        for lot in db.session.execute(lots.order_by(Lot.id)):
            self._lots.setdefault(lot.item_id, []).append(Lot(**lot._mapping))
        self._days = shelf_days(order_ids)
        # Named in a refusal: held here, they are not asked for one by one.
        self._names = db.session.scalars(
            select(Item).where(Item.id.in_(item_ids)).options(joinedload(Item.current))
        ).all()

    def take(self, order: Order) -> None:
        """Take an order's goods off the paper shelves. Refuses as `take` does, and takes nothing then."""
        days = self._days.get(order.id, {})
        wanted = Wanted({item: order.wanted_on + timedelta(days=count) for item, count in days.items()})
        held = self._held.get(order.id, [])
        for lot, pieces in choose_lots(held, wanted, self._lots):
            lot.pieces -= pieces
        for shelf, pieces in held:
            shelf.most -= pieces
