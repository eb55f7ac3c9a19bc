"""Say which orders a line of the account is for, and take it back. A person does it; orders are locked before the line.

Every verb may be sent twice: the second time nothing is left to be done, or it says who was there before.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select

from orders.bank.dues import dues_of, find_due
from orders.bank.models import ASIDE, BOOKED, OPEN, OUT, PART, BankBooking, BankLeft, BankLine, BankLineState
from orders.bank.states import BANK_LINE, NAMES, move_line
from orders.books.models import BANK
from orders.books.post import received_ore
from orders.books.rules import post_undone
from orders.lock import lock_order
from orders.models import Order
from orders.payments.models import TRANSFER
from orders.payments.received import note_received
from shop.db import db, insert_new
from shop.errors import Refused
from shop.i18n import language
from shop.i18n import lazy_gettext as _
from shop.journal.record import By, record
from shop.money import format_kr


def lock_line(line_id: int) -> BankLineState:
    """What has become of a line, locked. Lock the orders first."""
    return db.session.scalars(
        select(BankLineState)
        .where(BankLineState.line_id == line_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def book(line_id: int, parts: Mapping[int, int], *, reasons: Sequence[str] = (), by: By, now: datetime) -> bool:
    """Book a line, or a part of it, on orders: øre by order. False when that has been done before.

    Refuses more than is left of the line, a line that is not waiting, and nothing at all.
    """
    orders = [lock_order(order_id) for order_id in sorted(parts)]
    state = lock_line(line_id)
    if not parts or any(ore <= 0 for ore in parts.values()):
        raise Refused(_("Skriv mindst én ordre og et beløb over 0 kr."), field="parts")
    if _is_done(state, parts):
        return False
    if state.state not in (OPEN, PART):
        raise Refused(_("Linjen er allerede %(state)s. Se siden igen.", state=NAMES[state.state]))
    if (wanted := sum(parts.values())) > state.left_ore:
        raise Refused(
            _(
                "Der er kun %(left)s tilbage af linjen, og du har fordelt %(wanted)s.",
                left=format_kr(state.left_ore, language()), wanted=format_kr(wanted, language()),
            ),
            field="parts",
        )  # fmt: skip
    line = db.session.get_one(BankLine, line_id)
    for order in orders:
        _book_one(line, order, parts[order.id], reasons, by, now)
    state.left_ore -= wanted
    move_line(state, "book_part" if state.left_ore else "book", by=by, now=now)
    return True


def _book_one(line: BankLine, order: Order, ore: int, reasons: Sequence[str], by: By, now: datetime) -> None:
    before = db.session.scalar(
        select(func.count())
        .select_from(BankBooking)
        .where(BankBooking.line_id == line.id, BankBooking.order_id == order.id)
    )
    money_in = note_received(
        order, kind=TRANSFER, ore=ore, received_on=line.booked_on, key=f"bank:{line.id}:{order.id}:{before}",
        note=f"Banken, linje {line.id}", by=by, now=now,
    )  # fmt: skip
    assert money_in is not None, "the line is locked: nobody else books it"
    db.session.add(
        BankBooking(
            line_id=line.id, order_id=order.id, money_in_id=money_in.id, ore=ore, reasons=list(reasons),
            by_name=by.by_name[:200], at=now,
        )
    )  # fmt: skip
    db.session.flush()


def _is_done(state: BankLineState, parts: Mapping[int, int]) -> bool:
    """Whether the last click has been here: every part is booked just so, and the line waits no more for it."""
    if state.state in (OPEN, ASIDE, OUT):
        return False
    booked = {
        row.order_id: row.ore
        for row in db.session.scalars(
            select(BankBooking).where(BankBooking.line_id == state.line_id, BankBooking.undone_at.is_(None))
        )
    }
    return all(booked.get(order_id) == ore for order_id, ore in parts.items())


def book_exactly(line_id: int, order_id: int, *, reasons: Sequence[str], by: By, now: datetime) -> bool:
    """Book all that is left of a line on one order, if it still owes just that. False when that has been done.

    For many lines at once: what has changed since they were shown is refused.
    """
    lock_order(order_id)
    state = lock_line(line_id)
    if state.state == BOOKED and _has_booking(line_id, order_id):
        return False
    if find_due(order_id).left_ore != state.left_ore:
        raise Refused(_("Ordren mangler ikke længere det beløb."))
    return book(line_id, {order_id: state.left_ore}, reasons=reasons, by=by, now=now)


def _has_booking(line_id: int, order_id: int) -> bool:
    query = select(BankBooking.id).where(
        BankBooking.line_id == line_id, BankBooking.order_id == order_id, BankBooking.undone_at.is_(None)
    )
    return db.session.scalar(query.limit(1)) is not None


def undo(booking_id: int, *, why: str, by: By, now: datetime) -> bool:
    """A line was not for that order after all: a posting answers the receipt, and the line waits again.

    The order keeps its state, and is not packed or sent until it is paid; shares that are payable stay so (see
    `post_undone`). Refuses an empty reason, and money that has been given back to the buyer meanwhile. False when it
    has been undone before.
    """
    if not why.strip():
        raise Refused(_("Skriv, hvorfor det var forkert."), field="why")
    ids = db.session.execute(
        select(BankBooking.order_id, BankBooking.line_id).where(BankBooking.id == booking_id)
    ).one()
    order = lock_order(ids.order_id)
    state = lock_line(ids.line_id)
    booking = db.session.get_one(BankBooking, booking_id, populate_existing=True)
    if booking.undone_at is not None:
        return False
    if received_ore(order.id) < booking.ore:
        raise Refused(_("Pengene er givet tilbage til køberen, så de kan ikke flyttes."))
    booking.undone_at, booking.undone_by, booking.undone_why = now, by.by_name[:200], why.strip()[:500]
    post_undone(order.id, f"by_hand:{booking.money_in_id}", booking.ore, out_of=BANK, now=now)
    left = state.left_ore + booking.ore
    move_line(state, _back(state, left, "undo"), by=by, now=now)
    state.left_ore = left
    record("money_unmatched", "order", order.id, by=by, now=now, why=why.strip()[:500], ore=booking.ore)
    return True


def _back(state: BankLineState, left_ore: int, verb: str) -> str:
    """Back to where it waits: whole, or with a part on an order still."""
    return verb if left_ore == state.line.ore else f"{verb}_part"


def put_aside(line_id: int, *, why: str, by: By, now: datetime) -> None:
    """What is left of a line is no buyer's money: rent, a payout of the card company. Refuses an empty reason."""
    if not why.strip():
        raise Refused(_("Skriv, hvad det er for penge."), field="why")
    state = lock_line(line_id)
    if state.state == ASIDE:
        return
    move_line(state, "put_aside", by=by, now=now, why=why.strip())
    record("bank_aside", "bank_line", line_id, by=by, now=now, why=why.strip()[:500])


