"""The postings as the office reads them: filtered, a page at a time, or all of them one after another."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, or_, select

from orders.books.models import KINDS, OWNED, Account, Posting
from orders.books.words import ACCOUNTS, CODES, account_name
from orders.models import Order
from shop.db import db
from shop.listing import Paged, paged
from shop.people.models import Enterprise
from shop.spreadsheet import Row

BATCH = 500
Ts = TypeVarTuple("Ts")
OF = "virksomhed"  # both accounts of an enterprise: "virksomhed-3"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which postings: of an order, on an account ("pot", "earned-3", "virksomhed-3"), of a code, in a period."""

    order: str = ""
    account: str = ""
    code: str = ""
    first: date | None = None
    last: date | None = None
    refund_id: int | None = None

    @property
    def is_everything(self) -> bool:
        return self == Wanted()


@dataclass(frozen=True, slots=True)
class Line:
    """One posting, with its accounts and its order in words."""

    posting: Posting
    debit: str
    credit: str
    number: str


def postings_page(wanted: Wanted, side: int) -> Paged[Line]:
    """One page of the postings, newest first."""
    page = paged(_query(select(Posting), wanted).order_by(Posting.id.desc()), side)
    names, numbers = account_names(), _numbers(page.rows)
    return page.told(
        [Line(row, names[row.debit_id], names[row.credit_id], numbers.get(row.order_id or 0, "")) for row in page.rows]
    )


def _numbers(rows: Sequence[Posting]) -> dict[int, str]:
    found = db.session.execute(select(Order.id, Order.number).where(Order.id.in_({row.order_id or 0 for row in rows})))
    return {row.id: row.number for row in found}


def account_names() -> dict[int, str]:
    """What each account is called, by its id; an enterprise's with the enterprise's name."""
    rows = db.session.execute(
        select(Account.id, Account.kind, Enterprise.name).outerjoin(Enterprise, Enterprise.id == Account.enterprise_id)
    )
    return {row.id: account_name(row.kind, row.name) for row in rows}


def account_choices() -> list[tuple[str, str]]:
    """Every account there may be, as its key and its name: those of the shop, then both of each enterprise."""
    shared = [(kind, str(ACCOUNTS[kind])) for kind in KINDS if kind not in OWNED]
    owners = db.session.execute(select(Enterprise.id, Enterprise.name).order_by(Enterprise.name)).all()
    return shared + [(f"{kind}-{row.id}", account_name(kind, row.name)) for row in owners for kind in OWNED]


def _query(query: Select[*Ts], wanted: Wanted) -> Select[*Ts]:
    if wanted.order:
        query = query.where(Posting.order_id == select(Order.id).where(Order.number == wanted.order).scalar_subquery())
    if wanted.account:
        ids = select(Account.id).where(_account(wanted.account))
        query = query.where(or_(Posting.debit_id.in_(ids), Posting.credit_id.in_(ids)))
    if wanted.code:
        query = query.where(Posting.code == wanted.code)
    if wanted.first:
        query = query.where(Posting.booked_on >= wanted.first)
    if wanted.last:
        query = query.where(Posting.booked_on <= wanted.last)
    if wanted.refund_id:
        query = query.where(Posting.refund_id == wanted.refund_id)
    return query


def _account(key: str) -> ColumnElement[bool]:
    kind, _dash, owner = key.partition("-")
    if not owner:
        return Account.kind == kind
    if kind == OF:
        return Account.enterprise_id == int(owner)
    return (Account.kind == kind) & (Account.enterprise_id == int(owner))


def each_posting(wanted: Wanted) -> Iterator[Row]:
    """Every posting in the order it was written, read in portions while it is sent."""
    names = account_names()
    rows = db.session.execute(
        _query(select(Posting, Order.number).outerjoin(Order, Order.id == Posting.order_id), wanted)
        .order_by(Posting.id)
        .execution_options(yield_per=BATCH)
    )
    for posting, number in rows:
        yield {
            "day": posting.booked_on,
            "at": posting.at,
            "code": str(CODES[posting.code]),
            "debit": names[posting.debit_id],
            "credit": names[posting.credit_id],
            "ore": posting.ore,
            "number": number or "",
            "reference": posting.reference,
            "note": posting.note,
            "hash": posting.hash,
        }
