"""What the office reads of its bank account: the lines with what they may be for, one line, and one order's money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from orders.bank.dues import Due, dues_of, find_due, open_order_ids
from orders.bank.match import left_standing
from orders.bank.models import OPEN, PART, BankBooking, BankFile, BankLeft, BankLine, BankLineState
from orders.bank.suggest import Index, Numbers, Prefixes, Suggestion, numbers_in, plain, suggestions, sure
from orders.documents.models import INVOICE, Document
from orders.models import Order
from shop.db import db
from shop.listing import Paged, contains, paged
from shop.settings.read import value

WAITING = (OPEN, PART)
MOST_SURE = 200


@dataclass(frozen=True, slots=True)
class Read:
    """One line of the account with what became of it: bookings, and for what waits what it may be for."""

    line: BankLine
    state: BankLineState
    bookings: Sequence[BankBooking]
    found: Sequence[Suggestion]
    sure: Suggestion | None

    @property
    def difference_ore(self) -> int:
        """What would be too much (above zero) or missing if it were booked on the first order suggested."""
        return self.state.left_ore - self.found[0].due.left_ore if self.found else 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How an order's money stands after what the bank has told: missing, too much, and how much of that stays."""

    due: Due
    left_ore: int

    @property
    def to_give_back_ore(self) -> int:
        return self.due.over_ore - self.left_ore


def bank_lines(
    states: Sequence[str], search: str, side: int, *, today: date
) -> tuple[Paged[Read], dict[int, Standing]]:
    """A page of lines in some states, the newest day first; and how the orders they are booked on stand."""
    query = (
        select(BankLineState)
        .join(BankLineState.line)
        .options(contains_eager(BankLineState.line))
        .where(BankLineState.state.in_(states))
        .order_by(BankLine.booked_on.desc(), BankLine.file_id.desc(), BankLine.row_no, BankLine.id)
    )
    if search:
        query = query.where(contains(search, BankLine.text, BankLine.sender, BankLine.reference))
    page = paged(query, side)
    rows = read_lines(page.rows, today=today)
    standing = standings({booking.order_id for row in rows for booking in row.bookings if not booking.undone_at})
    return Paged(rows, page.side, page.total, page.size), standing


def find_read(line_id: int, *, today: date) -> Read | None:
    """One line; None when there is none of that number."""
    state = db.session.scalar(
        select(BankLineState).where(BankLineState.line_id == line_id).options(joinedload(BankLineState.line))
    )
    return read_lines([state], today=today)[0] if state is not None else None


def read_lines(states: Sequence[BankLineState], *, today: date) -> list[Read]:
    """Lines with their bookings and suggestions. A line that two orders fit has no sure one; nor has a second line
    for an order that another line is sure of.
    """
    bookings = _bookings([state.line_id for state in states])
    waiting = [state for state in states if state.state in WAITING]
    found = _found(waiting, today) if waiting else {}
    certain = {state.line_id: sure(state.left_ore, found[state.line_id]) for state in waiting}
    claimed = [one.due.order_id for one in certain.values() if one]
    return [
        Read(
            state.line, state, bookings.get(state.line_id, []), found.get(state.line_id, []),
            one if (one := certain.get(state.line_id)) and claimed.count(one.due.order_id) == 1 else None,
        )
        for state in states
    ]  # fmt: skip


def _bookings(line_ids: Sequence[int]) -> dict[int, list[BankBooking]]:
    rows = db.session.scalars(
        select(BankBooking)
        .where(BankBooking.line_id.in_(line_ids))
        .options(joinedload(BankBooking.order))
        .order_by(BankBooking.id)
    )
    found: dict[int, list[BankBooking]] = {}
    for row in rows:
        found.setdefault(row.line_id, []).append(row)
    return found


def _found(states: Sequence[BankLineState], today: date) -> dict[int, list[Suggestion]]:
    prefix = {kind: str(value(f"numbers.{kind}_prefix")) for kind in ("order", "invoice")}
    short = Prefixes(**{kind: plain(text).replace(" ", "") for kind, text in prefix.items()})
    numbers = {state.line_id: numbers_in(state.line, short) for state in states}
    ids = {*open_order_ids(today), *_named(list(numbers.values()), prefix)}
    index = Index.of(dues_of(ids))
    return {state.line_id: suggestions(state.line, state.left_ore, numbers[state.line_id], index) for state in states}