def take_back(line_id: int, *, by: By, now: datetime) -> None:
    """It may be a buyer's money after all: the line waits again. One that waits already: nothing."""
    state = lock_line(line_id)
    if state.state in (OPEN, PART):
        return
    if not BANK_LINE.can(state.state, "take_back"):
        raise Refused(_("Linjen er allerede %(state)s. Se siden igen.", state=NAMES[state.state]))
    move_line(state, _back(state, state.left_ore, "take_back"), by=by, now=now)
    record("bank_taken_back", "bank_line", line_id, by=by, now=now)


def leave_over(order: Order, key: str, *, why: str, by: By, now: datetime) -> None:
    """What the buyer of a locked order has paid too much stays with the order, for a reason; the same key is one.

    It is still the buyer's money: the books show it as owed until it is given back. Refuses when there is none.
    """
    if not why.strip():
        raise Refused(_("Skriv, hvad der er aftalt."), field="why")
    if db.session.scalar(select(BankLeft.id).where(BankLeft.key == key)) is not None:
        return
    over = find_due(order.id).over_ore - left_standing([order.id]).get(order.id, 0)
    if over <= 0:
        raise Refused(_("Der er ikke betalt for meget på ordre %(number)s.", number=order.number))
    insert_new(BankLeft, key=key, order_id=order.id, ore=over, why=why.strip()[:500], by_name=by.by_name[:200], at=now)
    record("left_standing", "order", order.id, by=by, now=now, why=why.strip()[:500], ore=over)


def left_standing(order_ids: Sequence[int]) -> dict[int, int]:
    """How much of what was paid too much stays with each order, in øre, as a person has said."""
    rows = db.session.execute(
        select(BankLeft.order_id, func.sum(BankLeft.ore))
        .where(BankLeft.order_id.in_(order_ids))
        .group_by(BankLeft.order_id)
    )
    found = {order_id: int(ore) for order_id, ore in rows}
    dues = dues_of(found.keys())
    return {order_id: min(ore, dues[order_id].over_ore) for order_id, ore in found.items()}
