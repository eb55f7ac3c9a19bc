"""Fees and what was written off, divided over the lines of their order by what they cost the buyer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select

from catalog.baskets.models import BasketVersion
from orders.books.models import FEES, WRITTEN_OFF, Account, Posting
from orders.models import OrderLine
from shop.db import db
from shop.money import offset_for, split

KINDS = (FEES, WRITTEN_OFF)
COLUMNS = (
    Posting.booked_on, Posting.code, Posting.debit_id, Posting.credit_id, Posting.ore, Posting.order_id,
    Posting.reference,
)  # fmt: skip
ALONE = ("", 0)


@dataclass(frozen=True, slots=True)
class Cost:
    """A part of a fee or of what was written off: credits less debits of the kind of account, in øre."""

    booked_on: date
    account_kind: str
    code: str
    line_kind: str
    basket_id: int
    ore: int


def cost_accounts() -> dict[int, str]:
    """The accounts of fees and of what was written off, with their kinds."""
    return dict(db.session.execute(select(Account.id, Account.kind).where(Account.kind.in_(KINDS))).all())


def costs_among(accounts: dict[int, str], *conditions: Any) -> Any:
    """The postings of these accounts that meet the conditions, as `divided` wants them."""
    mine = or_(Posting.debit_id.in_(accounts), Posting.credit_id.in_(accounts))
    return select(*COLUMNS).where(mine, *conditions)


def divided(postings: Sequence[Any], accounts: dict[int, str], orders: Select[Any]) -> Iterator[Cost]:
    """Each posting's parts. `orders` selects the ids of the orders they belong to; one question when there are any."""
    lines = _lines(orders) if postings else {}
    for posting in postings:
        members = [pair for pair in lines.get(posting.order_id or 0, []) if pair[1] > 0] or [(ALONE, 1)]
        weights = [gross for _key, gross in members]
        for account, sign in ((posting.debit_id, -1), (posting.credit_id, 1)):
            if account in accounts:
                parts = split(sign * posting.ore, weights, offset_for(f"margin:{posting.reference}"))
                for (key, _gross), part in zip(members, parts, strict=True):
                    yield Cost(posting.booked_on, accounts[account], posting.code, *key, part)


def _lines(orders: Select[Any]) -> dict[int, list[tuple[tuple[str, int], int]]]:
    lines: dict[int, list[tuple[tuple[str, int], int]]] = {}
    rows = db.session.execute(
        select(OrderLine.order_id, OrderLine.kind, BasketVersion.basket_id, OrderLine.gross_ore)
        .outerjoin(BasketVersion, BasketVersion.id == OrderLine.basket_version_id)
        .where(OrderLine.order_id.in_(orders))
        .order_by(OrderLine.order_id, OrderLine.position)
    )
    for order_id, kind, basket_id, gross in rows:
        lines.setdefault(order_id, []).append(((kind, basket_id or 0), gross))
    return lines