def _named(numbers: Sequence[Numbers], prefix: Mapping[str, str]) -> set[int]:
    """The orders that are named, also those that are paid or over."""
    orders = {f"{prefix['order']}{one}" for each in numbers for one in each.orders | each.bare}
    invoices = {f"{prefix['invoice']}{one}" for each in numbers for one in each.invoices}
    serials = {one for each in numbers for one in each.serials if one < 2**31}
    by_order = select(Order.id).where(or_(Order.number.in_(orders), Order.id.in_(serials)))
    by_invoice = select(Document.order_id).where(Document.number.in_(invoices), Document.kind == INVOICE)
    return set(db.session.scalars(by_order.union(by_invoice)))


def sure_lines(*, today: date) -> list[Read]:
    """The lines whose order is certain, the oldest first."""
    states = db.session.scalars(
        select(BankLineState)
        .join(BankLineState.line)
        .options(contains_eager(BankLineState.line))
        .where(BankLineState.state == OPEN)
        .order_by(BankLine.booked_on, BankLine.file_id, BankLine.row_no)
        .limit(MOST_SURE)
    ).all()
    return [row for row in read_lines(states, today=today) if row.sure]


def bank_counts() -> dict[str, int]:
    """How many lines there are in each state."""
    rows = db.session.execute(select(BankLineState.state, func.count()).group_by(BankLineState.state))
    return {row[0]: row[1] for row in rows}


# How many lines wait for somebody to say whose money it is: a number that another question may ask for in passing.
LINES_WAITING = (
    select(func.count()).select_from(BankLineState).where(BankLineState.state.in_(WAITING)).scalar_subquery()
)


def last_files(most: int = 5) -> Sequence[tuple[BankFile, int]]:
    """The newest files, each with how many of its lines were new."""
    new = (
        select(func.count()).select_from(BankLine).where(BankLine.file_id == BankFile.id).correlate(BankFile)
    ).scalar_subquery()
    rows = db.session.execute(select(BankFile, new).order_by(BankFile.id.desc()).limit(most))
    return [(row[0], int(row[1])) for row in rows]


def standings(order_ids: set[int]) -> dict[int, Standing]:
    """How some orders' money stands."""
    dues = dues_of(order_ids)
    left = left_standing(list(order_ids)) if any(due.over_ore for due in dues.values()) else {}
    return {order_id: Standing(due, left.get(order_id, 0)) for order_id, due in dues.items()}


@dataclass(frozen=True, slots=True)
class OrderBank:
    """What the bank has told about one order: the lines booked on it, undone ones too, and how its money stands."""

    bookings: Sequence[BankBooking]
    standing: Standing
    left: Sequence[BankLeft]


def find_order_bank(order_id: int) -> OrderBank | None:
    """The bank's part of an order; None when no line has ever been booked on it."""
    bookings = db.session.scalars(
        select(BankBooking)
        .where(BankBooking.order_id == order_id)
        .options(joinedload(BankBooking.line))
        .order_by(BankBooking.id)
    ).all()
    if not bookings:
        return None
    left = db.session.scalars(select(BankLeft).where(BankLeft.order_id == order_id).order_by(BankLeft.id)).all()
    stays = left_standing([order_id]).get(order_id, 0) if left else 0
    return OrderBank(bookings, Standing(find_due(order_id), stays), left)


def bank_as_json() -> list[dict[str, Any]]:
    """Every line with what became of it and the orders it is booked on, in the order of their days. Amounts in øre."""
    states = db.session.scalars(
        select(BankLineState)
        .join(BankLineState.line)
        .options(contains_eager(BankLineState.line))
        .order_by(BankLine.booked_on, BankLine.file_id, BankLine.row_no)
    ).all()
    booked: dict[int, list[dict[str, Any]]] = {}
    for row in db.session.execute(
        select(BankBooking.line_id, Order.number, BankBooking.ore)
        .join(Order, Order.id == BankBooking.order_id)
        .where(BankBooking.undone_at.is_(None))
        .order_by(BankBooking.id)
    ):
        booked.setdefault(row.line_id, []).append({"order": row.number, "ore": row.ore})
    return [
        {
            "id": state.line.id,
            "booked_on": state.line.booked_on.isoformat(),
            "ore": state.line.ore,
            "balance_ore": state.line.balance_ore,
            "text": state.line.text,
            "sender": state.line.sender,
            "reference": state.line.reference,
            "state": state.state,
            "left_ore": state.left_ore,
            "orders": booked.get(state.line_id, []),
        }
        for state in states
    ]
