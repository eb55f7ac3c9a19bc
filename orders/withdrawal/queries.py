"""What pages and verbs read of withdrawals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from orders.models import PRIVATE, Order
from orders.states import CONFIRMED, PACKED, PLACED
from orders.withdrawal.models import Withdrawal, WithdrawalLine
from orders.withdrawal.states import COUNTS, GOODS_BACK, OPEN, RECEIVED
from shop.db import db
from shop.listing import Paged, contains, paged

SOON = timedelta(days=11)  # three days before the money must be back


def _with_lines() -> Select[Withdrawal]:
    return select(Withdrawal).options(
        selectinload(Withdrawal.lines).joinedload(WithdrawalLine.line),
        joinedload(Withdrawal.order),
        joinedload(Withdrawal.refund),
    )


def find_by_key(key: str) -> Withdrawal | None:
    """The statement with a key, as its receipt shows it."""
    return db.session.scalar(_with_lines().where(Withdrawal.key == key[:32]))


def find_withdrawal(withdrawal_id: int) -> Withdrawal | None:
    """One withdrawal for the office; None when there is none."""
    return db.session.scalar(_with_lines().where(Withdrawal.id == withdrawal_id))


def withdrawals_of(order_id: int) -> Sequence[Withdrawal]:
    """What has been withdrawn from of an order, oldest first; what was said once more is left out."""
    return db.session.scalars(
        select(Withdrawal)
        .where(Withdrawal.order_id == order_id, Withdrawal.first_id.is_(None))
        .options(selectinload(Withdrawal.lines).joinedload(WithdrawalLine.line))
        .order_by(Withdrawal.id)
    ).all()


def newest_counting(order_id: int, *, but: int = 0) -> Withdrawal | None:
    """The newest statement about an order that still counts; `but` is the id of one left out."""
    return db.session.scalar(
        select(Withdrawal)
        .where(Withdrawal.order_id == order_id, Withdrawal.state.in_(COUNTS), Withdrawal.id != but)
        .order_by(Withdrawal.id.desc())
        .limit(1)
    )


def same_words_before(one: Withdrawal) -> Withdrawal | None:
    """The first statement with the very same words about the same number from the same address, if it still counts."""
    return db.session.scalar(
        select(Withdrawal)
        .where(
            Withdrawal.id < one.id,
            func.lower(Withdrawal.email) == one.email.lower(),
            Withdrawal.typed_number == one.typed_number,
            Withdrawal.by_link.is_(False),
            Withdrawal.whole == one.whole,
            Withdrawal.said == one.said,
            Withdrawal.state.in_(COUNTS),
        )
        .order_by(Withdrawal.id)
        .limit(1)
    )


def pieces_under_way(order_id: int, *, but: str = "") -> dict[int, int]:
    """Pieces of an order's lines in withdrawals that have not ended, by line id; `but` is the key of one left out."""
    rows = db.session.execute(
        select(WithdrawalLine.line_id, func.sum(WithdrawalLine.quantity))
        .join(Withdrawal, Withdrawal.id == WithdrawalLine.withdrawal_id)
        .where(Withdrawal.order_id == order_id, Withdrawal.state.in_(OPEN), Withdrawal.key != but)
        .group_by(WithdrawalLine.line_id)
    )
    return {line_id: int(pieces) for line_id, pieces in rows}


def _waits_for_us(now: datetime) -> ColumnElement[bool]:
    """Open, and it is the office's turn: somebody must decide or pay, or the legal day is near."""
    return and_(
        Withdrawal.state.in_(OPEN),
        or_(
            Withdrawal.order_id.is_(None),
            ~Withdrawal.lines.any(),
            Withdrawal.in_time.is_(False),
            Withdrawal.state == GOODS_BACK,
            Withdrawal.received_at <= now - SOON,
            Withdrawal.order.has(or_(Order.buyer_kind != PRIVATE, Order.state.in_((PLACED, CONFIRMED, PACKED)))),
        ),
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many withdrawals wait for the office, how many of them nobody has matched, and when the oldest came."""

    count: int
    unmatched: int
    oldest_at: datetime | None


def waiting_withdrawals(now: datetime) -> Waiting:
    """What the front page of the office says of withdrawals: one question."""
    row = db.session.execute(
        select(
            func.count(),
            func.count().filter(Withdrawal.order_id.is_(None)),
            func.min(Withdrawal.received_at),
        ).where(_waits_for_us(now))
    ).one()
    return Waiting(row[0], row[1], row[2])


def office_withdrawals(which: str, search: str, now: datetime, side: int) -> Paged[Withdrawal]:
    """A page of withdrawals: `waiting` and `open` by the legal day, the oldest first; `all` the newest first."""
    query = _with_lines()
    if which == "all":
        query = query.order_by(Withdrawal.id.desc())
    else:
        query = query.where(_waits_for_us(now) if which == "waiting" else Withdrawal.state.in_(OPEN))
        query = query.order_by(Withdrawal.received_at, Withdrawal.id)
    if search:
        query = query.where(contains(search, Withdrawal.typed_number, Withdrawal.name, Withdrawal.email))
    return paged(query, side)


def open_counts(now: datetime) -> dict[str, int]:
    """How many wait for the office, and how many are open in all."""
    waiting = db.session.scalar(select(func.count()).select_from(Withdrawal).where(_waits_for_us(now))) or 0
    is_open = db.session.scalar(select(func.count()).select_from(Withdrawal).where(Withdrawal.state.in_(OPEN))) or 0
    return {"waiting": int(waiting), "open": int(is_open)}


def is_waiting_for_goods(one: Withdrawal) -> bool:
    """Whether the next step is the buyer's: to send the goods back."""
    return one.state == RECEIVED and one.order is not None and one.order.sent_at is not None and bool(one.lines)
