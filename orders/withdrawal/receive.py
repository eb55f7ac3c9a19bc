"""Receive a statement of withdrawal. None is refused: late, from a company, about an order nobody knows, said twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from orders.buyers import get_whole_order
from orders.lock import lock_order
from orders.models import PRIVATE, Order
from orders.states import PACKED
from orders.withdrawal.choice import UNSENT, available
from orders.withdrawal.deadlines import is_in_time, last_day
from orders.withdrawal.models import Withdrawal, WithdrawalLine
from orders.withdrawal.queries import newest_counting, same_words_before
from orders.withdrawal.settle import cancel, tell
from orders.withdrawal.states import RECEIVED, move
from shop.days import utc_now
from shop.db import db, insert_new, lock_row, transaction
from shop.errors import Refused
from shop.i18n import lazy_gettext as _
from shop.jobs.outbox import handles, post
from shop.journal.record import BUYER, By, record

MOST_RECEIPTS = 20  # to one address in a day; what is said after that is received, and shown on its page


@dataclass(frozen=True, slots=True)
class Statement:
    """Who says it, where the receipt goes, and the key its page was made with."""

    key: str
    name: str
    email: str
    language: str


def receive_for_order(order: Order, statement: Statement, picks: Mapping[int, int], *, now: datetime) -> Withdrawal:
    """Receive what somebody with an order's link withdraws from: pieces by line id, at most what is left of each.

    What has been withdrawn from already is the same statement, and the first one is returned. What has not been sent is
    cancelled at once, when the buyer is a private person. The order is locked.
    """
    kept = _find(statement.key)
    if kept is not None and kept.order_id == order.id:
        return kept
    whole_order = get_whole_order(order.id)
    left = available(whole_order)
    taken = {
        line_id: min(pieces, left[line_id]) for line_id, pieces in picks.items() if left.get(line_id, 0) and pieces
    }
    first = newest_counting(order.id)
    if not taken and first is not None:
        return first
    made = _insert(statement, now, typed_number=order.number, whole=taken == left, said="", by_link=True)
    if made is None:  # a key of somebody else's page: never one of ours, so that nothing of theirs is shown
        raise Refused(_("Siden er for gammel. Åbn den igen, og prøv en gang til."))
    _belongs(made, whole_order, taken)
    record("withdrawal_received", "withdrawal", made.id, by=BUYER, now=now)
    record("withdrawn", "order", order.id, by=BUYER, now=now, withdrawal=made.id)
    tell("withdrawal_receipt", made, now)
    if taken and order.state in UNSENT and order.buyer_kind == PRIVATE and (made.whole or order.state != PACKED):
        _cancel_if_it_can_be(made, now)
    return made


def _cancel_if_it_can_be(one: Withdrawal, now: datetime) -> None:
    """Cancel what has not been sent. What stands in the way of that is the office's to see to, not the buyer's."""
    try:
        with db.session.begin_nested():
            cancel(one, by=BUYER, now=now)
    except Refused as refused:
        record("withdrawal_waits", "withdrawal", one.id, by=BUYER, now=now, why=str(refused)[:1000])


def receive_words(statement: Statement, *, number: str, whole: bool, said: str, now: datetime) -> Withdrawal:
    """Receive a statement in words, whatever number it names. Whether there is such an order only the worker looks."""
    made = _insert(statement, now, typed_number=number, whole=whole, said=said, by_link=False)
    if made is None:
        kept = _find(statement.key)
        assert kept is not None, "a key that is taken has its row"
        return kept
    post("withdrawal_match", f"withdrawal_match:{made.id}", now=now, withdrawal_id=made.id)
    record("withdrawal_received", "withdrawal", made.id, by=BUYER, now=now)
    return made


@handles("withdrawal_match")
def match_words(payload: dict[str, Any]) -> None:
    """Find the order that a statement in words is about, and post its receipt, the same whether there is one or not."""
    now = utc_now()
    with transaction():
        one = db.session.get_one(Withdrawal, payload["withdrawal_id"])
        order_id = db.session.scalar(
            select(Order.id).where(
                func.lower(Order.number) == one.typed_number.lower().lstrip("#"),
                func.lower(Order.buyer_email) == one.email.lower(),
            )
        )
        if order_id is not None:
            lock_order(order_id)
        one = lock_withdrawal(one.id)
        if one.state == RECEIVED and one.order_id is None:
            _match(one, order_id, now)
        if _receipts_today(one, now) <= MOST_RECEIPTS:
            tell("withdrawal_receipt", one, now)


def _receipts_today(one: Withdrawal, now: datetime) -> int:
    """How many statements have named an address in a day: nobody's letter box is filled by somebody else's forms."""
    query = select(func.count()).where(
        func.lower(Withdrawal.email) == one.email.lower(), Withdrawal.received_at > now - timedelta(days=1)
    )
    return int(db.session.scalar(query) or 0)


def _match(one: Withdrawal, order_id: int | None, now: datetime) -> None:
    first = same_words_before(one)
    if order_id is not None:
        order = get_whole_order(order_id)
        left = available(order) if one.whole else {}
        _belongs(one, order, left)
        if one.whole and not left:
            first = first or newest_counting(order_id, but=one.id)
        record("withdrawn", "order", order_id, by=BUYER, now=now, withdrawal=one.id)
    if first is not None:
        one.first_id = first.id
        move(one, "repeat", now=now)


def match_to_order(one: Withdrawal, order: Order, picks: Mapping[int, int], *, by: By, now: datetime) -> None:
    """Say which order, and which pieces of it, a statement is about. The order is locked, the withdrawal too.

    Refuses a statement that has been answered, no pieces, and more pieces than are left.
    """
    if one.state != RECEIVED:
        raise Refused(_("Fortrydelsen er allerede besvaret."))
    whole_order = get_whole_order(order.id)
    for line in list(one.lines):
        one.lines.remove(line)
    db.session.flush()
    left = available(whole_order)
    if not any(picks.values()):
        raise Refused(_("Vælg mindst ét stykke."), field="picks")
    if any(pieces > left.get(line_id, 0) for line_id, pieces in picks.items()):
        raise Refused(_("Så mange er der ikke tilbage af ordre %(number)s.", number=order.number), field="picks")
    _belongs(one, whole_order, {line_id: pieces for line_id, pieces in picks.items() if pieces})
    record("withdrawal_matched", "withdrawal", one.id, by=by, now=now, order=order.id)
    record("withdrawn", "order", order.id, by=by, now=now, withdrawal=one.id)


def lock_withdrawal(withdrawal_id: int) -> Withdrawal:
    """The withdrawal, locked. Whoever needs its order too locks the order first."""
    return lock_row(Withdrawal, withdrawal_id)


def _belongs(one: Withdrawal, order: Order, picks: Mapping[int, int]) -> None:
    one.order_id = order.id
    one.deadline_on = last_day(order)
    one.in_time = is_in_time(order, one.received_at)
    one.lines.extend(WithdrawalLine(line_id=line_id, quantity=pieces) for line_id, pieces in sorted(picks.items()))
    db.session.flush()


def _find(key: str) -> Withdrawal | None:
    return db.session.scalar(select(Withdrawal).where(Withdrawal.key == key))


def _insert(statement: Statement, now: datetime, **said: Any) -> Withdrawal | None:
    return insert_new(
        Withdrawal,
        key=statement.key,
        name=statement.name,
        email=statement.email,
        language=statement.language,
        received_at=now,
        state=RECEIVED,
        opened=[],
        reduction_ore=0,
        reduction_why="",
        answer="",
        stock_back=False,
        **said,
    )
