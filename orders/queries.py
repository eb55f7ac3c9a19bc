"""What the office reads of orders: the board, one order with everything on it, and what needs a hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from orders.books.models import Posting
from orders.books.post import RECEIVED
from orders.models import Order, OrderLine, Share
from orders.payments.gateway import AUTHORISED, CAPTURED
from orders.payments.models import LATER, SAVED, Credit, Payment, PayWay
from orders.states import CANCELLED, CLOSED, CONFIRMED, EXPIRED, PACKED, PART_SENT, PLACED, SENT
from shop.db import db
from shop.listing import Paged, contains, paged
from shop.people.models import Enterprise
from shop.settings.read import value
from shop.tax import TaxedLine, VatGroup, vat_groups

OPEN = (PLACED, CONFIRMED, PACKED, PART_SENT, SENT)  # somebody still has something to do
UNSENT = (PLACED, CONFIRMED, PACKED, PART_SENT)
OVER = (CLOSED, CANCELLED, EXPIRED)
OVERDUE, TODAY = "overdue", "today"
BOARD_DAYS = 8
NEAR_DAYS = 2  # a reservation that ends so soon is said aloud
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What the board is narrowed to. `state` is a state, "open" or "all"; `day` one day, "overdue" or nothing."""

    state: str = "open"
    day: date | None = None
    overdue: bool = False
    by_wanted: bool = False
    search: str = ""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One order on the board, and whether its payment is reserved or drawn, or agreed for a day that has not come."""

    order: Order
    is_paid: bool
    is_later: bool


@dataclass(slots=True)
class BoardDay:
    """One packing day: how many unsent orders in each state. No day: everything that should have been packed."""

    day: date | None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def office_board(wanted: BoardFilter, today: date, side: int) -> Paged[BoardRow]:
    """A page of orders: what is overdue and today's first, then by packing day; what is over last, newest first."""
    page = paged(board_query(wanted, today), side)
    paid = paid_orders([order.id for order in page.rows])
    rows = [BoardRow(order, (order.id, True) in paid, (order.id, False) in paid) for order in page.rows]
    return page.told(rows)


def board_query(wanted: BoardFilter, today: date) -> Select[Order]:
    """The orders that a filter of the board shows, in the board's order."""
    query = select(Order)
    if wanted.state == "open":
        query = query.where(Order.state.in_(OPEN))
    elif wanted.state != "all":
        query = query.where(Order.state == wanted.state)
    day = Order.wanted_on if wanted.by_wanted else Order.pack_on
    if wanted.overdue:
        query = query.where(day < today, Order.state.in_(UNSENT))
    elif wanted.day is not None:
        query = query.where(day == wanted.day)
    if wanted.search:
        query = query.where(_found(wanted.search))
    urgency = case((Order.state.in_(UNSENT), 0), (Order.state == SENT, 1), else_=2)
    over_last = case((Order.state.in_(OVER), Order.placed_at), else_=None)
    return query.order_by(urgency, over_last.desc(), day, Order.id)


def _found(text: str) -> ColumnElement[bool]:
    return or_(
        contains(text, Order.number, Order.buyer_name, Order.buyer_email),
        contains(text, Order.recipient["name"].as_string()),
    )


def paid_orders(ids: Sequence[int]) -> set[tuple[int, bool]]:
    """Of these orders (id, True) for those that are paid, (id, False) for those that will be asked for later."""
    if not ids:
        return set()
    card = select(Payment.order_id, true()).where(Payment.order_id.in_(ids), Payment.state.in_((AUTHORISED, CAPTURED)))
    # Money by hand confirms the order when all of it is there; before that, and when it turned out to be another's, the
    # order waits like any other.
    received = func.sum(case(*((Posting.code == code, sign * Posting.ore) for code, sign in RECEIVED.items())))
    hand = (
        select(Posting.order_id, true())
        .join(Order, Order.id == Posting.order_id)
        .where(Posting.order_id.in_(ids), Order.state != PLACED, Posting.code.in_(RECEIVED))
        .group_by(Posting.order_id)
        .having(received > 0)
    )
    later = select(PayWay.order_id, false()).where(
        PayWay.order_id.in_(ids), PayWay.way.in_((SAVED, LATER)), PayWay.asked_at.is_(None)
    )
    credit = select(Credit.order_id, true()).where(Credit.order_id.in_(ids))
    return {(row[0], bool(row[1])) for row in db.session.execute(card.union(hand, later, credit))}


def state_counts() -> dict[str, int]:
    """How many orders there are in each state."""
    rows = db.session.execute(select(Order.state, func.count()).group_by(Order.state))
    return {row[0]: row[1] for row in rows}


def board_days(today: date) -> list[BoardDay]:
    """What is to be packed and sent, by packing day and state: what is overdue in one row, then the next days."""
    rows = db.session.execute(
        select(Order.pack_on, Order.state, func.count())
        .where(Order.state.in_(UNSENT), Order.pack_on <= today + timedelta(days=60))
        .group_by(Order.pack_on, Order.state)
        .order_by(Order.pack_on)
    )
    overdue, days = BoardDay(None), {today: BoardDay(today)}
    for day, state, count in rows:
        one = overdue if day < today else days.setdefault(day, BoardDay(day))
        one.counts[state] = one.counts.get(state, 0) + count
    shown = list(days.values())[:BOARD_DAYS]
    return [overdue, *shown] if overdue.counts else shown


def find_order(number: str) -> Order | None:
    """An order by its number with its lines and the split of each: three questions. None when there is none."""
    return db.session.scalar(
        select(Order)
        .where(Order.number == number)
        .options(
            selectinload(Order.lines)
            .selectinload(OrderLine.shares)
            .options(joinedload(Share.enterprise), joinedload(Share.item_version))
        )
    )


def find_order_id(number: str) -> int | None:
    """The id of the order with a number."""
    return db.session.scalar(select(Order.id).where(Order.number == number))


def carrier_of(order: Order) -> Enterprise | None:
    """The partner who drives, when one does."""
    return db.session.get(Enterprise, order.carrier_id) if order.carrier_id else None


def vat_groups_of(order: Order) -> list[VatGroup]:
    """The order's lines added up per VAT category and rate, as its documents state them."""
    return vat_groups(
        [
            TaxedLine(line.gross_ore, line.net_ore, line.vat_ore, line.vat_category, line.vat_rate_bp)
            for line in order.lines
        ]
    )


def ending_reservations(now: datetime) -> Sequence[Payment]:
    """Reservations on unsent orders that end within two days, or have ended: pack, or ask the buyer anew."""
    near = timedelta(days=NEAR_DAYS)
    lives = timedelta(days=int(value("times.authorisation_days")))
    is_near = or_(
        Payment.lapses_at < now + near, and_(Payment.lapses_at.is_(None), Payment.authorised_at < now + near - lives)
    )
    return db.session.scalars(
        select(Payment)
        .join(Order, Order.id == Payment.order_id)
        .where(Payment.state == AUTHORISED, is_near, Order.state.in_(UNSENT))
        .options(joinedload(Payment.order))
        .order_by(Payment.authorised_at)
        .limit(MOST_SHOWN)
    ).all()
